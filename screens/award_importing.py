"""Importing who is on an award list, from its own page."""

from functools import partial
from pathlib import Path

from deskapp import award_files, headers
from deskapp.gathering_fields import AWARDS
from deskapp.rolls import Roll
from screens.gathered_importing import GatheredImport
from screens.importing import ImportingScreen
from screens.jobs import Job


class AwardImportingScreen(ImportingScreen):
    """The file's people are put on the list; who cannot be is written beside it."""

    fields = AWARDS

    def __init__(self, roll: Roll) -> None:
        super().__init__()
        self.roll = roll

    def title_words(self) -> str:
        return f"{self.t('roll.key.import')} {self.roll.name}"

    def job(self, path: Path, columns: headers.Mapping) -> Job:
        columns.check()
        override = dict(self.override)
        take = partial(award_files.load, self.desk, self.roll.id, path, self.t, override)
        return GatheredImport(self.desk, path, self.t, take)
