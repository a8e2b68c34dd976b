"""`deskapp print`: what is wanted on paper, as pages that any browser prints."""

from collections.abc import Callable
from pathlib import Path

from deskapp import barcodes, duty_log, kit
from deskapp.command import Command, Report
from deskapp.desk import Desk, open_desk


def print_out(command: Command) -> Report:
    """`deskapp print`; blank forms and barcodes in nobody's name"""
    if (print_blank := BLANKS.get(command.asked.what)) is not None:
        return print_blank(command)
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


def _barcodes(command: Command) -> Report:
    desk, asked = open_desk(command.folder), command.asked
    try:
        file = barcodes.print_out(desk, command.t, asked.output, force=asked.force)
    finally:
        desk.close()
    return Report([command.t("command.barcodes_written", file=file)], {"file": file})


BLANKS: dict[str, Callable[[Command], Report]] = {"kit": _kit, "barcodes": _barcodes}
PRINTS: dict[str, Callable[[Command, Desk], Report]] = {"log": _log}
