"""What the tables of the desk's registers may tell, and the words that head their columns."""

from deskapp.fields import Field, Fields
from deskapp.gathering_fields import ATTENDANCE, FEEDBACK, RESULTS, THEIR_NUMBER
from deskapp.group_notes import WORDS

FOUND = Fields(
    "found",
    (
        Field("number", "text", ("失物编号", "编号", "登记号", "number", "no")),
        Field(
            "found",
            "moment",
            ("拾到时间", "拾获时间", "捡到时间", "拾到日期", "found at", "found"),
            ("日期", "时间", "date", "time"),
            required=True,
        ),
        Field("what", "text", ("物品", "物品名称", "失物", "特征", "thing", "item"), required=True),
        Field("place", "text", ("拾到地点", "拾获地点", "地点", "where", "place")),
        Field("finder", "text", ("拾到人", "拾获人", "交来人", "finder", "found by")),
        Field("kept", "text", ("存放", "存放处", "存放位置", "kept", "kept where")),
        Field("owner", "text", ("失主学号", "失主", "学号", "owner", "owner's number")),
        Field("collected", "moment", ("领取时间", "领取日期", "collected at", "collected")),
        Field("taker", "text", ("领取人", "认领人", "collected by", "taker")),
        Field("passed_to", "text", ("移交给", "移交", "passed to", "passed on to")),
    ),
)
LENT = Fields(
    "lent",
    (
        Field("thing", "word", ("物品", "借用物品", "便民物品", "thing", "item"), required=True),
        Field("item", "text", ("物品号", "编号", "item number", "no")),
        Field(
            "who",
            "text",
            ("学号或姓名", "借用人", "学号", "姓名", "borrower", "number or name"),
            required=True,
        ),
        Field(
            "lent",
            "moment",
            ("借出时间", "借用时间", "lent at", "lent"),
            ("日期", "时间", "date", "time"),
            required=True,
        ),
        Field("returned", "moment", ("归还时间", "还回时间", "returned at", "returned")),
    ),
)
COUNTS = Fields(
    "counts",
    (
        Field("day", "day", ("日期", "date", "day"), ("时间", "完成时间", "time"), required=True),
        Field("what", "word", ("项目", "业务", "类别", "what", "kind"), required=True),
        Field("number", "whole", ("数量", "件数", "册数", "number", "count")),
    ),
)
HOLIDAYS = Fields(
    "holidays",
    (
        Field(
            "first",
            "day",
            ("日期", "开始日期", "起始日期", "起", "from", "first day"),
            ("开始", "date", "day", "begins"),
            required=True,
        ),
        Field(
            "last",
            "day",
            ("结束日期", "截止日期", "至", "止", "until", "last day"),
            ("结束", "to", "ends"),
        ),
        Field("what", "word", ("安排", "类别", "休班", "what", "kind"), required=True),
        Field("name", "text", ("名称", "节日", "节假日", "假期", "name", "holiday")),
        Field("hours", "text", ("开放时间", "服务时间", "hours", "opening hours"), ("时间",)),
    ),
)
VISITS = Fields(
    "visits",
    (
        Field(
            "who",
            "text",
            (
                "学号或卡号",
                "学号",
                "工号",
                "学工号",
                "读者证号",
                "卡号",
                "number or card",
                "number",
            ),
            ("读者", "编号", "一卡通号", "校园卡号", "物理卡号", "card", "card number", "reader"),
            required=True,
        ),
        Field(
            "at",
            "moment",
            ("通行时间", "刷卡时间", "进出时间", "过闸时间", "passed at"),
            ("时间", "日期时间", "记录时间", "time", "at"),
        ),
        Field(
            "way",
            "word",
            ("进出", "进出方向", "进出类型", "in or out", "direction"),
            ("方向", "出入", "类型", "way"),
        ),
        Field("in", "moment", ("进馆时间", "入馆时间", "进入时间", "in", "in at", "time in")),
        Field("out", "moment", ("离馆时间", "出馆时间", "离开时间", "out", "out at", "time out")),
        Field(
            "gate", "text", ("闸机", "通道", "通道机", "门禁", "gate"), ("地点", "位置", "place")
        ),
    ),
)
LOANS = Fields(
    "loans",
    (
        Field(
            "who",
            "text",
            (
                *("读者证号", "学工号", "学号", "工号", "证件号", "读者证件号", "读者条码"),
                *("number", "patron identifier", "user primary identifier", "primary identifier"),
            ),
            (
                *("借书证号", "证号", "读者编号", "读者号", "一卡通号", "校园卡号", "读者"),
                *("patron", "patron barcode", "user identifier", "reader"),
            ),
            ("卡号", "账号", "card number"),
            required=True,
        ),
        Field(
            "item",
            "number",
            (
                *("条码号", "财产号", "图书条码", "图书条码号", "馆藏条码", "登录号"),
                *("barcode", "item barcode", "copy"),
            ),
            ("条码", "图书登录号", "单册条码", "册条码", "item id", "item"),
            ("财产登录号", "索书条码"),
            required=True,
        ),
        Field(
            "at",
            "moment",
            (
                *("借出时间", "借书日期", "借书时间", "借出日期", "借阅时间", "借阅日期"),
                *("外借时间", "外借日期", "loan date", "checkout date", "lent on"),
            ),
            (
                "操作时间",
                "处理时间",
                "流通时间",
                "操作日期",
                "处理日期",
                "loan time",
                "checkout time",
            ),
            ("时间", "日期", "date", "time"),
            required=True,
        ),
        Field(
            "what",
            "word",
            ("操作类型", "流通类型", "处理类型", "业务类型", "操作", "transaction type", "event"),
            ("类型", "操作名称", "事务类型", "type", "action"),
        ),
    ),
)
"""the circulation system's (Huiwen, Interlib, ILAS, Alma)"""
SITTINGS = Fields(
    "sittings",
    (
        Field("zone", "text", ("区域", "空间", "zone", "hall")),
        Field("seat", "text", ("座位号", "座位", "seat"), ("编号",), required=True),
        Field("who", "text", VISITS["who"].words, VISITS["who"].second, required=True),
        Field(
            "in",
            "moment",
            ("入座时间", "入座", "签到时间", "sat down at", "in"),
            ("开始时间", "开始", "from"),
            required=True,
        ),
        Field(
            "out",
            "moment",
            ("离座时间", "离座", "签退时间", "left at", "out"),
            ("结束时间", "结束", "until"),
        ),
    ),
)
APPLICATIONS = Fields(
    "applications",
    (
        THEIR_NUMBER,
        Field("name", "name", ("姓名", "学生姓名", "name", "full name"), required=True),
        Field("college", "text", ("学院", "院系", "所在学院", "college", "department")),
        Field("major", "text", ("专业", "专业名称", "major", "programme")),
        Field("class", "text", ("班级", "班级名称", "class")),
        Field("phone", "phone", ("手机", "手机号", "联系电话", "电话", "phone", "mobile")),
        Field("reason", "text", ("申请理由", "理由", "申请原因", "报考院校", "reason")),
        Field(
            "signed",
            "word",
            (
                *("辅导员签字", "辅导员签字是否", "辅导员是否签字", "辅导员意见", "辅导员"),
                *("counsellor's signature", "counsellor signed", "signed"),
            ),
            ("签字", "签字确认", "signature"),
            required=True,
        ),
    ),
)
MEMBERS = Fields(
    "members",
    (
        THEIR_NUMBER,
        Field("segment", "word", ("名单", "类别", "segment", "list"), required=True),
        Field("until", "day", ("截止日期", "有效期至", "until", "last day")),
    ),
)
SEATS = Fields(
    "seats",
    (
        Field("zone", "word", ("区域", "区", "zone"), ("阅览室", "空间", "房间", "area", "room")),
        Field(
            "label",
            "text",
            ("座位号", "座位编号", "seat", "label"),
            ("座号", "座位", "name", "seat no", "seat number", "number", "no", "编号"),
            required=True,
        ),
        Field("row", "text", ("排", "row"), ("排号", "行", "行号")),
        Field("column", "text", ("列", "column"), ("列号", "col")),
        Field("socket", "word", ("电源", "socket"), ("插座", "power", "has power", "outlet")),
        Field("window", "word", ("靠窗", "window"), ("临窗", "has window")),
        Field("lamp", "word", ("台灯", "lamp"), ("灯", "light", "has lamp")),
        Field("accessible", "word", ("无障碍", "accessible"), ("wheelchair", "disabled access")),
        Field("closed", "word", ("停用", "out of order"), ("停用原因", "closed")),
        Field("state", "text", ("状态", "state"), ("座位状态", "status")),
    ),
)
ROOMS = Fields(
    "rooms",
    (
        Field(
            "room",
            "word",
            ("房间", "研讨间", "房间名称", "room"),
            ("空间", "名称", "room name"),
            required=True,
        ),
        Field("day", "day", ("日期", "使用日期", "预约日期", "day", "date")),
        Field(
            "from",
            "moment",
            ("开始时间", "开始", "起始时间", "起", "from"),
            ("begin", "begins", "start"),
            required=True,
        ),
        Field(
            "until",
            "moment",
            ("结束时间", "结束", "截止时间", "止", "until"),
            ("to", "end", "ends"),
            required=True,
        ),
        Field(
            "number",
            "text",
            ("学号或单位", "学号", "预约人学号", "工号", "number", "number or office"),
            ("预约人", "使用人", "使用单位", "who", "booked by"),
        ),
        Field("heads", "whole", ("人数", "使用人数", "heads", "people")),
        Field("what", "word", ("用途", "使用用途", "what", "purpose")),
        Field("words", "text", ("备注", "主题", "活动名称", "note", "notes"), ("topic",)),
    ),
)
SIGNUPS = Fields(
    "signups",
    (
        Field(
            "number",
            "number",
            (
                *("学号", "工号", "学工号", "学号工号", "读者证号", "校园卡号", "一卡通号"),
                *("student number", "student id", "number"),
            ),
            ("证号", "借书证号", "id"),
        ),
        Field(
            "name",
            "name",
            ("姓名", "真实姓名", "参加人姓名", "报名人姓名", "name", "full name"),
            ("报名人", "参加人", "名字", "称呼"),
        ),
        Field(
            "phone",
            "phone",
            (
                *("手机", "手机号", "手机号码", "联系电话", "电话", "电话号码"),
                *("phone", "mobile", "phone number"),
            ),
            ("联系方式", "contact"),
        ),
        Field(
            "at",
            "moment",
            (
                *("提交答卷时间", "提交时间", "结束答题时间", "报名时间", "填写时间"),
                *("submitted", "submitted at", "timestamp"),
            ),
            ("登记时间", "时间戳记", "时间"),
        ),
        Field("edited", "moment", ("修改时间", "更新时间", "edited", "updated at")),
        Field("session", "text", ("场次", "参加场次", "报名场次", "选择场次", "session")),
        Field(
            "places",
            "whole",
            ("人数", "报名人数", "参加人数", "几人参加", "places", "people"),
            ("总人数", "party size"),
        ),
        Field("words", "text", (WORDS, "words of a group note")),
    ),
)
"""of one event's; its questions are fields besides"""
TABLES = (
    *(FOUND, LENT, COUNTS, HOLIDAYS, VISITS, LOANS, ROOMS, SITTINGS, SEATS, APPLICATIONS, MEMBERS),
    *(SIGNUPS, RESULTS, FEEDBACK, ATTENDANCE),
)
