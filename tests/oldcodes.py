"""A library that once had more codes in its profile than it has today, for tests."""

from dataclasses import replace

from deskapp.desk import Desk

KIND, DEPARTMENT, CHANNEL, REASON, RESULT = "telegram", "cellar", "pigeon", "whim", "shelved"
"""what today's profile has no word for"""


def before(desk: Desk) -> Desk:
    """The desk as it was: telegrams went to the cellar, whose hours were an office's."""
    old = desk.profile
    kind = old.kinds["delivery"].model_copy(update={"code": KIND, "department": DEPARTMENT})
    cellar = old.departments["information"].model_copy(update={"code": DEPARTMENT})
    profile = old.model_copy(
        update={
            "kinds": {**old.kinds, KIND: kind},
            "departments": {**old.departments, DEPARTMENT: cellar},
            "channels": {**old.channels, CHANNEL: old.channels["phone"]},
            "reasons": {**old.reasons, REASON: old.reasons["duty"]},
            "results": {**old.results, RESULT: old.results["done"]},
        }
    )
    return replace(desk, profile=profile)
