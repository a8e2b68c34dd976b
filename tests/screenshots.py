"""The README's pictures: `python -m tests.screenshots` draws the demo as it is now.

`python -m tests.screenshots FOLDER` draws it there, also on a large terminal. Needs a font that has
Chinese (Debian fonts-noto-cjk). At night the demo's halls are empty: `faketime 10:00 python -m
tests.screenshots` draws them by day.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deskapp.language import LANGUAGES, Language
from tests.terminal import ROOT, Terminal

PICTURES = ROOT / "assets" / "pictures"
WALK: Sequence[tuple[str, Sequence[str], str]] = (
    ("home", (), "list.mine"),
    ("log", ("f2",), "log.title"),
    ("requests", ("esc", "f3"), "list.all"),
    ("record", ("enter",), "record.course"),
    ("help", ("f1",), "help.title"),
    ("seats", ("esc", "esc", "f4"), "seats.move_key"),
    ("rooms", ("f5",), "rooms.key.find"),
)
"""picture, keys that lead to it from the one before, the message that is to be seen then"""
SIZES = ((80, 24), (160, 48))
TIME = {name: os.environ[name] for name in ("LD_PRELOAD", "FAKETIME") if name in os.environ}
"""another than the machine's"""


def draw(folder: Path, language: str, columns: int, rows: int) -> None:
    """Walk through the demo in one language and size."""
    said = Language(language)
    with tempfile.TemporaryDirectory() as home:
        argv = [sys.executable, "-m", "deskapp", "--lang", language, "demo"]
        with Terminal(argv, home=Path(home), columns=columns, rows=rows, env=TIME) as t:
            for name, keys, seen in WALK:
                t.keys(*keys)
                t.wait(said(seen).partition("{")[0].strip(), seconds=60)
                t.pump(0.5)
                picture = folder / f"{name}-{language}-{columns}x{rows}.png"
                t.png(picture)
                smaller(picture)


def smaller(picture: Path) -> None:
    """A terminal has few colours: a palette of them takes a fifth of the room."""
    from PIL import Image

    with Image.open(picture) as image:
        few = image.quantize(64)
    few.save(picture, optimize=True)


def main(elsewhere: Path | None = None) -> None:
    folder = elsewhere or PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    for columns, rows in SIZES if elsewhere else SIZES[:1]:
        for language in LANGUAGES:
            draw(folder, language, columns, rows)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
