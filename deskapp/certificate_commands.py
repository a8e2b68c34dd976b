"""`deskapp certificate …`: where each of its tasks is done."""

from deskapp import commands
from deskapp.command import Command, Report

TASKS = {
    "issue": "issue_commands.issue",
    "print": "issue_commands.print_out",
    "find": "issue_commands.find",
    "revoke": "issue_commands.revoke",
    "replace": "issue_commands.replace",
    "hand-out": "issue_commands.hand_out",
    "verify": "verify_commands.verify",
    "key": "key_commands.key",
    "seal": "seal_commands.seal",
    "template": "template_commands.template",
    "preview": "template_commands.preview",
    "publish": "publish_commands.publish",
}
"""Only that is loaded which was asked for."""


def certificate(command: Command) -> Report:
    """`deskapp certificate TASK`"""
    return commands.loaded(TASKS[command.asked.task])(command)
