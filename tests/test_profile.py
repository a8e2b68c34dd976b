"""Profiles: what the two that ship say, and how a wrong file is refused."""

from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from db.refusal import Refusal
from deskapp import profile
from deskapp.profile import Dimension, Outcome, Profile, Role, Step

KINDS = {  # kind: due rule, each named by the plan of the first request
    "directional": "same_day",
    "consultation": "same_day",
    "reference": "one_office",
    "subject": "one_office",
    "fault": "ordinary",
    "lost_found": "ordinary",
    "lending": "same_day",
    "complaint": "complaint",
    "investigation": "investigation_reply",
    "space_suggestion": "several",
    "purchase": "one_office",
    "delivery": "one_office",
    "training": "several",
    "topic_report": "several",
    "bibliotherapy": "ordinary",
    "seat": "same_day",
    "room": "same_day",
    "card": "ordinary",
}


def shipped(name: str) -> str:
    file = resources.files("assets") / "profiles" / f"{name}.toml"
    return file.read_text("utf-8")


@pytest.fixture(scope="module", params=["generic", "ncst"])
def library(request: pytest.FixtureRequest) -> Profile:
    return profile.load(request.param)


def refused(text: str | bytes) -> Refusal:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(Refusal) as caught:
        profile.read(data, "own.toml")
    assert caught.value.facts["file"] == "own.toml"
    return caught.value


def line_of(text: str, fragment: str) -> int:
    return text[: text.index(fragment)].count("\n") + 1


def test_two_profiles_ship() -> None:
    assert profile.names() == ["generic", "ncst"]
    assert [profile.load(name).code for name in profile.names()] == profile.names()


def test_every_kind_with_its_rule(library: Profile) -> None:
    assert {kind.code: kind.due for kind in library.kinds.values()} == KINDS
    confidential = [kind.code for kind in library.kinds.values() if kind.confidential]
    assert confidential == ["bibliotherapy"]
    stages = library.kinds["purchase"].stages.values()
    assert [stage.zh for stage in stages] == ["受理答复", "订购", "到馆通知"]
    assert [stage.outside for stage in stages] == [False, True, False]
    assert next(iter(library.kinds["delivery"].told.values())).zh == "篇名"


def test_due_rules(library: Profile) -> None:
    terms = {rule.code: rule.term() for rule in library.due.values()}
    assert terms == {
        "same_day": 0,
        "ordinary": 1,
        "one_office": 2,
        "several": 3,
        "collective": 5,
        "investigation_reply": 5,
        "investigation": 10,
        "complaint": 5,
    }
    assert library.due["collective"].term(departments=3) == 5 + 2 + 2
    assert library.due["several"].term(departments=3, complex_matter=True) == 3
    assert library.due["complaint"].term(complex_matter=True) == 10
    assert library.limits.handover_minutes == 240


def test_ncst_as_it_is_organised() -> None:
    ncst = profile.load("ncst")
    assert [department.zh for department in ncst.departments.values()] == [
        "办公室",
        "采编部",
        "读者服务部",
        "技术服务部",
        "信息咨询部",
        "阅读推广部",
        "高校知识产权信息服务中心",
        "新兴业务部",
        "教学培训部",
    ]
    assert [committee.zh[:2] for committee in ncst.committees.values()] == [
        "资源",
        "物业",
        "宣传",
        "资产",
    ]
    assert {branch.zh: branch.floors for branch in ncst.branches.values()} == {
        "文理分馆": (2, 3),
        "文学艺术分馆": (4,),
        "工学分馆": (5,),
        "医学分馆": (6,),
    }
    for branch in ncst.branches.values():
        assert "学科馆员" in ncst.posts[branch.post].zh
    assert not any(department.telephone for department in ncst.departments.values())


def test_open_in_daytime_on_every_day_of_every_vacation(library: Profile) -> None:
    opening = library.calendars[library.opening]
    assert not opening.statutory
    assert set(opening.vacations) == set(library.vacations)
    for week in opening.vacations.values():
        assert all(day and day[0][0] <= 9 * 60 and day[-1][1] >= 17 * 60 for day in week)


def test_every_row_and_column_of_the_matrix_is_used(library: Profile) -> None:
    assert {kind.dimension for kind in library.kinds.values()} == set(Dimension)
    assert {kind.step for kind in library.kinds.values()} == set(Step)


def test_results_keep_the_rule_that_nobody_answers_no(library: Profile) -> None:
    by_outcome = {result.outcome: result for result in library.results.values()}
    assert set(by_outcome) == set(Outcome)
    assert by_outcome[Outcome.REFERRED].needs_place
    assert by_outcome[Outcome.NOT_POSSIBLE].needs_lead
    assert not by_outcome[Outcome.DONE].needs_place
    assert not by_outcome[Outcome.REFERRED].needs_lead


def test_words_and_names(library: Profile) -> None:
    assert library.kind_words()["文献传递"] == "delivery"
    assert library.kind_words()["isbn"] == "purchase"
    assert library.patron_words()["硕士研究生"] == "master"
    assert library.patron_words()["phd"] == "doctoral"
    assert library.channels["phone"].name("zh_CN") == "来电"
    assert library.channels["phone"].name("en") == "Telephone"


def test_roles_are_in_order_of_right() -> None:
    order = ["volunteer", "student_assistant", "librarian"]
    order += ["shift_lead", "department_head", "administrator"]
    assert [str(role) for role in sorted(Role, key=lambda role: role.rank)] == order
    assert Role.SHIFT_LEAD.reaches(Role.LIBRARIAN)
    assert Role.LIBRARIAN.reaches(Role.LIBRARIAN)
    assert not Role.STUDENT_ASSISTANT.reaches(Role.LIBRARIAN)


def test_a_profile_cannot_be_changed(library: Profile) -> None:
    with pytest.raises(ValueError, match="frozen"):
        library.zone = "Europe/Berlin"
    with pytest.raises(ValueError, match="frozen"):
        library.kinds["fault"].due = "several"


def test_a_profile_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    dates = '"Winter vacation", dates = [{ first = 2027-01-16, last = 2027-02-28 }]'
    text = shipped("ncst").replace('"Winter vacation"', dates)
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())  # as Windows editors save it
    own = profile.load_file(file)
    assert own.vacation_dates() == [("winter", date(2027, 1, 16), date(2027, 2, 28))]
    with pytest.raises(Refusal, match="ProfileMissing"):
        profile.load_file(tmp_path / "none.toml")
    for name in ("none", "../profiles/ncst"):
        with pytest.raises(Refusal, match="ProfileUnknown"):
            profile.load(name)


@pytest.mark.parametrize(
    ("old", "new", "code", "where", "value"),
    [
        ('calendar = "desk"', 'calendar = "dsk"', "ReferenceUnknown",
         "departments.reader_services.calendar", "dsk"),
        ('post = "subject_medicine"', 'post = "nobody"', "ReferenceUnknown",
         "branches.medicine.post", "nobody"),
        ('post = "systems_librarian"', 'post = "nobody"', "ReferenceUnknown",
         "kinds.fault.post", "nobody"),
        ('due = "complaint"', 'due = "soon"', "ReferenceUnknown", "kinds.complaint.due", "soon"),
        ('"到馆通知", en = "Reader told of the arrival", due = "ordinary"',
         '"到馆通知", en = "Arrived", due = "soon"', "ReferenceUnknown",
         "kinds.purchase.stages.arrival.due", "soon"),
        ('opening = "opening"', 'opening = "never"', "ReferenceUnknown", "opening", "never"),
        ('channel = "in_person"', 'channel = "drum"', "ReferenceUnknown", "usual.channel", "drum"),
        ('[vacations]\nwinter', '[vacations]\nsnow', "ReferenceUnknown",
         "calendars.office.vacations.winter", "winter"),
        ('due = "complaint"\n', "", "KeyMissing", "kinds.complaint.due", None),
        ('due = "complaint"\n', 'due = "complaint"\ndeu = "x"\n', "KeyUnknown",
         "kinds.complaint.deu", None),
        ('"Done", outcome = "done"', '"Done", outcome = "no"', "ValueWrong",
         "results.done.outcome", "no"),
        ('"Done", outcome = "done"', '"Done", outcome = "referred"', "KeyMissing", "results", None),
        ('"想看"', '"报修"', "WordTwice", "kinds.purchase", "报修"),
        ('"想看"', '"书"', "ValueWrong", "kinds.purchase.words.2", "书"),
        ('"访客"', '"PhD"', "WordTwice", "patrons.visitor", "phd"),
        ('dimension = "interaction"\nstep = "satisfy"', 'dimension = "time"\nstep = "satisfy"',
         "ValueWrong", "kinds.complaint.dimension", "time"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Tangshan"', "ValueWrong", "zone",
         "Asia/Tangshan"),
        ("13:30-17:30\"]\n[cal", "11:30-17:30\"]\n[cal", "ValueWrong", "calendars.office.week",
         "['mon-fri 08:00-12:00 11:30-17:30']"),
        ('"sat-sun 08:00-17:30"', '"fri-sun 08:00-17:30"', "ValueWrong", "calendars.desk.week",
         "['mon-fri 08:00-22:00', 'fri-sun 08:00-17:30']"),
        ('"sat-sun 08:00-17:30"', '"sat-sun 08:00-08:30 22:00-09:00"', "ValueWrong",
         "calendars.desk.week", "24:00"),
        ('handling_days = "mon-fri"', 'handling_days = "fri-mon"', "ValueWrong",
         "kinds.bibliotherapy.handling_days", "fri-mon"),
        ('handling_days = "mon-fri"', 'handling_days = "mon mon-fri"', "ValueWrong",
         "kinds.bibliotherapy.handling_days", "mon mon-fri"),
        ("chase_days = 5", "chase_days = 0", "ValueWrong", "limits.chase_days", "0"),
        ('"订购", en = "On order", outside = true', '"订购", en = "On order"', "ValueWrong",
         "kinds.purchase.stages.order", "order"),
        ("[kinds.fault]", "[kinds.Fault]", "ValueWrong", "kinds.Fault.code", "Fault"),
        ("version = 1", "version = 2", "ValueWrong", "version", "2"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_by_place_and_reason(
    old: str, new: str, code: str, where: str, value: str | None
) -> None:
    text = shipped("ncst")
    assert old in text
    refusal = refused(text.replace(old, new, 1))
    assert refusal.code == f"Profile{code}"
    assert refusal.facts["where"] == where
    assert refusal.facts.get("value") == value


def test_the_line_of_what_is_wrong() -> None:
    text = shipped("ncst").replace('due = "complaint"', 'due = "soon"')
    assert refused(text).facts["line"] == line_of(text, 'due = "soon"')
    text = shipped("ncst").replace('due = "complaint"\n', "")
    assert refused(text).facts["line"] == line_of(text, "[kinds.complaint]")
    text = shipped("ncst").replace('"Done", outcome', '"Done", outcom')
    assert refused(text).facts["line"] == line_of(text, 'done = { zh = "已办结"')
    text = shipped("ncst").replace('zone = "Asia/Shanghai"', "zone = Asia/Shanghai")
    assert refused(text).facts == {"file": "own.toml", "line": line_of(text, "zone =")}
    twice = shipped("ncst") + '\n[kinds.fault]\nzh = "again"\n'
    assert refused(twice).facts["line"] == line_of(twice, '\nzh = "again"')
    assert refused(twice).code == "ProfileSyntax"
    assert refused(shipped("ncst").encode("gb18030")).facts == {"file": "own.toml", "line": 1}


def test_vacations_may_not_overlap() -> None:
    winter = '"Winter vacation", dates = [{ first = 2027-01-16, last = 2027-02-28 }]'
    summer = '"Summer vacation", dates = [{ first = 2027-02-28, last = 2027-08-28 }]'
    text = shipped("ncst").replace('"Winter vacation"', winter)
    refusal = refused(text.replace('"Summer vacation"', summer))
    assert (refusal.code, refusal.facts["where"]) == ("ProfileValueWrong", "vacations.summer")
    backwards = text.replace("last = 2027-02-28", "last = 2027-01-15")
    assert refused(backwards).facts["where"] == "vacations.winter.dates.0"


def test_no_line_left_out_breaks_anything_but_the_file() -> None:
    """A file without one of its lines, of every third, is read or refused with a line it has."""
    lines = shipped("generic").splitlines()
    outcomes = set()
    for leave_out in range(0, len(lines), 3):
        text = "\n".join(lines[:leave_out] + lines[leave_out + 1 :])
        try:
            profile.read(text.encode(), "own.toml")
            outcomes.add("read")
        except Refusal as refusal:
            outcomes.add(refusal.code)
            line = refusal.facts["line"]
            assert isinstance(line, int)
            assert 1 <= line <= len(lines)
    assert {"read", "ProfileSyntax", "ProfileKeyMissing", "ProfileReferenceUnknown"} <= outcomes
