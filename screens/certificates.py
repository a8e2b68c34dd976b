"""Certificates in a list: all of them, or one reader's; words and numbers look for some."""

from collections.abc import Iterable, Iterator

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import certificates, verification
from deskapp.certificates import CertificateList, Listed
from deskapp.readers import Found, masked_name
from screens.base import Hint
from screens.certificate import state_words
from screens.longlist import Column, LongList, Source
from screens.numbered import Act, BoxedScreen
from screens.scanbox import ScanBox, prompted
from screens.shortlist import ShortList
from screens.verdict import judge

WIDE = 110


class CertificatesScreen(BoxedScreen[None]):
    """Enter opens one."""

    AUTO_FOCUS = "LongList"

    def __init__(self, reader: Found | None = None) -> None:
        super().__init__()
        self.reader, self.words = reader, ""

    def title_words(self) -> str:
        return self.t("feature.certificates")

    def hints(self) -> Iterator[Hint]:
        yield Hint("Enter", self.t("key.open"), self.t("certificates.help.enter"))
        yield from super().hints()

    def acts(self) -> Iterable[Act]:
        return ()

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield from prompted(ScanBox(placeholder=t("certificates.box"), id="box"))
        yield LongList[Listed](
            [
                Column(t("certificate.serial"), lambda row: row.number, 24),
                Column(t("results.column.who"), lambda row: row.name, share=1, least=10),
                Column(t("rolls.column.title"), lambda row: row.title, share=2, least=12),
                Column(t("results.column.prize"), lambda row: row.prize, 10, shown_from=WIDE),
                Column(t("roll.day"), lambda row: row.day.isoformat(), 10, shown_from=WIDE),
                Column(t("list.state"), lambda row: state_words(t, row), 8),
            ],
            self._rows(),
            empty=t("certificates.none"),
            id="list",
        )

    def _rows(self) -> Source[Listed]:
        if self.reader is not None:
            mine = certificates.of_reader(self.desk, self.reader.id)
            return ShortList(mine, lambda row: row.serial)
        return CertificateList(self.desk, words=self.words, newest=True)

    def reread(self) -> None:
        rows = self._rows()
        self.query_one("#list", LongList).reload(rows)
        words = [self.t("certificates.count", count=rows.count())]
        if self.reader is not None:
            words.insert(0, f"{masked_name(self.reader.name)} {self.reader.number}")
        elif self.words:
            words.append(self.t("events.looked_for", words=self.words))
        self.query_one("#heading", Static).update(Text(f" {'  '.join(words)}"))
        self.show_keys()

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        from screens.certificate import CertificateScreen

        self.go_to(CertificateScreen(event.row.serial))

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        """What is looked for; nothing shows all again."""
        if event.scanned and verification.is_code(event.text):
            judge(self, event)
            return
        self.reader, self.words = None, event.text
        self.act(self.reread)
        self.query_one("#list").focus()
