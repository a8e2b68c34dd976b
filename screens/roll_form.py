"""An award list opened, or changed: what is awarded, on what that rests, what its paper says."""

from collections.abc import Iterable
from typing import Any

from textual.widget import Widget
from textual.widgets import Static

from deskapp import cells, certificate_templates, events, quarters, rolls, seals, series
from deskapp.certificate_papers import LANGS
from deskapp.refusal import Refusal
from deskapp.rolls import (
    ATTENDANCE,
    HOURS,
    LIST,
    LOANS,
    NEEDED,
    PRESENCE,
    RESULTS,
    Opened,
    Plan,
    Roll,
)
from deskapp.seals import GOOD, NOT_HERE
from screens.base import Seen
from screens.choice import Choice, Field, Option
from screens.roll_words import template_words
from screens.scheduling import WhenForm

NONE = "-"
ASKED = {
    RESULTS: ("event",),
    ATTENDANCE: ("event", "series", "least"),
    HOURS: ("event", "least", "since", "until"),
    LOANS: ("quarter", "first"),
    PRESENCE: ("quarter", "first"),
    LIST: (),
}
"""the lines that a basis is asked by"""
LINES = ("event", "series", "least", "quarter", "first", "since", "until")
PARAGRAPH = "|"
"""between two paragraphs of a line"""
AT = {
    "RollUntitled": "title",
    "IssuerMissing": "issuers",
    "BasisWrong": "basis",
    "EventUnknown": "event",
    "EventAmbiguous": "event",
}
"""the line to which a refusal leads"""


class RollForm(WhenForm[Seen]):
    """What is said of a list; only the lines of its basis are there."""

    roll: Roll | None = None

    def lines(self) -> Iterable[Widget]:
        t, roll, profile = self.t, self.roll, self.desk.profile
        title = roll.title if roll else ""
        yield Field(t("rolls.line.title"), title, hint=t("rolls.hint.title"), id="title")
        bases = [Option(each, t(f"roll_of.{each}")) for each in NEEDED]
        yield Choice(t("rolls.line.basis"), bases, roll.basis["of"] if roll else LIST, id="basis")
        yield from self._basis_lines()
        known = certificate_templates.known(self.desk)
        papers = [Option(each.name, template_words(t, each)) for each in known]
        usual = roll.template if roll else known[0].name
        yield Choice(t("roll.template"), papers, usual, id="template")
        langs = [Option(each, t(f"roll_lang.{each}")) for each in LANGS]
        yield Choice(t("roll.lang"), langs, roll.lang if roll else LANGS[0], id="lang")
        issuers = "、".join(roll.issuers) if roll else profile.name("zh_CN")
        hint = t("rolls.hint.issuers")
        yield Field(t("roll.issuers"), issuers, hint=hint, id="issuers")
        signatory = roll.signatory if roll else ""
        hint = t("rolls.hint.signatory")
        yield Field(t("roll.signatory"), signatory, hint=hint, id="signatory")
        day = roll.day if roll else self.desk.now().date()
        yield Field(t("roll.day"), day.isoformat(), id="day")
        yield from self._seal_line()
        ours = self.desk.whoever().departments
        offices = sorted(profile.departments.values(), key=lambda each: each.code not in ours)
        options = [Option(each.code, each.name(t.code)) for each in offices]
        held = roll.department if roll else offices[0].code
        yield Choice(t("events.line.department"), options, held, id="department")
        words = PARAGRAPH.join(roll.words.splitlines()) if roll else ""
        yield Field(t("rolls.line.words"), words, hint=t("rolls.hint.words"), id="words")
        yield Static(id="usual", classes="note", markup=False)

    def _seal_line(self) -> Iterable[Widget]:
        """Only where there is a permission to print one."""
        t, held = self.t, self.roll.seal if self.roll else None
        known = [each for each in seals.listed(self.desk) if each.state in (GOOD, NOT_HERE)]
        if held or known:
            options = [Option(NONE, t("rolls.no_seal"))]
            options += [Option(each.name, each.title) for each in known]
            yield Choice(t("roll.seal"), options, held or NONE, id="seal")

    def _seal(self) -> str | None:
        found = next(iter(self.query("#seal").results(Choice)), None)
        return None if found is None or found.value == NONE else found.value

    def _basis_lines(self) -> Iterable[Widget]:
        t, said = self.t, dict(self.roll.basis) if self.roll else {}
        event = said.get("event", "")
        if event:
            event = events.event(self.desk, event).name
        yield Field(t("rolls.line.event"), event, hint=t("rolls.hint.event"), id="event")
        options = [Option(NONE, t("events.no_series"))]
        options += [Option(each.id, each.title) for each in series.all_series(self.desk)]
        yield Choice(t("events.line.series"), options, said.get("series", NONE), id="series")
        least = said.get("least", "")
        if least and said["of"] == HOURS:
            least = f"{least / 60:g}"
        yield Field(t("rolls.line.least"), str(least), hint=t("rolls.hint.least"), id="least")
        quarter = f"{said['year']}-{said['quarter']}" if "quarter" in said else ""
        yield Field(t("rolls.line.quarter"), quarter, hint=t("rolls.hint.quarter"), id="quarter")
        yield Field(t("rolls.line.first"), str(said.get("first", 10)), id="first")
        for name in ("since", "until"):
            hint = t("rolls.hint.day")
            yield Field(t(f"rolls.line.{name}"), said.get(name, ""), hint=hint, id=name)

    def on_mount(self) -> None:
        self._only_asked()
        self._tell_usual()

    def on_choice_picked(self, event: Choice.Picked) -> None:
        super().on_choice_picked(event)
        if event.choice.id == "basis":
            self._only_asked()
        elif event.choice.id in ("template", "lang"):
            self._tell_usual()

    def _only_asked(self) -> None:
        asked = ASKED[self.chosen("basis") or LIST]
        for name in LINES:
            self.query_one(f"#{name}").display = name in asked

    def _tell_usual(self) -> None:
        """The text that the paper has where none is written."""
        found = certificate_templates.find(self.desk, self.chosen("template") or "")
        lang = self.chosen("lang") or LANGS[0]
        said = found.words.get(lang, "").replace("\n", f" {PARAGRAPH} ")
        words = self.t("rolls.usual_words", words=said.rstrip(f" {PARAGRAPH}"))
        self.query_one("#usual", Static).update(f" {words}")

    def refuse(self, refusal: Refusal) -> None:
        super().refuse(refusal)
        for field in self.query(f"#{AT.get(refusal.code, 'nothing')}").results(Field):
            field.line.focus()

    def said(self) -> dict[str, Any]:
        """Refuses CountUnclear, MomentUnclear, QuarterUnclear, and as `events.find`."""
        words = self.written("words").replace("｜", PARAGRAPH)
        day = self.written("day")
        return {
            "title": self.written("title"),
            "basis": self._basis(),
            "template": self.chosen("template"),
            "lang": self.chosen("lang"),
            "issuers": cells.several(self.written("issuers")),
            "signatory": self.written("signatory"),
            "day": cells.day(day, self.t("roll.day")) if day else self.desk.now().date(),
            "words": "\n".join(each.strip() for each in words.split(PARAGRAPH)).strip(),
            "department": self.chosen("department"),
            "seal": self._seal(),
        }

    def _basis(self) -> dict[str, Any]:
        of = self.chosen("basis") or LIST
        asked, said = ASKED[of], {"of": of}
        found: dict[str, Any] = dict(said)
        in_series = self.chosen("series") if "series" in asked else None
        if in_series not in (None, NONE):
            found["series"] = in_series
        elif "event" in asked and self.written("event"):
            found["event"] = events.find(self.desk, self.written("event")).id
        if "least" in asked and self.written("least"):
            found["least"] = self._least(of)
        if "quarter" in asked:
            quarter = quarters.named(self.written("quarter"))
            found |= {"year": quarter.year, "quarter": quarter.number}
            found["first"] = self.whole("first")
        if of == HOURS and "event" not in found:
            for name in ("since", "until"):
                found[name] = cells.day(self.written(name), self.t(f"rolls.line.{name}"))
        return found

    def _least(self, of: str) -> int | None:
        """Sessions; of hours minutes."""
        if of != HOURS:
            return self.whole("least")
        label, text = self.query_one("#least", Field).label, self.written("least")
        try:
            return round(float(text) * 60)
        except ValueError:
            raise Refusal("CountUnclear", column=label, value=text) from None


class NewRollScreen(RollForm[Opened]):
    """A new list; gives what was opened."""

    def title_words(self) -> str:
        return self.t("rolls.key.new")

    def action_go_on(self) -> None:
        self.leave_with(self.act(lambda: rolls.open_roll(self.desk, Plan(**self.said()))))


class ChangingRollScreen(RollForm[str]):
    """What is said of a list changed; gives what is to be said of it."""

    def __init__(self, roll: Roll) -> None:
        super().__init__()
        self.roll = roll
        self.about = roll.id

    def title_words(self) -> str:
        return f"{self.t('roll.key.change')} {self.roll.name if self.roll else ''}"

    def action_go_on(self) -> None:
        self.leave_with(self.act(self._change))

    def _change(self) -> str:
        roll = self.roll
        assert roll is not None
        done = rolls.change(self.desk, roll.id, **self.said())
        return self.t("roll.changed_now" if done.fields else "roll.unchanged")
