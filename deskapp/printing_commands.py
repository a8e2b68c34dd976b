"""`deskapp print`: what is wanted on paper, as pages that any browser prints."""

from collections.abc import Callable
from pathlib import Path

from deskapp import duty_log, kit
from deskapp.command import Command, Report
from deskapp.desk import Desk, open_desk


def print_out(command: Command) -> Report:
    """`deskapp print`; the blank forms in nobody's name"""
    if command.asked.what == "kit":
        return _kit(command)
    with command.desk() as desk:
        return PRINTS[command.asked.what](command, desk)


def _log(command: Command, desk: Desk) -> Report:
    file = duty_log.print_log(desk, command.t, command.asked.day, command.asked.output)
    return Report([command.t("command.duty_log_written", file=file)], {"file": file})


def _kit(command: Command) -> Report:
    desk = open_desk(command.folder)
    try:
        day = command.asked.day or desk.now().date()
        folder = command.asked.output or Path(f"kit-{day}")
        done = kit.print_kit(desk, command.t, folder, day, force=command.asked.force)
    finally:
        desk.close()
    said = command.t("command.kit_written", folder=done.folder, paper=done.paper.name)
    return Report([said], {"folder": done.folder, "paper": done.paper, "tables": done.tables})


PRINTS: dict[str, Callable[[Command, Desk], Report]] = {"log": _log}
