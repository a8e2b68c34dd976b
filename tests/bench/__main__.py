"""`python -m tests.bench [name …] [--stores DIR]`: measure, and print one table."""

import argparse
import sys
from importlib import import_module
from pathlib import Path
from tempfile import gettempdir

from tests.bench.measure import HEAD, machine

NAMES = (
    "writing",
    "seating",
    "kiosk",
    "ticketing",
    "issuing",
    "verifying",
    "paging",
    "admitting",
    "folding",
    "importing",
    "signup_importing",
    "finding",
    "searching",
    "painting",
    "home",
    "mapping",
    "booking",
    "chips",
    "pushing",
    "exchanging",
    "joining",
    "growth",
    "drawing",
    "resting",
)


def main() -> int:
    """Exit status 0 if every number is reached, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="name", help=str(NAMES))
    parser.add_argument(
        "--stores",
        type=Path,
        default=Path(gettempdir()) / "deskapp-bench",
        help="where the generated stores are kept (20 GB)",
    )
    asked = parser.parse_args()
    asked.stores.mkdir(parents=True, exist_ok=True)
    print(machine(), HEAD, sep="\n\n", flush=True)
    met = True
    for name in asked.names or NAMES:
        for figure in import_module(f"tests.bench.{name}").figures(asked.stores):
            print(figure.line(), flush=True)
            met &= figure.met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
