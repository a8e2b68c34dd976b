"""`deskapp central fold`: the relational copy at the centre is brought up to date."""

from typing import TYPE_CHECKING

from db.books import BOOKS, FOLDS
from deskapp.command import Command, Report

if TYPE_CHECKING:
    from db.central import Central


def fold(command: Command, centre: "Central") -> Report:
    """`deskapp central fold URL`; with `--reader` a role may read it from now on. What erased
    persons said leaves the files of the ledger too.
    """
    from db.relations import Relations  # here: no other command needs a database's driver

    copy = Relations(centre.connection, BOOKS, FOLDS)
    done = copy.fold(command.progress.share)
    command.progress.end()
    said = command.t("central.folded", facts=done.facts, position=done.position)
    report = Report([said], {"facts": done.facts, "position": done.position})
    if cleaned := centre.clean():
        report.sentences.append(command.t("central.cleaned", count=cleaned))
        report.facts["cleaned"] = cleaned
    reader = command.asked.reader
    if reader is not None:
        copy.let_read(reader)
        report.sentences.append(command.t("central.may_read", role=reader))
        report.facts["reader"] = reader
    return report
