"""`deskapp init`: a desk's store, of a new library or of one that is joined."""

from deskapp import copies, joining_commands, setup
from deskapp.command import Command, Report, WrongUsage
from deskapp.desk import STORE, Refusal


def init(command: Command) -> Report:
    """`deskapp init`"""
    asked = command.asked
    if asked.join is not None:
        return joining_commands.join(command)
    if asked.staff is None or asked.badge is None:
        raise WrongUsage(command.t("command.init_who"))
    if asked.copy is not None and not asked.copy.is_dir():
        raise Refusal("FolderMissing", file=str(asked.copy))  # before anybody types a PIN
    wanted = setup.SetUp(
        profile=asked.profile,
        desk=asked.desk,
        place=asked.place,
        name=asked.staff,
        badge=asked.badge,
        pin=command.pin(twice=True),
        copy=asked.copy,
    )
    desk = setup.set_up(command.folder, wanted)
    try:
        copy = copies.path_of(desk)
    finally:
        desk.close()
    file = command.folder / STORE
    report = Report(
        [command.t("command.set_up", desk=desk.code, file=file)],
        {"desk": desk.code, "file": file},
    )
    if copy is not None:
        report.sentences.append(command.t("command.copy_begun", file=copy))
        report.facts["copy"] = copy
    return report
