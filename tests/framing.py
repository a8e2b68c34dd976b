"""Draws assets/certificates/frame-*.svg: a border of paired frets (回纹) between two lines, a calyx
(柿蒂) in each corner, and a fine line inside that steps around the corners.

`python -m tests.framing`
"""

from pathlib import Path

GOLD, RED = "#b48a32", "#a8231e"
EDGE, BAND, CORNER = 9.0, 8.0, 19.0
"""from the paper's edge, how broad, and how large a corner is: millimetres"""
FRET = ((0, 8), (0, 0), (7.5, 0), (7.5, 8), (2.5, 8), (2.5, 2.6), (5.1, 2.6), (5.1, 5.4))
"""half of a pair, to the right of the stem that they share, on a grid of eight"""
UNIT = (BAND - 3.2) / 8
PETAL = "M0 -.9C-2.3 -2 -2.3 -4.4 0 -6.2C2.3 -4.4 2.3 -2 0 -.9Z"


def pair(x: float) -> str:
    """Two frets, back to back, their joint at x; y is inwards."""
    halves = [[(x + side * a * UNIT, b * UNIT) for a, b in FRET] for side in (-1, 1)]
    points = [*reversed(halves[0]), *halves[1]]
    return "M" + "L".join(f"{a:.2f} {b:.2f}" for a, b in points)


def row(length: float) -> str:
    """As many pairs as go between two corners, the same space between all."""
    count = int(length // (UNIT * 17.3))
    step = length / count
    return "".join(pair(step * (n + 0.5)) for n in range(count))


def corner() -> str:
    middle = CORNER / 2
    inner, fine = (
        f'x="{n}" y="{n}" width="{CORNER - 2 * n}" height="{CORNER - 2 * n}"' for n in (1.6, 2.6)
    )
    petals = "".join(f'<path transform="rotate({45 + 90 * n})" d="{PETAL}"/>' for n in range(4))
    small = "".join(
        f'<path transform="rotate({90 * n}) scale(.55)" d="{PETAL}"/>' for n in range(4)
    )
    return (
        f'<rect width="{CORNER}" height="{CORNER}" fill="#fff" stroke-width=".9"/>'
        f'<rect {inner} stroke-width=".5"/><rect {fine} stroke-width=".2"/>'
        f'<g transform="translate({middle} {middle})" stroke="none">'
        f'<g fill="{RED}">{petals}</g><g fill="{GOLD}">{small}'
        '<circle r="1" fill="#fff"/><circle r=".62"/></g></g>'
    )


def frame(wide: float, high: float) -> str:
    x0, y0, x1, y1 = EDGE, EDGE, wide - EDGE, high - EDGE
    near, far = BAND + 1.8, CORNER + 1.8
    fine = (
        f"M{x0 + far} {y0 + near}H{x1 - far}V{y0 + far}H{x1 - near}V{y1 - far}"
        f"H{x1 - far}V{y1 - near}"
        f"H{x0 + far}V{y1 - far}H{x0 + near}V{y0 + far}H{x0 + far}Z"
    )
    sides = []
    for across, turned in ((wide, ""), (high, f"translate({wide} 0) rotate(90)")):
        other = high if across == wide else wide
        place = f"translate({EDGE + CORNER} {EDGE + 1.6})"
        line = f'<path d="{row(across - 2 * (EDGE + CORNER))}"/>'
        half = f"translate({across} {other}) rotate(180)"
        sides += [f'<g transform="{turned} {more} {place}">{line}</g>' for more in ("", half)]
    corners = "".join(
        f'<g transform="translate({x} {y})">{corner()}</g>'
        for x in (x0, x1 - CORNER)
        for y in (y0, y1 - CORNER)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}">\n'
        f'<g fill="none" stroke="{GOLD}">\n'
        f'<rect x="{x0}" y="{y0}" width="{x1 - x0}" height="{y1 - y0}" stroke-width=".9"/>\n'
        f'<rect x="{x0 + BAND}" y="{y0 + BAND}" width="{x1 - x0 - 2 * BAND}" '
        f'height="{y1 - y0 - 2 * BAND}" stroke-width=".45"/>\n'
        f'<path d="{fine}" stroke-width=".22"/>\n<g stroke-width=".42">{"".join(sides)}</g>\n'
        f"{corners}\n</g></svg>\n"
    )


if __name__ == "__main__":
    folder = Path(__file__).parent.parent / "assets" / "certificates"
    (folder / "frame-landscape.svg").write_text(frame(297, 210), "utf-8")
    (folder / "frame-portrait.svg").write_text(frame(210, 297), "utf-8")
