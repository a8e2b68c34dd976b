"""What comes in the middle of a sentence: the telephone, a colleague, a power cut."""

from dataclasses import replace

from db.store import driver
from deskapp.desk import open_desk
from tests.shift_day.clerk import NAMES, Clerk
from tests.shift_day.crowd import USUAL, Ask, Visit
from tests.shift_day.hands import PATIENCE


class Interrupted(Clerk):
    """A clerk who goes on where they were."""

    def between(self) -> None:
        """A colleague needs the terminal for a moment."""
        raise NotImplementedError

    def _call(self, call: Ask, first: str, cut: str) -> None:
        """The telephone: what is half-written is parked, and taken back afterwards."""
        hands = self.hands
        hands.press("f2", "f2")
        hands.hear("log.put_aside", count=1)
        if cut:
            self._cut()
            hands.press("ctrl+y", "f2")
            hands.hear("log.put_aside", count=1)
        self._answer(call)
        hands.take_back(first)
        self.done["calls"] += 1

    def _answer(self, call: Ask) -> None:
        """A call: answered on the spot, or noted down by who may not close it."""
        hands = self.hands
        if self._sticky.get(self.me, (False, False))[0] and call.kind == USUAL:
            call = replace(call, chip=True)
        self._chips(call)
        ending, digit = ("later", "4") if self._assists else ("spot", "1")
        hands.write(call.words, "enter", digit)
        hands.go_up("log.channel")
        hands.press("2", "enter")
        self._logged(ending)
        self._enter(call, None, ending, channel="phone")

    def _interrupt(self, visit: Visit, cut: str) -> None:
        """On F2 with half a sentence: a colleague needs the terminal, or the power goes."""
        hands, (first, _) = self.hands, visit.ask.halves
        if visit.between:
            self.between()
            hands.hear("log.title")
            hands.see(first)
            self.done["colleague between"] += 1
        if cut:
            self._on_disk(first)
        if cut == "typing":
            self._cut()
            hands.take_back(first)

    def _on_disk(self, words: str) -> None:
        """What is half-written is in the store."""

        def there() -> bool:
            desk = open_desk(self.hands.store)
            try:
                with desk.reading() as connection:
                    found = driver(connection).execute("SELECT body FROM draft").fetchall()
            finally:
                desk.close()
            return any(words in body for (body,) in found)

        self.hands.front.wait_until(there, "the draft on the disk", 5.0)

    def _cut(self) -> None:
        self.hands.cut()
        self.hands.sign_in(self.me, NAMES[self.me])
        self.hands.see_home()
        self.done["cuts"] += 1

    def _cut_while_saving(self, visit: Visit) -> None:
        """The power goes about when the entry is written: it is there, or the draft, never both.

        On F2 again then, with all words: what was saved is withdrawn before.
        """
        hands, (first, rest) = self.hands, visit.ask.halves
        hands.press({"spot": "1", "hurried": "6"}.get(visit.ending, "4"))
        hands.front.send(b"\r")
        hands.front.pump(self.chance.random() * 0.1)
        self._cut()
        draft = hands.sees(hands.said("home.kept", count=1))
        hands.press("f3")
        hands.hear("requests.search")
        hands.write(visit.ask.words)
        none, one = (hands.said("requests.found", words=visit.ask.words, count=n) for n in (0, 1))
        hands.see(none, one)
        saved = hands.sees(one)
        assert saved != draft, f"entry {saved}, draft {draft}"
        hands.press("esc")  # out of the search; two at once would be one
        hands.front.wait_gone(one if saved else none, PATIENCE)
        hands.back()
        self.done["cut: saved" if saved else "cut: not saved"] += 1
        if saved:
            self._enter(visit.ask, visit.reader, visit.ending)
            self._withdraw(max(self.book.matters))
        hands.take_back(first)
        if not hands.sees(visit.ask.words):
            hands.write(rest)
        hands.press("enter")
