"""The shapes of a chip's UID: each is read again, and three cards tell which one it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp import uids
from deskapp.uids import SHAPES, WHOLE, Shape, learn, readings, spellings

SHORT = st.binary(min_size=4, max_size=4)
UIDS = st.one_of(SHORT, st.binary(min_size=7, max_size=7)).map(lambda uid: uid.hex().upper())


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ("8H", "04A23F1B"),
        ("8H-", "1B3FA204"),
        ("8H10D", "0077741851"),
        ("8H10D-", "0457155076"),
        ("6H8D", "10632987"),
        ("6H8D-", "04170244"),
        ("2H4H", "16216155"),
        ("4H4H", "0118616155"),
        ("14H", None),
    ],
)
def test_worked_by_hand(shape: str, code: str | None) -> None:
    """04 A2 3F 1B is 77 741 851; A2 3F 1B is 10 632 987; A2 is 162 and 3F 1B 16 155."""
    (form,) = uids.named([shape])
    assert form.write("04A23F1B") == code


@given(UIDS, st.sampled_from(SHAPES), st.booleans())
def test_any_uid_in_any_shape_is_found_again(uid: str, shape: Shape, zeros: bool) -> None:
    code = shape.write(uid)
    if code is None:
        return
    code = code if zeros else code.lstrip("0")
    if not code:
        return
    assert code in spellings(uid)
    assert uid in uids.every(readings(code)[shape])
    assert shape.read(code.lower()) == shape.read(code)


@given(st.lists(SHORT, min_size=3, max_size=3, unique=True), st.data())
def test_three_cards_tell_the_shape(cards: list[bytes], data: st.DataObject) -> None:
    """Whatever fits three cards of one scanner, the true shapes are among it, in either order, and
    what it makes of a fourth is what the records say of it.
    """
    short = [shape for shape in WHOLE if shape.size == 4]
    scanner, records = data.draw(st.sampled_from(short)), data.draw(st.sampled_from(short))
    known = [card.hex().upper() for card in cards]
    learnt = learn([(scanner.write(uid) or "", ["?", records.write(uid) or ""]) for uid in known])
    assert not all(shape.backwards for shape in learnt.records)
    for uid in known:
        held = {form.read(records.write(uid) or "") for form in learnt.records}
        assert held & set(readings(scanner.write(uid) or "", learnt.scanner).values())


def test_what_distinguishes_shapes_is_found() -> None:
    cards = ("04A23F1B", "9C11E07F", "E3B0C442")
    for scanner in SHAPES:
        for records in SHAPES:
            if scanner.size == records.size == 4:
                told = [(scanner.write(uid) or "", [records.write(uid) or ""]) for uid in cards]
                learnt = learn(told)
                # three bytes of one end and three of the other have but two in common
                apart = scanner.backwards != records.backwards
                if apart and scanner not in WHOLE and records not in WHOLE:
                    assert not learnt
                    continue
                fourth = "7F00A1D6"
                uid = set(readings(scanner.write(fourth) or "", learnt.scanner).values())
                held = {form.read(records.write(fourth) or "") for form in learnt.records}
                assert all(any(uids._same(one, other or "") for other in held) for one in uid), (
                    scanner.name,
                    records.name,
                )


def test_none_fits() -> None:
    assert not learn([])
    assert not learn([("04A23F1B", ["12345678"]), ("9C11E07F", ["9C11E07F"])])
    assert not learn([("not a card", ["04A23F1B"])])


def test_a_code_may_be_several_until_one_decides() -> None:
    code = "12345678"
    told = readings(code)
    assert {"8H", "8H10D", "6H8D"} <= {shape.name for shape in told}
    learnt = learn([(code, [code])])
    assert len(learnt.scanner) > 1
    assert len(learnt.only(lambda shape: shape.base == 16).scanner) < len(learnt.scanner)
    assert learnt.only(lambda shape: False) == learnt


def test_codes_with_marks_between() -> None:
    assert readings("04:a2:3f:1b") == readings("04A23F1B")
    (shape,) = uids.named(["2H4H", "no such shape"])
    assert shape.read(uids.bare("162,16155")) == "??A23F1B"
    assert len(uids.every("??A23F1B")) == 256
