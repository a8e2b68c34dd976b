"""A request's course (办理过程) as sentences: one a step, with names and reasons spelt out."""

import json
from collections.abc import Iterator, Mapping

from rich.table import Column, Table
from rich.text import Text

from deskapp.language import Language
from deskapp.profile import Named, Profile
from deskapp.request_lists import Record, Step
from screens.handing import way_words

AGREED = {
    "self": "course.agreed_self",
    "face": "course.agreed_face",
    "phone": "course.agreed_phone",
}


def named(t: Language, table: Mapping[str, Named], code: str) -> str:
    """A code's name; the code itself where the profile no longer knows it."""
    return table[code].name(t.code) if code in table else code


def sentence(t: Language, profile: Profile, step: Step) -> str:
    """What was done, in one line."""
    facts = step.facts
    parts = [_act(t, profile, step), *_details(t, profile, facts)]
    if step.aside:
        parts.append(t("course.aside"))
    return "  ".join(part for part in parts if part)


def _act(t: Language, profile: Profile, step: Step) -> str:
    facts = step.facts
    by = facts.get("by") or step.actor
    match step.kind:
        case "logged":
            channel = named(t, profile.channels, facts.get("channel", ""))
            return t("course.logged", name=step.actor, channel=channel)
        case "offered":
            department = named(t, profile.departments, facts.get("department", ""))
            return t("course.offered", name=by, to=facts.get("to") or department)
        case "accepted":
            return t("course.accepted", name=by, way=way_words(t, facts.get("how", "")))
        case "sent_back":
            return t("course.sent_back", name=by)
        case "taken_back":
            return t("course.taken_back", name=by)
        case "lapsed":
            return t("course.lapsed")
        case "closed":
            result = named(t, profile.results, facts.get("result", ""))
            return t("course.closed", name=by, result=result)
        case "reopened":
            return t("course.reopened", name=step.actor)
        case "first_corrected":
            first = facts.get("first_responder", "")
            return t("course.corrected", name=step.actor, first=first)
    return t("course.other", name=step.actor, kind=step.kind)


def _details(t: Language, profile: Profile, facts: Mapping[str, str]) -> Iterator[str]:
    if reason := facts.get("reason"):
        yield t("course.reason", reason=named(t, profile.reasons, reason))
    if note := facts.get("note"):
        yield note
    if referred := facts.get("referred_to"):
        unit, place, telephone = (*json.loads(referred), "", "", "")[:3]
        yield t("course.referred", unit=unit, place=place, telephone=telephone)
    if answer := facts.get("answer"):
        yield answer
    if alternative := facts.get("alternative"):
        yield t("course.alternative", alternative=alternative)
    if lead := facts.get("lead"):
        how = facts.get("lead_how", "")
        yield t(AGREED[how], name=lead) if how in AGREED else lead


def timeline(t: Language, profile: Profile, record: Record, own: str) -> Table:
    """All steps, oldest first; a step at another desk than `own` says at which."""
    columns = Column(no_wrap=True), Column(overflow="fold")
    grid = Table.grid(*columns, padding=(0, 2, 0, 0), pad_edge=True)
    for step in record.course:
        at = t.moment(step.at) + (f" {step.desk}" if step.desk != own else "")
        words = Text(sentence(t, profile, step), "strike" if step.aside else "")
        grid.add_row(Text(f" {at}"), words)
    return grid
