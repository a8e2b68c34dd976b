"""The README's table of keys, played in the real program as it is written there.

What stands in backticks is pressed and counted; the words between are typed or scanned. Each act
must then be in the store, with no more keys than were promised.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deskapp import drafts, handovers, request_lists, shifts, tallies
from deskapp.desk import Desk, open_desk
from tests.front import PIN, front, store_in
from tests.program import by_badge
from tests.terminal import ROOT

SAID = {
    "words": (["还书箱在哪"], "还书箱在哪"),
    "result": (["插座已换"], "插座已换"),
    "name": (["l", "j"], "1李静"),
    "card": (["1004\r"], "已锁定"),
    "PIN": (PIN, "•" * len(PIN)),
}
"""what is typed or scanned where the table has a word, and what is seen then"""
ON_PAGE = ("0001", "enter")
"""opens the request 0001"""


@dataclass(frozen=True)
class Promise:
    """most: keys, as promised. there: what leads to where the table begins, not counted. seen:
    what is on the screen when it is done. done: whether it is in the store.
    """

    most: int
    done: Callable[[Desk], object]
    seen: str
    badge: str = "1001"
    before: Callable[[Desk], object] = lambda _: None
    there: tuple[str, ...] = ()
    began: str = "待我办理"
    replies: Mapping[str, str] = field(default_factory=dict)
    """what comes of a key before the next one is pressed"""
    after: tuple[str, ...] = ()
    """what is done then, not counted, so that the store tells"""


def first(desk: Desk) -> request_lists.Record:
    (line,) = request_lists.search(desk, "0001")
    return request_lists.record(desk, line.subject)


def newest(desk: Desk) -> request_lists.Record:
    (line,) = request_lists.RequestList(desk, "all").after(None, 1)
    return request_lists.record(desk, line.subject)


def kept(desk: Desk) -> list[str]:
    return [draft.words for _, draft in drafts.kept(desk)]


def offered(desk: Desk) -> None:
    id_ = first(desk).id
    handovers.hand_over(desk, id_, to=by_badge(desk, "1004").whoever().id, reason="duty")


def half_written(desk: Desk) -> None:
    slip = drafts.Slip(desk)
    slip.put(drafts.Draft(words="灯坏了"), last=True)
    slip.write()


PROMISES = {
    "a question answered on the spot": Promise(
        4,
        lambda desk: (newest(desk).question, newest(desk).result) == ("还书箱在哪", "done"),
        seen="，当场办结",
    ),
    "a directional question counted": Promise(
        2, lambda desk: tallies.today(desk)["printing"] == 1, seen="2打印1"
    ),
    "the same again": Promise(
        1,
        lambda desk: tallies.today(desk)["printing"] == 2,
        seen="2打印2",
        there=("2", "enter"),
        began="2打印1",
    ),
    "handed over, from its page": Promise(
        3,
        lambda desk: first(desk).offered_to == "李静" and first(desk).responsible == "王敏",
        seen="签收前仍由您负责",
        there=ON_PAGE,
        began="办理过程",
        replies={"2": "转给"},
    ),
    "accepted, on its page": Promise(
        1,
        lambda desk: first(desk).responsible == "陈莉",
        seen="由您承办",
        badge="1004",
        before=offered,
        there=ON_PAGE,
        began="1签收",
    ),
    "closed, from its page": Promise(
        2,
        lambda desk: (first(desk).status, first(desk).answer) == ("closed", "插座已换"),
        seen="已办结",
        there=ON_PAGE,
        began="办理过程",
        replies={"1": "答复"},
    ),
    "the next person at the keyboard": Promise(
        1,
        lambda desk: newest(desk).first_responder == "陈莉",
        seen="陈莉  未开班",
        after=("门锁坏了", "enter", "enter"),
    ),
    "the telephone rings: put aside": Promise(
        1,
        lambda desk: kept(desk) == ["还书箱"],
        seen="已暂存1件",
        there=("f2", "还书箱"),
        began="> 还书箱",
    ),
    "taken back": Promise(
        1,
        lambda desk: newest(desk).question == "灯坏了" and not kept(desk),
        seen="> 灯坏了",
        before=half_written,
        after=("enter", "enter"),
    ),
    "end of a shift with nothing due": Promise(
        3,
        lambda desk: shifts.on_duty(desk) == [],
        seen="已交班",
        badge="1004",
        before=lambda desk: shifts.open_shift(by_badge(desk, "1004")),
    ),
}


def table() -> Iterator[tuple[str, list[str], int]]:
    """The rows of the README's table: the act, what is pressed and said, how many keys."""
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = readme.partition("| at the desk | keys | how many |\n|---|---|---|\n")[2]
    for row in rows.partition("\n\n")[0].splitlines():
        act, keys, count = (cell.strip() for cell in row.strip("|").split("|"))
        yield act, re.findall(r"`[^`]+`|\w+", keys), int(count)


def test_every_promise_is_in_the_table() -> None:
    counts = {act: count for act, _, count in table()}
    assert counts.keys() == PROMISES.keys()
    assert {act for act in counts if counts[act] > PROMISES[act].most} == set()


@pytest.mark.parametrize(("act", "keys", "count"), table(), ids=[act for act, *_ in table()])
def test_as_many_keys_as_the_readme_says(
    tmp_path: Path, act: str, keys: list[str], count: int
) -> None:
    promise, store = PROMISES[act], store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1001")
    promise.before(desk)
    pressed = 0
    with front(tmp_path, store=store, badge=promise.badge) as t:
        t.wait("待我办理", seconds=30)
        t.keys(*promise.there)
        t.wait(promise.began)
        for key in keys:
            if key.startswith("`"):
                t.keys(key.strip("`").casefold())
                pressed += 1
                t.wait(promise.replies.get(key.strip("`"), ""))
            else:
                said, seen = SAID[key]
                t.keys(*said)
                t.wait(seen)
        t.wait(promise.seen)
        t.keys(*promise.after)
        t.wait_until(lambda: bool(promise.done(desk)), f"{act}: in the store")
    assert pressed == count
    desk.close()
