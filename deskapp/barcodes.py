"""Counter barcodes: a scan that says what to do, for the reader whose card was scanned before.

They are EAN-13 of the numbers that GS1 leaves to each house for its own use (they begin with 20),
so that any scanner reads them as it is, and no book and no ware has such a number. Digits only: an
input method lets them pass.
"""

from html import escape
from pathlib import Path
from typing import Literal

from db import files
from deskapp.desk import Desk, Refusal
from deskapp.language import LANGUAGES, Language

Said = Literal["away", "leave", "undo"]
SAYS: tuple[Said, ...] = ("away", "leave", "undo")
HOUSE = "20000000000"
"""how the numbers begin; then which it is, and the check digit"""


def checked(digits: str) -> str:
    """The twelve digits of an EAN-13 with the last: they weigh 1 and 3 in turn (GS1, 7.9)."""
    weight = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
    return f"{digits}{-weight % 10}"


CODES: dict[str, Said] = {checked(f"{HOUSE}{n}"): said for n, said in enumerate(SAYS, 1)}


def said(code: str) -> Said | None:
    """What a scan says to do; None where it is no barcode of a counter."""
    return CODES.get(code)


# on paper

_LEFT = ("0001101", "0011001", "0010011", "0111101", "0100011",
         "0110001", "0101111", "0111011", "0110111", "0001011")  # fmt: skip
"""the digits by their bars, in the left half, odd parity; the rest are made of them"""
_EVEN = ("000000", "001011", "001101", "001110", "010011",
         "011001", "011100", "010101", "010110", "011010")  # fmt: skip
"""which digits of the left half have even parity, by the first digit: it has no bars itself"""
_TURNED = str.maketrans("01", "10")


def bars(code: str) -> str:
    """An EAN-13 in its 95 modules, a bar where there is a 1."""
    first, left, right = code[0], code[1:7], code[7:]
    halves = ["", ""]
    for digit, even in zip(left, _EVEN[int(first)], strict=True):
        odd = _LEFT[int(digit)]
        halves[0] += odd.translate(_TURNED)[::-1] if even == "1" else odd
    for digit in right:
        halves[1] += _LEFT[int(digit)].translate(_TURNED)
    return f"101{halves[0]}01010{halves[1]}101"


def print_out(desk: Desk, t: Language, file: Path | None, *, force: bool = False) -> Path:
    """Write the sheet of counter barcodes, `barcodes.html` if no file is named.

    Nobody need be signed in. Refuses FileExists (unless `force`), FileUnwritable.
    """
    file = file or Path("barcodes.html")
    if file.exists() and not force:
        raise Refusal("FileExists", file=str(file))
    files.write(file, page(desk, t))
    return file


_STYLE = """
@page { size: A4; margin: 12mm; }
body { font: 14pt/1.3 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif;
  color: #000; margin: 0; text-align: center; }
h1 { font-size: 16pt; margin: 0; }
p { margin: 1mm 0; }
section { border: 1pt solid #000; margin: 5mm 0; padding: 4mm; height: 72mm; break-inside: avoid; }
h2 { font-size: 30pt; margin: 0 0 2mm; }
.codes { display: flex; justify-content: space-around; align-items: center; }
.qr { width: 38mm; height: 38mm; }
.bars { width: 71mm; height: 34mm; }
.number { font: 14pt monospace; letter-spacing: 1mm; }
@media screen { body { width: 186mm; margin: 5mm auto; } }
"""


def page(desk: Desk, t: Language) -> str:
    """The sheet: of each barcode its word in every language, bars, QR and digits."""
    spoken = [t, *(Language(code) for code in LANGUAGES if code != t.code)]
    parts = [
        _section("  ".join(t(f"barcode.{said}") for t in spoken), code)
        for code, said in CODES.items()
    ]
    notes = "".join(f"<p>{escape(t('barcode.how'))}</p>" for t in spoken)
    title = escape(f"{desk.profile.name(t.code)}  {t('barcode.title')}")
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if t.code.startswith("zh") else t.code}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n'
        f"<body>\n<h1>{title}</h1>\n{notes}\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def _section(words: str, code: str) -> str:
    drawn = _drawn([bars(code)], "bars", quiet=11, high=40)
    return (
        f'<section>\n<h2>{escape(words)}</h2>\n<div class="codes">\n{drawn}\n{_qr(code)}\n</div>\n'
        f'<p class="number">{code}</p>\n</section>'
    )


def _qr(code: str) -> str:
    import qrcode

    made = qrcode.QRCode(border=0)
    made.add_data(code)
    lines = ["".join("01"[dark] for dark in line) for line in made.get_matrix()]
    return _drawn(lines, "qr", quiet=4, high=1)


def _drawn(lines: list[str], kind: str, *, quiet: int, high: int) -> str:
    """Modules as a picture, with so many blank ones around; each line is `high` modules high."""
    path = "".join(
        f"M{x} {y * high}h1v{high}h-1z"
        for y, line in enumerate(lines)
        for x, module in enumerate(line)
        if module == "1"
    )
    wide, tall = len(lines[0]), len(lines) * high
    around = quiet if len(lines) > 1 else 0
    box = f"{-quiet} {-around} {wide + 2 * quiet} {tall + 2 * around}"
    return (
        f'<svg class="{kind}" viewBox="{box}" preserveAspectRatio="none" '
        f'shape-rendering="crispEdges"><path d="{path}"/></svg>'
    )
