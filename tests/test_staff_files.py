"""The personnel office's list: what it calls things is no reason to leave anybody out."""

from pathlib import Path

import pytest

from db import staff as stored
from deskapp import staff_files
from deskapp.language import Language
from tests.library import Library, write_readers

HEAD = ("工号", "姓名", "部门", "职务")
POST = '["reference_librarian"]'


def test_a_title_that_is_no_post_is_a_note(library: Library, tmp_path: Path) -> None:
    file = write_readers(
        tmp_path / "staff.csv",
        HEAD,
        ("3001", "钱多", "信息咨询部", "副研究馆员、参考咨询员"),
        ("3002", "孙好", "信息咨询部", "馆长助理"),
        ("3003", "李多", "信息咨询部", "副研究馆员"),
        ("3004", "周全", "信息咨询部", "参考咨询员"),
        ("3005", "", "信息咨询部", "没有的"),  # rejected for another reason: no note
    )
    t = Language()
    done = staff_files.load(library.at("admin"), file, t)
    assert (done.entered, done.rejected) == (4, 1)
    with library.desk.reading() as connection:
        posts = {each.badge: each.posts for each in stored.everybody(connection)}
    assert [posts[f"300{n}"] for n in range(1, 5)] == [POST, "[]", "[]", POST]
    duties = "、".join(post.zh for post in library.desk.profile.posts.values())
    assert "参考咨询员" in duties
    assert done.notes == tuple(
        t("staff_file.post_unknown", value=value, lines=lines, posts=duties)
        for value, lines in (("副研究馆员", "2 4"), ("馆长助理", "3"))
    )
    again = staff_files.load(library.at("admin"), file, t)
    assert (again.entered, again.changed, again.unchanged) == (0, 0, 4)
    assert again.notes == done.notes


@pytest.mark.parametrize(
    ("code", "there"), [("zh_CN", ("信息咨询部", "办公室")), ("en", ("Information", "Office"))]
)
def test_what_there_is_is_named_in_the_users_language(
    library: Library, tmp_path: Path, code: str, there: tuple[str, ...]
) -> None:
    file = write_readers(tmp_path / "staff.csv", HEAD, ("3001", "钱多", "后勤部", ""))
    done = staff_files.load(library.at("admin"), file, Language(code))
    assert done.rejects is not None
    written = done.rejects.read_text("utf-8-sig")
    for name in there:
        assert name in written
    profile = library.desk.profile
    for inner in (*profile.departments, *profile.committees):
        assert inner not in written.split()


@pytest.mark.parametrize("code", ["zh_CN", "en"])
def test_a_role_is_known_by_its_name_in_either_language(
    library: Library, tmp_path: Path, code: str
) -> None:
    rows = ("3001", "钱多", "值班长"), ("3002", "孙好", "Shift lead"), ("3003", "李多", "librarian")
    file = write_readers(tmp_path / "staff.csv", ("工号", "姓名", "角色"), *rows)
    done = staff_files.load(library.at("admin"), file, Language(code))
    assert (done.entered, done.rejected) == (3, 0)
    with library.desk.reading() as connection:
        roles = {each.badge: each.role for each in stored.everybody(connection)}
    assert [roles[badge] for badge, *_ in rows] == ["shift_lead", "shift_lead", "librarian"]


def test_a_badge_of_two_names_in_a_file_stays_the_first_ones(
    library: Library, tmp_path: Path
) -> None:
    file = write_readers(
        tmp_path / "staff.csv",
        HEAD[:2],
        ("3001", "钱多"),
        ("3001", "孙好"),
        ("3001", "钱多"),
    )
    done = staff_files.load(library.at("admin"), file, Language())
    assert (done.entered, done.changed, done.unchanged, done.rejected) == (1, 0, 1, 1)
    assert done.rejects is not None
    assert "本文件内证号重复而姓名不同，见第2行" in done.rejects.read_text("utf-8-sig")
    with library.desk.reading() as connection:
        (name,) = [each.name for each in stored.everybody(connection) if each.badge == "3001"]
    assert name == "钱多"
