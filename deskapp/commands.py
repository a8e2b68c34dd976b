"""What each command does, and how its end is told: sentences, or JSON."""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from importlib import import_module

from deskapp import config
from deskapp.command import PARTLY, REFUSED, WRONG_USAGE, Command, Report, Show, WrongUsage
from deskapp.desk import Refusal, has_store
from deskapp.language import Language


def run(asked: Namespace, t: Language, show: Show) -> int:
    """Do a command and say how it went; its exit status. `show` opens a desk's screen."""
    command = Command(asked, t, show)
    try:
        with command.progress:
            report = doing(asked.command)(command)
    except Refusal as refusal:
        said = _said(t, refusal)
        report = Report([], {"refused": refusal.code, **refusal.facts, "sentence": said}, REFUSED)
        command.warn(said)
        if refusal.code == "StoreGone":
            _say_what_is_there(command)
    except WrongUsage as wrong:
        command.warn(str(wrong))
        report = Report([], {"wrong": str(wrong)}, WRONG_USAGE)
    except KeyboardInterrupt:
        command.warn(t("command.interrupted"))
        report = Report([], {"interrupted": True}, PARTLY)
    lines = report.sentences
    if asked.json:
        lines = [json.dumps(report.facts, ensure_ascii=False, default=_plain)]
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has enough, as `head`: it is done all the same
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return report.status


def _said(t: Language, refusal: Refusal) -> str:
    """In a sentence; what a driver says of the way to the centre, in our words."""
    facts = refusal.facts
    if refusal.code == "CentreAway":
        from deskapp.sync_words import brief

        facts = dict(brief(t, facts))
    return t.refused(refusal.code, facts)


def _say_what_is_there(command: Command) -> None:
    from deskapp import joining

    practice = config.demo_folder(command.folder, "desk")
    if has_store(practice) and not has_store(command.folder):
        command.warn(command.t("command.practice_there", folder=practice))
    if joining.half(command.folder) is not None:
        command.warn(command.t("refusal.StoreJoining"))


def _plain(value: object) -> object:
    """What JSON has no form of: a path, a finding."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


COMMANDS = {
    "demo": "demo_commands.demonstrate",
    "init": "setup_commands.init",
    "import": "file_commands.take_in",
    "export": "file_commands.export",
    "draw": "draw_commands.draw",
    "event": "event_commands.event",
    "certificate": "certificate_commands.certificate",
    "report": "report_commands.report",
    "print": "printing_commands.print_out",
    "kiosk": "kiosk_commands.open_kiosk",
    "volunteer": "volunteer_commands.open_door",
    "backup": "keeping_commands.backup",
    "restore": "keeping_commands.restore",
    "doctor": "keeping_commands.doctor",
    "stick": "keeping_commands.stick",
    "central": "central_commands.central",
    "sync": "sync_commands.exchange",
}
"""Where each is done. Only that is loaded: a timer asks for `sync` every few minutes."""


def doing(name: str) -> Callable[[Command], Report]:
    """What does a command."""
    return loaded(COMMANDS[name])


def loaded(where: str) -> Callable[[Command], Report]:
    """A function of one of our modules, by `module.function`."""
    module, function = where.split(".")
    does: Callable[[Command], Report] = getattr(import_module(f"deskapp.{module}"), function)
    return does
