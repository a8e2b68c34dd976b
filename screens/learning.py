"""Set-up of what is scanned: the shape of card numbers, and what a scanner puts around a code."""

from collections.abc import Iterable

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import scanners, shapes
from deskapp.readers import masked_number
from screens.base import DeskScreen, Hint
from screens.scanbox import ScanBox, prompted


class Learning(DeskScreen[None]):
    """A box, what is to be done next, what was told so far, and what the desk knows."""

    def body(self) -> ComposeResult:
        yield from prompted(ScanBox(id="box"))
        for id_ in ("next", "told", "known"):
            yield Static(id=id_, classes="note", markup=False)

    def show(self, id_: str, *lines: str) -> None:
        """Lines of text in one of the places."""
        self.query_one(f"#{id_}", Static).update(Text("\n".join(f" {line}" for line in lines)))

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.next"), self.t("learning.help.enter"))


class ShapesScreen(Learning):
    """Three cards, each scanned and then told by its number."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str]] = []
        self.card: str | None = None

    def title_words(self) -> str:
        return self.t("learning.shapes")

    def reread(self) -> None:
        t, place = self.t, len(self.told) + 1
        count = shapes.CARDS
        if self.card is None:
            self.show("next", t("learning.scan_card", place=place, count=count))
        else:
            self.show("next", t("learning.number", card=self.card))
        told = (f"{at}  {scan}  {number}" for at, (scan, number) in enumerate(self._masked(), 1))
        self.show("told", *told)
        known = shapes.learnt(self.desk)
        names = [" ".join(each.name for each in some) for some in (known.scanner, known.records)]
        words = t("learning.nothing")
        if known:
            words = t("learning.known", scanner=names[0], records=names[1])
        self.show("known", "", words)

    def _masked(self) -> list[tuple[str, str]]:
        return [(masked_number(scan), masked_number(number)) for scan, number in self.told]

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if event.scanned:
            self.card = event.text
        elif self.card is None:
            self.say(self.t("learning.scan_first"), error=True)
        elif event.text:
            self.told.append((self.card, event.text))
            self.card = None
            if len({scan for scan, _ in self.told}) >= shapes.CARDS:
                self._learn()
        self.reread()

    def _learn(self) -> None:
        learnt = self.act(shapes.learn, self.desk, self.told)
        self.told = []
        if learnt is not None:
            names = " ".join(each.name for each in learnt.scanner)
            t = self.t
            self.say(t("learning.learnt", scanner=names) if names else t("learning.as_is"))


class ScannerScreen(Learning):
    """One code typed by hand, then scanned; 0 forgets what was learnt."""

    code = ""

    def title_words(self) -> str:
        return self.t("learning.scanner")

    def reread(self) -> None:
        t = self.t
        self.show(
            "next", t("learning.scan_code", code=self.code) if self.code else t("learning.code")
        )
        lines = []
        for each in scanners.learnt(self.desk):
            aim = t("learning.aim") if each.aim else ""
            parts = (each.before, aim, each.after, t("learning.stands"), each.suffix)
            lines.append(" ".join(filter(None, parts)))
        self.show("known", "", *(lines or [t("learning.nothing")]))

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        t = self.t
        if event.digit == 0:
            if self.act(self._forget):
                self.say(t("learning.forgotten"))
        elif not event.scanned:
            self.code = event.text or self.code
        elif not self.code:
            self.say(t("learning.code"), error=True)
        else:
            learnt = self.act(scanners.learn, self.desk, self.code, event.whole)
            if learnt is not None:
                self.code = ""
                self._take_on(event.box)
                self.say(t("learning.taken_off") if learnt else t("learning.bare"))
        self.reread()

    def _forget(self) -> bool:
        scanners.forget(self.desk)
        self._take_on(self.query_one(ScanBox))
        return True

    def _take_on(self, box: ScanBox) -> None:
        """From the next scan on."""
        box.scanner.bare = scanners.stripping(scanners.learnt(self.desk))
