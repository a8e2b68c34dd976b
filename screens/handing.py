"""Handing a request over (转办): to whom, why, and how it is accepted."""

from collections import Counter
from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import handovers, request_lists, shifts, shorthand, staff
from deskapp.desk import Desk, Operator, Refusal
from deskapp.handovers import Offered
from deskapp.language import Language
from deskapp.readers import masked_name
from deskapp.request_lists import Record
from deskapp.shorthand import Token
from screens.base import Hint
from screens.burst import clean
from screens.choice import Choice, Field, Option, labelled
from screens.form import RequestForm
from screens.keeping import taken_back
from screens.matters import deadline_words, with_guess
from screens.options import named
from screens.wording import record_words

DEPARTMENT = "department:"
"""before a department's code, where a choice has people and departments"""

SYSTEM, FACE, PHONE = "system", "face", "phone"
WAYS = {
    "system": "handing.system",
    "face": "handing.face",
    "phone": "handing.phone",
    "stood_in": "handing.stood_in",
}
"""how a handover may be accepted"""


def way_words(t: Language, way: str) -> str:
    """A way of acceptance as people call it."""
    return t(WAYS[way]) if way in WAYS else way


def told_apart(desk: Desk, found: Iterable[Operator]) -> list[Option]:
    """People to choose from; a name that several of the staff have is shown with the badge."""
    names = Counter(each.name for each in staff.everybody(desk))
    return [
        Option(each.id, each.name if names[each.name] < 2 else f"{each.name}({each.badge})")
        for each in found
    ]


def found_among(desk: Desk, people: Iterable[Operator], typed: str) -> list[Option]:
    """Those of some people whose name or badge begins so."""
    found = {each.id for each in staff.search(desk, typed)}
    return told_apart(desk, (each for each in people if each.id in found))


def note_to_copy(t: Language, desk: Desk, record: Record) -> str:
    """What to paste into a message to the taker: without the reader's name, number and contact."""
    words = record.question
    if record.confidential:
        words = t("request.confidential")
    for private, shown in (
        (record.patron_name, masked_name(record.patron_name)),
        (record.patron_number, "***"),
        (record.contact, "***"),
    ):
        if private:
            words = words.replace(private, shown)
    kind = desk.profile.kinds.get(record.kind)
    return t(
        "handing.note",
        number=record.number,
        words=words,
        kind=kind.name(t.code) if kind else record.kind,
        due=t.moment(record.due),
        name=record.responsible,
        place=desk.place,
    )


class HandingScreen(RequestForm[str]):
    """To whom by digit or name, then the reason: its digit hands over. Gives what is to be said."""

    AUTO_FOCUS = "#to"

    def __init__(self, id_: str) -> None:
        super().__init__(id_)
        self._way = SYSTEM
        self._to: str | None = None

    def title_words(self) -> str:
        return self.t("handing.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        searches = self.focused is not None and self.focused.id == "to"
        yield Hint("1-9", t("key.choose"), t("handing.help.digits"))
        yield Hint("A-Z", t("key.search") if searches else "", t("handing.help.search"))
        yield Hint("Enter", t("key.hand_over"), t("handing.help.enter"))
        yield Hint("Tab", t("key.next"), t("handing.help.tab"))

    def body(self) -> ComposeResult:
        t, desk = self.t, self.desk
        yield Static(id="what", classes="note asked", markup=False)
        options = [Option(way, way_words(t, way)) for way in (SYSTEM, FACE, PHONE)]
        yield Choice(t("handing.way"), options, self._way, id="way")
        yield Choice(t("handing.to"), self._takers(), self._to, find=self._find, id="to")
        yield Field(t("handing.words"), hint=t("handing.words_hint"), id="words")
        yield Static(id="asks", classes="heading", markup=False)
        yield Choice(t("handing.reason"), named(t, desk.profile.reasons.values()), id="reason")
        yield Static(classes="half")

    def reread(self) -> None:
        record = request_lists.record(self.desk, self.request)
        self.query_one("#what", Static).update(
            labelled(record.number, record_words(self.t, record))
        )
        if record.incomplete and record.responsible_id == self.desk.whoever().id:
            self.refuse(Refusal("EntryIncomplete", number=record.number))
        self._ask()

    def _ask(self) -> None:
        """Whose it will be, before a digit hands it over."""
        to = self.query_one("#to", Choice).chosen
        words = self.t("handing.asks", to=to.label) if to else ""
        self.query_one("#asks", Static).update(labelled("", words))

    def _takers(self) -> list[Option]:
        """The department that the kind goes to, if it has gone elsewhere; who is on duty here, the
        departments in the library's order, the undertaking one's people.
        """
        record = request_lists.record(self.desk, self.request)
        takers = handovers.takers(self.desk, self.request)
        digits = {each.id: each.digit for each in shifts.on_duty(self.desk)}
        here = [each for each in takers if digits.get(each.id)]
        here.sort(key=lambda each: digits[each.id])
        ours = [e for e in takers if record.department in e.departments and e not in here]
        departments = handovers.departments(self.desk, self.request)
        kind = self.desk.profile.kinds.get(record.kind)
        first = [d for d in departments if kind and d == kind.department != record.department]
        return [
            *map(self._department, first),
            *told_apart(self.desk, here),
            *(self._department(each) for each in departments if each not in first),
            *told_apart(self.desk, ours),
        ]

    def _department(self, code: str) -> Option:
        name = self.desk.profile.departments[code].name(self.t.code)
        return Option(DEPARTMENT + code, self.t("handing.anybody", department=name))

    def _find(self, typed: str) -> Sequence[Option]:
        able = handovers.departments(self.desk, self.request)
        meant = shorthand.complete(self.desk, Token("department", clean(typed), 0))
        takers = handovers.takers(self.desk, self.request)
        return [
            *found_among(self.desk, takers, typed),
            *(self._department(each.value) for each in meant if each.value in able),
        ]

    # Going on

    def action_take_back_draft(self) -> None:
        taken_back(self, self.request)

    def on_choice_picked(self, event: Choice.Picked) -> None:
        match event.choice.id:
            case "way":
                self._way = event.value
            case "to":
                self._to = event.value
                self._ask()
                if event.digit:
                    self.query_one("#reason").focus()
            case "reason":
                if event.digit:
                    self.action_go_on()

    def typed(self, choice: Choice, text: str) -> None:
        """A sentence where only a digit is wanted is the note."""
        self.query_one("#words", Field).go_on(text)

    def action_go_on(self) -> None:
        """Hand over; or on to what is still missing."""
        reason = self.chosen("reason")
        if self._to is None:
            self.refuse(Refusal("TakerMissing"))
            self.query_one("#to").focus()
        elif reason is None:
            self.query_one("#reason").focus()
        else:
            self._hand_over(self._to, reason)

    def _hand_over(self, to: str, reason: str) -> None:
        department = to.removeprefix(DEPARTMENT) if to.startswith(DEPARTMENT) else None
        offered = self.act(
            handovers.hand_over,
            self.desk,
            self.request,
            to=None if department else to,
            department=department,
            reason=reason,
            note=self.written("words"),
        )
        if offered is None:
            return
        sentence = self._offered(offered, department)
        if self._way == SYSTEM:
            self.dismiss(sentence)
        elif self._way == PHONE and department is None:
            accepted = self.act(handovers.accept_by_phone, self.desk, self.request, to)
            if accepted is not None:
                self.dismiss(self.t("signing.phone", number=accepted.number, name=accepted.by))
        else:
            from screens.signing import SigningScreen

            def signed(said: str | None) -> None:
                self.dismiss(said or sentence)

            self.app.push_screen(SigningScreen(self.request, self._way), signed)

    def _offered(self, offered: Offered, department: str | None) -> str:
        to = (
            self.desk.profile.departments[department].name(self.t.code)
            if department
            else offered.to
        )
        until = deadline_words(self.t, self.desk, offered.until)
        facts = {"number": offered.number, "to": to, "until": until}
        record = request_lists.record(self.desk, self.request)
        if record.responsible_id == self.desk.whoever().id:
            said = self.t("handing.offered", **facts)
        else:  # a lead, who hands over what is another's
            said = self.t("handing.offered_for", name=record.responsible, **facts)
        return with_guess(said, self.t, self.desk, offered.id, offered.until)
