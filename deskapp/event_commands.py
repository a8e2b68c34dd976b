"""`deskapp event …`: what is done for one event."""

from collections.abc import Callable

from deskapp import config, event_views, events, pack_commands, ticket_commands, ticket_sheets
from deskapp.command import Command, Report
from deskapp.desk import Desk
from deskapp.events import Event


def event(command: Command) -> Report:
    """`deskapp event TASK EVENT`"""
    with command.desk() as desk:
        if command.asked.task == "return":
            return command.caught_up(desk, pack_commands.bring_home(command, desk))
        found = events.find(desk, command.asked.event)
        return command.caught_up(desk, TASKS[command.asked.task](command, desk, found))


def _session(command: Command, event: Event) -> str | None:
    """The id of the session that is meant by its number, where one is. Refuses SessionNotThere."""
    number: int | None = command.asked.session
    if number is None:
        return None
    if not 1 <= number <= len(event.sessions):
        raise event_views.not_there(each.begin for each in event.sessions)
    return event.sessions[number - 1].id


def _tickets(command: Command, desk: Desk, event: Event) -> Report:
    asked, t = command.asked, command.t
    done = ticket_sheets.print_out(
        desk,
        t,
        event,
        asked.output,
        session=_session(command, event),
        one_a_page=asked.one_a_page,
        readers=asked.readers,
        font=asked.font or config.settings(command.folder).font,
        force=asked.force,
        share=command.progress.share,
    )
    said = t("command.tickets_written", count=done.tickets, new=done.new, file=done.file)
    facts = {"tickets": done.tickets, "new": done.new, "file": done.file, "fonts": done.families}
    return Report([said], facts)


def _ticket(command: Command, desk: Desk, event: Event) -> Report:
    return ticket_commands.ticket(command, desk, event, _session(command, event))


TASKS: dict[str, Callable[[Command, Desk, Event], Report]] = {
    "tickets": _tickets,
    "ticket": _ticket,
    "pack": pack_commands.pack,
}
