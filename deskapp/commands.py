"""What each command does, and how its end is told: sentences, or JSON."""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict, is_dataclass

from deskapp import (
    central_commands,
    config,
    copies,
    demo,
    file_commands,
    joining,
    joining_commands,
    keeping_commands,
    printing_commands,
    setup,
    sync_commands,
)
from deskapp.command import PARTLY, REFUSED, WRONG_USAGE, Command, Report, Show, WrongUsage
from deskapp.desk import STORE, Refusal, has_store
from deskapp.language import Language


def run(asked: Namespace, t: Language, show: Show) -> int:
    """Do a command and say how it went; its exit status. `show` opens a desk's screen."""
    command = Command(asked, t, show)
    try:
        with command.progress:
            report = COMMANDS[asked.command](command)
    except Refusal as refusal:
        said = t(f"refusal.{refusal.code}", **refusal.facts)
        report = Report([], {"refused": refusal.code, **refusal.facts, "sentence": said}, REFUSED)
        command.warn(said)
        practice = config.demo_folder(command.folder, "desk")
        if refusal.code == "StoreGone" and has_store(practice) and not has_store(command.folder):
            command.warn(t("command.practice_there", folder=practice))
        if refusal.code == "StoreGone" and joining.half(command.folder) is not None:
            command.warn(t("refusal.StoreJoining"))
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


def _plain(value: object) -> object:
    """What JSON has no form of: a path, a finding."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


def demonstrate(command: Command) -> Report:
    """`deskapp demo`; with --json the store is made and told of, and no screen opens."""
    folder = config.demo_folder(command.folder, command.asked.scale)
    desk = demo.open_demo(folder, command.asked.scale, progress=command.progress.share)
    command.progress.end()
    notice, operator = demo.notice(desk, command.t), desk.operator
    desk.close()
    facts = {"folder": folder, "badge": operator.badge if operator else "", "pin": demo.PIN}
    if not command.asked.json:
        print(notice, flush=True)
        command.show(folder, operator)
    return Report([], facts)


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


COMMANDS: dict[str, Callable[[Command], Report]] = {
    "demo": demonstrate,
    "init": init,
    "import": file_commands.take_in,
    "export": file_commands.export,
    "print": printing_commands.print_out,
    "backup": keeping_commands.backup,
    "restore": keeping_commands.restore,
    "doctor": keeping_commands.doctor,
    "stick": keeping_commands.stick,
    "central": central_commands.central,
    "sync": sync_commands.exchange,
}
