"""Reader files as universities export them, clean or messy, made anew from a seed."""

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "单仇解区查朴盖尉缪翟葛宁华员种召繁乐冼"
)
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "尉迟", "令狐", "长孙", "澹台", "万俟", "皇甫")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英华文玉兰霞平刚桂春红梅宁佳欣怡子轩浩宇梓涵晨雨乐行和建国志海燕飞"
    "龙凤鹏辉斌波林峰云亮成东晓婷雪慧颖琳璐思远博睿泽一诺嘉俊凯航宏振家瑞昊天然若曦诗琪紫萱依可馨艺菲雅彤"
)
RARE = "䶮㛃𬱖𠮷喆堃淼"
FOREIGN = ("买买提·艾力", "阿卜杜拉•吾甫尔", "古丽娜尔・艾尼", "Anna Schmidt", "Jean-Pierre Blanc")
COLLEGES = (
    "理学院",
    "文法学院",
    "冶金与能源学院",
    "电气工程学院",
    "中医学院",
    "艺术学院",
    "建筑工程学院",
)
TYPES = ("本科生", "硕士研究生", "博士研究生", "教师")

HEADERS = (
    *("学号", "姓名", "性别", "身份证号", "学院", "专业", "年级", "班级", "读者类型"),
    *("一卡通号", "手机号", "邮箱", "有效期至"),
)
KOHA = (
    *("cardnumber", "surname", "firstname", "sex", "id card number", "sort1", "sort2", "grade"),
    *("class", "categorycode", "uid", "mobile", "email", "dateexpiry"),
)


def names(count: int, seed: int = 0) -> Iterator[str]:
    """Names by the frequency of surnames, a few compound, rare and foreign ones among them."""
    chance = random.Random(seed)
    weights = [1 / (rank + 3) for rank in range(len(SURNAMES))]
    surnames = chance.choices(SURNAMES, weights, k=count)
    for place, surname in enumerate(surnames):
        given = "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2, 2))))
        if place % 97 == 5:
            yield chance.choice(COMPOUND) + given
        elif place % 211 == 7:
            yield surname + chance.choice(RARE)
        elif place % 101 == 11:
            yield chance.choice(FOREIGN)
        else:
            yield surname + given


def rows(count: int, seed: int = 0) -> Iterator[list[str]]:
    """Cells under HEADERS; numbers never repeat, identity numbers are of no region there is."""
    chance = random.Random(seed)
    for place, name in enumerate(names(count, seed)):
        year = 2020 + place % 7
        kind = TYPES[0] if place % 10 < 7 else TYPES[place % 4]
        college = chance.choice(COLLEGES)
        yield [
            f"{year}{place:07d}" if kind != "教师" else f"{place:05d}",
            name,
            chance.choice("男女"),
            f"990000{chance.randrange(1985, 2008)}0{chance.randrange(1, 10)}15{place % 10000:04d}",
            college,
            college.removesuffix("学院") + "专业",
            str(year),
            f"{year % 100}级{place % 6 + 1}班",
            kind,
            f"{chance.getrandbits(32):010d}",
            f"199{chance.randrange(10**8):08d}",
            f"r{place}@example.edu.cn",
            f"{year + 4}-06-30",
        ]


def koha(count: int, seed: int = 0) -> Iterator[list[str]]:
    """The same readers under KOHA, with surname and first name apart."""
    codes = dict(zip(TYPES, ("UG", "MA", "PHD", "STAFF"), strict=True))
    for cells in rows(count, seed):
        name = cells[1]
        cut = 2 if name[:2] in COMPOUND else 1
        if name in FOREIGN:
            first, _, surname = name.rpartition(" ")
        else:
            surname, first = name[:cut], name[cut:]
        number, _, sex, identity, college, major, grade, class_, kind, *rest = cells
        yield [
            number,
            surname,
            first,
            sex,
            identity,
            college,
            major,
            grade,
            class_,
            codes[kind],
            *rest,
        ]


def write_csv(
    path: Path,
    count: int,
    seed: int = 0,
    *,
    encoding: str = "utf-8-sig",
    separator: str = ",",
    messy: bool = False,
    headers: Sequence[str] = HEADERS,
) -> Path:
    """A text file; `messy` adds a title, blank lines, empty columns, quoted newlines and marks."""
    with path.open("w", encoding=encoding, newline="") as file:
        to = csv.writer(file, delimiter=separator)
        more = ["", ""] if messy else []
        if messy:
            to.writerow(["华北理工大学读者名单", *[""] * (len(headers) - 1), *more])
            file.write("\r\n")
        to.writerow([*(f"{h} " if messy else h for h in headers), *more])
        for place, cells in enumerate(koha(count, seed) if headers is KOHA else rows(count, seed)):
            if messy and place % 50 == 3:
                cells[0] = "'" + cells[0]
            if messy and place % 50 == 7:
                cells[7] = cells[7].replace("级", "级\n")
            to.writerow([*cells, *more])
            if messy and place % 100 == 99:
                file.write("\r\n")
    return path


def write_xlsx(path: Path, count: int, seed: int = 0, *, messy: bool = False) -> Path:
    """A workbook; `messy` has a merged title, numbers as floats and real dates."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("读者")
    top = 0
    if messy:
        sheet.merge_range(0, 0, 0, len(HEADERS) - 1, "华北理工大学读者名单")
        top = 2
    sheet.write_row(top, 0, HEADERS)
    as_day = book.add_format({"num_format": "yyyy/m/d"})
    for line, cells in enumerate(rows(count, seed), top + 1):
        for column, cell in enumerate(cells):
            number = column in (0, 9, 10) and not cell.startswith("0")
            if messy and number:
                sheet.write_number(line, column, float(cell))
            elif messy and column == 12:
                sheet.write_datetime(line, column, date.fromisoformat(cell), as_day)
            else:
                sheet.write_string(line, column, cell)
    book.close()
    return path
