"""Who is at the keyboard, what they say and hear of an entry, and how it goes into the book."""

import random
from collections import Counter

from tests.shift_day.book import Book, Matter
from tests.shift_day.crowd import DEVICES, KINDS, Ask, Crowd, Reader
from tests.shift_day.hands import Hands, shown

LEAD, LI, CHEN, STUDENT = "1003", "1002", "1004", "1005"
NAMES = {LEAD: "周强", LI: "李静", CHEN: "陈莉", STUDENT: "吴昊"}
INITIALS = {LEAD: "zq", LI: "lj", CHEN: "cl"}
TALLIES = (
    ("toilet", "洗手间", "Toilets"), ("printing", "打印", "Prints"),
    ("finding", "找书", "Books"), ("network", "校园网", "Network"),
    ("lockers", "存包", "Lockers"), ("returning", "还书", "Returns"),
    ("seats", "座位", "Seats"),
)  # fmt: skip
RESULTS = {
    "referred": ("引导", "Referred outside"),
    "refused": ("暂不能办理", "Not possible here"),
}
OUTCOMES = {"spot": "done", "referred": "referred", "refused": "not_possible"}


class Clerk:
    """Who is at the keyboard. `book` has what was confirmed, `done` what was exercised."""

    def __init__(self, hands: Hands, crowd: Crowd, book: Book, chance: random.Random) -> None:
        self.hands, self.crowd, self.book, self.chance = hands, crowd, book, chance
        self.t = hands.t
        self.done: Counter[str] = Counter()
        self.device = DEVICES[0]
        self.me = ""
        self.came: list[str] = []
        self._sticky: dict[str, tuple[bool, bool]] = {}  # whether kind, channel stick, by badge
        self._counted = TALLIES[0]

    @property
    def _assists(self) -> bool:
        return self.me == STUDENT

    def _word(self, chinese: str, english: str) -> str:
        return english if self.t.code == "en" else chinese

    def _chips(self, ask: Ask) -> None:
        if ask.urgent:
            self.hands.short("!", "")
        if ask.chip:
            self.hands.short("#", KINDS[ask.kind].initials)

    def _scan(self, *these: Reader) -> None:
        codes = [self.device.types(each.uid, self.chance) for each in these]
        self.hands.scan(self.device, *codes)
        if these[-1].twin:
            self._choose(these[-1])

    def _choose(self, reader: Reader) -> None:
        """Where the code fits a card of somebody else too, the screen asks who it is."""
        hands = self.hands
        question = hands.said("home.choose")
        hands.see(question, shown(reader))
        if hands.sees(question):
            hands.see(reader.name)
            (line,) = [line for line in hands.front.lines() if reader.name in line]
            hands.press(line[line.index(reader.name) - 2])
            self.done["two shapes"] += 1

    def _next(self) -> str:
        return f"{int(max(self.book.matters)) + 1:04d}"

    def _logged(self, ending: str) -> None:
        """The screen says that it is logged."""
        number = self._next()
        if ending in RESULTS:
            result = self._word(*RESULTS[ending])
            self.hands.hear("log.logged_closed", number=number, result=result)
        elif ending == "spot":
            self.hands.hear("log.logged_closed", number=number, result=self.t("log.done"))
        else:
            self.hands.hear("log.logged", number=number, due=None)

    def _enter(
        self,
        ask: Ask,
        reader: Reader | None,
        ending: str,
        *,
        to: str | None = None,
        first: str | None = None,
        channel: str = "in_person",
    ) -> None:
        """Into the book."""
        first = first or self.me
        if first == STUDENT:  # the librarian in charge
            first = next(each for each in self.came if each != STUDENT)
        answers = {"spot": self.t("log.answered"), "referred": self.t("closing.told_where")}
        self.book.enter(
            Matter(
                self._next(),
                ask.words,
                reader.number if reader else None,
                ask.kind,
                KINDS[ask.kind].department,
                channel,
                first,
                first,
                ask.urgent,
                OUTCOMES.get(ending),
                to,
                None,
                answers.get(ending),
                ending == "hurried",
            )
        )
        self._sticky[self.me] = (ask.chip, channel != "in_person")
        self.done[ending] += 1

    def _withdraw(self, number: str) -> None:
        """Logging is undone: the words are a draft again."""
        hands, matter = self.hands, self.book.matters[number]
        hands.press("ctrl+z")
        hands.hear("undo.logged", number=number)
        matter.outcome, matter.answer = "withdrawn", None
        self.done["undone"] += 1
