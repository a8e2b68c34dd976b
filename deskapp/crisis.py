"""Somebody is in danger: whom to call. The record says that a call was made, and no word more."""

from dataclasses import dataclass

from db import crisis as stored
from deskapp import matter
from deskapp.desk import Desk, Role

CALLING = Role.VOLUNTEER
"""who may call: everybody who is signed in"""


@dataclass(frozen=True, slots=True)
class Called:
    whom: str


def call(desk: Desk, whom: str) -> Called:
    """Record that somebody of the profile's list was called. Refuses CodeUnknown."""
    desk.require(CALLING)
    matter.known(whom, desk.profile.crisis)
    with desk.act() as act:
        act.record_all([stored.draft(act.new_subject("crisis"), whom)])
    return Called(whom)
