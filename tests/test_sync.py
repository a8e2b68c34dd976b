"""How a desk stands to its centre, and what its exchanges leave to be told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import doctor
from db.place import CENTRE, EXCHANGES, set_setting, setting
from db.turn import taken, turn
from deskapp import centre as centres
from deskapp import copies, erasures, exchanges, requests, sync, sync_words
from deskapp.exchanges import STOPPED
from deskapp.language import Language
from deskapp.requests import Question
from tests.library import Library
from tests.refusals import refused
from tests.shelf import bytes_of


def tied(library: Library) -> Path:
    """The desk has a centre, in a file beside it."""
    file = library.folder / "centre.db"
    centres.connect(library.desk, str(file), None)
    return file


def words(library: Library, code: str = "zh_CN") -> str:
    desk = library.desk
    return sync_words.status(Language(code), sync.standing(desk), desk.now())


def test_a_desk_without_a_centre_says_so(library: Library) -> None:
    assert sync.standing(library.desk).state == "alone"
    assert words(library) == "未设中心"
    refused("NoCentre", sync.sync, library.desk)
    refused("NoCentre", centres.disconnect, library.desk)


def test_the_status_line_says_what_the_last_exchange_found(library: Library) -> None:
    file = tied(library)
    assert words(library).startswith("尚未同步 待上传")
    done = sync.sync(library.desk)
    assert done.did["pushed"]
    assert words(library) == "在线 10:00已同步"
    assert words(library, "en") == "Online, synced 10:00"
    library.log()
    assert words(library) == "在线 10:00已同步 待上传1条"

    file.rename(file.with_suffix(".gone"))
    library.clock.put("2026-11-22 10:05")
    refused("CentreAway", sync.sync, library.desk)
    library.clock.put("2026-11-22 10:20")
    refused("CentreAway", sync.sync, library.desk)
    assert words(library) == "离线 10:05起 待上传1条"
    library.clock.put("2026-11-23 08:00")
    assert words(library) == "离线 11-22 10:05起 待上传1条"

    file.with_suffix(".gone").rename(file)
    sync.sync(library.desk)
    assert words(library) == "在线 08:00已同步"
    library.clock.move(minutes=20)
    assert words(library) == "08:00已同步", "nobody can know that it is online still"
    stands = sync.standing(library.desk)
    assert [(each.code, each.times) for each in stands.log] == [
        ("", 1), ("CentreAway", 2), ("", 1)
    ]  # fmt: skip


def test_several_in_one_minute_are_told_with_one_time(library: Library) -> None:
    tied(library)
    now = library.desk.now()
    told = []
    for at in (now, now, now + timedelta(minutes=3)):
        with library.desk.ledger.store.writing() as connection:
            exchanges.keep(connection, at, at, {})
        (each,) = sync.standing(library.desk).log
        told.append(sync_words.exchanged(Language("zh_CN"), library.desk, each))
    assert [words.split("  ")[0] for words in told] == ["10:00", "10:00", "10:00 至 10:03"]


def test_what_one_exchange_did_is_parted_in_its_line() -> None:
    did = {"pushed": 2, "pulled": 1, "missing": 3}
    said = sync_words.summed_up(Language("zh_CN"), did)
    assert said == "已上传2条，收取1条；取回本台曾上传而本机没有的记录3条"
    assert sync_words.summed_up(Language("en"), {}) == "Exchanged; nothing new"


def test_a_refusal_is_not_taken_for_a_network_that_is_down(library: Library) -> None:
    tied(library)
    with library.desk.ledger.store.writing() as connection:
        at = library.desk.now()
        exchanges.keep(connection, at, at, {}, "CentrePassword", {"why": "password"})
    assert words(library).startswith("中心拒绝登录 10:00起")
    with library.desk.ledger.store.writing() as connection:
        exchanges.keep(connection, at, at, {}, "CentreDisagrees")
    assert words(library).startswith("同步受阻 10:00起")


def test_one_exchange_at_a_time(library: Library) -> None:
    tied(library)
    lock = library.desk.ledger.store.path.parent / sync.LOCK
    with turn(lock):
        assert taken(lock)
        assert words(library).startswith("同步中 待上传")
        refused("SyncRunning", sync.sync, library.desk)
    assert not taken(lock)
    sync.sync(library.desk)
    assert [each.code for each in sync.standing(library.desk).log] == [""]


def test_an_exchange_that_was_stopped_is_no_news_of_the_centre(library: Library) -> None:
    tied(library)
    sync.sync(library.desk)
    library.log()

    def stop(_what: str, _done: int) -> None:
        raise KeyboardInterrupt

    library.clock.move(minutes=1)
    with pytest.raises(KeyboardInterrupt):
        sync.sync(library.desk, stop)
    assert words(library) == "在线 10:00已同步"
    first, *_ = sync.standing(library.desk).log
    assert (first.code, first.did) == (STOPPED, {"pushed": 1})
    assert not sync.sync(library.desk).did["pushed"]


def test_the_last_exchanges_are_kept_and_no_more(library: Library) -> None:
    tied(library)
    at = library.desk.now()
    with library.desk.ledger.store.writing() as connection:
        for number in range(100):
            exchanges.keep(connection, at, at, {"pushed": number % 2}, f"X{number % 3}")
        record = exchanges.read(connection)
        assert len(record.log) == exchanges.KEPT
        assert record.vain == 100
        set_setting(connection, EXCHANGES, "[1]")
        assert exchanges.read(connection) == exchanges.Record()


def test_the_night_is_done_once(library: Library) -> None:
    tied(library)
    library.clock.put("2026-11-22 23:00")
    assert sync.sync(library.desk, nightly=True).nightly
    library.clock.put("2026-11-23 02:29")
    assert not sync.sync(library.desk, nightly=True).nightly
    library.clock.put("2026-11-23 02:31")
    assert sync.sync(library.desk, nightly=True).nightly
    assert not sync.sync(library.desk, nightly=True).nightly


def test_the_second_copy_follows_an_erasure_at_once(two_desks: Library) -> None:
    """Also where the exchange that brought it was cut, or the copy's disk was away then."""
    library, here = two_desks, two_desks.desks["3F"]
    words = "想借大学物理题解"
    (library.folder / "disk").mkdir()
    requests.log(library.at("li"), Question(words, patron=library.reader("2023101234")))
    for each in library.desks.values():
        centres.connect(each, str(library.folder / "centre.db"), None)
        sync.sync(each)
    copy = copies.begin(here, library.folder / "disk")
    erasures.erase_reader(library.at("lead"), library.reader("2023101234"))
    sync.sync(library.desk)
    away = copy.rename(copy.with_name("away"))
    library.exchange("3F")
    assert words.encode() not in bytes_of(here.ledger.store.path)
    done = sync.sync(here)
    assert done.copy is not None
    assert (done.copy.code, done.did["pulled"]) == ("CopyGone", 0)
    assert words.encode() in bytes_of(away)
    away.rename(copy)
    assert sync.sync(here).copy is None
    assert words.encode() not in bytes_of(copy)
    assert not copies.unclean(here)
    assert doctor.examine(here.ledger, copy) == []


def test_what_would_go_and_come_is_told_and_nothing_changed(two_desks: Library) -> None:
    library, desk = two_desks, two_desks.desk
    file = tied(library)
    sync.sync(desk)
    library.log()
    other = library.desks["3F"]
    centres.connect(other, str(file), None)
    found = sync.preview(desk)
    assert (dict(found.going), found.coming, found.new) == ({"request.logged": 1}, 0, False)
    sync.sync(desk)
    found = sync.preview(other)
    assert (dict(found.going), found.coming, found.set_back) == ({}, 1, False)
    with other.reading() as connection:
        assert "success" not in (setting(connection, EXCHANGES) or "")
    with desk.reading() as connection:
        assert setting(connection, CENTRE) == f"file:{file}"


def test_a_file_that_is_gone_is_not_made_up(library: Library) -> None:
    file = tied(library)
    sync.sync(library.desk)
    file.unlink()
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    refused("CentreAway", sync.sync, library.desk)
    assert not file.exists()


def test_another_centre_begins_without_the_past_of_the_one_before(library: Library) -> None:
    tied(library)
    sync.sync(library.desk)
    centres.disconnect(library.desk)
    assert words(library) == "未设中心"
    tied(library)
    stands = sync.standing(library.desk)
    assert (stands.state, stands.log) == ("never", ())
    assert stands.offset == timedelta()


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (
            'connection to server at "db", port 5432 failed: Connection refused',
            "服务器拒绝",
            "nobody",
        ),
        ('could not translate host name "db" to address: Name or service', "找不到", "not known"),
        (
            'connection to server at "db" failed: FATAL:  数据库已满',
            "FATAL:  数据库",
            "FATAL:  数据库",
        ),
    ],
)
def test_why_it_is_away_is_told_in_a_few_words(words: str, zh: str, en: str) -> None:
    at = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    stands = sync.Standing("file:x", "offline", at, None, "CentreAway", {"why": words})
    for code, part in (("zh_CN", zh), ("en", en)):
        said = sync_words.state(Language(code), stands, at)
        assert part in said
        assert "port 5432" not in said
