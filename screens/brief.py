"""Home's two short lists and its line of counts."""

from collections.abc import Mapping
from functools import partial

from deskapp import clashes, completing, drafts
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.request_lists import Line, RequestList
from deskapp.sticky import Sticky
from screens.longlist import Column
from screens.matters import called_department, called_kind, widest
from screens.wording import number_words, open_words, standing_words

WIDE = 60
"""cells of a list that has room for more than number, words and time"""
COUNTED = ("department", "overdue", "first_asked")
PENDING = ("to_chase", "to_tell", "to_sign")
"""named only where there are any"""


def _kind(t: Language, desk: Desk) -> Column[Line]:
    wide = widest(t, desk.profile.kinds)
    words = partial(called_kind, t, desk)
    return Column(t("list.kind"), words, least=min(14, wide), most=wide, shown_from=WIDE)


def mine(t: Language, desk: Desk) -> list[Column[Line]]:
    """What is one's own."""

    def words(line: Line) -> str:
        said = open_words(t, desk, line)
        return f"{t('matter.returned')} {said}" if line.back in ("lapsed", "sent_back") else said

    return [
        Column(t("list.number"), partial(number_words, desk), 9),
        Column(t("list.question"), words, share=6),
        _kind(t, desk),
        Column(
            t("list.undertaking"),
            partial(called_department, t, desk),
            16,
            shown_from=WIDE,
        ),
        Column(t("list.due"), partial(standing_words, t, desk), 12),
    ]


def offered(t: Language, desk: Desk, names: Mapping[str, str]) -> list[Column[Line]]:
    """What is offered to one, and by whom."""

    def words(line: Line) -> str:
        return f"{names.get(line.responsible, '')} {open_words(t, desk, line)}"

    def until(line: Line) -> str:
        """`17:30`, another day `11-24`: there is no room for more in 80 columns."""
        if line.offer_until is None:
            return ""
        until = desk.local(line.offer_until)
        return t.time(until) if until.date() == desk.now().date() else f"{until:%m-%d}"

    return [
        Column(t("list.number"), partial(number_words, desk), 9),
        Column(t("list.question"), words, share=6),
        _kind(t, desk),
        Column(t("list.until"), until, 5),
    ]


def aside_words(t: Language, desk: Desk) -> str:
    """What waits for a moment's peace: clashes, drafts, what was logged in a hurry."""
    kept, hurried = len(drafts.kept(desk)), len(completing.waiting(desk))
    at_odds = clashes.count(desk) if desk.may(clashes.SEEING) else 0
    parts = (
        t("clash.count", count=at_odds) if at_odds else "",
        t.keys["sync"] if at_odds else "",
        t("home.kept", count=kept) if kept else "",
        t("home.hurried", count=hurried) if hurried else "",
        t.keys["take_back"] if kept or hurried else "",
    )
    return "  ".join(filter(None, parts))


def count_words(t: Language, desk: Desk) -> str:
    """The lists that are not shown, in numbers."""
    counts = {which: RequestList(desk, which).count() for which in (*COUNTED, *PENDING)}
    lines = [t("home.counts", **{which: counts[which] for which in COUNTED})]
    pending = [f"{t(f'list.{which}')} {counts[which]}" for which in PENDING if counts[which]]
    if pending:
        lines.append("  ".join(pending))
    return "\n".join(f" {line}" for line in lines)


def sticky_words(t: Language, desk: Desk, left: Sticky) -> str:
    """What the next entry begins with: `来电  咨询`."""
    channels, kinds = desk.profile.channels, desk.profile.kinds
    words = [channels[left.channel].name(t.code)] if left.channel else []
    return "  ".join([*words, kinds[left.kind].name(t.code)] if left.kind else words)
