"""Sign-ups from exports of form tools: who is who, places in the order asked, once each."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from db import signup_pages as pages
from db.signup_rows import Signup
from deskapp import events, readers, sheets, signup_files, signups
from deskapp.events import Plan, Question, Time
from deskapp.language import Language
from deskapp.signup_files import SignupsImported
from tests import formfiles
from tests.library import Library, differs_from_ledger, local, stored, write_readers
from tests.refusals import refused, spoken

SHAN = ("单国强", "2023101234", "13812345678")
ZENG = ("曾小查", "2023101235", "13987654321")
OUT = ("吴用", "", "13711112222")
DIET = Question("diet", "用餐要求", ("素食", "清真", "其他"))


def announced(library: Library, **more: Any) -> str:
    times = more.pop("sessions", None) or [
        Time(local("2026-11-28 14:00"), local("2026-11-28 16:00"), "报告厅")
    ]
    plan = Plan("信息检索讲座", "lecture", times, questions=more.pop("questions", (DIET,)), **more)
    return events.announce(library.at("li"), plan).id


def at(minute: int, second: int = 0) -> str:
    return f"2026/11/22 9:{minute:02}:{second:02}"


def load(library: Library, event: str, path: Path, **more: Any) -> SignupsImported:
    return signup_files.load(library.at("li"), event, path, spoken, **more)


def wjx(folder: Path, *people: Sequence[Any], name: str = "报名.csv") -> Path:
    return formfiles.write(folder / name, formfiles.wjx(people))


def rows(library: Library, event: str) -> list[Signup]:
    with library.desk.reading() as connection:
        subjects = [each.subject for each in pages.everybody(connection, event)]
        found = pages.of_subjects(connection, subjects)
    return sorted((r for some in found.values() for r in some), key=lambda row: row.asked_at)


def statuses(library: Library, event: str) -> list[str]:
    return [row.status for row in rows(library, event)]


def reasons(done: SignupsImported) -> list[tuple[int, str]]:
    if done.rejects is None:
        return []
    found = sheets.open_sheet(done.rejects)
    return [(int(str(row.cells[-2])), str(row.cells[-1])) for row in found.rows]


def test_a_form_is_taken_in_once(library: Library, tmp_path: Path) -> None:
    event = announced(library)
    path = wjx(tmp_path, (at(1), *SHAN, "A.素食"), (at(2), *OUT, "其他〖花生过敏〗"))
    done = load(library, event, path)
    assert (done.entered, done.outsiders, done.rejected, done.tool) == (2, 1, 0, "wjx")
    shan, out = rows(library, event)
    assert (shan.patron, shan.name, shan.phone) == (library.reader(SHAN[1]), None, None)
    assert (shan.answers, shan.source) == ('{"diet":"素食"}', "file")
    assert library.desk.local(shan.asked_at) == local("2026-11-22 09:01")
    assert (out.patron, out.name, out.phone) == (None, OUT[0], OUT[2])
    assert out.answers == '{"diet":"其他（花生过敏）"}'
    before = stored(library.desk)
    again = load(library, event, path)
    assert (again.entered, again.changed, again.known) == (0, 0, 2)
    assert stored(library.desk) == before
    longer = wjx(
        tmp_path, (at(1), *SHAN, "素食"), (at(2), *OUT, "其他〖花生过敏〗"), (at(3), *ZENG, "")
    )
    assert (done := load(library, event, longer)).entered == 1
    assert done.known == 2
    assert differs_from_ledger(library.desk) == []
    refused("RoleTooLow", signup_files.load, library.at("assistant"), event, path, spoken)


def test_places_go_in_the_order_asked(library: Library, tmp_path: Path) -> None:
    event = announced(library, capacity=2)
    people = [(at(n), f"外人{n}", "", f"1370000000{n}", "") for n in (5, 3, 1, 4, 2)]
    done = load(library, event, wjx(tmp_path, *people))
    assert (done.entered, done.waiting) == (5, 3)
    assert statuses(library, event) == ["in", "in", "waiting", "waiting", "waiting"]
    assert [row.name for row in rows(library, event)] == [f"外人{n}" for n in range(1, 6)]
    first = rows(library, event)[0]
    signups.cancel(library.at("li"), first.subject)
    assert [r.name for r in rows(library, event) if r.status == "in"] == ["外人2", "外人3"]
    late = wjx(tmp_path, *people, (at(0), "早到", "", "13700000009", ""))
    assert (done := load(library, event, late)).waiting == 1
    assert done.known == 5  # who gave up stays away
    last = rows(library, event)[2]
    signups.cancel(library.at("li"), last.subject)
    assert [r.name for r in rows(library, event) if r.status == "in"] == ["早到", "外人3"]


def test_without_a_waiting_list_who_is_too_late_is_told(library: Library, tmp_path: Path) -> None:
    event = announced(library, capacity=1, queues=False)
    done = load(library, event, wjx(tmp_path, (at(2), *SHAN, ""), (at(1), *ZENG, "")))
    assert (done.entered, reasons(done)) == (1, [(2, spoken("refusal.EventFull", free=0))])


def test_who_hands_it_in_again_counts_as_they_did_last(library: Library, tmp_path: Path) -> None:
    event = announced(library)
    people = [(at(1), *SHAN, "素食"), (at(2), *ZENG, ""), (at(3), *SHAN, "清真")]
    done = load(library, event, wjx(tmp_path, *people))
    assert (done.entered, done.doubled) == (2, 1)
    shan, _ = rows(library, event)
    assert shan.answers == '{"diet":"清真"}'
    assert library.desk.local(shan.asked_at) == local("2026-11-22 09:01")  # their place stays
    people.append((at(4), *SHAN, "素食"))
    path = wjx(tmp_path, *people)
    assert load(library, event, path).changed == 1
    assert rows(library, event)[0].answers == '{"diet":"素食"}'
    signups.change(library.at("li"), shan.subject, answers={"diet": "其他"})
    assert load(library, event, path).changed == 0  # what the desk wrote since stays
    assert rows(library, event)[0].answers == '{"diet":"其他"}'
    assert load(library, event, wjx(tmp_path, *people[:2], name="older.csv")).changed == 0


def test_what_was_edited_in_the_form_tool_counts(library: Library, tmp_path: Path) -> None:
    event = announced(library)
    table = formfiles.jinshuju([(at(1), *SHAN, "素食"), (at(2), *ZENG, "")])
    path = formfiles.write(tmp_path / "a.csv", table)
    assert load(library, event, path).entered == 2
    table[1][table[0].index("用餐要求")] = "清真"
    assert load(library, event, formfiles.write(path, table)).changed == 0  # it says no later time
    table[1][table[0].index("修改时间")] = at(30)
    assert load(library, event, formfiles.write(path, table)).changed == 1
    assert rows(library, event)[0].answers == '{"diet":"清真"}'
    assert library.desk.local(rows(library, event)[0].asked_at) == local("2026-11-22 09:01")


def test_who_gave_up_and_asks_again_stands_behind(library: Library, tmp_path: Path) -> None:
    event = announced(library)
    people = [(at(1), *SHAN, ""), (at(2), *ZENG, "")]
    load(library, event, wjx(tmp_path, *people))
    signups.cancel(library.at("li"), rows(library, event)[0].subject)
    library.clock.put("2026-11-22 11:00")
    people.append(("2026/11/22 10:30:00", *SHAN, ""))
    assert load(library, event, wjx(tmp_path, *people)).entered == 1
    again = rows(library, event)[1]
    assert again.patron == library.reader(SHAN[1])
    assert library.desk.local(again.asked_at) == local("2026-11-22 10:30")


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    some.lists(some.tuples(some.integers(0, 5), some.integers(0, 59)), min_size=1, max_size=14),
    some.integers(1, 4),
    some.integers(0, 2**16),
)
def test_whatever_the_order_of_lines_and_columns(
    library: Library, tmp_path: Path, told: list[tuple[int, int]], capacity: int, seed: int
) -> None:
    """Everybody has one sign-up, and who asked first has a place, in one file or in two."""
    told = list({moment: (who, moment) for who, moment in told}.values())
    event = announced(library, capacity=capacity)
    people = [(at(m), f"外人{who}", "", f"1370000000{who}", "") for who, m in told]
    table = formfiles.wjx(people)
    chance = random.Random(seed)
    order = list(range(len(table[0])))
    chance.shuffle(order)
    lines = table[1:]
    chance.shuffle(lines)
    path = formfiles.write(tmp_path / "a.csv", formfiles.turned([table[0], *lines], order))
    done = load(library, event, path)
    first: dict[int, int] = {}
    for who, moment in told:
        first[who] = min(moment, first.get(who, 60))
    wanted = sorted(first, key=first.__getitem__)
    assert (done.entered, done.doubled, done.rejected) == (len(first), len(told) - len(first), 0)
    assert [row.name for row in rows(library, event)] == [f"外人{who}" for who in wanted]
    assert statuses(library, event) == [
        "in" if n < capacity else "waiting" for n in range(len(wanted))
    ]
    before = stored(library.desk)
    again = load(library, event, path)
    assert (again.entered, again.changed) == (0, 0)
    assert stored(library.desk) == before


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ((at(1), "单国强", "2.02114E+11", "13812340000", ""), "NumberDigitsLost"),
        ((at(1), "钱七", "202114000000", "", ""), "NumberDigitsLost"),
        ((at(1), "钱七", "", "1.38E+10", ""), "NumberDigitsLost"),
        ((at(1), "曾小查", "2023101234", "", ""), "NameDiffers"),
        ((at(1), "钱七", "2023109999", "", ""), "PersonUnclear"),
        ((at(1), "", "", "13700000000", ""), "PersonUnclear"),
        ((at(1), "钱七", "", "12345", ""), "PhoneWrong"),
        ((at(1), *SHAN, "海鲜"), "AnswerUnknown"),
        (("2026/11/23 9:00:00", *SHAN, ""), "TimeLater"),
        (("2026/11/20 9:00:00", *SHAN, ""), "SignupNotOpen"),
        ((at(50), *SHAN, ""), "SignupClosed"),
        ((at(1), "单国强", "130102199001011234", "", ""), "NumberIsIdentity"),
    ],
)
def test_a_line_that_cannot_be_right(
    library: Library, tmp_path: Path, person: tuple[str, ...], why: str
) -> None:
    """It is put aside with the reason, and the others come in."""
    opens, closes = local("2026-11-21 08:00"), local("2026-11-22 09:45")
    event = announced(library, opens_at=opens, closes_at=closes)
    done = load(library, event, wjx(tmp_path, person, (at(2), *ZENG, "")))
    assert (done.entered, done.rejected) == (1, 1)
    ((line, reason),) = reasons(done)
    assert (line, reason[:3]) == (
        2,
        spoken(f"refusal.{why}")[:3] if why != "NumberDigitsLost" else reason[:3],
    )
    assert done.rejects is not None
    kept = done.rejects.read_text("utf-8-sig")
    assert "130102199001011234" not in kept
    assert [each for each in formfiles.PRIVATE if each in kept] == []


def test_a_telephone_is_not_asked_of_who_has_a_number(library: Library, tmp_path: Path) -> None:
    event = announced(library)
    done = load(library, event, wjx(tmp_path, (at(1), *SHAN[:2], "1.38E+10", "")))
    assert (done.entered, done.rejected) == (1, 0)


def test_digits_are_mended_where_they_are_all_there(library: Library, tmp_path: Path) -> None:
    event = announced(library)
    done = load(
        library,
        event,
        wjx(
            tmp_path,
            (at(1), "单 国强", "２０２３１０１２３４", "", ""),
            (at(2), "钱七", "", "13700000001.0", ""),
            (at(3), "孙八", "", "+86 137-0000-0002", ""),
        ),
    )
    assert done.entered == 3
    assert [row.phone for row in rows(library, event)] == [None, "13700000001", "13700000002"]
    path = formfiles.write(
        tmp_path / "b.xlsx",
        formfiles.wjx(
            [(at(1), "李四", "", 13700000003.0, ""), (at(2), *ZENG[:1], 2023101235, 1, "")]
        ),
    )
    assert load(library, event, path).entered == 2


def test_a_compulsory_answer_is_missing(library: Library, tmp_path: Path) -> None:
    must = Question("size", "衣服尺码", ("S", "M", "L"), must=True)
    at_door = Question("team", "队名", must=True, door=True)
    event = announced(library, questions=(must, at_door))
    asked = ("1、姓名", "2、学号", "3、手机", "4、您的衣服尺码")
    table = formfiles.wjx([(at(1), *SHAN, "m"), (at(2), *ZENG, "(跳过)")], asked)
    done = load(library, event, formfiles.write(tmp_path / "a.csv", table))
    assert (done.entered, rows(library, event)[0].answers) == (1, '{"size":"M"}')
    assert [line for line, _ in reasons(done)] == [3]
    assert "衣服尺码" in reasons(done)[0][1]
    table = formfiles.wjx([(at(1), *SHAN)], asked[:3])
    path = formfiles.write(tmp_path / "b.csv", table)
    refused("ColumnsMissing", load, library, event, path)


def test_an_event_for_some_readers(library: Library, tmp_path: Path) -> None:
    event = announced(library, audience=("postgraduates",))
    people = ((at(1), *SHAN, ""), (at(2), *OUT, ""), (at(3), *ZENG, ""))
    done = load(library, event, wjx(tmp_path, *people))
    assert [row.patron for row in rows(library, event)] == [library.reader(ZENG[1])]
    assert reasons(done) == [
        (2, spoken("refusal.NotInvited")),
        (3, spoken("refusal.ReadersOnly")),
    ]


def test_readers_are_known_by_name_and_telephone(library: Library, tmp_path: Path) -> None:
    event = announced(library)
    people = ((at(1), SHAN[0], "", SHAN[2], ""), (at(2), "别人", "", ZENG[2], ""))
    assert load(library, event, wjx(tmp_path, *people)).outsiders == 1
    assert rows(library, event)[0].patron == library.reader(SHAN[1])
    again = load(library, event, wjx(tmp_path, (at(3), *SHAN, ""), name="b.csv"))
    assert (again.entered, again.known) == (0, 1)


def test_who_becomes_a_reader_has_one_signup(library: Library, tmp_path: Path) -> None:
    event = announced(library)
    path = wjx(tmp_path, (at(1), "新生", "2026000001", "13700000000", ""))
    assert load(library, event, path).outsiders == 1
    more = write_readers(
        tmp_path / "new.csv", ("学号", "姓名", "读者类型"), ("2026000001", "新生", "本科生")
    )
    readers.load(library.at("li"), more, spoken)
    assert (done := load(library, event, path)).changed == 1
    assert (row := rows(library, event)[0]).patron == library.reader("2026000001")
    assert (done.entered, row.status) == (0, "in")
    assert load(library, event, path).known == 1


def test_a_telephone_is_one_outsiders(library: Library, tmp_path: Path) -> None:
    event = announced(library)
    done = load(library, event, wjx(tmp_path, (at(1), *OUT, ""), (at(2), "别人", "", OUT[2], "")))
    assert reasons(done) == [(3, spoken("refusal.PhoneTwice", line=2))]
    done = load(library, event, wjx(tmp_path, (at(2), "别人", "", OUT[2], ""), name="b.csv"))
    assert reasons(done) == [(2, spoken("refusal.PhoneTaken"))]


def test_sessions_apart(library: Library, tmp_path: Path) -> None:
    times = [
        Time(local(f"2026-11-{day} {hour:02}:00"), local(f"2026-11-{day} {hour + 2}:00"), place)
        for day, hour, place in ((28, 9, "报告厅"), (28, 14, "报告厅"), (29, 14, "二楼"))
    ]
    event = announced(library, sessions=times, apart=True, capacity=1)
    asked = ("1、姓名", "2、学号", "3、手机", "4、场次")
    people = (
        (at(1), *SHAN, "A. 11月28日 9:00┋11月29日"),
        (at(2), *ZENG, "第3场"),
        (at(3), "外人", "", "13700000001", "11-28"),
        (at(4), "外人", "", "13700000001", "12月1日"),
        (at(5), "外人", "", "13700000001", ""),
    )
    path = formfiles.write(tmp_path / "a.csv", formfiles.wjx(people, asked))
    done = load(library, event, path)
    assert (done.entered, done.waiting) == (3, 1)
    assert [reason for _, reason in reasons(done)] == [
        spoken("refusal.SessionUnchosen"),
        spoken("refusal.SessionUnknown"),
        spoken("refusal.SessionUnchosen"),
    ]
    plain = formfiles.write(tmp_path / "b.csv", formfiles.wjx([(at(6), *OUT, "")]))
    refused("SessionUnchosen", load, library, event, plain)
    assert load(library, event, plain, session="11月28日14:00").entered == 1
    assert (load(library, event, path).entered) == 0


def test_a_group_note(library: Library, tmp_path: Path) -> None:
    closes = local("2026-11-21 20:00")
    event = announced(library, capacity=4, closes_at=closes)
    path = tmp_path / "接龙.txt"
    path.write_text(
        formfiles.note(
            "1. 单国强 2023101234 素食 +1",
            "2. 曾小查 2023101235",
            "3. 吴用 13711112222 共2人",
            "4. 无号",
            "1. 单国强 2023101234 清真 +1",
        ),
        "utf-8",
    )
    refused("SignupClosed", load, library, event, path)
    done = load(library, event, path, day=local("2026-11-21 00:00").date())
    assert (done.tool, done.entered, done.waiting, done.doubled) == ("note", 3, 1, 1)
    shan, zeng, out = rows(library, event)
    assert (shan.places, shan.answers) == (2, '{"diet":"清真"}')
    assert (zeng.status, out.status, out.places) == ("in", "waiting", 2)
    assert [line for line, _ in reasons(done)] == [7]
    before = stored(library.desk)
    load(library, event, path, day=local("2026-11-21 00:00").date())
    assert stored(library.desk) == before


def test_what_a_person_said_of_columns_is_remembered(library: Library, tmp_path: Path) -> None:
    event = announced(library)
    asked = ("1、联系人", "2、编码", "3、联络", "4、备注")
    table = formfiles.wjx([(at(1), "单国强", "2023101234", "无", "素食")], asked)
    path = formfiles.write(tmp_path / "a.csv", table)
    done = load(library, event, path, override={"姓名": "G", "学号": "2、编码", "diet": "备注"})
    assert (done.entered, rows(library, event)[0].answers) == (1, '{"diet":"素食"}')
    order = list(reversed(range(len(table[0]))))
    table.append([2, at(2), "", "", "", "", "曾小查", "2023101235", "无", "清真"])
    formfiles.write(path, formfiles.turned(table, order))
    opened = signup_files.open_form(library.at("li"), event, path)
    assert opened.remembered
    assert (done := load(library, event, path)).entered == 1
    assert done.known == 1
    refused("ColumnUnknown", load, library, event, path, override={"姓名": "ZZ"})
    refused("ColumnUnknown", load, library, event, path, override={"无": "B"})
    done = load(library, event, path, override={"diet": None})
    assert not signup_files.open_form(library.at("li"), event, path).has("diet")


def test_nothing_private_is_in_the_store(library: Library, tmp_path: Path) -> None:
    event = announced(library)
    people = [
        (at(1), *SHAN, "素食"),
        (at(2), "钱七", "", "13700000001", "其他〖130102199001011234〗"),
    ]
    for name, made in (("a", formfiles.wjx), ("b", formfiles.tencent), ("c", formfiles.jinshuju)):
        load(library, event, formfiles.write(tmp_path / f"{name}.csv", made(people)))
    library.desk.ledger.store.checkpoint()
    kept = b"".join(path.read_bytes() for path in library.folder.rglob("desk.db*"))
    assert OUT[2].encode() not in kept
    assert b"13700000001" in kept
    for each in (*formfiles.PRIVATE, "130102199001011234"):
        assert each.encode() not in kept, each


def test_two_desks_that_import_the_same_form_sign_up_once(
    two_desks: Library, tmp_path: Path
) -> None:
    event = announced(two_desks, capacity=1)
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    path = wjx(tmp_path, (at(2), *SHAN, ""), (at(1), *OUT, "素食"))
    for code in ("2F", "3F"):
        done = signup_files.load(two_desks.at("li", code), event, path, spoken)
        assert (done.entered, done.waiting) == (2, 1)
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    tables = stored(two_desks.desks["2F"])
    assert (len(tables["signup"]), tables["clash"], tables["fault"]) == (2, [], [])
    assert tables == stored(two_desks.desks["3F"])
    assert statuses(two_desks, event) == ["in", "waiting"]


def test_a_cancelled_event_takes_nobody(library: Library, tmp_path: Path) -> None:
    event = announced(library)
    events.cancel(library.at("li"), event, "停电")
    refused("EventCancelled", load, library, event, wjx(tmp_path, (at(1), *SHAN, "")))


def test_the_summary_is_spoken_in_both_languages() -> None:
    done = SignupsImported("wjx", 5, 2, 1, 3, 4, 1, 0, None)
    for code in ("zh_CN", "en"):
        said = " ".join(signup_files.summary(Language(code), done))
        assert all(str(n) in said for n in (5, 2, 1, 3, 4))
