"""What the lines of a form offer to choose from: people, kinds, results."""

from collections.abc import Iterable

from deskapp import staff
from deskapp.desk import Desk, Operator, Role
from deskapp.language import Language
from deskapp.profile import Named, Outcome
from screens.choice import Option
from screens.scanbox import clean

LATER, HAND_OVER = "later", "hand_over"
"""results of logging that close nothing"""


def named(t: Language, entries: Iterable[Named]) -> list[Option]:
    """Entries of the profile, in its order."""
    return [Option(each.code, each.name(t.code)) for each in entries]


def people(found: Iterable[Operator]) -> list[Option]:
    """Those who may be responsible for a request."""
    return [Option(each.id, each.name) for each in found if each.role.reaches(Role.LIBRARIAN)]


def librarians(desk: Desk) -> list[Option]:
    """The operator, then colleagues of the same departments, then the others."""
    me = desk.whoever()
    able = staff.everybody(desk)
    able.sort(key=lambda e: (e.id != me.id, not set(e.departments) & set(me.departments)))
    return people(able)


def kinds_like(t: Language, desk: Desk, typed: str) -> list[Option]:
    """Kinds of request that have a word which begins so."""
    wanted, kinds = clean(typed).casefold(), desk.profile.kinds
    words = desk.profile.kind_words().items()
    codes = dict.fromkeys(code for word, code in words if word.startswith(wanted))
    return named(t, (kinds[code] for code in codes))


def results(t: Language, desk: Desk) -> list[Option]:
    """Done on the spot, hand over, referred, later, the rest: 1 2 3 4 5 in every library."""
    ordered = [(1, Option(HAND_OVER, t("log.hand_over"))), (3, Option(LATER, t("log.later")))]
    places = {Outcome.DONE: 0, Outcome.REFERRED: 2, Outcome.NOT_POSSIBLE: 4}
    for code, result in desk.profile.results.items():
        name = t("log.done") if code == "done" else result.name(t.code)
        ordered.append((places[result.outcome], Option(code, name)))
    return [option for _, option in sorted(ordered, key=lambda each: each[0])]
