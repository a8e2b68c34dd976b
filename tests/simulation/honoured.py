"""Rolls, awards, certificates, keys, seals and loans, told a second time and plainly."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from db.clashes import SETTLED
from db.facts import Stub
from tests.simulation import sittings
from tests.simulation.lines import Line, in_force, lines_of, resting

FOR_EVER = ("certificate.issued", "certificate.revoked")
"""what is so even where a person let another word stand"""


@dataclass
class Paper:
    """A certificate."""

    signer: str
    replaces: str | None
    holder: str | None
    copies: int = 0
    ended: str | None = None
    handed: str | None = None
    to: str | None = None

    @classmethod
    def of(cls, line: Line, ended: str | None) -> "Paper":
        said, holder = line.said, line.private.get("holder")
        return cls(said["signer"], said.get("replaces"), holder, ended=ended)

    def ends(self, reason: str) -> None:
        self.ended = self.ended or reason


@dataclass
class Honour:
    """An award."""

    name: str | None = None
    status: str | None = None
    gift: str | None = None
    gift_to: str | None = None


def numbers(raw: sqlite3.Connection) -> list[tuple[str, str]]:
    """Every number that was given, and by which fact."""
    return [
        (json.loads(data)["serial"], id)
        for id, data in raw.execute(
            "SELECT id, data FROM fact WHERE kind = 'certificate.issued' AND data <> '' "
            "AND actor IS NOT 'rogue'"
        )
    ]


def wrong(raw: sqlite3.Connection) -> list[str]:
    """Where rows are not what the facts say, and where a number is not what it must be."""
    gone, faults = resting(raw), {id for (id,) in raw.execute("SELECT id FROM fault")}
    lines = {
        subject: [each for each in some if each.id not in faults]
        for subject, some in lines_of(raw, "award").items()
    }
    there = {each: _award(some) for each, some in lines.items()}
    granted = {each: vars(award) for each, (award, _) in there.items() if award.status}
    return [
        *_differ("award", _awards(raw, gone), granted),
        *_differ("papers", _papers(raw, gone), {s: p for s, (_, p) in there.items() if p}),
        *_several(raw, lines, {subject: papers for subject, (_, papers) in there.items()}),
        *_differ("signer", _signers(raw), _told(raw, "signer", _signer)),
        *_differ("seal", _seals(raw), _told(raw, "seal", _seal)),
        *_differ("loan", _loans(raw, gone), _told(raw, "loan", _loan)),
        *_differ("roll", _rolls(raw), _told(raw, "roll", _roll)),
    ]


def _differ(what: str, are: dict[str, Any], should: dict[str, Any]) -> list[str]:
    return [
        f"{what} {subject} is {are.get(subject)}, not {should.get(subject)}"
        for subject in sorted(are.keys() | should.keys())
        if are.get(subject) != should.get(subject)
    ]


def _told(raw: sqlite3.Connection, book: str, tell: Any) -> dict[str, Any]:
    found = {subject: tell(in_force(some)) for subject, some in lines_of(raw, book).items()}
    return {subject: said for subject, said in found.items() if said is not None}


def _award(lines: Sequence[Line]) -> tuple[Honour, dict[str, Paper]]:
    """An award and its papers by number, as its facts tell them; what is said of one that is not
    there yet waits for it.
    """
    honour, papers = Honour(), dict[str, Paper]()
    stands = {each.id for each in in_force(lines)}
    waiting: list[Line] = []
    for line in lines:
        if line.id in stands or line.kind in FOR_EVER:
            if line.id not in stands and line.kind == "certificate.issued":
                papers[line.said["serial"]] = Paper.of(line, "clash")
            waiting = _told_of(honour, papers, [*waiting, line])
    return honour, papers


def _told_of(honour: Honour, papers: dict[str, Paper], lines: list[Line]) -> list[Line]:
    """What still waits."""
    for line in lines:
        award = line.kind.startswith("award.")
        begins = line.kind in ("award.granted", "certificate.issued")
        if begins or (honour.status if award else line.said["serial"] in papers):
            _tell(honour, papers, line)
            return _told_of(honour, papers, [each for each in lines if each is not line])
    return lines


def _tell(honour: Honour, papers: dict[str, Paper], line: Line) -> None:
    said, private = line.said, line.private
    match line.kind:
        case "award.granted" if honour.status != "granted":
            honour.status, honour.name = "granted", private.get("name")
        case "award.withdrawn":
            honour.status = "withdrawn"
        case "award.prize_handed" if honour.gift is None:
            honour.gift, honour.gift_to = said["what"], private.get("to")
        case "certificate.issued":
            before = said.get("replaces")
            ends = None
            if before in papers:
                papers[before].ends("replaced")
                ends = "clash" if papers[before].ended == "clash" else None
            papers.setdefault(said["serial"], Paper.of(line, ends))
        case _ if line.kind.startswith("certificate."):
            _tell_of(papers[said["serial"]], line)


def _tell_of(paper: Paper, line: Line) -> None:
    match line.kind:
        case "certificate.printed":
            paper.copies = max(paper.copies + 1, line.said["copy"])
        case "certificate.revoked":
            paper.ends(line.said["reason"])
        case "certificate.handed_out" if paper.handed is None:
            paper.handed, paper.to = line.at, line.private.get("to")


def _awards(raw: sqlite3.Connection, gone: set[str]) -> dict[str, Any]:
    rows = raw.execute("SELECT subject, name, status, gift, gift_to FROM award")
    return {id: vars(Honour(*rest)) for id, *rest in rows if id not in gone}


def _papers(raw: sqlite3.Connection, gone: set[str]) -> dict[str, dict[str, Paper]]:
    found: dict[str, dict[str, Paper]] = defaultdict(dict)
    for subject, serial, *rest in raw.execute(
        "SELECT subject, serial, signer, replaces, holder, copies, reason, handed_at, handed_to "
        "FROM certificate"
    ):
        if subject not in gone:
            found[subject][serial] = Paper(*rest)
    return found


def _several(
    raw: sqlite3.Connection,
    lines: dict[str, list[Line]],
    papers: dict[str, dict[str, Paper]],
) -> Iterator[str]:
    """Numbers that are there twice; awards with several good papers though nobody said so."""
    many = Counter(number for number, _ in numbers(raw))
    yield from (f"{number} is given {n} times" for number, n in many.items() if n > 1)
    open_ = {s for (s,) in raw.execute("SELECT subject FROM clash WHERE settled_by IS NULL")}
    for subject, theirs in papers.items():
        good = sorted(number for number, paper in theirs.items() if not paper.ended)
        both = any(e.kind == SETTLED and e.said["keep"] == "both" for e in lines[subject])
        if len(good) > 1 and not both and subject not in open_:
            yield f"of {subject} are good {good}"


def _signer(lines: Sequence[Line]) -> tuple[str, bool, str | None] | None:
    """Its public half, whether it signs no more, and since when it is lost."""
    made = [line.said["public"] for line in lines if line.kind == "signer.made"]
    lost = [line.said["since"] for line in lines if line.kind == "signer.lost"]
    retired = any(line.kind == "signer.retired" for line in lines)
    return (made[0], retired, min(lost, default=None)) if made else None


def _signers(raw: sqlite3.Connection) -> dict[str, Any]:
    rows = raw.execute("SELECT subject, public, retired_at NOTNULL, lost_since FROM signer")
    return {id: (public, bool(retired), lost) for id, public, retired, lost in rows}


def _seal(lines: Sequence[Line]) -> tuple[str, bool] | None:
    """By which paper it is permitted, and whether it is no more."""
    said = [line for line in lines if line.kind == "seal.permitted"]
    return (said[-1].said["document"], lines[-1] is not said[-1]) if said else None


def _seals(raw: sqlite3.Connection) -> dict[str, Any]:
    rows = raw.execute("SELECT subject, document, withdrawn_at NOTNULL FROM seal")
    return {id: (document, bool(withdrawn)) for id, document, withdrawn in rows}


def _loan(lines: Sequence[Line]) -> list[list[str]]:
    return sorted({tuple(each): each for line in lines for each in line.said["lendings"]}.values())


def _loans(raw: sqlite3.Connection, gone: set[str]) -> dict[str, Any]:
    rows = raw.execute("SELECT subject, count, lendings FROM loan")
    return {
        id: said for id, n, lent in rows if id not in gone and len(said := json.loads(lent)) == n
    }


def _roll(lines: Sequence[Line]) -> tuple[Any, ...] | None:
    """Who signs it, its seal, whether it is closed, for how many papers a seal was asked."""
    begun = sorted(lines, key=lambda each: each.kind != "roll.opened")
    if not begun or begun[0].kind != "roll.opened":
        return None
    now: dict[str, Any] = {"closed": False}
    for line in begun:
        now |= line.said
        now["closed"] = now["closed"] if line.kind in SAID else line.kind == "roll.closed"
    return now["signatory"], now["seal"], now["closed"], now.get("count")


SAID = ("roll.opened", "roll.changed", "roll.seal_asked")


def _rolls(raw: sqlite3.Connection) -> dict[str, Any]:
    rows = raw.execute("SELECT subject, signatory, seal, closed_at NOTNULL, asked_for FROM roll")
    return {id: (by, seal, bool(closed), n) for id, by, seal, closed, n in rows}


def clash(one: Stub, other: Stub) -> bool:
    """One given, handed over or issued twice; used while it was taken back; a list changed in two
    ways.
    """
    kinds = {one.kind, other.kind}
    first, second = json.loads(one.data), json.loads(other.data)
    if one.kind.startswith("reader."):
        return sittings.clash(one, other)
    if kinds == {"roll.changed"}:
        return any(first[each] != second[each] for each in first.keys() & second.keys())
    if "certificate.handed_out" in kinds and kinds <= {
        "certificate.handed_out",
        "certificate.revoked",
    }:
        return bool(first["serial"] == second["serial"])
    twice = ({"award.granted"}, {"award.prize_handed"}, {"certificate.issued"})
    used = {"award.granted", "award.prize_handed", "certificate.issued", "certificate.handed_out"}
    return kinds in twice or ("award.withdrawn" in kinds and bool(kinds & used))
