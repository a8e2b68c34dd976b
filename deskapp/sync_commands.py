"""`deskapp sync`: exchanging with the centre, from the command line, a timer, or the screen."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from getpass import getpass

from db.clock import SystemClock
from db.progress import Counting
from deskapp import centre as centres
from deskapp import config, sync, sync_words, timers
from deskapp.columns import lined_up
from deskapp.command import PARTLY, Command, Report, answer
from deskapp.desk import Desk, open_desk

STEP = 0.2
"""seconds between two lines about progress, at least"""


def exchange(command: Command) -> Report:
    """`deskapp sync`"""
    asked = command.asked
    desk = open_desk(command.folder, pack=True)  # which only pushes
    try:
        if asked.connect is not None:
            return _connect(command, desk)
        if asked.disconnect:
            centres.disconnect(desk)
            return Report([command.t("sync.disconnected")], {"centre": None})
        if asked.status:
            return _status(command, desk)
        if asked.dry_run:
            return _preview(command, desk)
        if asked.install_timer:
            return _install(command, desk)
        if asked.remove_timer:
            return _remove(command, desk)
        return _exchange(command, desk)
    finally:
        desk.close()


def _connect(command: Command, desk: Desk) -> Report:
    t = command.t
    where = centres.address_for(desk, command.asked.connect)
    found = centres.connect(desk, where, secret_of(command, where), ring=command.asked.keyring)
    report = Report([t("sync.connected", centre=sync_words.named(where))], {"centre": where})
    report.sentences += sync_words.did(t, asdict(found))
    report.facts["did"] = asdict(found)
    return report


def secret_of(command: Command, where: str) -> str | None:
    """The password for an address: a line of standard input, or asked for where nobody sees it;
    none is fine, and a file has none.
    """
    if centres.file_of(where):
        return None
    if sys.stdin.isatty():
        return answer(getpass, command.t("sync.password")) or None
    return sys.stdin.readline().rstrip("\r\n") or None


def _status(command: Command, desk: Desk) -> Report:
    stands = sync.standing(desk)
    said = list(sync_words.lines(command.t, stands, desk.now()))
    if stands.clashes:  # the screen has them in a list
        said.append((command.t("sync.line.clashes"), str(stands.clashes)))
    facts = asdict(stands) | {"offset": stands.offset and stands.offset.total_seconds()}
    return Report(lined_up(said), facts)


def _preview(command: Command, desk: Desk) -> Report:
    found = sync.preview(desk)
    return Report(sync_words.preview(command.t, found), asdict(found))


def _exchange(command: Command, desk: Desk) -> Report:
    with _ended_in_order():
        done = sync.sync(desk, _steps(command), nightly=command.asked.nightly)
    facts = {"did": done.did, "clashes": done.clashes, "faults": done.faults}
    report = Report(sync_words.synced(command.t, done), facts | {"nightly": done.nightly})
    if done.copy is not None:
        why = sync_words.why(command.t, done.copy.code, done.copy.facts)
        command.warn(command.t("command.copy_behind", why=why))
        report.facts["copy"] = done.copy.code
    if done.clashes or done.faults:
        report.status = PARTLY
    return report


def _steps(command: Command) -> Counting:
    """Progress for a person; with --json a line for each step, for the program that asked."""
    if not command.asked.json:
        return command.progress.count
    clock, told = SystemClock(), float("-inf")

    def tell(what: str, done: int) -> None:
        nonlocal told
        now = clock.ticks()
        if now - told >= STEP:
            told = now
            with suppress(OSError):  # whoever asked has gone: the exchange goes on
                sys.stdout.write(json.dumps({"step": what, "done": done}) + "\n")
                sys.stdout.flush()

    return tell


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM ends an exchange as Ctrl+C does: it is noted that somebody stopped it."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _install(command: Command, desk: Desk) -> Report:
    t = command.t
    plan = config.settings(command.folder).sync
    done = timers.install(timers.Job(desk.code, command.folder.absolute(), plan, desk.zone.key))
    report = Report([t(f"timer.by.{done.by}", at=done.at)], asdict(done))
    report.sentences += [t("timer.wrote", file=file) for file in done.files]
    report.sentences.append(t("timer.see", command=done.see))
    if done.linger:
        report.sentences.append(t("timer.linger", command=done.linger))
    return report


def _remove(command: Command, desk: Desk) -> Report:
    plan = config.settings(command.folder).sync
    job = timers.Job(desk.code, command.folder.absolute(), plan, desk.zone.key)
    gone = timers.remove(job)
    said = [command.t("timer.removed", file=file) for file in gone]
    return Report(said or [command.t("timer.none")], {"removed": gone})
