"""What tables of an event may tell behind it: results, feedback, who attended; who is on an award
list; and the words that head their columns.
"""

from dataclasses import replace

from deskapp.fields import Field, Fields

NUMBER = Field(
    "number",
    "number",
    ("学号", "工号", "学工号", "读者证号", "student number", "number"),
    ("编号", "id"),
)
THEIR_NUMBER = replace(NUMBER, required=True)
_NAME = Field("name", "name", ("姓名", "学生姓名", "选手姓名", "参赛者", "name", "full name"))

RESULTS = Fields(
    "results",
    (
        NUMBER,
        _NAME,
        Field("team", "text", ("队名", "参赛队", "参赛队名", "团队", "小组", "队伍名称", "team")),
        Field(
            "score",
            "text",
            ("得分", "总分", "成绩", "分数", "最终得分", "总成绩", "score", "points"),
            ("用时", "time"),
        ),
        Field("rank", "whole", ("名次", "排名", "rank", "place")),
        Field("note", "text", ("作品", "作品名称", "备注", "work", "title", "note")),
    ),
)
FEEDBACK = Fields(
    "feedback",
    (
        Field(
            "score",
            "text",
            ("评分", "打分", "满意度", "总体评价", "总体满意度", "score", "rating", "satisfaction"),
            ("分数", "得分", "评价"),
        ),
        Field(
            "word",
            "text",
            ("意见", "建议", "意见建议", "意见和建议", "反馈", "留言", "comment", "comments"),
            ("想说的话", "感想", "收获", "suggestion", "feedback", "word"),
        ),
        Field("at", "text", ("提交时间", "提交答卷时间", "填写时间", "submitted at", "time")),
        Field("place", "text", ("序号", "编号", "答卷编号", "no")),
    ),
)
ATTENDANCE = Fields(
    "attendance",
    (
        THEIR_NUMBER,
        _NAME,
    ),
)
AWARDS = Fields(
    "awards",
    (
        NUMBER,
        replace(_NAME, words=(*_NAME.words, "获奖人", "获奖者", "队名", "holder", "team")),
        Field("prize", "text", ("奖项", "等级", "奖级", "获奖等级", "奖励", "prize", "award")),
        Field("rank", "whole", ("名次", "排名", "rank", "place")),
    ),
)
