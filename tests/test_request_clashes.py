"""Every pair of things that two desks may do to one request apart: which of them clash, and what
becomes of the others in either order of pushing.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import product
from typing import Any, NamedTuple

from db.facts import Draft, Fact
from db.folding import facts_of, stub
from db.request_clashes import PAIRS, called
from db.requests import REQUESTS, draft
from db.store import driver
from deskapp import corrections, endings, erasures, extensions, handovers, telling
from deskapp.corrections import Correction
from deskapp.desk import Desk
from deskapp.endings import Ending
from tests.clashing import open_clashes
from tests.library import Library, rows_of, stored
from tests.simulation import matters

SOON, LATER = "2026-11-25T09:30:00.000000Z", "2026-11-26T09:30:00.000000Z"
LOGGED = {
    "year": 2026, "number": 1, "received_at": SOON, "backdated": 0, "channel": "desk",
    "kind": "fault", "department": "reader_services", "patron": None, "patron_type": None,
    "first_responder": "staff:li", "responsible": "staff:li", "due_at": SOON, "told": [],
}  # fmt: skip


class Known(NamedTuple):
    """What both desks know when they part: ids of the offer, the wait, the correction."""

    offer: str
    wait: str
    named: str


Done = Mapping[str, Any]


def closed(by: str, result: str) -> tuple[str, Done]:
    ending = {"outcome": result, "lead": "staff:lead", "lead_how": "phone", "tell_by": LATER}
    return "closed", {"result": result, "by": by, **ending, "late": 0}


def sides(known: Known) -> dict[str, list[tuple[str, Done]]]:
    """What a desk may do, by name; more than one fact where one cannot be without another."""
    ends = closed("staff:li", "done")
    again = {"due_at": LATER, "stage": None, "late": 0}
    signed = {"offer": known.offer, "how": "system", "department": "information"}
    undone = {"undoes": known.named, "by": "staff:lead", "what": "first_corrected"}
    changed = {"changed": ["kind"], "kind": "purchase", "due_at": LATER, "late": 0}
    moved = {"changed": ["department"], "department": "technology", "due_at": SOON, "late": 0}
    rated = {"minutes": None, "effort": 2, "satisfaction": None}
    offered = {"to": None, "department": "information", "by": "staff:li", "until": SOON}
    return {
        "logged": [("logged", {**LOGGED, "number": 2})],
        "offered": [("offered", {**offered, "reason": "duty"})],
        "accepted": [("accepted", {**signed, "by": "staff:chen"})],
        "accepted by another": [("accepted", {**signed, "by": "staff:zheng", "due_at": LATER})],
        "sent back": [("sent_back", {"offer": known.offer, "by": "staff:chen"})],
        "lapsed": [("lapsed", {"offer": known.offer})],
        "closed": [ends],
        "closed otherwise": [closed("staff:lead", "referred")],
        "reopened": [ends, ("reopened", again)],
        "taken over": [ends, ("reopened", {**again, "responsible": "staff:lead"})],
        "withdrawn": [("withdrawn", {"undoes": known.named, "by": "staff:li"})],
        "undone": [("undone", undone)],
        "unsigned": [("undone", {**undone, "offer": known.offer})],
        "extended": [("extended", {"due_at": LATER, "late": 0})],
        "waiting": [("waiting", {"for": "outside", "chase_at": SOON, "late": 0})],
        "waiting for the reader": [("waiting", {"for": "reader", "chase_at": LATER, "late": 0})],
        "chased": [("chased", {"waiting": known.wait, "chase_at": LATER})],
        "resumed": [("resumed", {"waiting": known.wait, "due_at": LATER, "late": 0})],
        "staged": [("staged", {"stage": "ordered", "due_at": LATER, "chase_at": None, "late": 0})],
        "found complex": [("found_complex", {"due_at": LATER, "late": 0})],
        "joined": [("joined", {"department": "information", "due_at": LATER, "late": 0})],
        "corrected": [("corrected", {"changed": ["channel"], "channel": "phone"})],
        "corrected to mail": [("corrected", {"changed": ["channel"], "channel": "mail"})],
        "corrected the kind": [("corrected", changed)],
        "moved": [("corrected", moved)],
        "confided": [("corrected", {"changed": ["scope"], "scope": "reader_services"})],
        "corrected the reader": [("corrected", {"changed": ["patron"], "patron": None})],
        "first corrected": [("first_corrected", {"first_responder": "staff:zheng"})],
        "first corrected too": [("first_corrected", {"first_responder": "staff:lead"})],
        "told": [ends, ("told_reader", {"channel": "phone"})],
        "told meanwhile": [("told_reader", {"channel": "phone", "result": 0})],
        "rated": [ends, ("rated", rated)],
        "signed": [ends, ("agreement_signed", {"lead": "staff:lead", "lead_how": "phone"})],
    }  # fmt: skip


def drafts(subject: str, done: Iterable[tuple[str, Done]]) -> list[Draft]:
    return [draft(f"request.{kind}", subject, said, scope=None) for kind, said in done]


def parted(library: Library, count: int) -> dict[str, Known]:
    """So many requests as both desks know them when they part."""
    offer = {"to": None, "department": "information", "by": "staff:li", "until": SOON}
    begun: list[tuple[str, Done]] = [
        ("logged", LOGGED),
        ("first_corrected", {"first_responder": "staff:chen"}),
        ("offered", {**offer, "reason": "duty"}),
        ("waiting", {"for": "outside", "chase_at": SOON, "late": 0}),
    ]
    with library.at("lead", "2F").act() as act:
        subjects = [act.new_subject("request") for _ in range(count)]
        facts = act.record_all([each for s in subjects for each in drafts(s, begun)])
    found = {}
    for place, subject in enumerate(subjects):
        _, named, offered, waiting = facts[4 * place : 4 * place + 4]
        found[subject] = Known(offered.id, waiting.id, named.id)
    library.exchange("2F")
    library.exchange("3F")
    return found


NAMES = sorted(sides(Known("", "", "")))
OURS = ("subject", "serial")


def test_the_table_knows_every_kind_and_every_kind_is_tried() -> None:
    kinds = {called(kind) for kind, _ in REQUESTS.folds} | {"undone"}
    assert {kind for pair in PAIRS for kind in pair} == kinds
    assert len(PAIRS) == len(kinds) * (len(kinds) + 1) // 2
    done = (kind for side in sides(Known("", "", "")).values() for kind, _ in side)
    assert {called(f"request.{kind}") for kind in done} == kinds


def test_two_desks_apart_in_either_order(two_desks: Library) -> None:
    """2F pushes first. Every two meet twice, each once at either desk."""
    library = two_desks
    known = parted(library, len(NAMES) ** 2)
    pairs = dict(zip(known, product(NAMES, NAMES), strict=True))
    for place, code in enumerate(("2F", "3F")):
        with library.at("lead", code).act() as act:
            act.record_all(
                [
                    each
                    for subject, names in pairs.items()
                    for each in drafts(subject, sides(known[subject])[names[place]])
                ]
            )
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    tables = stored(library.desks["2F"])
    assert tables == stored(library.desks["3F"])
    with library.desk.reading() as connection:
        facts = facts_of(driver(connection), pairs)
        found = {frozenset((first, second)) for _, first, second in open_clashes(connection)}
    expected = set()
    quiet: dict[tuple[str, str], str] = {}
    for subject, names in pairs.items():
        ours, theirs = ([f for f in facts[subject][4:] if f.desk == code] for code in ("2F", "3F"))
        met = list(product(ours, theirs))
        clashing = {frozenset((f.id, g.id)) for f, g in met if matters.clash(stub(f), stub(g))}
        expected |= clashing
        if not clashing:
            quiet[names] = "".join(
                PAIRS[frozenset((called(f.kind), called(g.kind)))] for f, g in met
            )
    assert found == expected
    rows = {pairs[subject]: shown(library.desk, facts[subject]) for subject in pairs}
    for (one, other), how in quiet.items():
        forth, back = rows[one, other], rows[other, one]
        differ = {name for name in forth if forth[name] != back[name]}
        assert "x" not in how
        assert not (set(how) <= {".", "1"} and differ), (one, other, differ)
        assert differ.isdisjoint(matters.COMMON), (one, other, differ)


def shown(desk: Desk, facts: list[Fact]) -> dict[str, Any]:
    """How a request stands; the facts that it names by what they are."""
    named = {fact.id: (fact.kind, fact.data) for fact in facts}
    row = rows_of(desk, facts[0].subject)
    return {name: named.get(str(value), value) for name, value in row.items() if name not in OURS}


# The same as desks live it


Act = Callable[[Desk, str], object]
DONE, REFERRED = Ending("done", "已换"), Ending("referred", "请到教务处", "教务处", "101", "8805")


def to_anybody(department: str) -> Act:
    return partial(handovers.hand_over, department=department, reason="duty")


def right(**what: Any) -> Act:
    return lambda desk, id: corrections.correct(desk, id, Correction(**what), "误登")


def reopened(desk: Desk, id: str) -> None:
    endings.close(desk, id, DONE)
    endings.reopen(desk, id, "又坏了")


LIVED: dict[str, tuple[Act | None, tuple[str, Act], tuple[str, Act], list[set[str]]]] = {
    "two accepted the same offer": (
        to_anybody("information"),
        ("zheng", handovers.accept),
        ("chen", handovers.accept),
        [{"accepted"}],
    ),
    "closed with different results": (
        None,
        ("li", partial(endings.close, ending=DONE)),
        ("lead", partial(endings.close, ending=REFERRED)),
        [{"closed"}],
    ),
    "closed with the same result": (
        None,
        ("li", partial(endings.close, ending=DONE)),
        ("lead", partial(endings.close, ending=DONE)),
        [],
    ),
    "closed here, reopened there": (
        None,
        ("li", partial(endings.close, ending=DONE)),
        ("lead", reopened),
        [{"closed", "reopened"}],
    ),
    "the same corrected to different values": (
        None,
        ("li", right(channel="phone")),
        ("lead", right(channel="mail")),
        [{"corrected"}],
    ),
    "different things corrected": (
        None,
        ("li", right(channel="phone")),
        ("lead", right(contact="前台转")),
        [],
    ),
    "offered twice": (
        None,
        ("li", to_anybody("information")),
        ("lead", to_anybody("technology")),
        [{"offered"}],
    ),
    "closed while it is offered": (
        None,
        ("li", to_anybody("information")),
        ("lead", partial(endings.close, ending=DONE)),
        [{"offered", "closed"}],
    ),
    "extended while another joins": (
        None,
        ("li", partial(extensions.extend, reason="parts")),
        ("lead", partial(extensions.join, department="technology")),
        [{"extended", "joined"}],
    ),
    "accepted while the department is corrected": (
        to_anybody("information"),
        ("chen", handovers.accept),
        ("lead", right(department="technology")),
        [{"accepted", "corrected"}],
    ),
    "handed out of the house while it becomes confidential": (
        None,
        ("li", to_anybody("information")),
        ("lead", right(confidential=True)),
        [{"offered", "corrected"}],
    ),
    "told as it stands while it is closed": (
        right(contact="13812345678"),
        ("li", partial(telling.tell, channel="phone")),
        ("lead", partial(endings.close, ending=DONE)),
        [],
    ),
    "told while the reader is corrected": (
        right(contact="13812345678"),
        ("li", partial(telling.tell, channel="phone")),
        ("lead", right(contact="13987654321")),
        [{"told_reader", "corrected"}],
    ),
}


def clashing(library: Library, code: str = "2F") -> dict[str, list[set[str]]]:
    """By request the kinds that clash, as a desk finds them."""
    found: dict[str, list[set[str]]] = {}
    with library.desks[code].reading() as connection:
        for subject, *ids in open_clashes(connection):
            facts = facts_of(driver(connection), [subject])[subject]
            kinds = {called(fact.kind) for fact in facts if fact.id in ids}
            found.setdefault(subject, []).append(kinds)
    return found


def test_what_desks_do_apart(two_desks: Library) -> None:
    library = two_desks
    asked = {library.log(words=name).id: name for name in LIVED}
    for id, name in asked.items():
        if (first := LIVED[name][0]) is not None:
            first(library.at("li"), id)
    library.exchange("2F")
    library.exchange("3F")
    for id, name in asked.items():
        _, (who, act), (other, meanwhile), _ = LIVED[name]
        act(library.at(who, "2F"), id)
        meanwhile(library.at(other, "3F"), id)
    for code in ("3F", "2F", "3F"):
        library.exchange(code)
    expected = {id: LIVED[name][3] for id, name in asked.items() if LIVED[name][3]}
    assert clashing(library, "2F") == clashing(library, "3F") == expected
    (told,) = (id for id, name in asked.items() if name == "told as it stands while it is closed")
    assert library.row(told)["tell_by"] is not None  # the result is still owed


def test_words_that_are_not_there_change_no_clash(two_desks: Library) -> None:
    """A desk outside the department, and everybody behind an erasure, finds the same clash."""
    library = two_desks
    assert library.centre is not None
    reader = library.reader("2023101234")
    id = library.log(words="近来睡不着", kind="bibliotherapy", patron=reader).id
    to_anybody("reading")(library.at("li"), id)
    handovers.accept(library.at("sun"), id)
    library.centre.handles("3F", ["reading"])
    library.exchange("2F")
    library.exchange("3F")
    endings.close(library.at("sun", "2F"), id, DONE)
    endings.close(library.at("sun", "3F"), id, REFERRED)
    for code in ("3F", "2F", "3F", "2F"):
        library.exchange(code)
    assert (library.row(id, "2F")["answer"], library.row(id, "3F")["answer"]) == (
        None,
        "请到教务处",
    )
    assert clashing(library, "2F") == clashing(library, "3F") == {id: [{"closed"}]}
    erasures.erase_reader(library.at("admin", "2F"), reader)
    for code in ("2F", "3F"):
        library.exchange(code)
    assert clashing(library, "2F") == clashing(library, "3F") == {id: [{"closed"}]}
