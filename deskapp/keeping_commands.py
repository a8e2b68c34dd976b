"""The commands that keep a ledger safe: backup, restore, doctor, stick."""

from pathlib import Path

from db import doctor as doctors
from db import restore as restoring
from db import stick as sticks
from db.books import BOOKS
from db.clock import SystemClock, moment
from db.findings import Finding
from db.place import COPY, is_pack, setting
from deskapp import copies, joining, signer_care
from deskapp.command import PARTLY, Command, Report
from deskapp.desk import STORE, Refusal, open_desk


def backup(command: Command) -> Report:
    """`deskapp backup`"""
    report = Report()
    if command.asked.copy is not None:
        desk = open_desk(command.folder)
        try:
            command.begin_copy(desk, command.asked.copy, report)
        finally:
            desk.close()
        return report
    command.refuse_pack()
    with command.ledger() as ledger:
        ledger.store.backup(command.asked.file)
    size = command.asked.file.stat().st_size
    report.sentences.append(command.t("command.backed_up", file=command.asked.file))
    report.facts = {"file": command.asked.file, "bytes": size}
    return report


def restore(command: Command) -> Report:
    """`deskapp restore`"""
    t, target = command.t, command.folder / STORE
    try:
        done = restoring.restore(command.asked.file, target, BOOKS, SystemClock())
    except Refusal as refusal:
        findings = refusal.facts.get("findings")
        for each in findings if isinstance(findings, list) else ():
            command.warn(_finding(command, each))
        raise
    joining.drop_half(command.folder)
    report = Report(
        [t("command.restored", file=target)],
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
    _found(command, done.findings, report)
    desk = open_desk(command.folder)
    try:
        aside = copies.begin_again(desk)
        if aside is not None:
            report.sentences.append(t("command.copy_aside", file=aside))
    except Refusal as trouble:
        why = t.refused(trouble.code, trouble.facts)
        command.warn(t("command.copy_behind", why=why))
        report.facts["copy"] = trouble.code
    finally:
        desk.close()
    return report


DAMAGED = ("DigestWrong", "SealWrong", "TypeWrong", "StoreDamaged", "Integrity")
"""findings after which nothing is folded anew: first put a backup or the copy in place"""


def doctor(command: Command) -> Report:
    """`deskapp doctor`"""
    with command.ledger() as ledger:
        report = Report()
        if command.asked.rebuild:
            before = doctors.examine(ledger, progress=command.progress.count)
            damaged = [each for each in before if each.code in DAMAGED]
            if damaged:
                # Tables folded from facts that nobody signed would look sound.
                _found(command, damaged, report)
                report.sentences.append(command.t("command.not_rebuilt"))
                return report
            for done in ledger.rebuild():
                command.progress.count("rebuild", done)
            report.sentences.append(command.t("command.rebuilt"))
            report.facts["rebuilt"] = True
        with ledger.store.reading() as connection:
            copy, pack = setting(connection, COPY), is_pack(connection)
        path = Path(copy) if copy else None
        findings = doctors.examine(ledger, path, command.progress.count)
        findings += signer_care.findings(ledger)
        unsigned = signer_care.waiting(ledger)
    command.progress.end()
    _found(command, findings, report)
    if not findings:
        report.sentences.append(command.t("command.sound"))
    if path is None and not pack:
        report.sentences.append(command.t("command.no_copy"))
    if unsigned:
        report.sentences.append(command.t("command.no_signer", count=unsigned))
    return report


def stick(command: Command) -> Report:
    """`deskapp stick`"""
    t, folder = command.t, command.asked.folder
    if command.asked.way == "read" and not folder.is_dir():
        raise Refusal("FolderMissing", file=str(folder))
    command.refuse_pack()
    with command.ledger() as ledger:
        if command.asked.way == "write":
            written = sticks.write(ledger, folder)
            said = t("command.stick_written", facts=written.facts, files=len(written.files))
            return Report([said], {"facts": written.facts, "files": written.files})
        read = sticks.read(ledger, folder)
    report = Report(
        [t("command.stick_read", facts=read.facts, files=read.files)],
        {"facts": read.facts, "files": read.files, "broken": read.broken},
    )
    report.facts |= {"foreign": read.foreign, "altered": read.altered}
    report.sentences += [t("command.stick_broken", file=name) for name in read.broken]
    report.sentences += [t("command.stick_foreign", file=name) for name in read.foreign]
    report.sentences += [t("command.stick_altered", id=id) for id in read.altered]
    if read.broken or read.foreign or read.altered:
        report.status = PARTLY
    return _follow(command, report)


def _found(command: Command, findings: list[Finding], report: Report) -> None:
    report.facts["findings"] = [
        {"code": each.code, "facts": each.facts, "sentence": _finding(command, each)}
        for each in findings
    ]
    report.sentences += [_finding(command, each) for each in findings]
    if findings:
        report.status = PARTLY


def _finding(command: Command, finding: Finding) -> str:
    t, said = command.t, {name: v for name, v in finding.facts.items() if name not in ("key", "of")}
    if finding.code == "CopyUnreadable":
        why = t(f"refusal.{said.pop('reason')}", **said)
        return t("finding.CopyUnreadable", why=why)
    if finding.code in ("ClockBehind", "Twin"):
        # As it is read on the library's wall; programs are given the stamps.
        for name in {"at", "last", "now"} & said.keys():
            said[name] = f"{moment(said[name]).astimezone(command.zone):%Y-%m-%d %H:%M:%S}"
    return t(f"finding.{finding.code}", **said)


def _follow(command: Command, report: Report) -> Report:
    desk = open_desk(command.folder)
    try:
        return command.caught_up(desk, report)
    finally:
        desk.close()
