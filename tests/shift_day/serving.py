"""Whoever comes is served: who it is, what they ask, what becomes of it."""

from deskapp.readers import masked_name
from tests.front import PIN
from tests.shift_day.clerk import INITIALS, LEAD, NAMES, STUDENT, TALLIES
from tests.shift_day.crowd import USUAL, Ask, Visit
from tests.shift_day.hands import PATIENCE
from tests.shift_day.interrupted import Interrupted


class Serving(Interrupted):
    """A clerk who serves."""

    def serve(self, visit: Visit, cut: str = "") -> None:
        """From the first word to the last. `cut`: when the power goes, if it does."""
        self._fit(visit, cut)
        for digit in visit.tallies:
            self._tally(digit)
        self._unstick(visit.ask)
        self._meet(visit)
        if visit.ask.isbn:
            self.hands.scan(self.device, visit.ask.isbn)
            self.hands.hear("log.title")
        else:
            self._write(visit, cut)
        if cut == "saving":
            self._cut_while_saving(visit)
        self._finish(visit)
        if cut == "saved":
            self._cut()

    def _fit(self, visit: Visit, cut: str) -> None:
        """What the day has in store suits who is at the keyboard, and how the power goes."""
        if cut == "saving" and visit.ending != "hurried":
            visit.ending = "spot"
        if self._assists and visit.ending != "hurried":
            visit.ending = "later"
        if cut and visit.ask.isbn:
            visit.ask = self.crowd.ask()
        if cut == "parked":
            visit.call = visit.call or self.crowd.ask()
        elif cut in ("typing", "saving"):
            visit.call = None

    def _write(self, visit: Visit, cut: str) -> None:
        """The sentence, with what comes in the middle of it."""
        hands, (first, rest) = self.hands, visit.ask.halves
        on_form = visit.call is None and (visit.between or cut in ("typing", "saving"))
        if on_form:
            hands.press("f2")
            hands.hear("log.title")
        self._chips(visit.ask)
        hands.write(first)
        if visit.way == "mid" and visit.reader:
            hands.see(first)
            self._scan(visit.reader)
            hands.see_reader(visit.reader)
            self.done["mid"] += 1
        if on_form:
            self._interrupt(visit, cut)
        elif visit.call:
            self._call(visit.call, first, cut)
        hands.write(rest, "enter")

    # Who it is

    def _meet(self, visit: Visit) -> None:
        """Whoever it is, is before the desk."""
        hands, reader, way = self.hands, visit.reader, visit.way
        if reader is None or way == "mid":
            return
        if way == "unknown" and reader.card == "known":
            way = "card"
        match way:
            case "card":
                self._scan(reader)
            case "quick":
                self._scan(
                    self.chance.choice([r for r in self.crowd.regulars if r != reader]), reader
                )
            case "number":
                hands.spell(reader.number, "enter")
            case "chip":
                hands.short("@", reader.number)
            case "unknown":
                self._scan(reader)
                hands.hear("box.unknown_card")
                hands.spell(reader.number, "enter")
                hands.hear("card.bound")
                reader.card = "known"
                self.book.bound[reader.number] += 1
            case "lost":
                self._scan(reader)
                hands.hear("refusal.CardLost", name=masked_name(reader.name))
                hands.spell(reader.number, "enter")
        hands.see_reader(reader)
        self.done[way] += 1

    # What is asked

    def _unstick(self, ask: Ask) -> None:
        """What the last entry left is not wanted: Esc."""
        kind, channel = self._sticky.get(self.me, (False, False))
        if channel or (kind and ask.kind == USUAL and not ask.chip):
            self.hands.press("esc")
            gone = self.hands.said("home.sticky", words=None)
            self.hands.front.wait_gone(gone, PATIENCE)
            self._sticky[self.me] = (False, False)
            self.done["not sticky"] += 1

    def _tally(self, digit: int) -> None:
        hands = self.hands
        if digit:
            self._counted = TALLIES[digit - 1]
            hands.press(str(digit), "enter")
        else:
            hands.press("+")
        code, name = self._counted[0], self._word(*self._counted[1:])
        self.book.tallies[code] += 1
        hands.hear("tally.counted", what=name, count=self.book.tallies[code])
        self.done["tallies"] += 1
        if self.chance.random() < 0.1:
            hands.press("ctrl+z")
            hands.hear("undo.counted", what=name)
            self.book.tallies[code] -= 1
            self.done["undone"] += 1

    # What becomes of it

    def _finish(self, visit: Visit) -> None:
        """On F2, on the result."""
        hands, to, first = self.hands, None, self.me
        match visit.ending:
            case "spot":
                hands.press("1", "enter")
            case "hurried":
                hands.press("6", "enter")
            case "hand_over":
                here = [each for each in self.came if each in INITIALS]
                near = self.done["hand_over"] == 0 or self.chance.random() < 0.7
                anybody = here if near else list(INITIALS)
                to = self.chance.choice([each for each in anybody if each != self.me])
                hands.press("2", "enter", *INITIALS[to], "enter", "1")
            case "referred":
                hands.press("3", "enter")
                hands.write(self._word("教务处", "the registry"), "enter")
                hands.write(self._word("行政楼", "main hall"), "enter")
                hands.spell("8592000", "enter")
            case "refused":
                hands.press("5", "enter")
                hands.write(self._word("可用文献传递", "by document delivery"), "enter")
                if self.me != LEAD:
                    hands.spell(LEAD, "enter")
                    hands.spell(PIN, "enter")
            case _:
                hands.press("4")
                first = self._of_colleague() if visit.of_colleague else self.me
                hands.press("enter")
        if to:
            hands.hear("handing.offered", number=self._next(), to=NAMES[to], until=None)
        else:
            self._logged(visit.ending)
        self._enter(visit.ask, visit.reader, visit.ending, to=to, first=first)
        if self.chance.random() < 0.08:
            self._undo(visit)

    def _of_colleague(self) -> str:
        """It was a colleague who was asked first: their digit on the line."""
        able = [each for each in self.came if each != STUDENT]
        digit = self.chance.randrange(len(able))
        self.hands.go_up("log.first")
        self.hands.press(str(digit + 1))
        self.done["asked of a colleague"] += able[digit] != self.me
        return able[digit]

    def _undo(self, visit: Visit) -> None:
        """The last act was a slip."""
        hands, matter = self.hands, self.book.matters[max(self.book.matters)]
        if matter.offered:
            hands.press("ctrl+z")
            hands.hear("undo.offered", number=matter.number)
            matter.offered = None
            self.done["undone"] += 1
            return
        self._withdraw(matter.number)
        hands.take_back(matter.words)
        hands.press("enter", "4", "enter")  # on the words, which one may go on with
        self._logged("later")
        self._enter(visit.ask, visit.reader, "later", first=matter.first)
