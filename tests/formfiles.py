"""Exports of form tools as they come, made anew: columns of their own, numbered questions."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

Table = list[list[Any]]

WJX_HEAD = ("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP")
WJX_ASKED = ("1、您的姓名：", "2、您的学号", "3、您的手机号码：*", "4、您的用餐要求？[单选题]")
TENCENT_HEAD = (
    *("编号", "开始答题时间", "结束答题时间", "答题时长", "地理位置国家和地区", "地理位置省"),
    *("地理位置市", "用户类型", "用户标识", "昵称", "自定义字段"),
)
TENCENT_ASKED = ("Q1.姓名", "Q2.学号", "Q3.手机号", "Q4.用餐要求")
JINSHUJU_TAIL = (
    *("提交人", "提交时间", "修改时间", "填写设备", "操作系统", "浏览器", "填写地区", "IP"),
    *("微信昵称", "微信性别", "微信国家", "微信省市", "微信OpenID", "微信头像"),
)
JINSHUJU_ASKED = ("姓名", "学号", "手机", "用餐要求")

OPENID = "oX3f5t0000aaaaBBBBccccDDDD01"
IP = "202.206.20.7"
PRIVATE = (OPENID, IP, "河北", "唐山", "iPhone", "Chrome", "小明的微信")
"""what a tool says of who filled a form in, and nobody here may keep"""


def wjx(people: Sequence[Sequence[Any]], asked: Sequence[str] = WJX_ASKED) -> Table:
    """`people`: when they handed it in, then their answers."""
    rows = [
        [n, at, "63秒", "微信", "N/A", f"{IP}(河北-唐山)", *answers]
        for n, (at, *answers) in enumerate(people, 1)
    ]
    return [[*WJX_HEAD, *asked], *rows]


def tencent(people: Sequence[Sequence[Any]], asked: Sequence[str] = TENCENT_ASKED) -> Table:
    rows = [
        [
            1000 + n,
            at,
            at,
            "0分42秒",
            "中国",
            "河北",
            "唐山",
            "微信用户",
            OPENID,
            "小明的微信",
            "",
            *a,
        ]
        for n, (at, *a) in enumerate(people)
    ]
    return [[*TENCENT_HEAD, *asked], *rows]


def jinshuju(people: Sequence[Sequence[Any]], asked: Sequence[str] = JINSHUJU_ASKED) -> Table:
    rows = [
        [n, *a, "", at, at, "手机", "iPhone", "Chrome", "河北唐山", IP, "小明的微信", "男", "中国",
         "河北唐山", OPENID, "https://wx.example/1"]
        for n, (at, *a) in enumerate(people, 1)
    ]  # fmt: skip
    return [["序号", *asked, *JINSHUJU_TAIL], *rows]


def plain(people: Sequence[Sequence[Any]], asked: Sequence[str] = JINSHUJU_ASKED) -> Table:
    return [["报名时间", *asked], *map(list, people)]


def note(*lines: str, titles: Sequence[str] = ("#接龙", "信息检索讲座 11月28日 报告厅")) -> str:
    return "\n".join((*titles, "", *lines)) + "\n"


def turned(table: Table, order: Sequence[int]) -> Table:
    """The same with its columns in another order."""
    return [[row[place] for place in order] for row in table]


def write(path: Path, table: Table) -> Path:
    """A .csv or .xlsx of it."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(table)
        return path
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for line, row in enumerate(table):
        for column, cell in enumerate(row):
            if isinstance(cell, int | float):
                sheet.write_number(line, column, cell)
            else:
                sheet.write_string(line, column, str(cell))
    book.close()
    return path
