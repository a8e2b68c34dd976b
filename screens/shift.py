"""Ctrl+G: the shift on one page. Coming: opening, joining, taking over for the absent."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import absences, duty_log, leaving, shifts, staff
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.profile import Named
from deskapp.request_lists import RequestList
from deskapp.shifts import Left, OnDuty, PutOut, Standing
from screens.asking import AskScreen
from screens.base import DeskScreen, Hint
from screens.choice import Choice, Option, labelled
from screens.form import FormScreen
from screens.labels import from_home
from screens.options import named
from screens.palette import Command
from screens.tickline import TickLine
from screens.wording import due_words, number_words, question_words

OPEN, JOIN, TAKE_OVER = "open", "join", "take_over"
MATTERS = 5
"""that others have left, shown line by line"""


def people_words(people: Iterable[OnDuty], me: str = "") -> str:
    """`1王敏* 2李静`: the star is whoever is at the keyboard."""
    return " ".join(f"{e.digit or ''}{e.name}{'*' if e.id == me else ''}" for e in people)


def duty_words(t: Language, desk: Desk, room: int) -> str:
    """Who is on duty, and whoever is at the keyboard if they are not; so many cells at most, if
    that can be done without leaving out that one.
    """
    me, people = desk.whoever(), shifts.on_duty(desk)
    if not people:
        return f"{me.name}  {t('shift.none')}"
    here = [each for each in people if each.id == me.id]
    start = f"{t('shift.on_duty')} " if here else f"{me.name}  {t('shift.on_duty')} "
    words = start + people_words(people, me.id)
    if cell_len(words) > room:
        words = start + " ".join(
            filter(None, (t("shift.many", count=len(people)), people_words(here, me.id)))
        )
    return words


def words_of(t: Language, table: Mapping[str, Named], codes: Iterable[str]) -> list[str]:
    """Codes of the profile as people call them."""
    return [table[code].name(t.code) if code in table else code for code in codes]


def left_words(t: Language, desk: Desk, left: Left) -> str:
    """What somebody left, in one sentence."""
    things = words_of(t, desk.profile.shift_things, left.things)
    rounds = words_of(t, desk.profile.shift_rounds, left.rounds)
    parts = [f"{left.by} {t.moment(left.at)}"]
    if things or left.other:
        parts.append(t("shift.left_things", things=" ".join([*things, left.other]).strip()))
    if left.faults:
        parts.append(t("shift.left_faults", faults=left.faults))
    if rounds:
        parts.append(t("shift.left_rounds", rounds=" ".join(rounds)))
    if left.visitors is not None:
        parts.append(t("shift.left_visitors", count=left.visitors))
    return "  ".join(parts)


def standing_text(t: Language, desk: Desk, standing: Standing) -> Text:
    """Who is on duty, what waits for a signature, what was left in words."""
    lines = []
    if standing.opened is not None:
        words = people_words(standing.people, desk.whoever().id) or t("shift.nobody")
        since = t("shift.since", at=t.moment(standing.opened))
        lines.append(labelled(t("shift.on_duty"), f"{words}  {since}"))
    for left in standing.unsigned[-3:]:
        lines.append(labelled(t("shift.unsigned"), left_words(t, desk, left)))
    for note in standing.notes:
        words = f"{note.words}  {note.by} {t.moment(note.at)}"
        lines.append(labelled(t("shift.notes"), words))
    if not lines:
        lines.append(labelled(t("shift.unsigned"), t("shift.nothing_left")))
    return Text("\n").join(lines)


def left_behind_text(t: Language, desk: Desk) -> Text:
    """What those who are away have left to be done, and whose it is."""
    matters = absences.matters(desk) if desk.may(shifts.LEADING) else []
    names = staff.names(desk) if matters else {}
    lines: list[Text] = []
    for matter in matters[:MATTERS]:
        parts = (
            number_words(desk, matter),
            names.get(matter.responsible, ""),
            due_words(t, desk, desk.local(matter.chase_at or matter.due_at)),
            question_words(t, matter),
        )
        lines.append(labelled("" if lines else t("shift.left_behind"), "  ".join(parts)))
    if matters:
        more = len(matters) - len(lines)
        words = t("shift.left_take", key=t.keys["shift"])
        lines.append(labelled("", t("shift.left_more", count=more, words=words) if more else words))
    return Text("\n").join(lines)


def put_out_words(t: Language, desk: Desk, out: PutOut) -> str:
    """Who ended one's time on duty, and what is still one's own."""
    at, kept = t.moment(out.at), leaving.open_mine(desk)
    if out.stood_in:
        words = t("shift.put_out_stood_in", name=out.by, at=at)
    else:
        words = t("shift.put_out_closed", name=out.by, at=at)
    return words + (t("shift.put_out_open", count=kept) if kept else "")


def take_over_hint(t: Language) -> Hint:
    """When one may stand in (代接班), for it is not always offered."""
    return Hint(t("key.take_over"), "", t("shift.help.take_over"))


class ShiftPage(FormScreen[None]):
    """What Ctrl+G opens, once."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "shift" and super().check_action(action, parameters)


class ComingScreen(ShiftPage):
    """What the last ones left, and Enter: sign for it and open the shift, or come on duty."""

    speaks = False  # what is said behind a question is for the screen below

    def title_words(self) -> str:
        return self.t("shift.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.shift_begin"), t("shift.help.come"))
        yield Hint("1-9", t("key.choose"), t("shift.help.digits"))
        yield Hint("Tab", t("key.next"), t("shift.help.tab"))
        yield take_over_hint(t)

    def body(self) -> ComposeResult:
        t = self.t
        standing = shifts.standing(self.desk)
        yield Static(id="standing", classes="note", markup=False)
        yield Static(classes="gap")
        if standing.opened is None:
            signs = t("shift.sign_and_open") if standing.unsigned else t("shift.open")
            options, usual = [Option(OPEN, signs)], OPEN
        else:
            names = " ".join(each.name for each in standing.people)
            options = [Option(JOIN, t("shift.join"))]
            if standing.replaceable:
                options.append(Option(TAKE_OVER, t("shift.take_over", names=names)))
            usual = TAKE_OVER if standing.forgotten and len(options) > 1 else JOIN
        yield Choice(t("shift.way"), options, usual, id="way")
        rounds = named(t, self.desk.profile.shift_rounds.values())
        if standing.opened is None and rounds:
            yield TickLine(t("shift.rounds"), rounds, id="rounds")
        yield Static(id="matters", classes="note", markup=False)
        yield Static(classes="half")

    def reread(self) -> None:
        standing = shifts.standing(self.desk)
        self.query_one("#standing", Static).update(standing_text(self.t, self.desk, standing))
        self.query_one("#matters", Static).update(left_behind_text(self.t, self.desk))

    def action_go_on(self) -> None:
        t, desk = self.t, self.desk
        match self.chosen("way"):
            case "open":
                rounds = [each for line in self.query(TickLine) for each in line.ticked]
                opened = self.act(shifts.open_shift, desk, rounds)
                if opened is not None:
                    signed = t("shift.said.signed", count=opened.signed) if opened.signed else ""
                    self.leave(t("shift.said.opened") + signed)
            case "join":
                joined = self.act(shifts.join, desk)
                if joined is not None:
                    self.leave(t("shift.said.joined"))
            case "take_over":
                people = shifts.standing(desk).people
                names = " ".join(each.name for each in people)
                question = t("shift.ask_take_over", names=names or t("shift.nobody"))
                more = (t("shift.ask_put_out"), t("shift.absent_matters")) if people else ()
                self.app.push_screen(AskScreen(question, *more), self._answered)

    def _answered(self, yes: bool | None) -> None:
        # Later: this screen's own return to the front comes first, and would say it here.
        self.call_later(self._take_over, yes)

    def _take_over(self, yes: bool | None) -> None:
        """And on to what the absent have left undone, if anything."""
        took = self.act(shifts.take_over, self.desk) if yes else None
        if took is None:
            return
        sentence = self.t("shift.said.took_over", names=" ".join(took.absent))
        if RequestList(self.desk, "absent").count():
            from screens.absent import AbsentScreen

            self.front.hand_on(sentence)
            self.app.switch_screen(AbsentScreen())
        else:
            self.leave(sentence)


def offered(screen: DeskScreen[object]) -> list[Command]:
    """What the palette has for whoever may be on duty."""
    t, may = screen.t, screen.desk.may
    found = []
    if may(shifts.JOINING):

        def shift() -> None:
            screen.app.call_later(screen.action_shift)

        found.append(Command(t("key.shift"), t("help.shift"), shift))
    if may(shifts.LEADING):
        words, sentence = t("command.duty_log"), t("command.duty_log_help")
        found.append(Command(words, sentence, lambda: print_log(screen)))
    return found


def print_log(screen: DeskScreen[object]) -> None:
    """Write today's duty log beside the store, and say where."""
    t, desk = screen.t, screen.desk

    def said(file: Path) -> None:
        screen.say(t("command.duty_log_written", file=from_home(file)))

    screen.act_slowly(lambda: duty_log.print_log(desk, t), said)


def page(desk: Desk) -> DeskScreen[None]:
    """The page of the shift for whoever is signed in: coming, or going for those on duty."""
    from screens.leaving import LeavingScreen

    return LeavingScreen() if shifts.standing(desk).on_duty else ComingScreen()
