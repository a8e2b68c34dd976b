"""The grammar of `deskapp report …`."""

import argparse
from pathlib import Path

from deskapp.language import Language
from deskapp.options import everywhere, person


def report(made: argparse.ArgumentParser, t: Language) -> None:
    """What is drawn up; each kind is a command of its own."""
    tasks = made.add_subparsers(dest="task", metavar=t("usage.metavar"), required=True)
    about = t("usage.report_ranking")
    ranking = tasks.add_parser("ranking", help=about, description=about, allow_abbrev=False)
    everywhere(ranking, t)
    person(ranking, t)
    ranking.add_argument("quarter", metavar="QUARTER", help=t("usage.quarter"))
    ranking.add_argument(
        "--by", choices=("loans", "presence"), default="loans", help=t("usage.ranking_by")
    )
    ranking.add_argument("--lines", action="store_true", help=t("usage.ranking_lines"))
    ranking.add_argument("--full", action="store_true", help=t("usage.ranking_full"))
    ranking.add_argument("-o", "--output", type=Path, metavar="FILE", help=t("usage.output"))
    ranking.add_argument("--force", action="store_true", help=t("usage.force"))
