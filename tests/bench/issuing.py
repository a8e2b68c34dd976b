"""1,000 certificates issued, signed, put on record and written as single PDFs, beside bare Typst on
the same content with the codes ready.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from deskapp import certificate_data, certificate_sheets, certificates
from deskapp.certificate_papers import Paper
from deskapp.desk import Desk
from tests import honouring, kill_issuing
from tests.bench.measure import Figure, seconds, share

MANY, TURNS = 1000, 3


def figures(folder: Path) -> Iterator[Figure]:
    turns = []
    for _ in range(TURNS):
        with TemporaryDirectory(dir=folder) as made:
            turns.append(_turn(Path(made)))
    issued, printed, least = (share(each, 0.5) for each in zip(*turns, strict=True))
    ours = issued + printed
    yield Figure(f"{MANY:,} certificates issued", issued, None, "s", "", True)
    name = f"{MANY:,} issued and written as files (floor: Typst, codes ready)"
    yield Figure(name, ours, least, "s", "1.3 ×", ours <= 1.3 * least)


def _turn(place: Path) -> tuple[float, float, float]:
    """Seconds for issuing, for printing, and for Typst alone."""
    key, roll = kill_issuing.prepare(place, MANY)
    desk = kill_issuing.opened(place)
    numbers: list[str] = []
    issued = seconds(lambda: numbers.extend(honouring.issue(desk, roll, key)))
    printed = seconds(lambda: list(certificates.print_out(desk, numbers, place / "out")))
    least = bare(desk, certificates.papers(desk, numbers), place / "bare")
    desk.close()
    return issued, printed, least


def bare(desk: Desk, papers: Sequence[Paper], out: Path) -> float:
    """Seconds for Typst alone, with all that is said of each paper ready, to write a file each."""
    out.mkdir()
    with certificate_sheets._press(desk, papers) as press:
        said = [
            json.dumps(
                certificate_data.of(press.template, press.faces, [each], press.folder),
                ensure_ascii=False,
            )
            for each in papers
        ]
        compiler = press.compiler()

        def write() -> None:
            for paper, words in zip(papers, said, strict=True):
                file = out / f"{paper.serial}.pdf"
                compiler.compile(
                    output=str(file),
                    sys_inputs={"papers": words},
                    timestamp=0,
                    pdf_standards=certificate_sheets.STANDARD,
                )

        return seconds(write)
