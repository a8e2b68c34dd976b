"""Certificates (F7): the award lists, the newest first; a digit and Enter do something at the one
under the cursor. A reader's card shows what they have, a certificate's code whether it is true.
"""

from collections.abc import Iterable, Iterator

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import box, certificates, rolls, serials, verification
from deskapp.readers import Found
from deskapp.refusal import Refusal
from deskapp.rolls import Opened, Roll, RollList, Step
from screens.base import Hint
from screens.choosing import ask_which
from screens.longlist import Column, LongList
from screens.numbered import Act
from screens.roll_words import basis_words, step_words
from screens.scanbox import ScanBox, prompted
from screens.shortlist import ShortList
from screens.verdict import judge
from screens.worded import Worded

WIDE = 110


class RollsScreen(Worded[Roll]):
    """Enter opens a list."""

    AUTO_FOCUS = "LongList"

    def title_words(self) -> str:
        return self.t("feature.certificates")

    def hints(self) -> Iterator[Hint]:
        yield Hint("Enter", self.t("key.open"), self.t("rolls.help.enter"))
        yield from super().hints()
        yield Hint("A-Z", "", self.t("rolls.help.words"))

    def acts(self) -> Iterable[Act]:
        t = self.t
        if self.desk.may(rolls.ROLLING):
            yield 1, t("rolls.key.new"), t("rolls.help.new"), self._new
            yield 2, t("rolls.key.all"), t("rolls.help.all"), self._all
            yield 3, t("rolls.key.signers"), t("rolls.help.signers"), self._signers

    def body(self) -> ComposeResult:
        t = self.t
        yield from prompted(ScanBox(placeholder=t("rolls.box"), id="box"))
        yield LongList[Roll](
            [
                Column(t("rolls.column.title"), lambda row: row.title, share=3, least=14),
                Column(
                    t("rolls.column.basis"),
                    lambda row: basis_words(t, self.desk, row),
                    share=2,
                    shown_from=WIDE,
                ),
                Column(t("roll.day"), lambda row: row.day.isoformat(), 10),
                Column(t("rolls.column.heads"), lambda row: str(row.counts.awards), 5),
                Column(t("rolls.column.issued"), lambda row: str(row.counts.issued), 6),
                Column(t("rolls.column.handed"), lambda row: str(row.counts.handed), 6),
                Column(t("list.state"), self._state, 9),
                Column(t("rolls.column.name"), lambda row: row.name, 8),
            ],
            ShortList[Roll]((), lambda row: row.id),
            empty=t("rolls.none"),
            id="list",
        )
        yield Static(id="words", classes="note", markup=False)

    def _state(self, row: Roll) -> str | Text:
        words = step_words(self.t, row)
        return words if row.step is Step.DONE or row.closed else Text(words, "bold")

    def words(self, row: Roll) -> str:
        return "  ".join((basis_words(self.t, self.desk, row), *row.issuers))

    def reread(self) -> None:
        rows = self.act(RollList, self.desk)
        if rows is not None:
            self.query_one("#list", LongList).reload(rows)
            self.show(self.row)

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self._open(event.row.id)

    def _open(self, id_: str) -> None:
        from screens.roll import RollScreen

        self.go_to(RollScreen(id_))

    def _new(self) -> None:
        from screens.roll_form import NewRollScreen

        def opened(new: Opened | None) -> None:
            if new is not None:
                self._open(new.id)

        self.go_to(NewRollScreen(), opened)

    def _all(self) -> None:
        from screens.certificates import CertificatesScreen

        self.go_to(CertificatesScreen())

    def _signers(self) -> None:
        from screens.signers import SignersScreen

        self.go_to(SignersScreen())

    # The box

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if self.is_digit(event):
            return
        if serials.typed(event.text) is None and verification.is_code(event.text):
            judge(self, event)
            return
        if event.text and self._found(event.text):
            return
        match self.act(box.understand, self.desk, event.text, event.scanned):
            case None:
                pass
            case box.Nothing():
                self.query_one("#list").focus()
            case box.ReaderFound(reader) | box.Readers(readers=[reader]):
                self._of_reader(reader)
            case box.Readers(readers=several):
                ask_which(self, several, self._of_reader)
            case _:
                self.say(self.t("rolls.nothing_found", words=event.text), error=True)

    def _found(self, text: str) -> bool:
        """Whether it is a certificate's number, a list's name or a part of its title; then it is
        shown.
        """
        if serials.typed(text) is not None:
            if self.act(certificates.one, self.desk, text) is not None:
                from screens.certificate import CertificateScreen

                self.go_to(CertificateScreen(text))
            return True
        try:
            found = rolls.find(self.desk, text)
        except Refusal as refusal:
            if refusal.code != "RollUnknown":
                self.refuse(refusal)
            return refusal.code != "RollUnknown"
        self._open(found.id)
        return True

    def _of_reader(self, reader: Found) -> None:
        from screens.certificates import CertificatesScreen

        self.go_to(CertificatesScreen(reader))
