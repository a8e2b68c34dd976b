"""A request's course (办理过程) as sentences: one a step, with names and reasons spelt out."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from rich.table import Column, Table
from rich.text import Text

from deskapp import completing
from deskapp.language import Language
from deskapp.profile import Named, Profile
from deskapp.request_lists import Record, Step
from screens.handing import way_words

AGREED = {
    "self": "course.agreed_self",
    "face": "course.agreed_face",
    "phone": "course.agreed_phone",
}

BETWEEN = {
    "extended": "course.extended",
    "waits_reader": "course.waits_reader",
    "waiting": "course.waits_outside",
    "chased": "course.chased",
    "resumed": "course.resumed",
    "staged": "course.staged",
    "staged_outside": "course.staged_outside",
    "found_complex": "course.found_complex",
    "joined": "course.joined",
    "corrected": "course.rectified",
    "told_reader": "course.told_reader",
    "rated": "course.rated",
    "agreement_signed": "course.agreement_signed",
    "clash.settled": "course.settled",
}
BACK = {"sent_back": "course.sent_back", "taken_back": "course.taken_back"}
UNDONE = {
    "withdrawn": "course.withdrawn",
    "offered": "course.undone_offer",
    "accepted": "course.undone_acceptance",
    "sent_back": "course.undone_return",
    "closed": "course.undone_closing",
    "unsigned": "course.unsigned",
}
STEPS = {
    "taken_back": "record.take_back",
    "told_reader": "record.tell",
    "extended": "record.extend",
    "waiting": "course.step.waiting",
    "chased": "record.chase",
    "resumed": "record.resume",
    "staged": "record.next_stage",
    "found_complex": "record.complex",
    "joined": "course.step.joined",
    "corrected": "record.correct",
    "first_corrected": "record.correct",
    "agreement_signed": "record.agree",
    "reopened": "record.reopen",
    "completed": "log.completing",
    "rated": "record.rate",
}
"""what else may be undone, in a word"""


def named(t: Language, table: Mapping[str, Named], code: str) -> str:
    """A code's name; the code itself where the profile no longer knows it."""
    return table[code].name(t.code) if code in table else code


def sentence(t: Language, profile: Profile, step: Step) -> str:
    """What was done, in one line."""
    facts = step.facts
    parts = [_between(t, profile, step) or _act(t, profile, step), *_details(t, profile, facts)]
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
        case "sent_back" | "taken_back":
            return t(BACK[step.kind], name=by)
        case "lapsed":
            return t("course.lapsed")
        case "closed":
            result = named(t, profile.results, facts.get("result", ""))
            return t("course.closed", name=by, result=result)
        case "reopened":
            taken = "responsible" in facts
            return t("course.reopened_taken" if taken else "course.reopened", name=step.actor)
        case "withdrawn" | "undone":
            return _undone(t, facts.get("what", step.kind), by)
        case "first_corrected":
            first = facts.get("first_responder", "")
            return t("course.corrected", name=step.actor, first=first)
    return t("course.other", name=step.actor, kind=step.kind)


def _undone(t: Language, what: str, by: str) -> str:
    if what in STEPS:
        return t("course.undone", name=by, step=step_words(t, what))
    return t(UNDONE[what], name=by)


def step_words(t: Language, what: str) -> str:
    """A step of a request in a word."""
    return t(STEPS[what])


def _between(t: Language, profile: Profile, step: Step) -> str:
    """What happened between log and end, and behind it; empty for anything else."""
    kind, facts = step.kind, step.facts
    if kind == "waiting" and facts.get("for") == "reader":
        kind = "waits_reader"
    if kind == "staged" and not facts.get("due_at"):
        kind = "staged_outside"
    if kind not in BETWEEN:
        return ""
    due, chase = _moment(t, facts.get("due_at")), _moment(t, facts.get("chase_at"))
    return t(
        BETWEEN[kind],
        name=step.actor,
        due=due,
        chase=chase,
        stage=_stage(t, profile, facts.get("stage", "")),
        department=named(t, profile.departments, facts.get("department", "")),
        channel=named(t, profile.channels, facts.get("channel", "")),
        what=_changed(t, profile, step),
    )


def _moment(t: Language, text: str | None) -> str:
    return t.moment(datetime.fromisoformat(text)) if text else ""


def _stage(t: Language, profile: Profile, code: str) -> str:
    for kind in profile.kinds.values():
        if code in kind.stages:
            return kind.stages[code].name(t.code)
    return code


def _changed(t: Language, profile: Profile, step: Step) -> str:
    """What was corrected, from what and to what, where it may be told."""
    words = []
    if "scope" in step.facts.get("changed", "").split():
        words.append(t("course.confided" if step.facts.get("scope") else "course.told_openly"))
    asked = {code: each for kind in profile.kinds.values() for code, each in kind.told.items()}
    labels: dict[str, tuple[str, Mapping[str, Named]]] = {
        "question": (t("list.question"), {}),
        "patron": (t("log.reader"), {}),
        "contact": (t("log.contact"), {}),
        "kind": (t("list.kind"), profile.kinds),
        "department": (t("log.department"), profile.departments),
        "channel": (t("log.channel"), profile.channels),
        "told": (t("log.told"), asked),
        "materials": (t("log.materials"), asked),
    }
    for each in step.amended:
        label, table = labels[each.name]
        was, now = (_values(t, table, value) for value in (each.was, each.now))
        arrow = f" → {now or t('course.nothing')}" if was else f" {now}" if now else ""
        words.append(f"{label}{' ' if was else ''}{was}{arrow}")
    return "  ".join(words)


def _values(t: Language, table: Mapping[str, Named], said: str | None) -> str:
    """Words as they are, codes by their names."""
    if not table or not said:
        return said or ""
    return " ".join(named(t, table, code) for code in said.split())


def _reason(t: Language, profile: Profile, reason: str) -> str:
    if reason == completing.REASON:
        return t("log.completing")
    return named(t, {**profile.delays, **profile.reasons}, reason)


def _details(t: Language, profile: Profile, facts: Mapping[str, str]) -> Iterator[str]:
    if "changed" in facts:  # what it says besides has been named, or is said again
        facts = {name: facts[name] for name in ("reason", "late") if name in facts}
    if reason := facts.get("reason"):
        yield t("course.reason", reason=_reason(t, profile, reason))
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
    if facts.get("late"):
        yield t("record.counts_late")


def timeline(t: Language, profile: Profile, record: Record, own: str) -> Table:
    """All steps, oldest first; a step at another desk than `own` says at which."""
    columns = Column(no_wrap=True), Column(overflow="fold")
    grid = Table.grid(*columns, padding=(0, 2, 0, 0), pad_edge=True)
    for step in record.course:
        at = t.moment(step.at) + (f" {step.desk}" if step.desk != own else "")
        words = Text(sentence(t, profile, step), "strike" if step.aside else "")
        grid.add_row(Text(f" {at}"), words)
    return grid
