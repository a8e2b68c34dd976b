"""`deskapp init --join`: a desk of a library that is there."""

from dataclasses import asdict

from deskapp import centre as centres
from deskapp import joining, sync, sync_commands, sync_words
from deskapp.command import Command, Report
from deskapp.desk import STORE, Desk, Refusal


def join(command: Command) -> Report:
    """`deskapp init --join ADDRESS`; the password is a line of standard input, or asked for."""
    asked, t = command.asked, command.t
    where = centres.address_of(asked.join)
    secret = sync_commands.secret_of(command, where)
    wanted = joining.Wanted(where, secret, asked.profile, asked.desk, asked.place, asked.keyring)
    desk, joined = joining.join(
        command.folder, wanted, lambda _, done, total: command.progress.share(done, total)
    )
    command.progress.end()
    try:
        file = command.folder / STORE
        report = Report(
            [t("joining.joined", desk=desk.code, facts=joined.facts, file=file)],
            {"desk": desk.code, "file": file, **asdict(joined)},
        )
        if joined.resumed:
            report.sentences.append(t("joining.resumed", facts=joined.resumed))
        if joined.own:
            report.sentences.append(t("joining.own", desk=desk.code, facts=joined.own))
        _exchange(command, desk)
    finally:
        desk.close()
    return report


def _exchange(command: Command, desk: Desk) -> None:
    """The first exchange of the new desk, by which it knows how it stands; it can wait."""
    try:
        sync.sync(desk)
    except Refusal as refusal:
        why = sync_words.why(command.t, refusal.code, refusal.facts)
        command.warn(command.t("joining.later", why=why))
