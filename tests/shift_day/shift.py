"""The shift: opening, people, colleagues and their devices, what is handed on, closing."""

import random
from collections import Counter
from pathlib import Path

from deskapp import cards, readers, staff
from deskapp.desk import Desk, Role, open_desk
from deskapp.language import Language
from deskapp.staff import Entry
from tests.front import PIN, store_in
from tests.library import write_readers
from tests.program import by_badge
from tests.shift_day.book import Book, Matter, examine, read
from tests.shift_day.clerk import CHEN, LEAD, LI, NAMES, STUDENT
from tests.shift_day.crowd import DEVICES, PURCHASE, RECORDS, Crowd, Device, Reader
from tests.shift_day.hands import PATIENCE, Hands
from tests.shift_day.serving import Serving

TAKING_FOR = {LEAD: "reader_services", LI: "information", CHEN: "reader_services"}
"""the department that somebody accepts for"""
CUTS = ("typing", "parked", "saving", "saved")
"""when the power goes: half a sentence is on the disk, a draft is parked, Enter was just pressed,
the entry is confirmed
"""
EACH = 12
"""people at least that somebody serves before a colleague takes over"""
CUT_EVERY = 30
"""people in which the power goes once"""


def prepare(folder: Path, crowd: Crowd) -> Path:
    """A desk's store with the crowd as readers, their cards, and a student assistant."""
    store = store_in(folder / "store")
    desk = by_badge(open_desk(store), "1001")
    entry = Entry(STUDENT, NAMES[STUDENT], Role.STUDENT_ASSISTANT, ("reader_services",))
    staff.set_pin(desk, staff.enter(desk, entry).id, PIN)
    file, chance = Device((RECORDS,)), random.Random(0)
    rows = [
        (
            each.number,
            each.name,
            "" if each.card == "unknown" else file.types(each.uid, chance),
        )
        for each in crowd.readers
    ]
    path = write_readers(folder / "crowd.csv", ("学号", "姓名", "一卡通号"), *rows)
    readers.load(desk, path, Language())
    for each in crowd.readers:
        if each.card == "lost":
            _lose(desk, each)
    desk.close()
    return store


def _lose(desk: Desk, reader: Reader) -> None:
    (known,) = cards.whose(desk, reader.number)
    (card,) = [each for each in cards.of_reader(desk, known.id) if each.kind == "card"]
    cards.lose(desk, known.id, card.id)


class Shift(Serving):
    """One seeded day at one desk."""

    def play(self) -> None:
        """From the first sign-in until the program has ended."""
        visits = list(self.crowd.visits())
        spells = self._spells(len(visits))
        cuts = self._cuts(len(visits))
        self.hands.sign_in(LEAD, NAMES[LEAD])
        self.me = LEAD
        self._come()
        for place, visit in enumerate(visits):
            if place in spells:
                self._spell(*spells[place])
            self.serve(visit, cuts.get(place, ""))
            if self.chance.random() < 0.3:
                self._chore()
        for badge in [each for each in self.came if each != LEAD] + [LEAD]:
            self._change(badge)
            self._chore()
            self._complete()
            self._go(last=badge == LEAD)
        status = self.hands.leave()
        assert status == 0, f"ended with {status}"

    def _spells(self, count: int) -> dict[int, tuple[str, Device]]:
        """At which visit who takes over, with which device."""
        people = [CHEN, LEAD, LI, STUDENT, CHEN]
        many = min(len(people), max(2, count // EACH))
        return {count * n // many: (people[n], DEVICES[n]) for n in range(many)}

    def _cuts(self, count: int) -> dict[int, str]:
        """At which visits the power goes, and when."""
        many = max(1, count // CUT_EVERY)
        first = self.chance.randrange(len(CUTS))
        places = self.chance.sample(range(1, count), many)
        return {place: CUTS[(first + n) % len(CUTS)] for n, place in enumerate(places)}

    # Who is there

    def _spell(self, badge: str, device: Device) -> None:
        """Somebody takes over, with another reader of cards, which the lead has the desk learn."""
        if device.learnt:
            self._change(LEAD)
            three = self.chance.sample(self.crowd.regulars, 3)
            told = [(device.types(each.uid, self.chance), each.number) for each in three]
            self.hands.learn(device, told)
            self.done["learnt"] += 1
        self.device = device
        self._change(badge)
        if badge not in self.came:
            self._come()

    def _change(self, badge: str) -> None:
        if self.me != badge:
            self.hands.change(badge, NAMES[badge])
            self.me = badge
            self.done["changed"] += 1

    def between(self) -> None:
        """Somebody else of those on duty signs in, does something, and goes."""
        me = self.me
        others = [each for each in self.came if each != me]
        if not others:
            return
        self._change(self.chance.choice(others))
        self.hands.see_home()
        self._chore()
        self._change(me)

    def _come(self) -> None:
        """On duty: the first one opens."""
        self.hands.see_home()
        self.hands.press("ctrl+g", "enter")
        self.hands.hear("shift.said.joined" if self.came else "shift.said.opened")
        if not self.came:
            self.book.duty.append(("opened", ""))
        self.book.duty.append(("joined", self.me))
        self.came.append(self.me)

    # What waits for whoever is at the keyboard

    def _chore(self) -> None:
        if self.me == STUDENT:
            return
        offered = [each for each in self.book.matters.values() if each.offered == self.me]
        mine = [
            each
            for each in self.book.open_of(self.me)
            if not each.offered and each.kind != PURCHASE  # that ends with the book's arrival
        ]
        if offered:
            self._take(self.chance.choice(offered))
        elif mine:
            self._close(self.chance.choice(mine))

    def _take(self, matter: Matter) -> None:
        """Accept what is offered, or send it back; that may be undone."""
        hands, number = self.hands, matter.number
        hands.open(number)
        before = matter.responsible, matter.department
        if self.done["accepted"] and self.chance.random() < 0.4:
            hands.press("2")
            hands.hear("reason.needed")
            hands.write(self._word("材料不全", "papers are missing"), "enter")
            hands.hear("record.sent_back", number=number)
            undone, matter.back = "undo.sent_back", "sent_back"
            self.done["sent back"] += 1
        else:
            hands.press("1")
            hands.hear("record.accepted", number=number)
            undone, matter.back = "undo.accepted", None
            matter.responsible, matter.department = self.me, TAKING_FOR[self.me]
            self.done["accepted"] += 1
        if self.chance.random() < 0.2:
            hands.press("ctrl+z")
            hands.hear(undone, number=number)
            matter.back = None
            matter.responsible, matter.department = before
            self.done["undone"] += 1
        else:
            matter.offered = None
        hands.back()

    def _close(self, matter: Matter) -> None:
        hands, number = self.hands, matter.number
        answer = self._word("当面答复", "told at the desk")
        hands.open(number)
        hands.press("1")
        hands.hear("closing.result")
        hands.write(answer, "enter")
        hands.hear("record.closed", number=number, result=self.t("outcome.done"))
        matter.outcome, matter.answer = "done", answer
        self.done["closed"] += 1
        if self.chance.random() < 0.2:
            hands.press("ctrl+z")
            hands.hear("undo.closed", number=number)
            matter.outcome, matter.answer = None, None
            self.done["undone"] += 1
        hands.back()

    # The end

    def _complete(self) -> None:
        """What was logged in a hurry: nobody may go before it is complete."""
        hands = self.hands
        mine = [
            each
            for each in self.book.matters.values()
            if each.to_complete and each.outcome != "withdrawn" and each.responsible == self.me
        ]
        if mine:
            self._leaving()
            hands.press("enter")
            hands.hear("refusal.EntriesIncomplete", count=len(mine))
            hands.back()
        for matter in mine:
            hands.press("ctrl+y")
            hands.hear("log.completes", number=matter.number)
            hands.see(matter.words)
            reader = self.chance.choice(self.crowd.regulars)
            self._scan(reader)
            hands.see_reader(reader)
            hands.press("4", "enter")
            hands.hear("log.completed", number=matter.number, due=None)
            matter.reader, matter.to_complete = reader.number, False
            self.done["completed"] += 1

    def _leaving(self) -> None:
        """The page of the shift; all that is due stays with whoever goes."""
        hands, keep = self.hands, self.t("shift.keep_all")
        hands.press("ctrl+g")
        hands.hear("shift.note_hint")
        if hands.sees(keep):
            hands.press("3")
            hands.front.wait_gone(keep, PATIENCE)

    def _go(self, *, last: bool) -> None:
        self._leaving()
        self.hands.press("enter")
        self.hands.hear("shift.said.closed" if last else "shift.said.left")
        self.book.duty.append(("left", self.me))
        if last:
            self.book.duty.append(("closed", ""))


def play(
    folder: Path, seed: int, people: int, language: str = "zh_CN", columns: int = 80, rows: int = 24
) -> tuple[Book, Path, Counter[str]]:
    """One shift, played and looked at: the script's book, the store, and what was exercised.

    TimeoutError where the screen does not say what it should, AssertionError where the store has
    something else than the book.
    """
    crowd = Crowd(seed, people, english=language == "en")
    store = prepare(folder, crowd)
    hands = Hands(store, folder, language, columns, rows)
    shift = Shift(hands, crowd, read(store), random.Random(f"shift {seed}"))
    try:
        shift.play()
    finally:
        hands.front.close()
    examine(shift.book, store)
    return shift.book, store, shift.done
