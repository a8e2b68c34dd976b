"""Catalogues: takes in files of new messages, sorts the .po files and compiles the .mo files.

    python -m tests.catalogues [FILE …]

A FILE holds one message a line, `key<TAB>zh<TAB>en`, UTF-8; `\\n` in it means a new line; empty
lines and lines that begin with # are passed over. A message given again replaces the old one.
Without a FILE the catalogues are only sorted and compiled, after one was edited by hand.
"""

import argparse
import re
import struct
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from babel.messages.pofile import read_po

from deskapp.language import LANGUAGES

LOCALE = Path(__file__).parent.parent / "assets" / "locale"
KEY = re.compile(r"[a-z0-9_]+(\.[A-Za-z0-9_-]+)+")


class Unreadable(Exception):
    """A line of a message file that is no message; says where and why."""


def path(code: str, suffix: str) -> Path:
    return LOCALE / code / "LC_MESSAGES" / f"deskapp.{suffix}"


def read(code: str) -> dict[str, str]:
    """The messages of a .po file by key, as it is on disk."""
    if not path(code, "po").exists():
        return {}
    with path(code, "po").open("rb") as stream:
        catalogue = read_po(stream, abort_invalid=True)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id}


def take_in(files: Iterable[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """The messages of files given as (name, text), by key: (zh, en)."""
    found: dict[str, tuple[str, str]] = {}
    for name, text in files:
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            cells = [cell.strip().replace("\\n", "\n") for cell in line.split("\t")]
            if len(cells) != 3 or not all(cells):
                raise Unreadable(f"{name}:{number}: not key, zh and en with a tab between: {line}")
            key, zh, en = cells
            if not KEY.fullmatch(key):
                raise Unreadable(f"{name}:{number}: not a key: {key}")
            if found.setdefault(key, (zh, en)) != (zh, en):
                raise Unreadable(f"{name}:{number}: said twice, differently: {key}")
    return found


def as_po(code: str, messages: Mapping[str, str]) -> str:
    """The text of a .po file: sorted by key, no dates, so that a change shows only what changed."""
    return "\n".join(
        f"msgid {_quoted(key)}\nmsgstr {_quoted(message)}\n"
        for key, message in _with_header(code, messages)
    )


def as_mo(code: str, messages: Mapping[str, str]) -> bytes:
    """The bytes of a .mo file (GNU gettext manual, "MO Files"), without the optional hash table."""
    entries = [(key.encode(), text.encode()) for key, text in _with_header(code, messages)]
    entries.sort()
    head, table = 28, 8 * len(entries)
    keys = b"".join(key + b"\0" for key, _ in entries)
    texts = b"".join(text + b"\0" for _, text in entries)
    place = {"key": head + 2 * table, "text": head + 2 * table + len(keys)}
    tables = {"key": b"", "text": b""}
    for entry in entries:
        for kind, value in zip(("key", "text"), entry, strict=True):
            tables[kind] += struct.pack("<II", len(value), place[kind])
            place[kind] += len(value) + 1
    start = struct.pack("<7I", 0x950412DE, 0, len(entries), head, head + table, 0, head + 2 * table)
    return start + tables["key"] + tables["text"] + keys + texts


def _with_header(code: str, messages: Mapping[str, str]) -> list[tuple[str, str]]:
    header = (
        f"Project-Id-Version: deskapp\nLanguage: {code}\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
    )
    return [("", header), *sorted(messages.items())]


def _quoted(text: str) -> str:
    def literal(line: str) -> str:
        escaped = line.replace("\\", r"\\").replace('"', r"\"")
        return '"' + escaped.replace("\t", r"\t").replace("\n", r"\n") + '"'

    lines = text.splitlines(keepends=True)
    return literal(text) if len(lines) < 2 else "\n".join(['""', *map(literal, lines)])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.catalogues")
    parser.add_argument("files", nargs="*", type=Path, help="key<TAB>zh<TAB>en, one a line")
    files = parser.parse_args(arguments).files
    try:
        new = take_in((str(file), file.read_text("utf-8-sig")) for file in files)
    except (Unreadable, OSError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    for place, code in enumerate(LANGUAGES):
        messages = read(code)
        for key, pair in sorted(new.items()):
            if messages.get(key) not in {None, pair[place]}:
                print(f"{code} {key}: {messages[key]} → {pair[place]}")
            messages[key] = pair[place]
        path(code, "po").parent.mkdir(parents=True, exist_ok=True)
        path(code, "po").write_text(as_po(code, messages), "utf-8", newline="\n")
        path(code, "mo").write_bytes(as_mo(code, messages))
        print(f"{code}: {len(messages)} messages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
