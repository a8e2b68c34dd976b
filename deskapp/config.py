"""Where a desk's data lie, and what was chosen for its screen: options, environment, then the
usual.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from db import files
from deskapp import keymap
from deskapp.language import LANGUAGES
from deskapp.refusal import Refusal
from deskapp.schedule import Plan

SCREEN = "screen.json"
"""beside the store, which is opened only after the first paint"""
SETTINGS = "desk.toml"
"""beside it: what a library writes down for this desk"""
SIGNS = ("auto", "ascii", "all")
"""of the screen: ASCII where the terminal draws others two cells wide; always; never"""

LONGEST_SPREAD = 12 * 60
"""minutes over which desks may come at night"""


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody chose in the program for this machine's screen; "" where nobody has."""

    language: str = ""
    theme: str = ""


def data_folder(wanted: str | None, environ: Mapping[str, str]) -> Path:
    """The data folder: --data, else DESKAPP_DATA, else this user's by the system's custom."""
    named = wanted or environ.get("DESKAPP_DATA")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("deskapp", appauthor=False)


def demo_folder(folder: Path, scale: str) -> Path:
    """The demo's own folder in a data folder, one for each scale."""
    return folder / ("demo" if scale == "desk" else f"demo-{scale}")


def wish(arguments: Sequence[str], option: str) -> str | None:
    """What an option says, read before the grammar is there, which speaks a language itself."""
    for place, argument in enumerate(arguments):
        if argument == option and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith(f"{option}="):
            return argument.partition("=")[2]
    return None


def remembered(folder: Path) -> Look:
    """What was chosen on the screen of a data folder. What cannot be read was never chosen."""
    try:
        said = json.loads((folder / SCREEN).read_text("utf-8"))
    except (OSError, ValueError):
        return Look()
    known = said if isinstance(said, dict) else {}
    return Look(*(str(known.get(each.name, "")) for each in fields(Look)))


def remember(folder: Path, **chosen: str) -> None:
    """Keep a language or a theme for the next start. Refuses FileUnwritable."""
    file = folder / SCREEN
    look = replace(remembered(folder), **chosen)
    files.write(file, json.dumps(asdict(look)) + "\n", folder=True)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a library has written down for this desk."""

    keys: Mapping[str, str] = field(default_factory=lambda: keymap.USUAL)
    """action → key, all of them"""
    signs: str = "auto"
    """one of SIGNS"""
    language: str = ""
    """spoken to whoever has chosen none"""
    sync: Plan = field(default_factory=Plan)
    """when the desk exchanges with its centre by itself"""
    font: Path | None = None
    """of what is printed"""


def settings(folder: Path) -> Settings:
    """What stands in the data folder's `desk.toml`; without one, the usual.

    Refuses SettingsUnreadable, SettingUnknown, SettingWrong, and as `keymap.moved`.
    """
    file = folder / SETTINGS
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        raise Refusal("SettingsUnreadable", line=1) from error
    import tomllib

    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else len(text.splitlines())
        raise Refusal("SettingsUnreadable", line=line) from error
    tables = ("keys", "screen", "sync", "print")
    keys, screen, sync, printed = (_table(said, name) for name in tables)
    signs = _one_of(SIGNS, screen, "signs") or SIGNS[0]
    language = _one_of(LANGUAGES, screen, "language")
    plan = _plan(sync)
    font = printed.pop("font", None)
    if font is not None and not isinstance(font, str):
        raise Refusal("SettingWrong", name="font", known='"FILE"')
    for name in (*said, *screen, *sync, *printed):
        raise Refusal("SettingUnknown", name=name)
    own = folder / Path(font).expanduser() if font else None
    return Settings(keymap.moved(keys), signs, language, plan, own)


def heeded(folder: Path) -> tuple[Settings, Refusal | None]:
    """The same; where it is refused, the usual and why."""
    try:
        return settings(folder), None
    except Refusal as refusal:
        return Settings(), refusal


def _one_of(known: Sequence[str], table: dict[str, Any], name: str) -> str:
    """What is said of it, else nothing. Refuses SettingWrong."""
    said = table.pop(name, "")
    if said and said not in known:
        raise Refusal("SettingWrong", name=name, known=", ".join(known))
    return str(said)


def _plan(table: dict[str, Any]) -> Plan:
    """`nightly = "02:30"` ("" for never), `spread` and `every` in minutes. Refuses SettingWrong."""
    usual = Plan()
    nightly, spread, every = usual.nightly, usual.spread, usual.every
    if "nightly" in table:
        text = table.pop("nightly")
        try:
            nightly = time.fromisoformat(text) if text else None
        except (TypeError, ValueError):
            raise Refusal("SettingWrong", name="nightly", known="02:30") from None
    if "spread" in table:
        spread = _minutes(table, "spread", LONGEST_SPREAD)
    if "every" in table:
        every = _minutes(table, "every", 24 * 60)
    return Plan(nightly, spread, every)


def _minutes(table: dict[str, Any], name: str, most: int) -> timedelta:
    said = table.pop(name)
    if type(said) is not int or not 0 <= said <= most:
        raise Refusal("SettingWrong", name=name, known=f"0–{most}")
    return timedelta(minutes=said)


def _table(said: dict[str, Any], name: str) -> dict[str, Any]:
    table = said.pop(name, {})
    if not isinstance(table, dict):
        raise Refusal("SettingUnknown", name=name)
    return table
