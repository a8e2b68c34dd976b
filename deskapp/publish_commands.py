"""`deskapp certificate publish`: the page on which anybody verifies, and the list beside it."""

from deskapp import config, key_commands, publishing
from deskapp.command import Command, Report


def publish(command: Command) -> Report:
    """`deskapp certificate publish DIR [--days N]`"""
    asked, t = command.asked, command.t
    settings = config.settings(command.folder)
    days, address = asked.days or settings.status_days, settings.verification_address
    with command.desk() as desk:
        desk.require(publishing.PUBLISHING)
        key = key_commands.opened(command, desk)
        done = publishing.publish(desk, key, asked.folder, days, address)
    until = done.until.date()
    facts = {"page": done.page, "status": done.status, "revoked": done.revoked, "until": until}
    said = [
        t("command.published", page=done.page, status=done.status),
        t("command.published_good", revoked=done.revoked, until=t.dated(until)),
        t("command.published_at", address=address) if address else t("command.published_nowhere"),
    ]
    return Report(said, facts)
