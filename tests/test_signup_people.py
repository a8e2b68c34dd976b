"""Sign-ups from forms: who people are, which session they mean, what is remembered, two desks."""

from pathlib import Path

from deskapp import events, readers, signup_files
from deskapp.events import Time
from deskapp.language import Language
from deskapp.signup_files import SignupsImported
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
from tests.library import Library, local, stored, write_readers
from tests.refusals import refused, spoken


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
        spoken("refusal.SessionNotThere", known="1) 11-28 09:00  2) 11-28 14:00  3) 11-29 14:00"),
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
