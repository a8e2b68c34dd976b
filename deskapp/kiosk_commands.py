"""`deskapp kiosk`: this machine gives out the seats of one zone, and does nothing else."""

from deskapp import kiosk
from deskapp.command import Command, Report
from deskapp.desk import open_desk


def open_kiosk(command: Command) -> Report:
    """`deskapp kiosk ZONE`; one that nobody has ended is open again without a PIN"""
    zone = command.asked.zone
    desk = open_desk(command.folder)
    try:
        kiosk.offered(desk, zone)
        operator = kiosk.opened_by(desk, zone)
    finally:
        desk.close()
    if operator is None:
        with command.desk() as signed_in:
            operator = kiosk.open_here(signed_in, zone)
    command.show(command.folder, operator, zone)
    return Report([], {"zone": zone})
