"""What a table may tell about readers, staff and requests, and the words that head its columns."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from deskapp.language import Language

Kind = Literal["text", "name", "number", "phone", "word", "day", "moment", "whole", "several"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a column may hold.

    `words` are the headings that mean it, `second` and `third` those taken only where none of the
    ones before is found. `many`: several columns may hold it.
    """

    name: str
    kind: Kind
    words: tuple[str, ...]
    second: tuple[str, ...] = ()
    third: tuple[str, ...] = ()
    required: bool = False
    many: bool = False


@dataclass(frozen=True)
class Fields:
    """Everything that a table of one kind may tell."""

    name: str
    all: tuple[Field, ...]

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.all}

    def __getitem__(self, name: str) -> Field:
        return self.by_name[name]


def _(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


_COLLEGE = (
    "学院,院系,所在学院,院系名称,学院名称,单位,单位名称,所在单位,部门,部门名称,系部,二级单位,"
    "college,department,faculty,school"
)
_PHONE = "手机,手机号,手机号码,移动电话,mobile,mobile phone,cell phone"
_PHONE_ALSO = (
    "电话,联系电话,电话号码,联系方式,电话1,办公电话,固定电话,"
    "phone,telephone,phone number,tel,smsalertnumber,phonepro"
)
_E_MAIL = "邮箱,电子邮箱,电子邮件,邮件,邮箱地址,email,e-mail,mail,email address"

PATRONS = Fields(
    "patrons",
    (
        Field(
            "number",
            "number",
            _(
                "学号,工号,学工号,学籍号,职工号,教工号,人员编号,读者证号,读者号,借书证号,借阅证号,证号,"
                "证件号,cardnumber,card number,patron number,student id,student number,student no,"
                "staff id,employee id,xh,gh,xgh"
            ),
            _("userid,user id,编号,账号,用户名,登录名,username,id"),
            required=True,
        ),
        Field(
            "cards",
            "number",
            _(
                "卡号,一卡通号,一卡通卡号,校园卡号,校园一卡通号,物理卡号,芯片号,芯片序列号,IC卡号,IC卡物理号,"
                "卡片序列号,逻辑卡号,条码号,读者条码,uid,card uid,card id,rfid,rfid tag,"
                "chip number,kh"
            ),
            many=True,
        ),
        Field(
            "name",
            "name",
            _("姓名,读者姓名,学生姓名,名字,中文姓名,name,full name,fullname,patron name,xm"),
            required=True,
        ),
        Field("surname", "name", _("surname,姓,姓氏,last name,lastname,family name")),
        Field("firstname", "name", _("firstname,first name,名,given name,forename")),
        Field(
            "type",
            "word",
            _(
                "读者类型,读者类别,读者级别,人员类别,人员类型,身份类别,学生类别,培养层次,学历层次,类型,类别,身份,"
                "categorycode,category,patron category,patron type,type,patron category code"
            ),
        ),
        Field(
            "department",
            "text",
            _(_COLLEGE),
            _("sort1,statistic 1"),
            _("branchcode,library,home library,分馆"),
        ),
        Field("major", "text", _("专业,专业名称,所学专业,学科,major,programme,program,sort2")),
        Field("class", "text", _("班级,班级名称,行政班,所在班级,班,class,class name,bj")),
        Field("grade", "text", _("年级,所在年级,入学年份,入学年级,级别,grade,year,cohort,nj")),
        Field("phone", "phone", _(_PHONE), _(_PHONE_ALSO)),
        Field("email", "text", _(_E_MAIL), _("emailpro,b_email")),
        Field(
            "until",
            "day",
            _(
                "有效期,有效期至,有效期限,有效截止日期,截止日期,失效日期,终止日期,到期日期,到期日,毕业日期,"
                "预计毕业日期,dateexpiry,expiry date,expiration date,expires,valid until,expiry"
            ),
        ),
    ),
)

STAFF = Fields(
    "staff",
    (
        Field(
            "badge",
            "number",
            _(
                "工号,职工号,教工号,胸牌号,工作证号,"
                "badge,badge number,staff id,employee id,cardnumber"
            ),
            _("编号,userid,卡号,number,id"),
            required=True,
        ),
        Field("name", "name", _("姓名,馆员姓名,名字,name,full name,fullname"), required=True),
        Field("surname", "name", _("surname,姓,last name,family name")),
        Field("firstname", "name", _("firstname,名,first name,given name")),
        Field(
            "departments",
            "several",
            _("部门,所在部门,部门名称,科室,department,departments"),
            _("单位,委员会,组别,unit,branchcode"),
        ),
        Field("posts", "several", _("岗位,岗位名称,职务,职位,post,posts,position,duty,duties")),
        Field("role", "word", _("角色,权限,人员角色,系统角色,role,permission"), _("categorycode")),
    ),
)

REQUESTS = Fields(
    "requests",
    (
        Field("number", "text", _("登记号,编号,序号,流水号,number,request number,no,id")),
        Field(
            "received",
            "moment",
            _(
                "受理时间,登记时间,接待时间,咨询时间,来访时间,受理日期,登记日期,日期,时间,"
                "received,received at,date,time,opened"
            ),
            required=True,
        ),
        Field("channel", "word", _("来源,渠道,受理方式,咨询方式,来访方式,channel,source,via")),
        Field(
            "kind", "word", _("类别,事项类别,咨询类别,问题类型,类型,业务类型,kind,category,type")
        ),
        Field(
            "question",
            "text",
            _(
                "事由,咨询内容,事项,问题,咨询问题,内容,诉求,读者诉求,受理事项,登记内容,"
                "question,request,description,subject"
            ),
            required=True,
        ),
        Field(
            "answer", "text", _("答复,答复内容,回复,解答,处理情况,办理情况,answer,reply,response")
        ),
        Field("first_responder", "text", _("首问责任人,首问人,接待人,受理人,first responder")),
        Field("responsible", "text", _("承办人,经办人,责任人,处理人,responsible,assignee,owner")),
        Field(
            "department",
            "text",
            _("承办部门,责任部门,处理部门,经办部门,undertaking department,department"),
        ),
        Field("patron", "text", _("读者,学号,工号,学工号,证号,读者证号,读者号,patron,cardnumber")),
        Field("contact", "text", _("联系方式,联系电话,电话,手机,contact,phone,e-mail,email")),
        Field("patron_type", "word", _("读者类型,读者类别,身份,patron type,patron category")),
        Field("minutes", "whole", _("用时,用时分钟,耗时,时长,分钟,minutes,minutes spent,duration")),
        Field("effort", "whole", _("难度,难度等级,READ,READ等级,effort,read scale,difficulty")),
        Field("materials", "several", _("收到材料,接收材料,材料,materials,materials received")),
        Field("told", "several", _("一次性告知,告知内容,告知事项,told,what was told")),
        Field("result", "word", _("办理结果,结果,处理结果,状态,result,outcome,status")),
        Field("told_at", "moment", _("回告读者,回告时间,告知时间,told at,reader told at")),
        Field("due", "moment", _("限时,办结期限,应办结时间,截止时间,due,due at,due date")),
        Field("closed", "moment", _("办结时间,完成时间,办结日期,closed,closed at,resolved")),
        Field("satisfaction", "word", _("满意度,评价,读者评价,satisfaction,rating")),
    ),
)

REGISTER = Fields(
    "requests",
    (
        *REQUESTS.all,
        Field("alternative", "text", ("替代办法", "替代方案", "alternative")),
        Field("referred_to", "text", ("引导去向", "转介单位", "referred to")),
        Field("lead", "text", ("核定人", "值班长", "agreed by", "shift lead")),
        Field("urgent", "word", ("加急", "是否加急", "urgent")),
        Field("confidential", "word", ("仅承办人可见", "保密", "confidential")),
    ),
)
"""What a register may tell: the desk log's fields, what the results other than done need, and marks
of a request."""


def called(t: Language, fields: Fields, name: str) -> str:
    """What a field is called in a language: a heading that it is known by."""
    if fields in (PATRONS, STAFF):
        return t(f"sheet.field.{name}")
    return next(word for word in fields[name].words if word.isascii() is (t.code == "en"))


def headings(t: Language, fields: Fields) -> list[str]:
    """The columns of a table that is read again by them."""
    return [called(t, fields, each.name).capitalize() for each in fields.all]


IDENTITY = _(
    "身份证,身份证号,身份证号码,身份证件号,身份证件号码,居民身份证,居民身份证号,公民身份号码,"
    "公民身份证号,身份号码,"
    "sfzh,sfzjh,sfzhm,id card no,id card number,identity card,identity number,national id,"
    "citizen id,resident id,resident identity card,护照号,护照号码,passport,passport number"
)
"""Headings of columns that are never read."""

OTHERS = _(
    "辅导员,导师,班主任,家长,父亲,母亲,紧急,监护,担保,推荐人,介绍人,"
    "guarantor,emergency,contact person"
)
"""Words of headings that speak of another person than the row's own."""
