"""A LongList over a table of SQLite for the tests: `toy_list FILE [bare]`; `fill` makes the file.

F2 puts a row before all others, F4 takes the row under the cursor away, F5 makes it the last one.
`bare` shows nothing but one word: what a Textual program costs by itself.
"""

import random
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from screens.keys import KeyedApp
from screens.longlist import Column, LongList

STATUS = ("待办", "待签收", "待读者", "逾期", "已办结")
WORDS = (
    "考研座插座无电",
    "馆际互借催办",
    "研讨间投影故障",
    "校友临时证",
    "荐购《黄帝内经》",
    "[/]",
)


class Matter(NamedTuple):
    """A row of the toy."""

    due: int
    id: int
    title: str
    status: str


def fill(path: Path, rows: int, seed: int = 1) -> None:
    """Make a table of so many rows with the index that the order needs."""
    chance = random.Random(seed)
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE matter (due INT, id INTEGER PRIMARY KEY, title TEXT, status TEXT)")
        db.executemany(
            "INSERT INTO matter VALUES (?, ?, ?, ?)",
            (
                (chance.randrange(10 * rows), n, f"{chance.choice(WORDS)}{n}", STATUS[n % 5])
                for n in range(1, rows + 1)
            ),
        )
        db.execute("CREATE INDEX matter_order ON matter (due, id)")
    db.close()


class Matters:
    """The table as a Source."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path)

    def count(self) -> int:
        return int(self.db.execute("SELECT count(*) FROM matter").fetchone()[0])

    def key(self, row: Matter) -> Any:
        return row.due, row.id

    def _rows(self, where: str, order: str, key: Any, limit: int, skip: int) -> list[Matter]:
        # The inner query passes over rows in the index alone, which holds all it needs.
        sql = f"""SELECT m.due, m.id, m.title, m.status
            FROM (SELECT id FROM matter {where} ORDER BY due {order}, id {order} LIMIT ? OFFSET ?) p
            JOIN matter m ON m.id = p.id ORDER BY m.due, m.id"""
        return [Matter(*r) for r in self.db.execute(sql, (*(key or ()), limit, skip))]

    def after(self, key: Any, limit: int, skip: int = 0) -> Sequence[Matter]:
        return self._rows("WHERE (due, id) > (?, ?)" if key else "", "ASC", key, limit, skip)

    def before(self, key: Any, limit: int, skip: int = 0) -> Sequence[Matter]:
        return self._rows("WHERE (due, id) < (?, ?)" if key else "", "DESC", key, limit, skip)

    def place(self, row: Matter) -> int | None:
        now = self.db.execute("SELECT due, id FROM matter WHERE id = ?", (row.id,)).fetchone()
        if now is None:
            return None
        sql = "SELECT count(*) FROM matter WHERE (due, id) < (?, ?)"
        return int(self.db.execute(sql, now).fetchone()[0])


def status(row: Matter) -> Text:
    """A status is a word; its colour only helps."""
    return Text(row.status, "bold red" if row.status == "逾期" else "")


COLUMNS: list[Column[Matter]] = [
    Column("号", lambda row: f"{row.id:07}", width=8),
    Column("事由", lambda row: row.title, share=3, least=10),
    Column("备注", lambda row: f"第{row.id}号的备注", share=2, least=10, shown_from=120),
    Column("状态", status, width=7),
    Column("限时", lambda row: str(row.due), width=9, right=True),
]


class Toy(KeyedApp):
    """The list and a line that says where the cursor is and what was chosen."""

    CSS = "#said { height: 1; }"
    BINDINGS = [
        Binding("f2", "first", priority=True),
        Binding("f4", "take", priority=True),
        Binding("f5", "last", priority=True),
    ]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.matters = Matters(path)

    def compose(self) -> ComposeResult:
        yield LongList(COLUMNS, self.matters, empty="没有待办事项")
        yield Static("", id="said", markup=False)

    @property
    def shown(self) -> LongList[Matter]:
        return self.query_one(LongList)

    def say(self, text: str) -> None:
        self.query_one("#said", Static).update(text)

    def on_long_list_moved(self, event: LongList.Moved) -> None:
        self.say(f"在第{self.shown.cursor + 1}行")

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self.say(f"选了{event.row.id}")

    def change(self, sql: str, *facts: Any) -> None:
        self.matters.db.execute(sql, facts)
        self.shown.reload()
        self.say(f"在第{self.shown.cursor + 1}行")

    def action_first(self) -> None:
        self.change("INSERT INTO matter SELECT min(due) - 1, max(id) + 1, '新', '待办' FROM matter")

    def action_take(self) -> None:
        if self.shown.row is not None:
            self.change("DELETE FROM matter WHERE id = ?", self.shown.row.id)

    def action_last(self) -> None:
        if self.shown.row is not None:
            sql = "UPDATE matter SET due = (SELECT max(due) + 1 FROM matter) WHERE id = ?"
            self.change(sql, self.shown.row.id)


class Bare(KeyedApp):
    """A program with nothing in it."""

    def compose(self) -> ComposeResult:
        yield Static("空")


if __name__ == "__main__":
    (Bare() if "bare" in sys.argv else Toy(Path(sys.argv[1]))).run()
