"""Telling the reader (回告读者): the message, ready to copy, and how it was told."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import reader_page, request_lists, telling
from deskapp.desk import Desk, Refusal
from deskapp.language import LANGUAGES, Language
from deskapp.profile import Outcome
from deskapp.request_lists import Record
from deskapp.telling import Told
from screens.base import Hint
from screens.bindings import COPY
from screens.choice import Choice, Option, labelled
from screens.form import RequestForm
from screens.labels import folded
from screens.options import called, named
from screens.standing import called_things


def message(t: Language, desk: Desk, record: Record) -> str:
    """What the reader is told, in the language of `t`. A confidential one says no more than that
    there is something new.
    """
    library = desk.profile.name(t.code)
    if record.confidential:
        return t("telling.confidential", library=library, place=desk.place)
    facts = {
        "library": library,
        "place": desk.place,
        "number": record.number,
        "received": t.day(record.received.date()),
        "question": record.question,
    }
    if record.status == "open":
        return t("telling.progress", progress=_progress(t, desk, record), **facts)
    return _ended(t, desk, record, facts)


def _ended(t: Language, desk: Desk, record: Record, facts: Mapping[str, str]) -> str:
    """The result in sentences; where a clerk took the words that are there for having answered,
    they tell a reader nothing.
    """
    usual = {said for code in LANGUAGES for said in _usual(Language(code))}
    answer = "" if record.answer in usual else _plain(record.answer)
    result = desk.profile.results.get(record.result or "")
    outcome = result.outcome if result else Outcome.DONE
    if outcome is Outcome.REFERRED and record.referred_to:
        unit, place, telephone = (*record.referred_to, "", "")[:3]
        by_telephone = t("telling.telephone", telephone=telephone) if telephone else ""
        where = t("telling.between").join(filter(None, (place, by_telephone)))
        at = t("telling.where", where=where) if where else ""
        words = t("telling.referred", unit=unit, at=at, **facts)
    elif outcome is Outcome.NOT_POSSIBLE and record.alternative:
        words = t("telling.not_possible", alternative=_plain(record.alternative), **facts)
    elif answer:
        return t("telling.done", answer=answer, **facts)
    else:
        return t("telling.done_already", **facts)
    return words + (t("telling.more", answer=answer) if answer else "") + t("telling.from", **facts)


def _usual(t: Language) -> tuple[str, ...]:
    return t("log.answered"), t("closing.told_where")


def _plain(words: str) -> str:
    """Without the stop that the sentence around it brings."""
    return words.strip().rstrip("。.")


def _name(t: Language) -> str:
    """What a language calls itself."""
    return t("language.name")


def _progress(t: Language, desk: Desk, record: Record) -> str:
    """How it stands, and what the reader was told to bring and has not."""
    words = _plain(_stands(t, desk, record)) + t("telling.stop")
    if missing := [each for each in record.told if each not in record.materials]:
        things = called_things(t, desk, record.kind, missing)
        words += t("telling.bring", what=t("telling.comma").join(things))
    return words


def _stands(t: Language, desk: Desk, record: Record) -> str:
    kind = desk.profile.kinds.get(record.kind)
    stage = kind.stages.get(record.stage) if kind else None
    if stage is not None and stage.message is not None:
        return stage.message.zh if t.code.startswith("zh") else stage.message.en
    if record.waits == "reader":
        return t("telling.waits")
    return called(t, desk, record.stage) if record.stage else t("matter.open")


class TellingScreen(RequestForm[Told]):
    """Ctrl+F copies; the digit of the way records that the reader knows. Gives the receipt."""

    BINDINGS = [COPY]
    AUTO_FOCUS = "#channel"

    def __init__(self, id_: str) -> None:
        super().__init__(id_)
        self._wanted = self._telephone = ""

    def title_words(self) -> str:
        return self.t("telling.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("1-9", t("key.choose"), t("telling.help.digits"))
        yield Hint(t.keys["copy"], t("key.copy"), t("telling.help.copy"))
        yield Hint("Tab", t("key.next"), t("telling.help.tab"))

    def body(self) -> ComposeResult:
        t = self.t
        languages = [Option(code, _name(Language(code))) for code in LANGUAGES]
        yield Static(id="what", classes="note", markup=False)
        yield Choice(t("telling.language"), languages, self._speaks, id="language")
        channels = named(t, self.desk.profile.channels.values())
        yield Choice(t("telling.channel"), channels, id="channel")
        yield Static(id="heading", classes="heading", markup=False)
        yield Static(id="told-words", markup=False)
        yield Static(classes="half")

    def on_mount(self) -> None:
        """Whoever may see it has the reader's telephone before them; that is a look at it."""
        patron = request_lists.record(self.desk, self.request).patron
        if patron is not None:
            with suppress(Refusal):  # they have none, or it is not for everybody
                self._telephone = reader_page.telephone(self.desk, patron)

    @property
    def _speaks(self) -> str:
        return self._wanted or self.t.code

    def _message(self) -> str:
        record = request_lists.record(self.desk, self.request)
        return message(Language(self._speaks), self.desk, record)

    def reread(self) -> None:
        record = request_lists.record(self.desk, self.request)
        known = (record.patron_name, record.contact, self._telephone)
        who = "  ".join(dict.fromkeys(filter(None, known)))
        self.query_one("#what", Static).update(labelled(self.t("log.reader"), who))
        self.query_one("#heading", Static).update(f" {self.t('telling.message')}")
        words = self._message()
        if self._speaks.startswith("zh"):
            words = "\n".join(folded(words, self.app.size.width - 2))
        self.query_one("#told-words", Static).update(words)

    def on_choice_picked(self, event: Choice.Picked) -> None:
        if event.choice.id == "language":
            self._wanted = event.value
            self.reread()
        elif event.digit:
            self.action_go_on()

    def action_copy(self) -> None:
        """The message into the terminal's clipboard (OSC 52)."""
        self.app.copy_to_clipboard(self._message())
        self.say(self.t("telling.copied"))

    def action_go_on(self) -> None:
        channel = self.chosen("channel")
        if channel is None:
            self.query_one("#channel").focus()
            return
        self.leave_with(self.act(telling.tell, self.desk, self.request, channel))
