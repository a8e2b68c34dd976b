"""Names are found by any part of them, in any way people type."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.names import MOST_READINGS, query, repair, terms
from tests import readerfiles


def finds(typed: str, name: str) -> bool:
    return any(term.startswith(query(typed)) for term in terms(name))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("张建国", "张 zhang zhangjianguo zhangjian zjg zj jianguo jian 建 建国 国"),
        ("单雄信", "shanxiongxin sxx danxiongxin"),
        ("仇英", "qiuying qy chouying"),
        ("解缙", "xiejin xj jiejin"),
        ("区大任", "oudaren odr qudaren"),
        ("曾国藩", "zengguofan zgf cengguofan"),
        ("查良镛", "zhaliangyong zly chaliangyong"),
        ("朴树", "piaoshu ps pushu"),
        ("盖叫天", "gejiaotian gaijiaotian gjt"),
        ("任伟", "renwei rw"),
        ("黑格", "hege heige"),
        ("乜英", "nieying ny mieying"),
        ("阚泽", "kanze kz"),
        ("华罗庚", "hualuogeng hlg"),
        ("尉迟恭", "yuchigong ycg weichigong gong"),
        ("万俟卨", "moqixie mqx wanqixie xie"),
        ("长孙无忌", "zhangsunwuji zswj changsunwuji wuji"),
        ("令狐冲", "linghuchong lhc chong"),
        ("澹台明月", "tantaimingyue ttmy mingyue dantai"),
        ("东方朔", "dongfangshuo dfs shuo fangshuo"),
        ("欧阳修", "ouyangxiu oyx xiu"),
        ("乐毅", "yueyi leyi yy ly"),
        ("吕布", "lvbu lubu lyubu lb bu"),
        ("张略", "zhanglve zhanglue zhanglyue"),
        ("買買提·艾力", "買買提艾力 買買提·艾力 艾力 aili maimaitiaili maimaiti mmtal"),
        ("王䶮", "wangyan wy yan 䶮"),
        ("李㛃", "lijie lj jie 㛃"),
        ("陈𬱖", "chenwei chenyi cw cy 𬱖"),
        ("赵𠮷", "zhaoji zj ji 𠮷"),
        ("王\ue863", "wangyan 䶮 王䶮"),
        ("张　伟", "张伟 zhangwei zw wei 伟"),
        ("Anna Maria Schmidt", "anna annam maria schmidt schmidtanna"),
        ("Seán O’Brien", "sean obrien o'brien seanobrien"),
        ("Lü Bu", "lvbu lubu lyubu bu"),
        ("张Anna", "张anna zhanganna anna za"),
        ("김철수", "김철수 김"),
    ],
)
def test_a_name_is_found_by_each_of_its_forms(name: str, typed: str) -> None:
    missing = [one for one in typed.split() if not finds(one, name)]
    assert not missing, sorted(terms(name))


@pytest.mark.parametrize("dot", "·•・‧∙⋅．.･˙")
def test_every_middle_dot_is_the_same_and_optional(dot: str) -> None:
    assert terms(f"买买提{dot}艾力") == terms("买买提·艾力")
    assert query(f"买买提{dot}艾力") == query("买买提艾力") == "买买提艾力"


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("zhang jian guo", "zhangjianguo"),
        ("Zhāng Jiànguó", "zhangjianguo"),
        ("ＺＨＡＮＧ", "zhang"),
        ("xi'an", "xian"),
        ("xi’an", "xian"),
        ("lǚ bù", "lvbu"),
        ("Lü", "lv"),
        ("Müller", "muller"),
        ("张 建国", "张建国"),
        ("２０２１", "2021"),
        ("%_*", ""),
    ],
)
def test_what_is_typed_comes_into_one_form(typed: str, form: str) -> None:
    assert query(typed) == form


def test_dead_readings_are_not_indexed() -> None:
    assert not finds("shi", "郝")
    assert not finds("shan", "邓")


def test_a_name_of_many_readings_stays_small() -> None:
    name = "乐行和长乐行和长"
    assert len(terms(name)) <= len(name) + 3 * MOST_READINGS


def test_rare_characters_of_old_exports_are_repaired() -> None:
    assert repair("王\ue863") == "王䶮"
    assert repair("\ue81e\ue864") == "龴龻"
    assert repair("王") == "王"


def test_no_name_has_no_terms() -> None:
    assert terms("") == terms(" ·（）") == set()
    assert terms("q\u0301x") == {"qx"}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_any_text_is_found_by_itself_and_by_its_other_normal_forms(name: str) -> None:
    found = terms(name)
    assert "" not in found
    assert all(query(term) == term for term in found)
    assert not query(name) or any(term.startswith(query(name)) for term in found)
    for form in ("NFC", "NFD"):
        assert terms(normalize(form, name)) == found


@given(st.sampled_from(list(readerfiles.names(500, seed=3))), st.data())
def test_any_part_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    whole = query(name)
    start = data.draw(st.integers(0, len(whole) - 1)) if not whole.isascii() else 0
    assert finds(whole[start : data.draw(st.integers(start + 1, len(whole)))], name)


def test_the_index_stays_small() -> None:
    """How long it takes is measured in tests/bench."""
    found = [len(terms(name)) for name in readerfiles.names(5_000, seed=1)]
    assert sum(found) / len(found) <= 8
