"""The kiosk's big characters: draws anew what `assets/bigtext.txt` holds.

    python -m tests.bigtext

Needs Pillow and Noto Sans CJK (SIL Open Font License): of each character a picture of 16 by 16
points is kept, of one of ASCII 8 by 16. Wanted are all of ASCII and what the kiosk's big messages
say in any language.
"""

from collections.abc import Iterable
from pathlib import Path

from deskapp.language import LANGUAGES
from tests import catalogues
from tests.terminal import FONT

FILE = Path(__file__).parent.parent / "assets" / "bigtext.txt"
BIG = ("kiosk_big.", "door_big.", "door_sign.", "verdict_big.")
HIGH = 16
DARK = 110
"""of 255: from how much ink on a point is one"""
ABOUT = """\
# Big characters, 16 points high: each with its lines from the top, in hexadecimal.
# Drawn from Noto Sans CJK, SIL Open Font License 1.1; see tests/bigtext.py.

"""


def wanted() -> list[str]:
    said = (catalogues.read(code) for code in LANGUAGES)
    big = "".join(text for some in said for key, text in some.items() if key.startswith(BIG))
    return sorted({*map(chr, range(0x21, 0x7F)), *big} - {" "})


def drawn(characters: Iterable[str]) -> str:
    from PIL import Image, ImageDraw, ImageFont

    face = ImageFont.truetype(str(FONT), HIGH, index=7)  # Noto Sans Mono CJK SC
    lines = []
    for character in characters:
        wide = HIGH // 2 if character.isascii() else HIGH
        picture = Image.new("L", (wide, HIGH), 0)
        ImageDraw.Draw(picture).text((wide / 2, HIGH / 2), character, 255, face, anchor="mm")
        if character.isascii():  # on one line, whatever their height
            picture.paste(0, (0, 0, wide, HIGH))
            ImageDraw.Draw(picture).text((0, 13), character, 255, face, anchor="ls")
        rows = []
        for y in range(HIGH):
            ink = picture.crop((0, y, wide, y + 1)).tobytes()
            bits = "".join("01"[point >= DARK] for point in ink)
            rows.append(f"{int(bits, 2):0{wide // 4}x}")
        lines.append(f"{character} {''.join(rows)}\n")
    return ABOUT + "".join(lines)


if __name__ == "__main__":
    FILE.write_text(drawn(wanted()), "utf-8")
