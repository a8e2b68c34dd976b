"""A verdict on a certificate in words: for the desk's screen and for the command."""

from collections.abc import Iterator

from deskapp import serials
from deskapp.certificate_papers import day_words
from deskapp.certificate_text import Content
from deskapp.language import Language
from deskapp.verification import FALSE, UNKNOWN, VALID, Verdict

SIGNS = {VALID: "yes", FALSE: "no", UNKNOWN: "ask"}
"""as a door's answers have them: √ ? ×, which every Chinese font has"""
COMPARED = ("revoked", "lost", "differs", "key")
"""reasons for which the content is not what to go by"""
LISTED = ("number", "old", "clock", "key", "lost_before", "retired")
"""reasons that are said otherwise where a published list was asked, and no ledger"""


def word(t: Language, verdict: Verdict) -> str:
    """The one word with its sign, not by colour alone: √ 有效, × 无效, × 已作废, ? 不能确定."""
    known = verdict.why if verdict.why == "revoked" else verdict.verdict
    return f"{t(f'door_sign.{SIGNS[verdict.verdict]}')} {t(f'verdict_big.{known}')}"


def reason(t: Language, verdict: Verdict, *, listed: bool = False) -> str:
    """Why, and what to do; `listed`: a published list was asked."""
    if listed and verdict.why in LISTED:
        return t(f"verdict_listed.{verdict.why}")
    return t(f"verdict_why.{verdict.why}")


def compare(t: Language, verdict: Verdict) -> str:
    """What the content is good for."""
    return t(f"verdict_content.{verdict.why if verdict.why in COMPARED else 'usual'}")


def rows(t: Language, said: Content) -> Iterator[tuple[str, str]]:
    """Label and words of each line that a paper has, as they stand on it."""
    title, _, prize = said.award.partition("\u3000")
    yield t("verdict.holder"), said.holder
    yield t("verdict.award"), title
    if prize:
        yield t("verdict.prize"), prize
    yield t("verdict.day"), day_words(said.day, t.code)
    yield t("verdict.issuer"), said.issuer
    yield t("verdict.number"), serials.spaced(said.serial)
