"""The grammar of `deskapp certificate …`."""

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

from deskapp.certificate_papers import LANGS
from deskapp.config import LONGEST_STATUS
from deskapp.language import Language
from deskapp.options import everywhere, person

REASONS = ("lost", "wrong", "withdrawn", "other")
"""of `deskapp.revocations`, which is not loaded for this"""


def certificate(made: argparse.ArgumentParser, t: Language) -> None:
    """What is done with certificates; its tasks are commands of their own."""
    tasks = made.add_subparsers(dest="task", metavar=t("usage.metavar"), required=True)

    def task(name: str, about: str, *, acting: bool = True) -> argparse.ArgumentParser:
        """`acting`: in somebody's name."""
        added = tasks.add_parser(name, help=about, description=about, allow_abbrev=False)
        everywhere(added, t)
        if acting:
            person(added, t)
        return added

    _given(task, t)
    _ended(task, t)
    _told(task, t)
    _blank(task, t)
    _seals(_acts(tasks.add_parser("seal", help=t("usage.seal"), description=t("usage.seal")), t), t)
    _keys(_acts(tasks.add_parser("key", help=t("usage.key"), description=t("usage.key")), t), t)


Added = Callable[[str, str], argparse.ArgumentParser]
"""Adds the grammar of a task by its name and what it is about."""


def _given(task: Added, t: Language) -> None:
    """From an award list into the holder's hands."""
    issued = task("issue", t("usage.certificate_issue"))
    issued.add_argument("roll", metavar="ROLL", help=t("usage.certificate_roll"))
    _lead(issued, t)
    printed = task("print", t("usage.certificate_print"))
    printed.add_argument("what", nargs="+", metavar="WHAT", help=t("usage.certificate_what"))
    out = t("usage.certificate_out")
    printed.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help=out)
    printed.add_argument("--force", action="store_true", help=t("usage.force"))
    found = task("find", t("usage.certificate_find"))
    found.add_argument("text", metavar="TEXT", help=t("usage.certificate_text"))
    handed = task("hand-out", t("usage.certificate_hand_out"))
    handed.add_argument("--to", default="", metavar="NAME", help=t("usage.certificate_to"))
    _number(handed, t)


def _ended(task: Added, t: Language) -> None:
    """What makes a certificate good no more."""
    revoked = task("revoke", t("usage.certificate_revoke"))
    why = t("usage.certificate_reason")
    revoked.add_argument("--reason", required=True, choices=REASONS, metavar="WHY", help=why)
    revoked.add_argument("--why", default="", metavar="TEXT", help=t("usage.certificate_why"))
    replaced = task("replace", t("usage.certificate_replace"))
    replaced.add_argument("--holder", default="", metavar="NAME", help=t("usage.replace_holder"))
    for each in (revoked, replaced):
        _number(each, t)
        _lead(each, t)


def _told(task: Added, t: Language) -> None:
    """What lets anybody tell a true one from a false one."""
    verified = task("verify", t("usage.certificate_verify"))
    verified.add_argument("what", nargs="+", metavar="TEXT|FILE", help=t("usage.verify_what"))
    verified.add_argument("--list", type=Path, metavar="FILE", help=t("usage.verify_list"))
    published = task("publish", t("usage.certificate_publish"))
    published.add_argument("folder", type=Path, metavar="DIR", help=t("usage.publish_folder"))
    published.add_argument("--days", type=_days, metavar="N", help=t("usage.publish_days"))


def _number(made: argparse.ArgumentParser, t: Language) -> None:
    made.add_argument("number", metavar="NUMBER", help=t("usage.certificate_number"))


def _lead(made: argparse.ArgumentParser, t: Language) -> None:
    made.add_argument("--lead", metavar="NO", help=t("usage.certificate_lead"))


def _days(text: str) -> int:
    """So many that a published list may be old."""
    if not 1 <= int(text) <= LONGEST_STATUS:
        raise ValueError(text)
    return int(text)


def _acts(made: argparse.ArgumentParser, t: Language) -> Added:
    """What a task is made of, each in somebody's name."""
    acts = made.add_subparsers(dest="act", metavar=t("usage.metavar"), required=True)

    def act(name: str, about: str) -> argparse.ArgumentParser:
        added = acts.add_parser(name, help=about, description=about, allow_abbrev=False)
        everywhere(added, t)
        person(added, t)
        return added

    return act


def _keys(act: Added, t: Language) -> None:
    """Keys that certificates are signed with."""
    made_here = act("make", t("usage.key_make"))
    made_here.add_argument("--ring", action="store_true", help=t("usage.key_ring"))
    act("list", t("usage.key_list"))
    lost = act("lose", t("usage.key_lose"))
    for one in (act("retire", t("usage.key_retire")), lost):
        one.add_argument("key", metavar="KEY", help=t("usage.key_named"))
    lost.add_argument("--since", required=True, metavar="DAY", help=t("usage.key_since"))


def _seals(act: Added, t: Language) -> None:
    """Pictures of seals, and papers for the seals themselves."""
    permitted = act("permit", t("usage.seal_permit"))
    for one in (permitted, act("withdraw", t("usage.seal_withdraw"))):
        one.add_argument("name", metavar="NAME", help=t("usage.seal_name"))
    says = {"--title": t("usage.seal_title"), "--document": t("usage.seal_document")}
    for option, about in says.items():
        permitted.add_argument(option, required=True, metavar="TEXT", help=about)
    until = t("usage.seal_until")
    permitted.add_argument(
        "--until", type=date.fromisoformat, required=True, metavar="DAY", help=until
    )
    permitted.add_argument("--picture", type=Path, metavar="FILE", help=t("usage.seal_picture"))
    act("list", t("usage.seal_list"))
    form = act("form", t("usage.seal_form"))
    form.add_argument("roll", metavar="ROLL", help=t("usage.certificate_roll"))
    form.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help=t("usage.output")
    )
    form.add_argument("--force", action="store_true", help=t("usage.force"))


def _blank(task: Callable[..., argparse.ArgumentParser], t: Language) -> None:
    """What is done in nobody's name, for nothing is issued."""
    templates = task("template", t("usage.certificate_template"), acting=False)
    acts = templates.add_subparsers(dest="act", metavar=t("usage.metavar"), required=True)
    about = {"list": t("usage.template_list"), "copy": t("usage.template_copy")}
    made = {
        name: acts.add_parser(name, help=said, description=said, allow_abbrev=False)
        for name, said in about.items()
    }
    for each in made.values():
        everywhere(each, t)
    made["copy"].add_argument("name", metavar="TEMPLATE", help=t("usage.template_name"))
    made["copy"].add_argument("as_", metavar="AS", help=t("usage.template_as"))
    looked = task("preview", t("usage.certificate_preview"), acting=False)
    looked.add_argument("name", metavar="TEMPLATE", help=t("usage.template_name"))
    out = t("usage.preview_out")
    looked.add_argument("-o", "--output", type=Path, metavar="FILE", help=out)
    looked.add_argument("--words", choices=LANGS, metavar="LANG", help=t("usage.preview_words"))
    looked.add_argument("--force", action="store_true", help=t("usage.force"))
