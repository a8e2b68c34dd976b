"""What form tools export (问卷星, 腾讯问卷, 金数据, a pasted 接龙, plain tables), as one table.

Each tool numbers its questions, puts columns of its own beside them and writes several choices in
its own way. Here columns get the words of their question, columns of one question with several
choices become one, and what no library may keep of who filled a form in is emptied.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice
from pathlib import Path
from unicodedata import normalize

from deskapp import cells, form_answers, group_notes, headers, sheets
from deskapp.cells import Cell, Row, alike
from deskapp.fields import Fields

WJX, TENCENT, JINSHUJU, NOTE, PLAIN = "wjx", "tencent", "jinshuju", "note", "plain"
TOOLS = (WJX, TENCENT, JINSHUJU, NOTE, PLAIN)
LOOKED_AT = 60
"""rows by which a column is known from what it holds"""

_MARKS: Mapping[str, tuple[frozenset[str], ...]] = {
    WJX: (frozenset({"提交答卷时间"}), frozenset({"来自ip", "所用时间"})),
    TENCENT: (frozenset({"开始答题时间", "结束答题时间"}),),
    JINSHUJU: (
        *(frozenset({"提交时间", each}) for each in ("修改时间", "填写设备", "提交人")),
        *(frozenset({"提交时间", each}) for each in ("微信昵称", "微信openid", "填写时长")),
    ),
}
"""headings of which a tool's exports have all of one set"""

_NUMBERED = re.compile(
    r"\*?\s*(?:Q|第)?\s*(\d{1,3})\s*题?(?:\s*[、.:_)\-]|\s)\s*(?=\D|$)", re.IGNORECASE
)
_KIND = re.compile(
    r"[(\[【](?:[单多]选题?|填空题?|必[填答选]|选填|[^()\[\]【】]{0,3}选题|量表题)[)\]】]"
)
_ASKING = re.compile(
    r"^(?:请问?|烦请)?(?:选择|填写|输入|留下|提供|写下)?(?:一下)?(?:[您你](?:们|本人)?的?)?"
)
_ASKED = re.compile(r"(?:是(?:什么|多少|谁|哪个)?|为)?[?:*。\s]*$")
_OPTION = re.compile(r"(.*?)\s*(?:\(([^()]*(?:\([^()]*\))?[^()]*)\)|[:_\-—]+\s*([^:_\-—]+))")
_PRIVATE = frozenset(
    alike(each)
    for each in (
        *("ip", "来自IP", "IP地址", "IP所在地", "IP省份", "IP城市", "用户标识", "用户ID", "userid"),
        *("ua", "user agent", "浏览器", "操作系统", "填写设备", "设备", "设备类型", "设备型号"),
        *("位置", "定位", "经度", "纬度", "经纬度", "填写地区", "来自省份", "来自城市", "地区"),
        *(
            "昵称",
            "头像",
            "微信头像",
            "微信昵称",
            "微信性别",
            "微信国家",
            "微信省市",
            "微信用户信息",
        ),
        *("location", "device", "browser", "ip address", "latitude", "longitude", "来源详情"),
    )
)
"""headings of what a tool notes of who filled a form in: never read"""
_PRIVATE_INSIDE = ("openid", "unionid", "地理位置", "来自ip", "ip地址")
_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?!\d).*")
_OPENID = re.compile(r"o[\w-]{27}")


@dataclass(frozen=True, slots=True)
class Column:
    """One question, or what a tool says beside: the places of its columns in the file. `options`:
    the choice that each of several columns stands for; `part`: which of the parts of a cell.
    """

    title: str
    places: tuple[int, ...]
    options: tuple[str, ...] = ()
    part: str = ""

    def read(self, row: Sequence[Cell]) -> Cell:
        if self.options:
            there = zip(self.options, self.places, strict=True)
            chosen = (form_answers.chosen(option, row[place]) for option, place in there)
            return form_answers.APART.join(each for each in chosen if each)
        cell = row[self.places[0]]
        if self.part:
            return str(getattr(group_notes.parts(cells.text(cell)), self.part))
        return cell


@dataclass(frozen=True)
class Form:
    """An export. `headers` and `rows` as in the file, less what is private; `columns`, and `read`
    of a row, as its questions ask.
    """

    tool: str
    headers: tuple[str, ...]
    columns: tuple[Column, ...]
    private: tuple[str, ...]
    """headings of what is never read"""
    count: int
    _rows: Callable[[], Iterable[Row]]
    _hidden: frozenset[int]

    @cached_property
    def titles(self) -> tuple[str, ...]:
        return tuple(column.title for column in self.columns)

    @property
    def rows(self) -> Iterator[Row]:
        """As they are written where they are put aside: identity numbers and what is private are
        not in them.
        """
        for row in self._rows():
            kept = ("" if p in self._hidden else cell for p, cell in enumerate(row.cells))
            yield Row(row.line, tuple(kept))

    def read(self, row: Row) -> Row:
        """The row's answers, in the order of `titles`; cells beyond the headings stay."""
        codes = self.tool == WJX
        told = ["" if form_answers.is_skipped(cell, codes) else cell for cell in row.cells]
        read = [column.read(told) for column in self.columns]
        return Row(row.line, (*read, *row.cells[len(self.headers) :]))

    def place(self, text: str) -> int | None:
        """The column that a person means: its heading, its question, or its letter (B)."""
        if self.headers.count(text) == 1:
            return self._of(self.headers.index(text))
        if self.titles.count(text) == 1:
            return self.titles.index(text)
        if re.fullmatch("[A-Za-z]{1,2}", text):
            place = 0
            for letter in text.upper():
                place = place * 26 + ord(letter) - ord("A") + 1
            return self._of(place - 1)
        return None

    def _of(self, place: int) -> int | None:
        found = (n for n, column in enumerate(self.columns) if place in column.places)
        return next(found, None)


def open_form(path: Path) -> Form:
    """Open an export, whatever wrote it. Refuses as `sheets.open_sheet`."""
    if path.suffix.lower() == ".txt" and group_notes.is_note(text := sheets.read_text(path)):
        note = group_notes.read(text)
        return recognised(note.headers, lambda: note.rows, len(note.rows), NOTE)
    sheet = sheets.open_sheet(path)
    return recognised(tuple(sheet.headers), lambda: sheet.rows, sheet.count)


def recognised(
    headings: Sequence[str], rows: Callable[[], Iterable[Row]], count: int, tool: str = ""
) -> Form:
    """The form that a table is of."""
    sample = list(islice(rows(), LOOKED_AT))
    hidden = frozenset(
        place
        for place, heading in enumerate(headings)
        if is_private(heading) or _is_trace([row.cells[place] for row in sample])
    )
    kept = [place for place in range(len(headings)) if headings[place] and place not in hidden]
    return Form(
        tool or tool_of(headings),
        tuple(headings),
        tuple(_columns(headings, kept, sample)),
        tuple(headings[place] for place in sorted(hidden)),
        count,
        rows,
        hidden,
    )


def tool_of(headings: Iterable[str]) -> str:
    """Which tool's columns these are."""
    there = {alike(each) for each in headings}
    for tool, marks in _MARKS.items():
        if any(each <= there for each in marks):
            return tool
    return PLAIN


def is_private(heading: str) -> bool:
    """Whether a column so headed holds what is never read of who filled a form in."""
    plain = alike(heading)
    return (
        plain in _PRIVATE
        or any(each in plain for each in _PRIVATE_INSIDE)
        or headers.is_identity(heading)
    )


def _is_trace(column: Sequence[Cell]) -> bool:
    """Whether it holds addresses of machines, marks of users, or citizens' identity numbers."""
    told = [said for cell in column if (said := cells.text(cell))]
    traces = (
        _IP.fullmatch(said) or _OPENID.fullmatch(said) or cells.without_identity(said) != said
        for said in told
    )
    return sum(map(bool, traces)) * 2 > len(told) > 0


def title(heading: str) -> str:
    """What a heading asks for: `1、您的姓名：` is 姓名."""
    said = _NUMBERED.sub("", normalize("NFKC", heading).strip(), count=1)
    said = _KIND.sub("", said).strip(" *")
    bare = _ASKED.sub("", _ASKING.sub("", said)).strip()
    return bare or said or heading


def _question(heading: str) -> str:
    """The number that a question has in its form, else nothing."""
    found = _NUMBERED.match(normalize("NFKC", heading).strip())
    return found[1] if found else ""


def _columns(
    headings: Sequence[str], kept: Sequence[int], sample: Sequence[Row]
) -> Iterator[Column]:
    for number, group in groupby(kept, lambda place: _question(headings[place])):
        places = tuple(group)
        if not number or len(places) == 1:
            for place in places:
                yield from _parted(title(headings[place]), place)
            continue
        asked, options = _options([headings[place] for place in places])
        marks = [
            form_answers.is_mark(option, row.cells[place])
            for option, place in zip(options, places, strict=True)
            for row in sample
            if cells.text(row.cells[place])
        ]
        if sum(marks) * 10 >= len(marks) * 7 > 0:
            yield Column(asked, places, options)
        else:  # several blanks of one question
            yield from (Column(title(each), (p,)) for each, p in zip(options, places, strict=True))


def _options(headings: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """What the columns of one question ask together, and each by itself."""
    said = [_NUMBERED.sub("", normalize("NFKC", each).strip(), count=1) for each in headings]
    asked, options = "", []
    for each in said:
        parts = _OPTION.fullmatch(each)
        options.append(str(parts[2] or parts[3]).rstrip(": ") if parts else each)
        asked = asked or (title(parts[1]) if parts and parts[1] else "")
    return asked or said[0], tuple(options)


_WHO = {"name": ("姓名",), "number": ("学号", "工号"), "phone": ("手机", "电话")}


def _parted(asked: str, place: int) -> Iterator[Column]:
    """A column; one that asks for name and number at once is one for each."""
    there = {part: next((w for w in words if w in asked), "") for part, words in _WHO.items()}
    if there["name"] and sum(map(bool, there.values())) > 1:
        for part, word in there.items():
            if word:
                yield Column(word, (place,), part=part)
    else:
        yield Column(asked, (place,))


# which column is what


def matched(
    form: Form,
    fields: Fields,
    override: Mapping[str, headers.Choice] | None = None,
    choices: Mapping[str, tuple[str, ...]] | None = None,
) -> headers.Mapping:
    """The form's columns by what they are called, and what no heading tells by what they hold.
    `choices`: of fields that answer with one of them.
    """
    found = headers.match(form.titles, fields, override)
    chosen, choices = dict(override or {}), choices or {}
    told = [
        name
        for name in (*_HELD, *choices)
        if name in fields.by_name and name not in found.columns and name not in chosen
    ]
    if not told:
        return found
    sample = [form.read(row).cells for row in islice(form.rows, LOOKED_AT)]
    taken = {place for places in found.columns.values() for place in places}
    by_content: dict[str, headers.Choice] = {}
    for name in told:
        unclear = found.unclear.get(name, form.titles)
        fits = [
            place
            for place, asked in enumerate(form.titles)
            if place not in taken
            and asked in unclear
            and _fits([row[place] for row in sample], name, choices.get(name))
        ]
        if len(fits) == 1:
            by_content[name] = fits[0]
            taken.add(fits[0])
    if not by_content:
        return found
    found = headers.match(form.titles, fields, {**by_content, **chosen})
    found.how.update(dict.fromkeys(by_content, "content"))
    return found


def _fits(column: Sequence[Cell], name: str, known: tuple[str, ...] | None) -> bool:
    """Whether a column may be a field's by what it holds."""
    if known is None:
        return _holds([cells.text(cell) for cell in column], _HELD[name])
    told = [form_answers.choices(cell, known) for cell in column]
    named = [each.partition("（")[0] in known for answer in told for each in answer]
    return sum(named) * 10 >= len(named) * 8 > 0


_HELD: Mapping[str, re.Pattern[str]] = {
    "phone": re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?:\.0)?"),
    "number": re.compile(r"(?!1[3-9]\d{9}$)[A-Za-z]{0,3}\d{5,14}(?:\.0)?"),
    "name": re.compile(r"[\u3400-\U0003ffff][\u3400-\U0003ffff·•・]{1,7}"),
}
"""what stands in a column of that field"""


def _holds(column: Sequence[str], form: re.Pattern[str]) -> bool:
    """Whether nearly all that stands in a column has a form, and hardly any of it twice."""
    told = [normalize("NFKC", said) for said in column if said]
    fits = [said for said in told if form.fullmatch(said)]
    return len(fits) * 10 >= len(told) * 8 > 0 and len(set(fits)) * 10 >= len(fits) * 7
