"""What each command does: who acts, the act, and a sentence or JSON about it."""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from getpass import getpass
from pathlib import Path
from typing import Any

from db import doctor, restore, stick
from db.books import BOOKS
from db.clock import SystemClock
from db.ledger import Ledger, setting
from db.store import Store
from deskapp import (
    config,
    copies,
    demo,
    ledger_files,
    readers,
    request_files,
    setup,
    staff,
    staff_files,
)
from deskapp.desk import STORE, Desk, Refusal, open_desk
from deskapp.headers import Mapping
from deskapp.language import Language

DONE, PARTLY, WRONG_USAGE, REFUSED = range(4)


class WrongUsage(Exception):
    """Something that the grammar cannot know is missing; says what, in the user's language."""


@dataclass(slots=True)
class Report:
    """How a command ended: sentences for a person, `facts` for a program."""

    sentences: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    status: int = DONE


def run(asked: Namespace, t: Language) -> int:
    """Do a command and say how it went; its exit status."""
    command = Command(asked, t)
    try:
        report = command.do()
    except Refusal as refusal:
        said = t(f"refusal.{refusal.code}", **refusal.facts)
        report = Report([], {"refused": refusal.code, **refusal.facts, "sentence": said}, REFUSED)
        command.warn(said)
    except WrongUsage as wrong:
        command.warn(str(wrong))
        report = Report([], {"wrong": str(wrong)}, WRONG_USAGE)
    except KeyboardInterrupt:
        command.warn(t("command.interrupted"))
        report = Report([], {"interrupted": True}, PARTLY)
    if asked.json:
        print(json.dumps(report.facts, ensure_ascii=False, default=str))
    else:
        for sentence in report.sentences:
            print(sentence)
    return report.status


class Progress:
    """How far long work is, on a terminal's error stream, once it has taken a second."""

    def __init__(self, t: Language) -> None:
        self.t = t
        self._clock = SystemClock()
        self._begun = self._shown = self._clock.ticks()
        self._width = 0

    def share(self, done: int, total: int) -> None:
        percent = min(100, done * 100 // total) if total else 100
        self._show(self.t("progress.share", done=done, total=total, percent=percent))

    def count(self, what: str, done: int) -> None:
        self._show(self.t(f"counting.{what}", done=done))

    def _show(self, text: str) -> None:
        now = self._clock.ticks()
        if now - self._begun < 1 or now - self._shown < 0.1 or not sys.stderr.isatty():
            return
        self._shown = now
        sys.stderr.write(f"\r{text}\x1b[K")
        sys.stderr.flush()
        self._width = len(text)

    def end(self) -> None:
        if self._width:
            sys.stderr.write("\r\x1b[K")
            self._width = 0


class Command:
    """One command as it was asked for."""

    def __init__(self, asked: Namespace, t: Language) -> None:
        self.asked = asked
        self.t = t
        self.folder = config.data_folder(asked.data, os.environ)
        self.progress = Progress(t)

    def do(self) -> Report:
        try:
            act: Callable[[], Report] = getattr(self, f"{self.asked.command}_")
            return act()
        finally:
            self.progress.end()

    def warn(self, sentence: str) -> None:
        self.progress.end()
        print(sentence, file=sys.stderr)

    # who acts

    def _pin(self, *, twice: bool = False) -> str:
        """The PIN: a line of standard input, or asked for where nobody sees it."""
        if self.asked.pin_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        if not sys.stdin.isatty():
            raise WrongUsage(self.t("command.pin_how"))
        pin = getpass(self.t("command.pin") + " ")
        if twice and getpass(self.t("command.pin_again") + " ") != pin:
            raise WrongUsage(self.t("command.pins_differ"))
        return pin

    @contextmanager
    def _desk(self) -> Iterator[Desk]:
        """The desk in the hands of whoever acts: nothing is done in nobody's name."""
        desk = open_desk(self.folder)
        try:
            badge = self.asked.badge
            if badge is None:
                if not sys.stdin.isatty():
                    raise WrongUsage(self.t("command.badge_how"))
                badge = input(self.t("command.badge") + " ")
            yield staff.sign_in(desk, badge, self._pin())
        finally:
            desk.close()

    def _caught_up(self, desk: Desk, report: Report) -> Report:
        """The second copy follows at the end of whatever wrote."""
        trouble = copies.catch_up(desk)
        if trouble is not None:
            why = self.t(f"refusal.{trouble.code}", **trouble.facts)
            self.warn(self.t("command.copy_behind", why=why))
            report.facts["copy"] = trouble.code
        return report

    # set-up

    def demo_(self) -> Report:
        folder = config.demo_folder(self.folder, self.asked.scale)
        desk = demo.open_demo(folder, self.asked.scale, progress=self.progress.share)
        self.progress.end()
        notice, operator = demo.notice(desk, self.t), desk.operator
        desk.close()
        facts = {"folder": folder, "badge": operator.badge if operator else "", "pin": demo.PIN}
        if not self.asked.json:
            from deskapp.app import run as show

            print(notice, flush=True)
            show(folder, self.t, operator=operator)
        return Report([], facts)

    def init_(self) -> Report:
        asked = self.asked
        if asked.copy is not None and not asked.copy.is_dir():
            raise Refusal("FolderMissing", file=str(asked.copy))
        wanted = setup.SetUp(
            asked.profile, asked.desk, asked.place, asked.staff, asked.badge, self._pin(twice=True)
        )
        desk = setup.set_up(self.folder, wanted)
        try:
            report = Report(
                [self.t("command.set_up", desk=desk.code, file=self.folder / STORE)],
                {"desk": desk.code, "file": self.folder / STORE},
            )
            if asked.copy is not None:
                self._begin_copy(desk, asked.copy, report)
        finally:
            desk.close()
        return report

    def _begin_copy(self, desk: Desk, folder: Path, report: Report) -> None:
        path = copies.begin(desk, folder)
        report.sentences.append(self.t("command.copy_begun", file=path))
        report.facts["copy"] = path

    # files

    def import_(self) -> Report:
        with self._desk() as desk:
            what: Callable[[Desk], Report] = getattr(self, f"_import_{self.asked.what}")
            return self._caught_up(desk, what(desk))

    def _shown(self, columns: Mapping) -> None:
        """What the columns were taken for, before anything is written."""
        if self.asked.json:
            return
        for name, places in columns.columns.items():
            headings = "、".join(columns.headers[place] for place in places)
            self.warn(self.t("command.column", field=name, headings=headings))
        left = [*columns.ignored, *columns.dropped]
        if left:
            self.warn(self.t("command.columns_left", headings="、".join(left)))

    def _override(self) -> dict[str, Any]:
        return {name: heading or None for name, heading in self.asked.column}

    def _import_patrons(self, desk: Desk) -> Report:
        override = self._override()
        self._shown(readers.mapping(self.asked.file, override)[1])
        done = readers.load(desk, self.asked.file, self.t, override, self.progress.share)
        self.progress.end()
        said = self.t(
            "command.imported",
            entered=done.entered,
            changed=done.changed,
            unchanged=done.unchanged,
        )
        return self._imported(
            said,
            done.rejects,
            {"entered": done.entered, "changed": done.changed, "unchanged": done.unchanged},
            done.rejected,
        )

    def _import_staff(self, desk: Desk) -> Report:
        override = self._override()
        self._shown(staff_files.mapping(self.asked.file, override)[1])
        done = staff_files.load(desk, self.asked.file, self.t, override)
        said = self.t(
            "command.imported",
            entered=done.entered,
            changed=done.changed,
            unchanged=done.unchanged,
        )
        return self._imported(
            said,
            done.rejects,
            {"entered": done.entered, "changed": done.changed, "unchanged": done.unchanged},
            done.rejected,
        )

    def _import_requests(self, desk: Desk) -> Report:
        override = self._override()
        self._shown(request_files.mapping(self.asked.file, override)[1])
        done = request_files.load(desk, self.asked.file, self.t, override, self.progress.share)
        self.progress.end()
        said = self.t(
            "command.requests_imported", entered=done.entered, closed=done.closed, known=done.known
        )
        facts = {"entered": done.entered, "closed": done.closed, "known": done.known}
        return self._imported(said, done.rejects, facts, done.rejected)

    def _imported(
        self, said: str, rejects: Path | None, facts: dict[str, Any], rejected: int
    ) -> Report:
        report = Report([said], {**facts, "rejected": rejected, "rejects": rejects})
        if rejects is not None:
            report.sentences.append(self.t("command.rejected", rejected=rejected, file=rejects))
            report.status = PARTLY
        return report

    def export_(self) -> Report:
        asked, t = self.asked, self.t
        if asked.what == "patrons" and (asked.since or asked.until):
            raise WrongUsage(t("command.no_period"))
        with self._desk() as desk:
            match asked.what:
                case "patrons":
                    rows = readers.export(desk, asked.output, t)
                case "requests":
                    rows = request_files.export(
                        desk, asked.output, t, since=asked.since, until=asked.until
                    )
                case _:
                    rows = ledger_files.export(
                        desk, asked.output, t, since=asked.since, until=asked.until
                    )
        said = t("command.exported", rows=rows, file=asked.output)
        return Report([said], {"rows": rows, "file": asked.output})

    # keeping

    @contextmanager
    def _ledger(self) -> Iterator[Ledger]:
        """The ledger alone: it is kept by whoever looks after the machine, in nobody's name."""
        store = Store(self.folder / STORE)
        try:
            yield Ledger(store, BOOKS, SystemClock())
        finally:
            store.close()

    def backup_(self) -> Report:
        report = Report()
        if self.asked.copy is not None:
            desk = open_desk(self.folder)
            try:
                self._begin_copy(desk, self.asked.copy, report)
            finally:
                desk.close()
            return report
        with self._ledger() as ledger:
            ledger.store.backup(self.asked.file)
        size = self.asked.file.stat().st_size
        report.sentences.append(self.t("command.backed_up", file=self.asked.file))
        report.facts = {"file": self.asked.file, "bytes": size}
        return report

    def restore_(self) -> Report:
        t, target = self.t, self.folder / STORE
        try:
            done = restore.restore(self.asked.file, target, BOOKS, SystemClock())
        except Refusal as refusal:
            for each in refusal.facts.get("findings", ()):  # type: ignore[attr-defined]
                self.warn(self._finding(each))
            raise
        report = Report(
            [t("command.restored", file=target, epoch=done.epoch)],
            {"file": target, "epoch": done.epoch, "aside": done.aside, "rebuilt": done.rebuilt},
        )
        if done.aside is not None:
            report.sentences.append(t("command.aside", file=done.aside))
        if done.rebuilt:
            report.sentences.append(t("command.rebuilt"))
        if done.erasures is None:
            report.sentences.append(t("command.erasures_unknown"))
            report.status = PARTLY
        elif done.erasures:
            report.sentences.append(t("command.erasures", persons=done.erasures))
        self._found(done.findings, report)
        desk = open_desk(self.folder)
        try:
            aside = copies.begin_again(desk)
            if aside is not None:
                report.sentences.append(t("command.copy_aside", file=aside))
        except Refusal as trouble:
            why = t(f"refusal.{trouble.code}", **trouble.facts)
            self.warn(t("command.copy_behind", why=why))
            report.facts["copy"] = trouble.code
        finally:
            desk.close()
        return report

    def doctor_(self) -> Report:
        with self._ledger() as ledger:
            report = Report()
            if self.asked.rebuild:
                for done in ledger.rebuild():
                    self.progress.count("rebuild", done)
                report.sentences.append(self.t("command.rebuilt"))
                report.facts["rebuilt"] = True
            with ledger.store.reading() as connection:
                copy = setting(connection, copies.SETTING)
            path = Path(copy) if copy else None
            findings = doctor.examine(ledger, path, self.progress.count)
        self.progress.end()
        self._found(findings, report)
        if not findings:
            report.sentences.append(self.t("command.sound"))
        if path is None:
            report.sentences.append(self.t("command.no_copy"))
        return report

    def _found(self, findings: list[doctor.Finding], report: Report) -> None:
        report.facts["findings"] = [
            {"code": each.code, "facts": each.facts, "sentence": self._finding(each)}
            for each in findings
        ]
        report.sentences += [self._finding(each) for each in findings]
        if findings:
            report.status = PARTLY

    def _finding(self, finding: doctor.Finding) -> str:
        said = {name: value for name, value in finding.facts.items() if name != "key"}
        return self.t(f"finding.{finding.code}", **said)

    def stick_(self) -> Report:
        t, folder = self.t, self.asked.folder
        if not folder.is_dir():
            raise Refusal("FolderMissing", file=str(folder))
        with self._ledger() as ledger:
            if self.asked.way == "write":
                written = stick.write(ledger, folder)
                said = t("command.stick_written", facts=written.facts, files=len(written.files))
                return Report([said], {"facts": written.facts, "files": written.files})
            read = stick.read(ledger, folder)
        report = Report(
            [t("command.stick_read", facts=read.facts, files=read.files)],
            {"facts": read.facts, "files": read.files, "broken": read.broken},
        )
        report.facts["altered"] = read.altered
        report.sentences += [t("command.stick_broken", file=name) for name in read.broken]
        report.sentences += [t("command.stick_altered", id=id) for id in read.altered]
        if read.broken or read.altered:
            report.status = PARTLY
        return self._follow(report)

    def _follow(self, report: Report) -> Report:
        desk = open_desk(self.folder)
        try:
            return self._caught_up(desk, report)
        finally:
            desk.close()
