"""A form's labels and documents' numbers are no persons; what stands beside a label may be one."""

from __future__ import annotations

import pytest

from corpus.fields.finding import find_fields
from corpus.text.redact import find_redactions, mask, redact
from corpus.types import FieldName

REPLY = "泗县教育局关于县政协第88号提案的答复\n郝静委员：\n您提出的提案收悉，现答复如下：已办。\n"


def masked(text: str) -> str:
    return mask(text, find_redactions(text, find_fields(text)))


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        (
            "姓名 | 刘小军 | 处理状态 | 已回复\n写信时间 | 2024-01-02\n回复部门 | 阜南县水务局",
            ["刘小军"],
        ),
        ("写信人 | 李* | 类型 | 咨询\n时间 | 2024-02-02\n答复 | 您好！已恢复。", []),
        ("网友姓名 | 风中之烛 | 发布时间 | 2022-01-03\n涉及领域 | 交通\n官方回复 | 已采纳", []),
        (f"{REPLY}承办人姓名 | 徐海 | 职务 | 科长\n会商方式 | 电话沟通\n委员意见 | 满意", ["徐海"]),
        # Below headings persons stand, whatever they are called.
        ("姓名 | 单位\n万福生 | 市水务局\n其美多吉 | 市教育局", ["万福生", "其美多吉"]),
        ("姓名 | 满意度 | 意见\n展鹏 | 满意 | 无\n郎平安 | 满意 | 无", ["展鹏", "郎平安"]),
        ("姓名 | 应得\n张 三 | 500\n杨光 | 600\n黎明 | 3", ["张 三", "杨光", "黎明"]),
        ("姓名 | 2022.9-2023.1 | 津贴\n杨光 | 500 | 1\n高原 | 500 | 2", ["杨光", "高原"]),
        ("投诉人：王来源，反映噪声。\n联系人：李民族，电话另告。", ["王来源", "李民族"]),
        ("姓名 | 班级 | 成绩\n安心 | 三年级 | 90\n方正 | 四年级 | 80", ["安心", "方正"]),
    ],
)
def test_in_tables_persons_are_hidden_and_labels_stay(text: str, secrets: list[str]) -> None:
    shown = text
    for secret in secrets:
        shown = shown.replace(secret, "＊" * len(secret))
    assert masked(text) == shown


def test_no_label_is_read_as_a_person_to_call() -> None:
    text = f"{REPLY}委员姓名 | 郝静 | 电话 | 13955700001\n通讯地址 | 花园路3号\n办理态度 | 满意"
    assert not [f.value for f in find_fields(text) if f.name is FieldName.CONTACT_PERSON]


@pytest.mark.parametrize(
    "text",
    [
        "晋文旅建字〔2023〕40号",
        "安卫健函〔2023〕7号",
        "沈文旅[2022]8号",
        "按石卫健提字（2021）第5号",
    ],
)
def test_documents_numbers_stay(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("残疾证号：44022119600708151X43", "44022119600708151X43"),
        ("残疾人证44022119600708151142", "44022119600708151142"),
        ("二代残疾证：34122519550312001222B1", "34122519550312001222B1"),
        ("学籍号G110101201001010012", "G110101201001010012"),
        ("您母亲王秀英今年八十三岁", "王秀英"),
        ("业主张秀兰我家孩子要上学", "张秀兰"),
        (f"{REPLY}联系人：买买提江吐尔逊", "买买提江吐尔逊"),
        (f"{REPLY}经办人：李强、乌云其木格同志", "乌云其木格"),
    ],
)
def test_long_numbers_and_names_are_hidden_whole(text: str, secret: str) -> None:
    assert "＊" * len(secret) in masked(text)
    assert secret not in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "工单号：44010620230515123456",
        "受理编号34122520230312001264已办结",
        "订单号37010220230910112944123",
        "您母亲高龄津贴已发放，您儿子应当到户籍地入学。",
        f"{REPLY}联系人：阿克苏地区水利局",
        f"{REPLY}负责人：项目建设单位",
    ],
)
def test_what_looks_like_them_stays(text: str) -> None:
    assert masked(text) == text
