"""Whole shifts, one after the other: `python -m tests.shift_day --people 120 --seeds 5`.

Every other one is in English, in a large window. Where one fails, the seed plays it again.
"""

import argparse
import tempfile
import time
from pathlib import Path

from tests.shift_day.shift import play

SIZES = {"zh_CN": (80, 24), "en": (160, 48)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.shift_day", description=__doc__)
    parser.add_argument("--people", type=int, default=120)
    parser.add_argument("--seeds", type=int, default=1, help="so many days")
    parser.add_argument("--seed", type=int, default=1, help="the first")
    parser.add_argument("--lang", choices=[*SIZES], help="all of them in this language")
    given = parser.parse_args()
    for seed in range(given.seed, given.seed + given.seeds):
        language = given.lang or list(SIZES)[(seed - 1) % 2]
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            try:
                _, _, done = play(Path(folder), seed, given.people, language, *SIZES[language])
            except (AssertionError, TimeoutError):
                print(f"seed {seed} {language}: the program's own log\n{_log(Path(folder))}")
                raise
        told = ", ".join(f"{count} {what}" for what, count in sorted(done.items()))
        print(f"seed {seed} {language} {time.perf_counter() - began:.0f} s: {told}", flush=True)


def _log(folder: Path) -> str:
    """The end of what the program has noted."""
    notes = [path.read_text("utf-8") for path in folder.rglob("deskapp.log")]
    return "\n".join(notes)[-4000:]


if __name__ == "__main__":
    main()
