"""Sign-ups from exports of form tools: who is who, places in the order asked, once each."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from deskapp import signup_files, signups
from deskapp.events import Question
from tests import formfiles
from tests.forms_taken import (
    OUT,
    SHAN,
    ZENG,
    announced,
    at,
    load,
    reasons,
    rows,
    statuses,
    wjx,
)
from tests.library import Library, differs_from_ledger, local, stored
from tests.refusals import refused, spoken


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
    table = formfiles.wjx([(at(1), SHAN[0])], asked[:1])
    refused("WhoColumnsMissing", load, library, event, formfiles.write(tmp_path / "c.csv", table))


def test_an_event_for_some_readers(library: Library, tmp_path: Path) -> None:
    event = announced(library, audience=("postgraduates",))
    people = ((at(1), *SHAN, ""), (at(2), *OUT, ""), (at(3), *ZENG, ""))
    done = load(library, event, wjx(tmp_path, *people))
    assert [row.patron for row in rows(library, event)] == [library.reader(ZENG[1])]
    assert reasons(done) == [
        (2, spoken("refusal.RowNotInvited")),
        (3, spoken("refusal.ReadersOnly")),
    ]
