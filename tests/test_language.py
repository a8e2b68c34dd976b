"""Every message is there, used, and says the same in both languages; scanned from the source."""

import ast
import gettext
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter

import pytest

from deskapp.keymap import USUAL
from deskapp.language import LANGUAGES, Language, best
from tests import catalogues

ROOT = Path(__file__).parent.parent
HAN = "\u3400-\u9fff"


@dataclass(frozen=True)
class Use:
    """One place in the source that asks for a message.

    `key` is whole, or a prefix when `family`; `facts` are the names given, None when a `**` hides
    them; `loose` says that facts which the message does not use are fine.
    """

    where: str
    key: str
    facts: frozenset[str] | None
    family: bool
    loose: bool


class Wrong(Exception):
    """A call whose key cannot be read from the source."""


def uses(source: str, name: str) -> Iterator[Use]:
    """Calls of `t(…)`, `x.t(…)` and `Refusal(…)` in a module; Language itself calls `self(…)`."""
    module = ast.parse(source)
    callers = {"t", "Refusal"} | ({"self"} if name == "deskapp/language.py" else set())
    for call in ast.walk(module):
        match call:
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if (
                called in callers
            ):
                where = f"{name}:{call.lineno}"
            case _:
                continue
        hidden = any(word.arg is None for word in call.keywords)
        facts = None if hidden else frozenset(word.arg for word in call.keywords if word.arg)
        asked = call.args[0] if call.args else None
        direct = dict(written(asked))
        for key, family in (direct or listed(asked, module)).items():
            if called == "Refusal":
                yield Use(where, f"refusal.{key}", facts, family, loose=True)
            elif key != "refusal.":  # what a screen may say of a refusal is what the rules raise
                yield Use(where, key, facts, family, loose=family or not direct)
        if not direct and not listed(asked, module):
            raise Wrong(f"{where}: write the key out, or f'family.{{x}}', or list the keys above")


def written(asked: ast.expr | None) -> Iterator[tuple[str, bool]]:
    """The keys in the call, each with whether it is a prefix."""
    match asked:
        case ast.Constant(value=str(text)):
            yield text, False
        case ast.IfExp(body=one, orelse=other):
            yield from written(one)
            yield from written(other)
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]) if start.endswith("."):
            yield start, True


def listed(asked: ast.expr | None, module: ast.Module) -> dict[str, bool]:
    """The keys in the tables that the call looks into, itself or one assignment before."""
    tables: dict[str, dict[str, bool]] = {}
    for line in module.body:
        match line:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(values=values))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict(values=values))
            ):
                tables[name] = {
                    value.value: False
                    for value in values
                    if isinstance(value, ast.Constant) and isinstance(value.value, str)
                }
    if asked is None:
        return {}
    before = [
        line.value
        for line in ast.walk(module)
        if isinstance(line, ast.Assign)
        and isinstance(asked, ast.Name)
        and any(isinstance(to, ast.Name) and to.id == asked.id for to in line.targets)
    ]
    names = [
        node.id
        for part in (asked, *before)
        for node in ast.walk(part)
        if isinstance(node, ast.Name)
    ]
    return {key: False for name in names for key in tables.get(name, ())}


def placeholders(message: str) -> frozenset[str]:
    found = (field for _, field, _, _ in Formatter().parse(message) if field is not None)
    return frozenset(re.split(r"[.\[]", field)[0] for field in found)


def faults(used: list[Use], messages: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What is wrong between the source and the catalogues, one sentence each."""
    found: list[str] = []
    wanted: set[str] = set()
    for use in used:
        for code, catalogue in messages.items():
            members = [key for key in catalogue if use.family and key.startswith(use.key)]
            members = members or [use.key]
            wanted.update(members)
            for key in members:
                if key not in catalogue:
                    found.append(f"{use.where}: {code} has no {key}")
                elif use.facts is not None:
                    said = placeholders(catalogue[key]) - {"keys"}
                    for fact in sorted(said - use.facts):
                        found.append(f"{use.where}: {code} {key} needs {fact}")
                    for fact in sorted(use.facts - said) if not use.loose else ():
                        found.append(f"{use.where}: {code} {key} says nothing of {fact}")
    for code, catalogue in messages.items():
        found += [f"{code}: nothing uses {key}" for key in sorted(catalogue.keys() - wanted)]
    return found


def pressed(message: str) -> set[str]:
    """The actions whose keys a message names."""
    fields = (field for _, field, _, _ in Formatter().parse(message) if field is not None)
    return {field[5:-1] for field in fields if field.startswith("keys[")}


def disagreements(zh: Mapping[str, str], en: Mapping[str, str]) -> list[str]:
    """Where the languages do not fit each other, or a message is not in its own language."""
    found = [f"only in one language: {key}" for key in sorted(zh.keys() ^ en.keys())]
    for key in sorted(zh.keys() & en.keys()):
        if placeholders(zh[key]) != placeholders(en[key]):
            found.append(f"{key}: placeholders differ")
        if pressed(zh[key]) != pressed(en[key]) or pressed(zh[key]) - USUAL.keys():
            found.append(f"{key}: keys differ, or are of no action")
        if re.search(r"\b(F[1-9]|Ctrl\+[A-NP-RT-Z])\b", zh[key] + en[key]):
            found.append(f"{key}: a key that can be moved, by its usual name")
        if not zh[key] or not en[key]:
            found.append(f"{key}: empty")
        if re.search(rf"[{HAN}}}][,;!?]|[{HAN}][:(]|[,;:!?)][{HAN}]|[{HAN}]\.(?!\w)", zh[key]):
            found.append(f"{key}: ASCII punctuation beside Chinese")
        if re.search(rf"[{HAN}\u3000-\u303f\uff00-\uffef]", en[key]):
            found.append(f"{key}: Chinese in the English message")
    return found


def project_uses() -> list[Use]:
    found: list[Use] = []
    for folder in ("db", "deskapp", "screens"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            name = file.relative_to(ROOT).as_posix()
            here = uses(file.read_text("utf-8"), name)
            # A rule speaks no language: only a Refusal counts in db.
            found += [use for use in here if folder != "db" or use.key.startswith("refusal.")]
    return found


def both() -> dict[str, dict[str, str]]:
    return {code: catalogues.read(code) for code in LANGUAGES}


def test_every_message_is_there_and_used() -> None:
    found = faults(project_uses(), both())
    assert not found, "\n".join(found)


def test_the_languages_agree() -> None:
    messages = both()
    found = disagreements(messages["zh_CN"], messages["en"])
    assert not found, "\n".join(found)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_compiled_catalogue_is_the_one_written(code: str) -> None:
    written = catalogues.read(code)
    assert catalogues.path(code, "po").read_text("utf-8") == catalogues.as_po(code, written)
    assert catalogues.path(code, "mo").read_bytes() == catalogues.as_mo(code, written)
    with catalogues.path(code, "mo").open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)
    assert {key: compiled.gettext(key) for key in written} == written


SOURCE = """
KEYS = {1: "table.one", 2: "table.two"}
CODES: dict[int, str] = {5: "DiskFull"}
def show(self, t):
    t("plain.one")
    self.app.t("plain.two", number=1)
    t("plain.one" if self else "plain.three", **self.facts)
    t(f"status.{self.state}")
    t(f"refusal.{self.code}", **self.facts)
    raise Refusal("SeatTaken", seat=1, by=2)
    t(KEYS[self.number], number=1)
    code = CODES.get(self.number)
    raise Refusal(code, file="x")
"""
GOOD = {
    "plain.one": "one",
    "plain.two": "two {number:02d}",
    "plain.three": "{three}",
    "status.open": "open",
    "refusal.SeatTaken": "{seat}",
    "table.one": "{number}",
    "table.two": "two",
    "refusal.DiskFull": "{file}",
}


def test_the_scan_reads_every_shape_of_call() -> None:
    assert faults(list(uses(SOURCE, "toy.py")), {"en": GOOD}) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"plain.one": None}, "toy.py:5: en has no plain.one"),
        ({"refusal.SeatTaken": None}, "toy.py:10: en has no refusal.SeatTaken"),
        ({"status.open": None}, "toy.py:8: en has no status."),
        ({"refusal.Old": "x"}, "en: nothing uses refusal.Old"),
        ({"plain.two": "{numbr}"}, "toy.py:6: en plain.two needs numbr"),
        ({"plain.two": "two"}, "toy.py:6: en plain.two says nothing of number"),
        ({"refusal.SeatTaken": "{card}"}, "toy.py:10: en refusal.SeatTaken needs card"),
        ({"status.open": "{since}"}, "toy.py:8: en status.open needs since"),
        ({"table.two": None}, "toy.py:11: en has no table.two"),
        ({"refusal.DiskFull": "{path}"}, "toy.py:13: en refusal.DiskFull needs path"),
    ],
)
def test_the_scan_finds_each_fault(change: dict[str, str | None], says: str) -> None:
    messages = {key: text for key, text in {**GOOD, **change}.items() if text is not None}
    assert says in faults(list(uses(SOURCE, "toy.py")), {"en": messages})


@pytest.mark.parametrize("call", ["t(key)", "t()", 't(f"{kind}.x")', "Refusal(code)"])
def test_a_key_that_cannot_be_read_is_a_fault(call: str) -> None:
    with pytest.raises(Wrong, match=r"toy\.py:1"):
        list(uses(call, "toy.py"))


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ({"a.b": "已登记,请办结"}, {"a.b": "Logged"}),
        ({"a.b": "已登记{n},请办结"}, {"a.b": "Logged {n}"}),
        ({"a.b": "已登记."}, {"a.b": "Logged"}),
        ({"a.b": "已登记"}, {"a.b": "Logged。"}),
        ({"a.b": "已登记{n}"}, {"a.b": "Logged {m}"}),
        ({"a.b": "已登记"}, {"a.b": ""}),
        ({"a.b": "已登记"}, {}),
        ({"a.b": "按{keys[undo]}"}, {"a.b": "Press {keys[lock]}"}),
        ({"a.b": "按{keys[redo]}"}, {"a.b": "Press {keys[redo]}"}),
        ({"a.b": "按 F2 登记"}, {"a.b": "Press F2"}),
    ],
)
def test_a_disagreement_is_found(zh: dict[str, str], en: dict[str, str]) -> None:
    assert len(disagreements(zh, en)) == 1


def test_taking_in_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
    file = tmp_path / "new.txt"
    file.write_text('# new\nb.x\t二\\n"{n}"\ttwo\\n"{n}"\n\na.x\t一\tone\n', "utf-8")
    assert catalogues.main([str(file)]) == 0
    first = catalogues.path("en", "po").read_bytes()
    assert catalogues.read("zh_CN") == {"a.x": "一", "b.x": '二\n"{n}"'}
    assert catalogues.main([]) == 0
    assert catalogues.path("en", "po").read_bytes() == first
    assert list(catalogues.read("en")) == ["a.x", "b.x"]
    for wrong in ("a.x\tone\n", "a x\t一\tone\n", "a.x\t一\t\n", "a.x\t一\tone\na.x\t一\tun\n"):
        file.write_text(wrong, "utf-8")
        assert catalogues.main([str(file)]) == 2
    assert catalogues.path("en", "po").read_bytes() == first


def test_a_message_is_filled_in() -> None:
    t = Language("en")
    assert t("language.moment", day="Mon 2 Nov", time="{x}") == "Mon 2 Nov {x}"
    assert t("language.moment", day="Mon 2 Nov") == "Mon 2 Nov {time}"
    assert t("language.day", month="Nov", weekday="Mon") == "Mon {day} Nov"
    assert t("no.such") == "no.such"
    assert t("") == ""


def test_days_and_times_in_both_languages() -> None:
    zh, en = Language(), Language("en")
    moment = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    assert zh.code == "zh_CN"
    assert (zh.day(moment.date()), en.day(moment.date())) == ("11-24 周二", "Tue 24 Nov")
    assert (zh.day(date(2026, 2, 1)), en.day(date(2026, 2, 1))) == ("02-01 周日", "Sun 1 Feb")
    assert (zh.moment(moment), en.moment(moment)) == ("11-24 周二 17:30", "Tue 24 Nov 17:30")
    assert (zh.dated(moment.date()), en.dated(moment.date())) == (
        "2026-11-24 周二",
        "Tue 24 Nov 2026",
    )
    assert zh.time(moment) == "17:30"


@pytest.mark.parametrize(
    ("requested", "environ", "code"),
    [
        (None, {}, "zh_CN"),
        (None, {"LANG": "en_US.UTF-8"}, "zh_CN"),
        (None, {"DESKAPP_LANG": "en_US.UTF-8"}, "en"),
        ("zh", {"DESKAPP_LANG": "en"}, "zh_CN"),
        ("en-GB", {}, "en"),
        ("EN", {}, "en"),
        ("fr", {"DESKAPP_LANG": "en"}, "en"),
        ("fr", {}, "zh_CN"),
    ],
)
def test_the_best_language(requested: str | None, environ: dict[str, str], code: str) -> None:
    assert best(requested, environ) == code


def test_a_language_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="fr"):
        Language("fr")


def test_speaking_loads_nothing_heavy() -> None:
    """The first words appear before the heavy libraries are loaded."""
    script = (
        "import sys; from deskapp.language import Language; Language('en')('a.b');"
        "sys.exit(' '.join({'textual', 'sqlmodel', 'babel', 'pydantic'} & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_a_day_of_another_year_says_which() -> None:
    at = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    before = at.replace(year=2025, month=2, day=3)
    for code, this, other in (
        ("zh_CN", "11-24 周二 17:30", "2025-02-03 17:30"),
        ("en", "Tue 24 Nov 17:30", "3 Feb 2025 17:30"),
    ):
        t = Language(now=lambda: at).changed(code)
        assert (t.moment(at), t.moment(before)) == (this, other)
        assert Language(code).day(before.date()) in t.dated(before.date())


def test_one_is_not_several() -> None:
    en, zh = Language("en"), Language()
    assert en("span.days", count=1) == "1 day"
    assert en("span.days", count=0) == "0 days"
    assert en("sync.faults", count=2).startswith("2 facts are ")
    assert en("central.standing", facts=5700, size="1 MB").startswith(
        "The centre has 5,700 records"
    )
    assert zh("span.days", count=1) == "1天"
