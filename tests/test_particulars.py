"""Fields that stand around a letter: in labels of any wording, head lines and brackets."""

from __future__ import annotations

import pytest

from corpus.parse import parse_letters
from corpus.text.furniture import LABEL_ALONE
from corpus.types import Document, FieldName, Line

LETTER = """曹国栋代表：
您提出的关于修缮东湖堤岸的建议收悉，现答复如下：
堤岸已列入明年计划。"""


def values(text: str, name: FieldName) -> list[str]:
    (parsed,) = parse_letters(Document("/data/a.txt", tuple(map(Line, text.split("\n")))))
    return [field.value for field in parsed.reply.fields if field.name is name]


@pytest.mark.parametrize(
    "label",
    [
        *(
            "来信时间",
            "咨询日期",
            "工单编号",
            "网友姓名",
            "诉求类型",
            "建议人",
            "提案案由",
            "附议代表",
        ),
        *(
            "答复单位",
            "办结时间",
            "发文编号",
            "复文字号",
            "承办科室",
            "成 文 日 期",
            "案   由",
            "索引号",
        ),
    ],
)
def test_labels_are_whose_and_what(label: str) -> None:
    assert LABEL_ALONE.fullmatch(label)


@pytest.mark.parametrize(
    "word", ["答复如下", "问题很多", "提案收悉", "南门大街", "建议采纳", "时间紧"]
)
def test_what_only_begins_alike_is_no_label(word: str) -> None:
    assert LABEL_ALONE.fullmatch(word) is None


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("承办单位 | 县水利局", FieldName.AGENCY, ["县水利局"]),
        ("主办单位：东山县水利局 会办单位：东山县财政局", FieldName.AGENCY, ["东山县水利局"]),
        ("主办单位：东山县水利局 会办单位：东山县财政局", FieldName.ROLE, ["主办"]),
        (
            "承办单位：东山县水利局（主办）、东山县财政局（会办）",
            FieldName.AGENCY,
            ["东山县水利局"],
        ),
        (
            "发布日期：2021-08-12 来源：东山县水利局 浏览次数：105",
            FieldName.AGENCY,
            ["东山县水利局"],
        ),
        ("来源：东山县人大常委会办公室", FieldName.AGENCY, []),
        ("领衔代表 欧阳文静 附议代表 上官明", FieldName.PROPOSER, ["欧阳文静"]),
        ("代表姓名：巴特尔夫、孟克巴依尔", FieldName.PROPOSER, ["巴特尔夫", "孟克巴依尔"]),
        ("建议编号 10217 会议 十四届二次", FieldName.MATTER_NUMBER, ["10217"]),
        ("（市八届人大五次会议第62号）", FieldName.MATTER_NUMBER, ["62"]),
        ("（建议编号：3-014）", FieldName.MATTER_NUMBER, ["3-014"]),
        ("东山县水利局 2021年9月5日", FieldName.DATE, ["2021-09-05"]),
        ("东山县水利局 2021年9月5日", FieldName.AGENCY, ["东山县水利局"]),
        ("办理类型 | B", FieldName.OUTCOME, []),
        ("〔A〕", FieldName.OUTCOME, ["A"]),
        ("（东水提〔2021〕46号A类）对县人大一次会议第46号建议的答复", FieldName.OUTCOME, ["A"]),
        (
            "东水提〔2021〕46号-对县人大一次会议第46号建议的答复",
            FieldName.DOC_NUMBER,
            ["东水提〔2021〕46号"],
        ),
        ("公开方式： | 主动公开 | 公开范围： | 面向全社会", FieldName.DISCLOSURE, ["主动公开"]),
        ("是否公开 是 结果分类 A", FieldName.DISCLOSURE, ["主动公开"]),
    ],
)
def test_lines_above_a_letter(line: str, name: FieldName, value: list[str]) -> None:
    assert values(f"{line}\n{LETTER}", name) == value


@pytest.mark.parametrize(
    ("foot", "agency"),
    [
        ("东山县水利局\n2022 年629", ["东山县水利局"]),
        ("东山县水利局\n2022526\n返回顶部", ["东山县水利局"]),
        ("（2021年5月29日复）", []),
        ("希望全部解决\n返回顶部", []),
    ],
)
def test_signatures_without_a_whole_date(foot: str, agency: list[str]) -> None:
    assert values(f"{LETTER}\n{foot}", FieldName.AGENCY) == agency


@pytest.mark.parametrize(
    ("opening", "proposers"),
    [
        ("现将第9号提案（第一提案人：侗族委员吴正勋）有关部分反馈如下：", ["吴正勋"]),
        ("你局主办的第6号议案《关于养老的议案》（领衔代表：林巧英），意见如下：", ["林巧英"]),
        ("方伟委员所提出的《关于养老的建议》已收悉，现答复如下：", ["方伟"]),
    ],
)
def test_proposers_in_an_opinion(opening: str, proposers: list[str]) -> None:
    text = f"关于市政协一届一次会议第9号提案的会办意见\n市民政局：\n{opening}\n已办。"
    assert values(text, FieldName.PROPOSER) == proposers
    assert values(text, FieldName.KIND) == ["会办意见"]


@pytest.mark.parametrize(
    ("title", "greeting", "kind"),
    [
        ("关于东湖堤岸失修问题的建议的答复", "情况回复如下：", "代表建议答复"),
        ("对县人民代表大会第三次会议第12号提案的答复", "情况回复如下：", "代表建议答复"),
        ("关于县政协一次会议第15号提案协办件的答复", "提案收悉，现答复如下：", "会办意见"),
        ("政协会办件回复单", "提案收悉，现答复如下：", "会办意见"),
    ],
)
def test_titles_tell_the_kind(title: str, greeting: str, kind: str) -> None:
    assert values(f"{title}\n县水利局：\n{greeting}\n堤岸已修。", FieldName.KIND) == [kind]
