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

STATUS, LONGEST_STATUS = 30, 365
"""days that a list of revoked certificates is believed: usually, at most"""
_ADDRESS = re.compile(r"https?://[!-~]+(?<!#)")
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
    verification_address: str = ""
    """of the page on which anybody verifies a certificate; its code leads there"""
    status_days: int = STATUS
    """how old a list of revoked certificates may be before it proves nothing"""
    seals: Mapping[str, Path] = field(default_factory=dict)
    """by the name of a seal, the picture of it"""


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
    tables = ("keys", "screen", "sync", "print", "certificates", "seal")
    keys, screen, sync, printed, certificates, seals = (_table(said, name) for name in tables)
    signs = _one_of(SIGNS, screen, "signs") or SIGNS[0]
    language = _one_of(LANGUAGES, screen, "language")
    plan = _plan(sync)
    font = _file(printed, "font", folder)
    address, days = _address(certificates), STATUS
    if "status_days" in certificates:
        days = _whole(certificates, "status_days", 1, LONGEST_STATUS)
    pictures = _pictures(seals, folder)
    for name in (*said, *screen, *sync, *printed, *certificates):
        raise Refusal("SettingUnknown", name=name)
    return Settings(keymap.moved(keys), signs, language, plan, font, address, days, pictures)


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
    return timedelta(minutes=_whole(table, name, 0, most))


def _whole(table: dict[str, Any], name: str, least: int, most: int) -> int:
    said = table.pop(name)
    if type(said) is not int or not least <= said <= most:
        raise Refusal("SettingWrong", name=name, known=f"{least}–{most}")
    return said


def _file(table: dict[str, Any], name: str, folder: Path) -> Path | None:
    """A file, named from the data folder. Refuses SettingWrong."""
    said = table.pop(name, None)
    if said is not None and not isinstance(said, str):
        raise Refusal("SettingWrong", name=name, known='"FILE"')
    return folder / Path(said).expanduser() if said else None


def _address(table: dict[str, Any]) -> str:
    """`https://…`, ASCII: it goes into a code, `#` and digits behind it. Refuses SettingWrong."""
    said = table.pop("verification_address", "")
    if said and not (isinstance(said, str) and _ADDRESS.fullmatch(said)):
        raise Refusal("SettingWrong", name="verification_address", known='"https://…"')
    return str(said)


def _pictures(seals: dict[str, Any], folder: Path) -> dict[str, Path]:
    """`[seal.NAME]`, `picture = "FILE"`. Refuses SettingUnknown, SettingWrong."""
    found = {}
    for name in list(seals):
        table = _table(seals, name)
        picture = _file(table, "picture", folder)
        for unknown in table:
            raise Refusal("SettingUnknown", name=unknown)
        if picture is not None:
            found[name] = picture
    return found


def _table(said: dict[str, Any], name: str) -> dict[str, Any]:
    table = said.pop(name, {})
    if not isinstance(table, dict):
        raise Refusal("SettingUnknown", name=name)
    return table
