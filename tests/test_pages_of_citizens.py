"""What pages of citizens say without labels: the title above, the telephone at the end."""

from __future__ import annotations

import pytest

from corpus.parse import parse_letters
from corpus.text.redact import mask
from corpus.types import Document, FieldName, Line, Reply

_PAGE = """来信标题：三角塘路灯不亮
来信人：热心市民
来信时间：2023-05-06
来信内容：三角塘路的路灯坏了半个月，晚上出行很不安全，请尽快派人来修，谢谢。
回复单位：青石区城市管理局
回复时间：2023-05-09
回复内容：您好！您反映的问题已收悉，现回复如下：经现场查看，该路段电缆老化，已于5月8日更换完毕。{closing}
"""


_UNTITLED = """当前位置：首页 > 互动交流 > 信件查看
浏览量：312次
{title}
尊敬的领导，三角塘路的路灯坏了半个月，晚上出行很不安全，请尽快派人来修，谢谢。
写信时间：2023-05-06 16:09:17
信件回复：
您好！您反映的问题已收悉，现回复如下：经现场查看，该路段路灯电缆老化，已于5月8日更换完毕。
回复部门：青石区城市管理局
回信时间：2023-05-09 12:48:52
"""


def _reply(closing: str) -> Reply:
    return _read(_PAGE.format(closing=closing))


def _read(page: str) -> Reply:
    lines = tuple(Line(line) for line in page.splitlines())
    return parse_letters(Document("来信.txt", lines))[0].reply


@pytest.mark.parametrize(
    ("closing", "phone"),
    [
        ("如有疑问，请致电0551-6233108。", "0551-6233108"),
        ("若再遇此类情况，请直接拨打投诉电话：0551-62331085。", "0551-62331085"),
        ("承办单位：市政科 联系方式：6233108感谢您的支持！", "6233108"),
    ],
)
def test_where_to_turn_to_is_found_and_shown(closing: str, phone: str) -> None:
    reply = _reply(closing)
    found = [f.value for f in reply.fields if f.name is FieldName.CONTACT_PHONE]
    assert found == [phone]
    assert phone in mask(reply.text, reply.redactions)


@pytest.mark.parametrize(
    "closing",
    ["咨询电话：6233108，投诉电话：6233109。", "工程款6233108元已结清。", "可拨打12345热线。"],
)
def test_several_numbers_and_hotlines_are_no_contact(closing: str) -> None:
    fields = _reply(closing).fields
    assert not [field for field in fields if field.name is FieldName.CONTACT_PHONE]


@pytest.mark.parametrize(
    ("title", "found"), [("三角塘的路灯好久没亮了", ["三角塘的路灯好久没亮了"]), ("修改密码", [])]
)
def test_the_line_above_a_message_is_its_title_where_the_answer_takes_it_up(
    title: str, found: list[str]
) -> None:
    reply = _read(_UNTITLED.format(title=title))
    assert reply.question.startswith("尊敬的领导")
    assert [f.value for f in reply.fields if f.name is FieldName.TITLE] == found
