"""What a scanner types, told from a hand."""

from screens.burst import GAP, PAUSE, STALL, Burst, clean, code_like, garbled


def test_clean_and_what_looks_like_a_code() -> None:
    assert clean("\x02 Ａ１２　３\r") == "A12 3"
    assert code_like("]C1A-12\x1d7")
    assert code_like("AABBCCDD")
    assert not any(map(code_like, ["abc", "AABBCCD", "AABBCCDG", "12 34", "１２３", "啊123", ""]))
    assert garbled("啊2023001")
    assert not any(
        map(garbled, ["２０２３００１", "张老师要2023年", "要 2023001", "啊1", "2023001"])
    )


def test_a_burst_is_known_by_its_gaps() -> None:
    def run(gaps: list[float], text: str = "20231234") -> Burst:
        burst, time = Burst(), 100.0
        for character, gap in zip(text, gaps, strict=True):
            time += gap
            burst.add(character, time)
        return burst

    assert run([0.03] * 8).stands_alone
    assert not run([GAP + 0.005] * 8).stands_alone
    assert not run([0.03] * 8, "00000000").stands_alone  # a key held down
    for place in range(1, 8):  # held up once, anywhere
        gaps = [0.0001] * 8
        gaps[place] = 0.2
        assert run(gaps).ends_as_code(run(gaps).last + 0.0001)
        assert run(gaps).text == "20231234"
    assert run([0.0, 0.0001, 0.8, 0.0001, 0.8, 0.0001, 0.8, 0.0001]).text == "20231234"
    assert run([0.0, 0.15, 0.15, 0.15, 0.0001, 0.0001, 0.0001, 0.0001]).text == "31234"
    assert run([0.0, 0.15, 0.15, 0.3, 0.0001, 0.0001, 0.0001, 0.0001]).text == "31234"
    for hand in (0.02, 0.05, 0.1):  # nothing can follow it that would make a code of it
        assert run([0.0, hand], "12").patience == GAP
    assert run([0.0, 0.01], "12").patience == STALL
    assert run([0.0, 0.0001], "12").patience == PAUSE
