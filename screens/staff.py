"""The staff list: who works here, entering and changing them, first and forgotten PINs."""

from collections.abc import Iterable, Sequence
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import staff
from deskapp.desk import Operator, Refusal, Role
from screens.asking import AskScreen
from screens.base import DeskScreen, Hint
from screens.choice import Choice, Field, Option
from screens.longlist import Column, LongList
from screens.ticks import Ticks


class Listed:
    """A short list as a long list's source."""

    def __init__(self, people: Sequence[Operator] = ()) -> None:
        self.people = list(people)

    def count(self) -> int:
        return len(self.people)

    def key(self, row: Operator) -> int:
        return self.people.index(row)

    def after(self, key: Any, limit: int, skip: int = 0) -> Sequence[Operator]:
        start = (0 if key is None else key + 1) + skip
        return self.people[start : start + limit]

    def before(self, key: Any, limit: int, skip: int = 0) -> Sequence[Operator]:
        end = max(0, (len(self.people) if key is None else key) - skip)
        return self.people[max(0, end - limit) : end]

    def place(self, row: Operator) -> int | None:
        return next((at for at, each in enumerate(self.people) if each.id == row.id), None)


class StaffScreen(DeskScreen[None]):
    """Everybody by badge; what may be done is for the administrator."""

    def __init__(self) -> None:
        super().__init__()
        self.without_pin: set[str] = set()

    def title_words(self) -> str:
        return self.t("staff.title")

    def body(self) -> ComposeResult:
        t = self.t
        yield LongList[Operator](
            [
                Column(t("staff.badge"), lambda one: one.badge, 10),
                Column(t("staff.name"), lambda one: one.name, 14),
                Column(t("staff.role"), lambda one: self.t(f"role.{one.role.value}"), 18),
                Column(t("staff.pin"), self._pin, 8),
                Column(t("staff.departments"), self._departments),
            ],
            Listed(),
            empty=t("staff.nobody"),
            id="people",
        )

    def _pin(self, one: Operator) -> str:
        return self.t("staff.no_pin") if one.id in self.without_pin else ""

    def _departments(self, one: Operator) -> str:
        known = self.desk.profile.departments
        return " ".join(known[d].name(self.t.code) if d in known else d for d in one.departments)

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("staff.key.change"), t("staff.help.change"))
        yield Hint("1", t("staff.key.enter"), t("staff.help.enter"))
        yield Hint("2", t("staff.key.pin"), t("staff.help.pin"))
        yield Hint("3", t("staff.key.leave"), t("staff.help.leave"))

    def reread(self) -> None:
        self.without_pin = staff.without_pin(self.desk)
        self.query_one(LongList).reload(Listed(staff.everybody(self.desk)))

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self.go_to(EntryScreen(event.row))

    def on_key(self, event: events.Key) -> None:
        one = self.query_one(LongList).row
        if event.key == "1":
            self.go_to(EntryScreen(None))
        elif event.key == "2" and one is not None:
            self.go_to(PinScreen(one))
        elif event.key == "3" and one is not None:
            question = self.t("staff.leave", name=one.name, badge=one.badge)
            self.app.push_screen(AskScreen(question), lambda yes: self._leave(one, yes))

    def _leave(self, one: Operator, yes: bool | None) -> None:
        if yes and self._done(one):
            self.say(self.t("staff.left", name=one.name))

    def _done(self, one: Operator) -> bool:
        def leave() -> bool:
            staff.leave(self.desk, one.id)
            return True

        return bool(self.act(leave))


class EntryScreen(DeskScreen[None]):
    """One person's entry."""

    AUTO_FOCUS = "Line"
    BINDINGS = [Binding("ctrl+s", "save", priority=True, show=False)]

    def __init__(self, one: Operator | None) -> None:
        super().__init__()
        self.one = one
        self.role = one.role if one else Role.LIBRARIAN
        self.chosen = set(one.departments if one else ())

    def title_words(self) -> str:
        return self.t("staff.title")

    def body(self) -> ComposeResult:
        t, one = self.t, self.one
        yield Field(t("staff.badge"), one.badge if one else "", id="badge")
        yield Field(t("staff.name"), one.name if one else "", id="person")
        roles = [Option(role.value, t(f"role.{role.value}")) for role in Role]
        yield Choice(t("staff.role"), roles, self.role.value, id="role")
        yield Static(f" {t('staff.choose_departments')}", classes="note", markup=False)
        departments = self.desk.profile.departments.values()
        options = [Option(each.code, each.name(t.code)) for each in departments]
        yield Ticks(options, self.chosen, id="departments")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Ctrl+S", t("key.save"), t("staff.help.save"))
        yield Hint("Tab", t("key.next"), t("staff.help.next"))

    def on_mount(self) -> None:
        self.query_one("#badge", Field).line.disabled = self.one is not None

    def on_choice_picked(self, event: Choice.Picked) -> None:
        self.role = Role(event.value)

    def on_choice_entered(self) -> None:
        self.query_one("#departments").focus()

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.scanned:
            event.field.value = event.text
        self.focus_next()

    def action_save(self) -> None:
        badge = self.query_one("#badge", Field).value.strip()
        name = self.query_one("#person", Field).value.strip()
        if not badge:
            self.query_one("#badge", Field).line.focus()
            self.say(self.t("setup.empty", field=self.t("staff.badge")), error=True)
            return
        order = self.query_one(Ticks).ticked
        kept = staff.entry(self.desk, self.one.id) if self.one else None
        posts, committees = (kept.posts, kept.committees) if kept else ((), ())
        entry = staff.Entry(badge, name, self.role, order, posts, committees)
        entered = self.act(staff.enter, self.desk, entry)
        if entered is not None:
            self.leave(self.t("staff.entered", name=entered.name, badge=entered.badge))


class PinScreen(DeskScreen[None]):
    """A first PIN, or a new one for whoever forgot theirs; typed by that person."""

    AUTO_FOCUS = "Line"

    def __init__(self, one: Operator) -> None:
        super().__init__()
        self.one = one

    def title_words(self) -> str:
        return self.t("staff.title")

    def body(self) -> ComposeResult:
        t = self.t
        heading = t("staff.pin_for", name=self.one.name, badge=self.one.badge)
        yield Static(f" {heading}", classes="note", markup=False)
        yield Field(t("setup.field.pin"), hint=t("setup.hint.pin"), secret=True, id="pin")
        yield Field(t("setup.field.again"), hint=t("setup.hint.again"), secret=True, id="again")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.next"), self.t("setup.help.enter"))

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.field.id == "pin":
            self.query_one("#again-line").focus()
            return
        pin, again = (self.query_one(f"#{name}", Field).value for name in ("pin", "again"))
        if pin != again:
            self.query_one("#again", Field).value = ""
            self.say(self.t("setup.pins_differ"), error=True)
            return
        desk, one = self.desk, self.one
        self.act_slowly(
            lambda: staff.set_pin(desk, one.id, pin), lambda _: self._set(), refused=self._weak
        )

    def _weak(self, refusal: Refusal) -> None:
        for name in ("again", "pin"):
            self.query_one(f"#{name}", Field).value = ""
        self.query_one("#pin-line").focus()
        self.refuse(refusal)

    def _set(self) -> None:
        self.leave(self.t("staff.pin_set", name=self.one.name))
