"""`deskapp certificate verify`: of digits, numbers, pictures and PDFs."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from db.clock import SystemClock
from deskapp import certificate_reading, serials, status_lists, verification
from deskapp.certificate_text import Content
from deskapp.columns import lined_up
from deskapp.command import DONE, PARTLY, Command, Report
from deskapp.language import Language
from deskapp.refusal import Refusal
from deskapp.verification import VALID, Known, Verdict
from deskapp.verification_words import compare, reason, rows, word

BEGINNING = 24
"""digits of a code that name it"""


def verify(command: Command) -> Report:
    """`deskapp certificate verify TEXT|FILE … [--list FILE]`: by this desk's ledger, or in nobody's
    name by a published list. One of several that cannot be read does not stop the others. Exit
    status 0 if all are valid.
    """
    asked = command.asked
    if asked.list is not None:
        return _report(command, status_lists.read(asked.list), SystemClock().now())
    with command.desk() as desk:
        return _report(command, verification.known(desk), desk.now())


def _report(command: Command, known: Known, now: datetime) -> Report:
    listed, report = command.asked.list is not None, Report()
    found = []
    several = len(command.asked.what) > 1
    for what in command.asked.what:
        heading = [_named(what)] if several else []
        try:
            texts = _texts(command, what)
        except Refusal as refusal:
            if not several:
                raise
            why = command.t.refused(refusal.code, refusal.facts)
            found.append({"of": what, "verdict": None, "refused": refusal.code, "sentence": why})
            report.sentences += [*heading, why, ""]
            continue
        for text in texts:
            verdict = verification.judge(known, text, now)
            found.append(_facts(what, verdict))
            report.sentences += [*heading, *_lines(command.t, verdict, listed=listed), ""]
    command.progress.end()
    report.sentences = report.sentences[:-1]
    report.facts = {"verdicts": found}
    report.status = DONE if all(each["verdict"] == VALID for each in found) else PARTLY
    return report


def _named(what: str) -> str:
    """Of a code its beginning."""
    return f"{what[:BEGINNING]}…" if what.isdigit() and len(what) > BEGINNING else what


def _texts(command: Command, what: str) -> list[str]:
    """What was given, or what is in the file of that name."""
    if verification.is_code(what) or not _is_file(Path(what)):
        return [what]
    return certificate_reading.codes(Path(what), command.progress.share)


def _is_file(named: Path) -> bool:
    """Whether it is one, or was meant to be."""
    try:
        return bool(named.suffix) or named.exists()
    except OSError:  # longer than any name
        return False


def _lines(t: Language, verdict: Verdict, *, listed: bool) -> Iterator[str]:
    yield f"{word(t, verdict)}  {reason(t, verdict, listed=listed)}"
    if verdict.content is not None:
        yield f"  {compare(t, verdict)}"
        yield from (f"  {line}" for line in lined_up(list(rows(t, verdict.content))))


def _facts(what: str, verdict: Verdict) -> dict[str, Any]:
    said = _said(verdict.content) if verdict.content else None
    return {"of": what, "verdict": verdict.verdict, "why": verdict.why, "content": said}


def _said(content: Content) -> dict[str, Any]:
    title, _, prize = content.award.partition("\u3000")
    return {
        "serial": content.serial,
        "number": serials.spaced(content.serial),
        "holder": content.holder,
        "title": title,
        "prize": prize or None,
        "day": content.day,
        "issuer": content.issuer,
    }
