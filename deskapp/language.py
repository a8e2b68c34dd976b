"""The words a person reads: messages by key, from the gettext catalogues in assets/locale."""

import gettext
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from deskapp import keymap

LANGUAGES = ("zh_CN", "en")


class Language:
    """One language, called with a key: `t("request.logged", number="0231", due="17:30")`.

    `code` is one of LANGUAGES (ValueError otherwise). A key without a message comes back as itself,
    and a placeholder without a fact stays as it is written: the desk goes on, the tests fail. A
    message has one word for one and another for many as `{count:fact|facts}`.

    `keys` says which key does what; messages name a key as `{keys[undo]}`. With `now` a day of
    another year is told with it.
    """

    def __init__(
        self,
        code: str = LANGUAGES[0],
        keys: Mapping[str, str] = keymap.USUAL,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        if code not in LANGUAGES:
            raise ValueError(f"no catalogue for {code!r}")
        self.code, self.keys, self.now = code, keys, now
        self._messages = _catalogue(code)

    def __call__(self, key: str, /, **facts: object) -> str:
        # An empty msgid is the catalogue's own header.
        message = self._messages.gettext(key) if key else key
        return message.format_map(_Facts(facts, keys=self.keys)) if "{" in message else message

    def refused(self, code: str, facts: Mapping[str, object]) -> str:
        """The sentence of a refusal."""
        return refused(self, code, facts)

    def changed(self, code: str) -> "Language":
        """Another language, with the same keys and years."""
        return Language(code, self.keys, self.now)

    def __repr__(self) -> str:
        return f"Language({self.code!r})"

    def day(self, day: date) -> str:
        """Month, day and weekday: `11-24 周二`, `Tue 24 Nov`; of another year than now that one
        in place of the weekday: `2025-11-24`, `24 Nov 2025`.
        """
        if self.now is None or day.year == self.now().year:
            return self._this_year(day)
        month = self._month(day)
        return self("language.other_year", year=day.year, month=month, day=day.day)

    def _this_year(self, day: date) -> str:
        weekday = self("language.weekdays").split()[day.weekday()]
        return self("language.day", month=self._month(day), day=day.day, weekday=weekday)

    def _month(self, day: date) -> str:
        return self("language.months").split()[day.month - 1]

    def dated(self, day: date) -> str:
        """The same with its year, for what is kept on paper."""
        return self("language.dated", year=day.year, day=self._this_year(day))

    def time(self, moment: datetime) -> str:
        """Hour and minute of a moment as it is given, in its own zone: `17:30`."""
        return f"{moment:%H:%M}"

    def moment(self, moment: datetime) -> str:
        """Day and time of a moment as it is given, in its own zone: `11-24 周二 17:30`."""
        return self("language.moment", day=self.day(moment), time=self.time(moment))


def refused(t: Callable[..., str], code: str, facts: Mapping[str, object]) -> str:
    """The sentence of a refusal; a role is called as people call it."""
    least = {"least": t(f"role.{facts['least']}")} if code == "RoleTooLow" else {}
    return t(f"refusal.{code}", **{**facts, **least})


def best(requested: str | None, environ: Mapping[str, str], remembered: str = "") -> str:
    """The language to speak: --lang, else DESKAPP_LANG, else what was chosen before, else Chinese.

    `zh`, `en-GB` and `en_US.UTF-8` are understood; what is not understood is passed over. LANG is
    not asked: a desk's terminal often says C or en_US by accident.
    """
    for wish in (requested, environ.get("DESKAPP_LANG"), remembered):
        start = (wish or "").replace("-", "_").partition("_")[0].lower()
        for code in LANGUAGES:
            if start == code.partition("_")[0]:
                return code
    return LANGUAGES[0]


class _Facts(dict[str, object]):
    def __getitem__(self, name: str) -> object:
        value = super().__getitem__(name)
        return _Number(value) if type(value) is int else value

    def __missing__(self, name: str) -> "_Missing":
        return _Missing(f"{{{name}}}")


class _Number(int):
    """`{count} {count:fact|facts}`: the word for one, or the word for many."""

    def __format__(self, spec: str) -> str:
        one, several, many = spec.partition("|")
        if not several:
            return super().__format__(spec)
        return one if self == 1 else many


class _Missing(str):
    """Stands in for a fact that was not given, whatever format the message asks for."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return str(self)


@cache
def _catalogue(code: str) -> gettext.GNUTranslations:
    source = files("assets") / "locale" / code / "LC_MESSAGES" / "deskapp.mo"
    with source.open("rb") as stream:
        return gettext.GNUTranslations(stream)
