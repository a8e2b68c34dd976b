"""The parts of a library's profile: departments, posts, kinds of request and what they refer to."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field

from db.refusal import Refusal
from deskapp.cells import alike
from deskapp.timetable import Days, Entry, Named, Text


def _read_table(table: object) -> object:
    """Give every entry of a table its key as `code`."""
    if not isinstance(table, dict):
        return table
    return {
        code: {**entry, "code": code} if isinstance(entry, dict) else entry
        for code, entry in table.items()
    }


Word = Annotated[str, Field(min_length=2)]  # one character would select in any sentence
N = TypeVar("N", bound=Named)
Table = Annotated[Mapping[str, N], BeforeValidator(_read_table)]
Digits = Annotated[Mapping[str, N], BeforeValidator(_read_table), Field(min_length=1, max_length=9)]


class Role(StrEnum):
    """What a person may do, in order of right."""

    VOLUNTEER = "volunteer"
    STUDENT_ASSISTANT = "student_assistant"
    LIBRARIAN = "librarian"
    SHIFT_LEAD = "shift_lead"
    DEPARTMENT_HEAD = "department_head"
    ADMINISTRATOR = "administrator"

    @classmethod
    def _missing_(cls, value: object) -> "Role":
        """A role that only a newer version knows has no rights here."""
        return cls.VOLUNTEER

    @property
    def rank(self) -> int:
        """The place in that order, from 0."""
        return _RANKS[self]

    def reaches(self, least: "Role") -> bool:
        """Whether this role has the right of `least`. (`<` would compare the words.)"""
        return self.rank >= least.rank


_RANKS = {role: rank for rank, role in enumerate(Role)}


class Dimension(StrEnum):
    """The rows of the user-relationship matrix (用户关系管理)."""

    SPACE = "space"
    RESOURCES = "resources"
    INTERACTION = "interaction"
    SUBJECT = "subject"


class Step(StrEnum):
    """The columns of the user-relationship matrix."""

    IDENTIFY = "identify"
    DIFFERENTIATE = "differentiate"
    INTERACT = "interact"
    SATISFY = "satisfy"


class Outcome(StrEnum):
    """How a request may end under 首问责任制: nobody may answer "no"."""

    DONE = "done"
    REFERRED = "referred"
    NOT_POSSIBLE = "not_possible"


class Department(Named):
    """A department; `calendar` is the timetable that its due times follow."""

    calendar: str
    telephone: str = ""


class Committee(Named):
    """A committee across departments; its members are kept with the staff."""


class Duty(Entry):
    """One line of a post's responsibility letter."""

    zh: Text
    en: Text


class Post(Named):
    """A post (岗位); one person may hold several."""

    department: str
    duties: Annotated[tuple[Duty, ...], Field(min_length=1)]


class Branch(Named):
    """A subject branch: its floors, and the post of its subject librarians."""

    floors: Annotated[tuple[int, ...], Field(min_length=1)]
    post: str


class PatronType(Named):
    """A type of reader; `words` are what university systems call it, `salutation` how a certificate
    addresses one (同学, 老师).
    """

    words: tuple[Text, ...] = ()
    salutation: str = ""


class Channel(Named):
    """The way a request came."""


class Reason(Named):
    """A reason to hand over, one key."""


class Result(Named):
    """A result that closes a request; what it demands follows from its outcome, not from a file."""

    outcome: Outcome

    @property
    def needs_place(self) -> bool:
        """Unit, place and telephone must be told."""
        return self.outcome is Outcome.REFERRED

    @property
    def needs_lead(self) -> bool:
        """An alternative must be offered and a shift lead agree."""
        return self.outcome is Outcome.NOT_POSSIBLE


class DueRule(Named):
    """A time limit in working days; 0 is the same day (限时办结).

    `further_days` for each department beyond the first, `several_days` instead of `days` as soon as
    there is a second, `complex_days` for a complex matter.
    """

    days: Annotated[int, Field(ge=0, le=366)]
    further_days: Annotated[int, Field(ge=0, le=366)] = 0
    complex_days: Annotated[int, Field(ge=1, le=366)] | None = None
    several_days: Annotated[int, Field(ge=1, le=366)] | None = None

    def term(self, departments: int = 1, complex_matter: bool = False) -> int:
        """Working days for a matter of so many departments."""
        days = self.days
        if departments > 1 and self.several_days is not None:
            days = max(days, self.several_days)
        if complex_matter and self.complex_days is not None:
            days = self.complex_days
        return days + self.further_days * max(0, departments - 1)


class Message(Entry):
    """A sentence for a reader, in both languages."""

    zh: Text
    en: Text


class Stage(Named):
    """A stage of a long kind.

    `due` counts anew from the stage's beginning, or `from_receipt` of the request; the first stage
    has the kind's own. An `outside` stage waits for others: the clock stands, and a date to chase
    is set. `message` is what the reader is told when it begins.
    """

    due: str | None = None
    from_receipt: bool = False
    outside: bool = False
    message: Message | None = None


class Tallied(Named):
    """A directional question that is only counted (指引计数)."""


class Handed(Named):
    """A thing that goes from one shift to the next: keys, radios."""


class Round(Named):
    """What is looked at when a shift begins and ends: power, windows."""


class Told(Named):
    """One thing that the reader is told to bring (一次性告知)."""


class Kind(Named):
    """A kind of request.

    `words` select it in a sentence, `post` is who usually does it, `handling_days` are the weekdays
    (0 = Monday) on which it is handled. The private parts of a `confidential` kind stay with its
    department; one for `assistants` may be closed by student assistants; the reader of one that
    `tells` hears of it later.
    """

    words: tuple[Word, ...] = ()
    due: str
    department: str
    post: str | None = None
    confidential: bool = False
    assistants: bool = False
    tells: bool = False
    dimension: Dimension
    step: Step
    told: Table[Told] = Field(default_factory=dict)
    handling_days: Days = tuple(range(7))
    stages: Table[Stage] = Field(default_factory=dict)


class Limits(Entry):
    """Time limits beside the due rules, in working time of whoever must act.

    `undo_minutes` in which one's last act can be undone, `sticky_minutes` in which the next entry
    begins with the kind and channel of the last (both on the clock on the wall),
    `chase_days` after which to ask outside again, `reader_days` the reader, `tell_days` after
    closing to tell the reader; with `extension_needs_lead` a shift lead agrees to every extension,
    not only to a late or a second one.
    """

    handover_minutes: Annotated[int, Field(gt=0)]
    chase_days: Annotated[int, Field(gt=0)]
    reader_days: Annotated[int, Field(gt=0)] = 10
    tell_days: Annotated[int, Field(gt=0)] = 1
    undo_minutes: Annotated[int, Field(gt=0)] = 10
    sticky_minutes: Annotated[int, Field(ge=0)] = 10
    extension_needs_lead: bool = False
    found_days: Annotated[int, Field(gt=0)] = 30
    """calendar days for which a found thing is kept"""
    horizon_days: Annotated[int, Field(ge=90)] = 400
    """calendar days after which what is closed has its course at the centre alone"""
    gate_double_seconds: Annotated[int, Field(ge=0, le=3600)] = 60
    gate_longest_minutes: Annotated[int, Field(gt=0, le=1440)] = 960
    gate_missing_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    """how a gate's records are counted: see `deskapp.visits`"""
    unranked: tuple[str, ...] = ()
    """types of reader who are on no ranking of a quarter"""


class Usual(Entry):
    """What a new request has before anybody says otherwise."""

    kind: str
    channel: str
    isbn: str | None = None
    """the kind of request that a scanned ISBN begins"""


def codes(table: Mapping[str, Named]) -> dict[str, str]:
    """Its entries' codes by what people write for them: code or name, as `alike` has it."""
    return {alike(w): code for code, each in table.items() for w in (code, each.zh, each.en)}


class Words:
    """The codes of a table's entries by what people write for them: code or name, in any form."""

    def __init__(self, table: Mapping[str, Named], language: str) -> None:
        self._names = [entry.name(language) for entry in table.values()]
        self._codes = codes(table)

    def find(self, word: str) -> str | None:
        return self._codes.get(alike(word))

    def code(self, word: str) -> str:
        """The code; refuses CodeUnknown, with the names that there are in the user's language."""
        code = self.find(word)
        if code is None:
            raise Refusal("CodeUnknown", value=word, known=" / ".join(self._names))
        return code
