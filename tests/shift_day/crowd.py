"""The people of a generated day: who they are, what they hold, what they ask."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from deskapp import uids

SURNAMES = "赵钱孙冯陈褚蒋沈韩杨朱秦许何吕施孔曹严华金魏陶姜戚谢邹喻柏窦"
GIVEN = "安博诚丹恩凡刚昊佳凯岚敏宁鹏琪然珊涛薇欣阳哲"
DIGITS = "零一二三四五六七八九"
RECORDS = "8H"
"""how the university's file writes a card"""
REGULARS = 6
"""the first readers of the day: whose cards are known, and serve to learn a device by"""


@dataclass(frozen=True, slots=True)
class Device:
    """A reader of cards: the shapes that it types (several: nobody has had it learnt), and what it
    types around a code.
    """

    shapes: tuple[str, ...]
    before: bytes = b""
    after: bytes = b"\r"

    @property
    def learnt(self) -> bool:
        return len(self.shapes) == 1

    def types(self, uid: str, chance: random.Random) -> str:
        """The code of a card."""
        (shape,) = uids.named([chance.choice(self.shapes)])
        code = shape.write(uid)
        assert code is not None, uid
        return code

    def burst(self, code: str) -> bytes:
        return self.before + code.encode() + self.after


DEVICES = (
    Device(("8H", "8H10D"), after=b"\r\n"),
    Device(("8H10D-",)),
    Device(("6H8D",), before=b"\x02", after=b"\x03"),
    Device(("4H4H-",), after=b"\t"),
    Device(("2H4H",), after=b"\r\n"),
)
"""the first as it comes out of its box, the others learnt from three cards each"""


@dataclass(slots=True)
class Reader:
    """Somebody with a number and a card. `card`: known (the file has it), unknown, lost. `twin`:
    as long as nothing is learnt, the card may as well be another reader's.
    """

    number: str
    name: str
    uid: str
    card: str = "known"
    twin: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request: where it goes, its initials, what a Chinese sentence says so with (an
    English one selects nothing).
    """

    department: str
    initials: str
    chinese: str = ""
    english: str = ""


KINDS = {
    "fault": Kind("technology", "gz", "{}的插座无电", "no power at {}"),
    "space_suggestion": Kind("new_services", "kjjy", "{}太热", "it is stuffy at {}"),
    "lost_found": Kind("reader_services", "swzl", "在{}捡到水杯", "a cup was left at {}"),
    "reference": Kind("information", "ckzx", "{}的读者要查资料", "papers on the history of {}"),
    "card": Kind("reader_services", "zj", "{}的读者要办证", "wants to come in from {}"),
    "consultation": Kind("reader_services", "ybzx", "{}何时开放", "when does {} open"),
    "purchase": Kind("acquisition", "jg"),
}
"""by hand, from the library's profile: what the program makes of the words is what is tested"""
USUAL, PURCHASE = "consultation", "purchase"


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody asks. `kind` is what it must be logged as; `chip`: the words do not say so."""

    words: str
    kind: str
    chip: bool = False
    urgent: bool = False

    @property
    def isbn(self) -> str:
        """It is a book that was scanned."""
        return self.words.removeprefix("ISBN ") if self.kind == PURCHASE else ""

    @property
    def halves(self) -> tuple[str, str]:
        middle = len(self.words) // 2
        return self.words[:middle], self.words[middle:]


@dataclass(slots=True)
class Visit:
    """Somebody comes. `way`: how the desk gets to know who it is; `ending`: what becomes of it."""

    way: str
    ending: str
    ask: Ask
    reader: Reader | None = None
    call: Ask | None = None
    """what somebody asks by telephone in the middle of it"""
    between: bool = False
    """a colleague needs the terminal in the middle of it"""
    of_colleague: bool = False
    """it was a colleague on duty who was asked"""
    tallies: list[int] = field(default_factory=list)
    """what passers-by ask before it: digits, 0 for the same again"""


WAYS = {
    "card": 36, "number": 8, "mid": 16, "quick": 10, "chip": 8, "nobody": 10, "unknown": 7,
    "lost": 5,
}  # fmt: skip
ENDINGS = {"spot": 40, "later": 22, "hand_over": 16, "hurried": 10, "referred": 6, "refused": 6}


class Crowd:
    """A seeded day: `readers`, and the visits one after the other."""

    def __init__(self, seed: int, people: int, *, english: bool) -> None:
        self.chance = random.Random(seed)
        self.english, self.people = english, people
        self._asked = 0
        self.readers = [self._reader(n) for n in range(max(2 * REGULARS, people * 3 // 4))]
        for n, reader in enumerate(self.readers[REGULARS:-2]):
            reader.card = {0: "unknown", 1: "lost"}.get(n % 6, "known")
        one, other = self.readers[-2:]
        one.twin = other.twin = True
        other.uid = bytes.fromhex(one.uid)[::-1].hex().upper()

    @property
    def regulars(self) -> list[Reader]:
        return self.readers[:REGULARS]

    def _reader(self, n: int) -> Reader:
        chance = self.chance
        # The first four digits and the last two are what a screen shows of a number.
        number = f"{2010 + n % 16}{chance.randrange(10000):04d}{n // 16:02d}"
        name = SURNAMES[n % len(SURNAMES)] + "".join(chance.sample(GIVEN, 2))
        uid = bytes(
            chance.randrange(0x10, 0x80) for _ in range(4)
        )  # none that a telephone makes up
        return Reader(number, name, uid.hex().upper())

    def visits(self) -> Iterator[Visit]:
        """The day's people. Every way and every ending comes soon, then as often as in life."""
        ways, endings = self._dealt(WAYS), self._dealt(ENDINGS)
        for n in range(self.people):
            yield self._visit(next(ways), next(endings), first=not n)

    def _dealt(self, weights: dict[str, int]) -> Iterator[str]:
        yield from self.chance.sample(list(weights), len(weights))
        while True:
            yield from self.chance.choices(list(weights), list(weights.values()))

    def _visit(self, way: str, ending: str, *, first: bool) -> Visit:
        chance = self.chance
        if way == "card" and chance.random() < 0.15:
            return Visit(way, "later", Ask(f"ISBN {_isbn(chance)}", PURCHASE), self._who(way))
        visit = Visit(way, ending, self.ask(), self._who(way))
        if not first and chance.random() < 0.15:
            visit.call = self.ask()
        elif chance.random() < 0.08:
            visit.between = True
        visit.of_colleague = ending == "later" and chance.random() < 0.3
        if chance.random() < 0.3:
            visit.tallies = [chance.randint(1, 7)] + [0] * chance.choice((0, 0, 1, 2))
        return visit

    def _who(self, way: str) -> Reader | None:
        if way == "nobody":
            return None
        state = way if way in ("unknown", "lost") else "known"
        fitting = [each for each in self.readers if each.card == state]
        return self.chance.choice(fitting or self.regulars)

    def ask(self) -> Ask:
        """Something that nobody else asks."""
        chance = self.chance
        code = chance.choice([code for code, kind in KINDS.items() if kind.chinese])
        kind = KINDS[code]
        words = (kind.english if self.english else kind.chinese).format(self._place())
        chip = self.english and code != USUAL
        return Ask(words, code, chip, urgent=chance.random() < 0.1)

    def _place(self) -> str:
        self._asked += 1
        digits = [int(digit) for digit in f"{self._asked:03d}"]
        if self.english:
            return "room " + "".join("abcdefghij"[digit] for digit in digits)
        return "".join(DIGITS[digit] for digit in digits) + "区"


def _isbn(chance: random.Random) -> str:
    body = "9787" + "".join(str(chance.randrange(10)) for _ in range(8))
    total = sum(int(d) * (1, 3)[place % 2] for place, d in enumerate(body))
    return f"{body}{-total % 10}"
