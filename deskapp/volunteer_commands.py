"""`deskapp volunteer`: this machine is a door of an event, and does nothing else."""

from deskapp import door_duty, events
from deskapp.command import Command, Report, WrongUsage
from deskapp.desk import open_desk


def open_door(command: Command) -> Report:
    """`deskapp volunteer EVENT`; a door that nobody has taken back is open again without a PIN, if
    it is no other door that is asked for; a pack is nothing but a door
    """
    asked = command.asked
    desk = open_desk(command.folder, pack=True)
    try:
        if desk.pack is not None:
            post = door_duty.open_pack(desk, asked.session, asked.door)
            command.show(command.folder, None, door=True)
            return Report([], {"event": post.event})
        if asked.event is None:
            raise WrongUsage(command.t("command.event_how"))
        event = events.find(desk, asked.event).id
        stands = door_duty.stands(desk, event, asked.session, asked.door)
    finally:
        desk.close()
    if not stands:
        with command.desk() as signed_in:
            door_duty.open_here(signed_in, event, asked.session, asked.door)
    command.show(command.folder, None, door=True)
    return Report([], {"event": event})
