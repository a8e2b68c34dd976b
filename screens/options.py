"""What the lines of a form offer to choose from: people, kinds, results."""

from collections.abc import Collection, Iterable

from deskapp import requests, shifts, staff
from deskapp.desk import Desk, Operator, Role
from deskapp.drafts import HURRIED
from deskapp.language import Language
from deskapp.profile import Named, Outcome
from screens.burst import clean
from screens.choice import Option

LATER, HAND_OVER = "later", "hand_over"
"""results of logging that close nothing"""


def named(t: Language, entries: Iterable[Named]) -> list[Option]:
    """Entries of the profile, in its order."""
    return [Option(each.code, each.name(t.code)) for each in entries]


def called(t: Language, desk: Desk, stage: str) -> str:
    """A stage's name; the code itself where the profile no longer knows it."""
    for kind in desk.profile.kinds.values():
        if stage in kind.stages:
            return kind.stages[stage].name(t.code)
    return stage


def people(found: Iterable[Operator], near: Collection[str] = ()) -> list[Option]:
    """Those who may be responsible for a request."""
    able = (each for each in found if each.role.reaches(Role.LIBRARIAN))
    return [Option(each.id, each.name, near=each.id in near) for each in able]


def librarians(desk: Desk, chosen: str | None = None) -> list[Option]:
    """Who is on duty here, by the digits that they carry; then the operator, colleagues of the
    same departments, the others; as far as they may be named now. `chosen` is there anyway.
    """
    me = desk.whoever()
    able = [
        each
        for each in staff.everybody(desk)
        if each.id == chosen or shifts.may_be_named(desk, each.id)
    ]
    digits = {each.id: each.digit for each in shifts.on_duty(desk) if each.digit}

    def near(e: Operator) -> tuple[int, bool, bool]:
        ours = bool(set(e.departments) & set(me.departments))
        return digits.get(e.id, len(digits) + 1), e.id != me.id, not ours

    able.sort(key=near)
    return people(able, digits)


def kinds_like(t: Language, desk: Desk, typed: str) -> list[Option]:
    """Kinds of request that have a word which begins so."""
    wanted, kinds = clean(typed).casefold(), desk.profile.kinds
    words = desk.profile.kind_words().items()
    codes = dict.fromkeys(code for word, code in words if word.startswith(wanted))
    return named(t, (kinds[code] for code in codes))


def results(t: Language, desk: Desk, kind: str) -> list[Option]:
    """Done on the spot, hand over, referred, later, the rest, complete later: 1 to 6 in every
    library and for everybody, also who may not choose all of them: a digit means one thing.
    """
    hands, closes = desk.may(Role.LIBRARIAN), requests.may_close(desk, kind)
    ordered = [
        (1, Option(HAND_OVER, t("log.hand_over"), able=hands)),
        (3, Option(LATER, t("log.later"))),
    ]
    places = {Outcome.DONE: 0, Outcome.REFERRED: 2, Outcome.NOT_POSSIBLE: 4}
    for code, result in desk.profile.results.items():
        name = t("log.done") if code == "done" else result.name(t.code)
        ordered.append((places[result.outcome], Option(code, name, able=closes)))
    ordered.append((5, Option(HURRIED, t("log.complete_later"))))
    return [option for _, option in sorted(ordered, key=lambda each: each[0])]
