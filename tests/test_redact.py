"""Personal data is hidden, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.fields.finding import find_fields
from corpus.text.redact import find_redactions, mask, redact
from corpus.types import Field, FieldName, Redaction, Secret

REPLY = """临江市民政局

临民函〔2022〕8号

对市政协九届一次会议第0031号提案的答复

高峰委员：

您提出的关于“增设老年助餐点”的提案收悉，现答复如下：
早晚高峰时段，乘客可拨打12345或者咨询电话0571-88880000。

临江市民政局
2022年5月6日

联系人：高峰岭 联系电话：0571-86001234转802
手机：138 0013 8000
联系地址：临江市东风路8号3楼
邮政编码：310000
如遇节假日，请与高峰岭同志联系。"""


def hidden(text: str) -> list[tuple[str, str]]:
    """The hidden parts of a text with what they are."""
    found = find_redactions(text, find_fields(text))
    return [(text[r.start : r.end], r.secret.value) for r in found]


def test_contact_lines_are_hidden_and_the_rest_stays() -> None:
    assert hidden(REPLY) == [
        ("高峰岭", "person"),
        ("0571-86001234转802", "phone"),
        ("138 0013 8000", "phone"),
        ("临江市东风路8号3楼", "address"),
        ("高峰岭", "person"),
    ]


def test_a_masked_reply_keeps_its_offsets() -> None:
    redactions = find_redactions(REPLY, find_fields(REPLY))
    masked = mask(REPLY, redactions)
    assert len(masked) == len(REPLY)
    assert "联系人：＊＊＊ 联系电话：＊" in masked
    assert "高峰委员" in masked
    assert "邮政编码：310000" in masked
    start, end = REPLY.index("联系人"), REPLY.index("邮政")
    assert mask(REPLY[start:end], redactions, start) == masked[start:end]


def test_contacts_within_a_sentence_are_hidden() -> None:
    text = "如有疑问请联系我局（联系人：张三丰，联系电话：0731-88112233），感谢您的关心！"
    assert hidden(text) == [("张三丰", "person"), ("0731-88112233", "phone")]


def test_a_contact_person_with_office_and_post() -> None:
    text = "可向镇农办了解，联系人：黄岗镇农办主任商小兰，联系电话：0731-2345678。"
    assert hidden(text) == [("商小兰", "person"), ("0731-2345678", "phone")]


def test_a_name_of_two_characters_is_not_hidden_within_words() -> None:
    text = "早高峰拥堵。\n联系人：高峰，电话：88112233\n请找高峰同志。"
    assert hidden(text) == [("高峰", "person"), ("88112233", "phone"), ("高峰", "person")]


@pytest.mark.parametrize(
    "text",
    [
        "请拨打12345政务服务热线或者咨询电话0571-88880000。",
        "第13800138000号提案",
        "总投资13800138000元，其中补助15012345678万元",
        "收款单位银行账号33050110827100000123",
        "面积0.13800138000平方公里",
        "云桥办函〔2021〕12号，邮编310000，2021年3月11日",
        "请携带身份证、户口簿到窗口办理，联系人须到场。",
        "项目联系人负责解释，已将联系电话及联系人进行告知。",
    ],
)
def test_public_numbers_stay(text: str) -> None:
    assert hidden(text) == []


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("我的手机13800138000", "13800138000"),
        ("打我电话138-0013-8000吧", "138-0013-8000"),
        ("电话138 0013 8000。", "138 0013 8000"),
        ("+86 13800138000", "+86 13800138000"),
        ("微信同号1380-013-8000", "1380-013-8000"),
        ("打(+86)13800138000找我", "(+86)13800138000"),
        ("打13 8001 38000找我", "13 8001 38000"),
    ],
)
def test_mobile_numbers_are_hidden_anywhere(text: str, secret: str) -> None:
    assert hidden(text) == [(secret, "phone")]
    assert redact(text) == text.replace(secret, "＊" * len(secret))


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("来信人：贺兰 电话：（0839）3268 417", ["贺兰", "（0839）3268 417"]),
        (
            "联系人：向华\n通讯地址：河西路2号\n0556 559 8123",
            ["0556 559 8123", "向华", "河西路2号"],
        ),
        ("请找医政科殷科长（87651203）", ["87651203"]),
        ("申请人：高峰，电话13800138000", ["13800138000", "高峰"]),
        ("村民吴土根占用耕地，在柳村6组23号", ["吴土根", "柳村6组23号"]),
        ("老人独自住在和平路45号院2号楼1单元101号", ["和平路45号院2号楼1单元101号"]),
        ("使馆车使014578停在通道上", ["使014578"]),
        ("收款户名田桂香", ["田桂香"]),
        ("我叫符建国，想咨询", ["符建国"]),
        ("夫妻双方成龙飞、金巧巧均为本市户口", ["成龙飞", "金巧巧"]),
    ],
)
def test_further_forms_are_hidden(text: str, secrets: list[str]) -> None:
    assert sorted(text[r.start : r.end] for r in find_redactions(text, ())) == sorted(secrets)


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("我叫阿依古丽，邻居买买提·热依木占了通道。", ["阿依古丽", "买买提·热依木"]),
        ("业主布和巴特尔反映，我丈夫乌力吉的车被刮", ["布和巴特尔", "乌力吉"]),
        ("房东尹小芹收了押金，中介鲍志远不认账。", ["尹小芹", "鲍志远"]),
        ("同车的还有卢建平、薛文斌、郝丽娜三人。", ["卢建平", "薛文斌", "郝丽娜"]),
        ("联 系 人：齐　岚　电话：0571-86001234", ["齐　岚", "0571-86001234"]),
        ("我住锦绣花园三期12栋602，夜里很吵", ["锦绣花园三期12栋602"]),
        ("您反映的东湖里6号楼3门102住户私自拆改", ["东湖里6号楼3门102"]),
        ("石榴苑甲5-2-101漏水", ["石榴苑甲5-2-101"]),
        ("柳树屯村23号登记户主已去世", ["柳树屯村23号"]),
        ("钱打到了这张卡6222021234567890123上", ["6222021234567890123"]),
        ("三轮车（车号A20716）被拖走", ["A20716"]),
        ("转到支付宝lao_zhou88以后就没消息了", ["lao_zhou88"]),
        ("手机13800138000（短号661234）", ["13800138000", "661234"]),
        ("原告（420103198805170001）已去世", ["420103198805170001"]),
        ("翠湖花园3栋2-301漏水", ["翠湖花园3栋2-301"]),
        ("我家电话0731-82211111打不通", ["0731-82211111"]),
        ("13812345678-13912345678", ["13812345678", "13912345678"]),
        ("公司拖欠工资，转到我的工资卡6222021234567890123", ["6222021234567890123"]),
        ("我们找了局长王建国，刘桂芳也在场", ["刘桂芳"]),
    ],
)
def test_forms_that_people_use_are_hidden(text: str, secrets: list[str]) -> None:
    assert [secret for secret, _ in hidden(text)] == secrets


@pytest.mark.parametrize(
    "text",
    [
        "省人大常委会主任徐立勤作出批示。",
        "徐悲鸿先生的故居已修缮，吉鸿昌等革命先烈长眠于此。",
        "明代知县马文升曾在此讲学。",
        "号牌以“京A12345”为例，注册登记号梯11豫A03256(18)。",
        "合同编号：SZ-2023-13507428815。",
        "资金监管账户为6222001033987745012。",
        "微信公众号平安江州（微信号：pajz_gov）。",
        "柳絮、杨絮飘飞，树干涂白已完成。",
        "本局地址：滨湖路1号市民中心A区4楼412室。",
        "打县住建局电话0571-86001234没有人接。",
        "门诊药房在3楼，专家在5楼会诊，请大家在2楼排队。",
        "该小区现居120户居民，项目原址为市政府东侧12号。",
        "请将材料邮寄至人民路8号市社保中心。",
        "长沙市不动产登记中心\n电话：0731-82211111",
        "用户水泵（2台）已更换，乘客高铁出行。",
        "发放电动自行车号牌12000副，关注微信12345平台。",
        "我是江西的学生，大家在3栋2单元排练。",
    ],
)
def test_what_is_everybodys_stays(text: str) -> None:
    assert hidden(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "被申请人：某县卫生健康局，地址：某县人民路88号。",
        "致使014578元损失",
        "业主方委托的物业公司",
        "居民平常在广场跳舞",
        "申请人：单位",
        "本人向法院、社区反映",
    ],
)
def test_what_only_looks_like_a_further_form_stays(text: str) -> None:
    assert find_redactions(text, ()) == ()


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("本人11010519491231002X申请低保", "11010519491231002X"),
        ("本人11010519491231002x申请低保", "11010519491231002x"),
        ("旧证号110105491231002。", "110105491231002"),
        ("身份证号：110105194912310021", "110105194912310021"),  # wrong check character
        ("身份证号码为 1101051949123100", "1101051949123100"),  # two digits are missing
        ("身份证110105 19491231 002X", "110105 19491231 002X"),
    ],
)
def test_identity_numbers_are_hidden(text: str, secret: str) -> None:
    assert hidden(text) == [(secret, "identity_number")]


@pytest.mark.parametrize(
    "text",
    [
        "订单110105194912310021已发货",  # the check character is wrong and nothing labels it
        "流水号990105194912310028",  # no such province
        "流水号200105194912310021",  # nor this one, though its check character is right
        "编号110105194913310028",  # no such month
        "统一社会信用代码91310107MA1G0XXX0X",
    ],
)
def test_other_long_numbers_stay(text: str) -> None:
    assert hidden(text) == []


def test_redactions_that_overlap_are_joined() -> None:
    text = "联系电话：13800138000"
    phone = Field(FieldName.CONTACT_PHONE, "138001", 5, 11)
    assert find_redactions(text, [phone]) == (Redaction(5, 16, Secret.PHONE),)


def test_redactions_that_touch_stay_apart() -> None:
    person = Field(FieldName.CONTACT_PERSON, "张三丰", 0, 3)
    assert find_redactions("张三丰13800138000", [person]) == (
        Redaction(0, 3, Secret.PERSON),
        Redaction(3, 14, Secret.PHONE),
    )


def test_a_longer_name_is_hidden_within_a_sentence_too() -> None:
    text = "联系人：高峰岭，电话：88112233\n由高峰岭负责。"
    assert hidden(text)[::2] == [("高峰岭", "person")] * 2


def test_a_name_of_one_character_is_hidden_only_where_it_was_read() -> None:
    person = Field(FieldName.CONTACT_PERSON, "张", 4, 5)
    assert find_redactions("联系人：张，在张店镇", [person]) == (Redaction(4, 5, Secret.PERSON),)


def test_a_span_is_masked_by_the_redactions_within_it_only() -> None:
    text = "请拨打13800138000举报，夜间停车免费。"
    redactions = find_redactions(text, ())
    for start in range(len(text)):
        assert mask(text[start:], redactions, start) == mask(text, redactions)[start:]
    assert mask("夜间停车免费。", redactions, 17) == "夜间停车免费。"


TEXTS = st.lists(
    st.sampled_from(
        ["联系人：张三", "13800138000", "11010519491231002X", " 电话", "\n", "。", "停车"]
    ),
    min_size=5,
).map("".join) | st.text("联系人：张三13800138000电话 地址\n。，身份证110105194912310021X")


@given(
    TEXTS,
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_redactions_are_sorted_and_masking_commutes_with_slicing(
    text: str, start: int, length: int
) -> None:
    redactions = find_redactions(text, find_fields(text))
    position = 0
    for redaction in redactions:
        assert position <= redaction.start < redaction.end <= len(text)
        position = redaction.end
    masked = mask(text, redactions)
    assert len(masked) == len(text)
    end = start + length
    assert mask(text[start:end], redactions, start) == masked[start:end]


@given(TEXTS)
def test_loose_text_keeps_its_length_and_all_but_what_is_hidden(text: str) -> None:
    hidden = redact(text)
    assert len(hidden) == len(text)
    assert all(shown in ("＊", plain) for shown, plain in zip(hidden, text, strict=True))


def test_a_houses_number_is_hidden_where_it_stands_alone() -> None:
    assert redact("涉及12号文件、3月12号、112号", ["12号"]) == "涉及12号文件、3月12号、112号"
