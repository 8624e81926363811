"""The fields of replies in the shapes that real ones have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.fields.finding import find_fields
from corpus.fields.head_line import read_head_line
from corpus.text.clean import clean_text
from corpus.types import OUTCOMES, Disclosure, FieldName, Kind

NORMALISED = {
    FieldName.DOC_NUMBER,
    FieldName.KIND,
    FieldName.ROLE,
    FieldName.OUTCOME,
    FieldName.DISCLOSURE,
    FieldName.DATE,
}
"""Fields whose value is another writing of what stands in the text; the others are verbatim but
for spaces."""


def values(text: str, name: FieldName) -> list[str]:
    """All values of a field found in the text."""
    return [str(field.value) for field in find_fields(text) if field.name is name]


def check_spans(text: str, columns: dict[str, str] | None = None) -> None:
    """Check that every field says where it was read, and that it was read there."""
    fields = find_fields(text, columns or {})
    placed = [field for field in fields if field.start >= 0]
    assert placed == sorted(placed, key=lambda field: field.start)
    assert sum(field.name is FieldName.KIND for field in fields) == 1
    for field in fields:
        assert field.value
        if field.start < 0:
            assert field.end == -1
            assert field.origin.startswith(("column:", "default"))
            continue
        assert field.origin == "text"
        assert 0 <= field.start < field.end <= len(text)
        if field.name not in NORMALISED:
            written = re.sub(r"\s", "", text[field.start : field.end])
            assert written == re.sub(r"\s", "", field.value)


OPINION = """办理结果： 采纳或解决
公开属性： 主动公开 全文
云桥市东山区商务委员会
东商务〔2022〕7号
对区政协九届二次会议 第 0058 号提案的会办意见
区发展改革委：
区政协王某瑜委员提出的关于“加快‘智慧菜场’建设”的提案收悉，经研究，现将会办意见函告如下：
一、建设进展
根据《关于标准化菜场的通知》（云商务〔2019〕3号），2021年12月5日重新开业。
以上意见供你单位统一答复提案者时参考。
东山区商务委
2022年4月15日
联系人姓名：祁 玥 联系电话：62180033-8106
联系地址：学士路9号2号楼310室
邮政编码：339100"""


def test_an_opinion_to_the_leading_department() -> None:
    found = [(field.name.value, str(field.value)) for field in find_fields(OPINION)]
    assert sorted(found) == sorted(
        [
            ("outcome", "采纳或解决"),
            ("disclosure", "主动公开"),
            ("agency", "云桥市东山区商务委员会"),
            ("region", "东山区"),
            ("doc_number", "东商务〔2022〕7号"),
            ("title", "对区政协九届二次会议第0058号提案的会办意见"),
            ("session", "区政协九届二次会议"),
            ("matter_number", "0058"),
            ("kind", "会办意见"),
            ("role", "会办"),
            ("recipient", "区发展改革委"),
            ("proposer", "王某瑜"),
            ("matter_title", "加快‘智慧菜场’建设"),
            ("date", "2022-04-15"),
            ("contact_person", "祁玥"),
            ("contact_phone", "62180033-8106"),
            ("contact_address", "学士路9号2号楼310室"),
            ("postcode", "339100"),
        ]
    )
    check_spans(OPINION)


def test_a_reply_to_deputies_with_joint_senders() -> None:
    text = """临江市教育局文件
临江市财政局
临教建〔 2023 〕 第 12 号
A类
临江市教育局 临江市财政局关于市十六届人大
二次会议第 23 号建议的答复
张三立、李四平代表：
你们提出的《关于扩大托管服务的建议》收悉。现答复如下：
一、已开展的工作。
感谢你们的关心！
临江市教育局    临江市财政局
二〇二三年六月九日
（此件依申请公开）
（联系人：周小舟，电话：0571-86001234）"""
    assert values(text, FieldName.AGENCY) == ["临江市教育局", "临江市财政局"]
    assert values(text, FieldName.REGION) == ["临江市"]
    assert values(text, FieldName.DOC_NUMBER) == ["临教建〔2023〕第12号"]
    assert values(text, FieldName.OUTCOME) == ["A"]
    assert values(text, FieldName.TITLE) == [
        "临江市教育局临江市财政局关于市十六届人大二次会议第23号建议的答复"
    ]
    assert values(text, FieldName.KIND) == [Kind.SUGGESTION]
    assert values(text, FieldName.SESSION) == ["市十六届人大二次会议"]
    assert values(text, FieldName.MATTER_NUMBER) == ["23"]
    assert values(text, FieldName.MATTER_TITLE) == ["关于扩大托管服务的建议"]
    assert values(text, FieldName.PROPOSER) == ["张三立", "李四平"]
    assert values(text, FieldName.RECIPIENT) == ["张三立、李四平代表"]
    assert values(text, FieldName.DATE) == ["2023-06-09"]
    assert values(text, FieldName.DISCLOSURE) == [Disclosure.ON_REQUEST]
    assert values(text, FieldName.CONTACT_PERSON) == ["周小舟"]
    assert values(text, FieldName.CONTACT_PHONE) == ["0571-86001234"]
    check_spans(text)


def test_a_state_document_with_attachment() -> None:
    text = """国务院办公厅关于同意某市
申 办 运 动 会 的 复 函
国办函〔2004〕188号
某省人民政府，教育部、体育总局：
《关于申办的请示》（体群字〔2004〕55号）收悉。现函复如下：
同意申办。
国务院办公厅
二○○四年十二月十七日
（此件公开发布）
附件
某省体育局关于申办的请示
某省体育局
二○○四年五月一日"""
    assert values(text, FieldName.TITLE) == ["国务院办公厅关于同意某市申办运动会的复函"]
    assert values(text, FieldName.AGENCY) == ["国务院办公厅"]
    assert values(text, FieldName.DOC_NUMBER) == ["国办函〔2004〕188号"]
    assert values(text, FieldName.RECIPIENT) == ["某省人民政府，教育部、体育总局"]
    assert values(text, FieldName.DATE) == ["2004-12-17"]
    assert values(text, FieldName.DISCLOSURE) == [Disclosure.PUBLIC]
    kind = next(field for field in find_fields(text) if field.name is FieldName.KIND)
    assert (kind.value, kind.start, kind.end, kind.origin) == (Kind.OTHER, -1, -1, "default")


def test_a_decree_is_numbered_by_its_own_head() -> None:
    text = (
        "中华人民共和国国务院令\n第806号\n《某条例》已经通过，现予公布。\n总理 某某\n2018年11月6日"
    )
    assert values(text, FieldName.DOC_NUMBER) == ["国令第806号"]
    assert values(text, FieldName.AGENCY) == ["国务院"]
    assert values(text, FieldName.TITLE) == ["中华人民共和国国务院令第806号"]
    assert values(text, FieldName.DATE) == ["2018-11-06"]


def test_a_citizens_message_in_one_running_paragraph() -> None:
    text = (
        "网友“江边人”：您好！您反映的“桥下路灯不亮”问题收悉。经查，2013年6月1日已报修。"
        "感谢您的支持！ B7县城市管理和行政执法局 2014年6月16日"
    )
    assert values(text, FieldName.KIND) == [Kind.MESSAGE]
    assert values(text, FieldName.RECIPIENT) == ["网友“江边人”"]
    assert values(text, FieldName.MATTER_TITLE) == ["桥下路灯不亮"]
    assert values(text, FieldName.AGENCY) == ["B7县城市管理和行政执法局"]
    assert values(text, FieldName.REGION) == ["B7县"]
    assert values(text, FieldName.DATE) == ["2014-06-16"]
    assert values(text, FieldName.TITLE) == []
    check_spans(text)


def test_a_sender_behind_the_last_sentence_with_the_date_below() -> None:
    text = "网友：您好！充电棚已于5月建成，请不要飞线充电。柳浪街道办事处\n2022年6月2日"

    assert values(text, FieldName.AGENCY) == ["柳浪街道办事处"]
    assert values(text, FieldName.DATE) == ["2022-06-02"]
    check_spans(text)


def test_a_message_has_no_number_or_session_of_a_proposal() -> None:
    text = "网友“小民”：您好！您反映的“路灯不亮”问题收悉。市政协十届三次会议第12号提案已列入计划。"
    assert values(text, FieldName.KIND) == [Kind.MESSAGE]
    assert values(text, FieldName.MATTER_NUMBER) == values(text, FieldName.SESSION) == []


def test_the_signature_goes_before_what_a_table_says_of_sender_and_date() -> None:
    text = (
        "发布机构：市政府办公室 成文日期：2021-03-05\n王平委员：\n提案收悉，现答复如下。\n"
        "临江市教育局 临江市财政局\n2021年3月11日"
    )
    assert values(text, FieldName.AGENCY) == ["临江市教育局", "临江市财政局"]
    assert values(text, FieldName.DATE) == ["2021-03-11"]
    check_spans(text)


def test_a_sender_stands_right_above_the_date() -> None:
    text = "王平委员：\n提案收悉。\n临江市教育局\n已经办结，请查收\n2021年3月1日"
    assert values(text, FieldName.AGENCY) == []
    assert values(text, FieldName.DATE) == ["2021-03-01"]


def test_of_dates_without_a_sender_the_first_before_an_attachment_counts() -> None:
    text = "王平委员：\n提案收悉。\n2021年3月1日\n补充说明\n2021年3月2日"
    assert values(text, FieldName.DATE) == ["2021-03-01"]
    assert values("王平委员：\n提案收悉。\n附件\n2021年3月2日", FieldName.DATE) == []


def test_columns_go_before_the_text_and_come_last() -> None:
    columns = {
        "title": "路灯 不亮",
        "question": "桥下很黑",
        "date": "2016-01-08 17:08:30",
        "asked": "2016/1/3",
        "agency": "临江市东山区城管局",
        "doc_number": "东城管复（2016）3号",
        "outcome": "解决或采纳",
        "disclosure": "主动公开",
    }
    names = {key: f"列{key}" for key in columns}
    text = "您好！您的留言收悉。谢谢！2015年12月31日"
    fields = find_fields(text, columns, names)
    given_by_table = [(f.name.value, f.value, f.origin) for f in fields if f.start < 0]
    assert given_by_table == [
        ("region", "东山区", "column:列agency"),
        ("title", "路灯不亮", "column:列title"),
        ("agency", "临江市东山区城管局", "column:列agency"),
        ("doc_number", "东城管复〔2016〕3号", "column:列doc_number"),
        ("outcome", "采纳或解决", "column:列outcome"),
        ("date", "2016-01-08", "column:列date"),
        ("asked", "2016-01-03", "column:列asked"),
        ("matter_title", "路灯不亮", "column:列title"),
        ("disclosure", "主动公开", "column:列disclosure"),
    ]
    assert [f.name.value for f in fields if f.start >= 0] == ["kind"]
    check_spans(text, columns)


def test_a_table_of_particulars() -> None:
    text = """索引号：X | 发布机构 | 临江市民政局 | 文 号 | 临民函〔2021〕9号 | 成文日期：2021-03-05
标题：关于养老提案的答复 公开类别：依申请公开 办理结果：列入计划拟解决
提案人：张三平、李四安 提案编号：第0123号 届次：市政协十届三次会议 案由：关于养老的提案
张三平、李四安委员：
你们的提案收悉，现答复如下。
联系人 | 周小舟 | 联系电话 | 86001234 | 地址 | 东风路8号（市政府大院）302室 | 邮编 | 310000"""
    found = [(field.name.value, str(field.value)) for field in find_fields(text)]
    assert found == [
        ("agency", "临江市民政局"),
        ("region", "临江市"),
        ("doc_number", "临民函〔2021〕9号"),
        ("date", "2021-03-05"),
        ("title", "关于养老提案的答复"),
        ("kind", "提案答复"),
        ("disclosure", "依申请公开"),
        ("outcome", "列入计划拟解决"),
        ("proposer", "张三平"),
        ("proposer", "李四安"),
        ("matter_number", "0123"),
        ("session", "市政协十届三次会议"),
        ("matter_title", "关于养老的提案"),
        ("recipient", "张三平、李四安委员"),
        ("contact_person", "周小舟"),
        ("contact_phone", "86001234"),
        ("contact_address", "东风路8号（市政府大院）302室"),
        ("postcode", "310000"),
    ]
    check_spans(text)


@pytest.mark.parametrize(
    ("line", "persons", "phones"),
    [
        ("联系人及电话：欧阳小明 0571-86001234", ["欧阳小明"], ["0571-86001234"]),
        ("联系人：张三科长，电话：86001234", ["张三"], ["86001234"]),
        ("（联系人：王女士，电话86001234）", ["王女士"], ["86001234"]),
        ("联系人 张三 电话 86001234", ["张三"], ["86001234"]),
        (
            "联系人：张三、李四平 联系电话：86001234、86001235",
            ["张三", "李四平"],
            ["86001234", "86001235"],
        ),
        ("经办人：陈 明 联系电话：86001234", ["陈明"], ["86001234"]),
        ("联系人姓名：陈子平联系电话：52560000-7047", ["陈子平"], ["52560000-7047"]),
        ("联系人：区商务委 张三 86001234", ["张三"], ["86001234"]),
        ("联系人：东山区民政局养老科", [], []),
        ("承办单位联系人姓名及电话：陈子平86001234", ["陈子平"], ["86001234"]),
        ("联系单位及电话：东山区民政局 86001234", [], ["86001234"]),
        ("联系电话：（021）52560000转7047", [], ["（021）52560000转7047"]),
        ("联系人：古丽·买买提，电话：86001234", ["古丽·买买提"], ["86001234"]),
        ("电话：86001234", [], []),
    ],
)
def test_forms_of_contact_lines(line: str, persons: list[str], phones: list[str]) -> None:
    text = f"王平委员：\n提案收悉，现答复如下。\n临江市民政局\n2021年3月5日\n{line}"
    assert values(text, FieldName.CONTACT_PERSON) == persons
    assert values(text, FieldName.CONTACT_PHONE) == phones


def test_cells_that_cannot_be_read_give_nothing() -> None:
    columns = {"date": "2016-13-08", "outcome": "不详", "disclosure": "", "title": " "}
    assert [f.name.value for f in find_fields("特此回复", columns)] == ["kind"]


def test_a_page_with_question_and_answer() -> None:
    text = """地铁口共享单车堵路谁来管
来信编号：DX20220917
答复单位：东山区城市管理局
来信内容
地铁口每天早上被堵得水泄不通，能不能管一管？
答复内容
来信人：您好！
您反映的问题，我局高度重视，已约谈企业。
东山区城市管理局
2022年9月21日"""
    assert values(text, FieldName.KIND) == [Kind.MESSAGE]
    assert values(text, FieldName.TITLE) == ["地铁口共享单车堵路谁来管"]
    assert values(text, FieldName.MATTER_TITLE) == ["地铁口共享单车堵路谁来管"]
    assert values(text, FieldName.RECIPIENT) == ["来信人"]
    assert values(text, FieldName.AGENCY) == ["东山区城市管理局"]
    assert values(text, FieldName.DATE) == ["2022-09-21"]


@pytest.mark.parametrize("text", ["", "\n\n", "　", "感谢您的关心。", "第一段没有任何要素的文字"])
def test_what_is_not_there_is_absent(text: str) -> None:
    assert [(f.name, f.value) for f in find_fields(text)] == [(FieldName.KIND, Kind.OTHER)]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("东商务〔2021〕9号", "东商务〔2021〕9号"),
        ("东商务 〔2021〕 9 号", "东商务〔2021〕9号"),
        ("东教提复[2021]12号", "东教提复〔2021〕12号"),
        ("东民发（2024）8号", "东民发〔2024〕8号"),
        ("（东民发(2024)8号）", "东民发〔2024〕8号"),
        ("东民发【2024】8号", "东民发〔2024〕8号"),
        ("东府办函〔2020〕45号 签发人：李四", "东府办函〔2020〕45号"),
        ("发文字号：东商务〔2021〕9号", "东商务〔2021〕9号"),
        ("文　　号：东商务〔2021〕9号", "东商务〔2021〕9号"),
        ("编号：东商务〔2021〕9号", "东商务〔2021〕9号"),
        ("东商务﹝2021﹞9号", "东商务〔2021〕9号"),
        ("东商务{2021}9号", "东商务〔2021〕9号"),
        ("东商务〈2021〉9号", "东商务〔2021〕9号"),
        ("东商务「2021」9号", "东商务〔2021〕9号"),
        ("东商务2021〕9号", "东商务〔2021〕9号"),
        ("东商务〔2021〕9", "东商务〔2021〕9号"),
        ("东商务〔二〇二一〕十九号", "东商务〔2021〕19号"),
        ("东商务〔二○二一〕第一百零三号", "东商务〔2021〕第103号"),
        ("东商务〔2021〕十十号", "东商务〔2021〕十十号"),
        ("〔2021〕东商务9号", "〔2021〕东商务9号"),
        ("东商〔2021〕函9号", "东商〔2021〕函9号"),
        ("东商（提）字〔2021〕9-2号", "东商（提）字〔2021〕9-2号"),
        ("东 商 务 〔 2021 〕 9 号", "东商务〔2021〕9号"),
        ("东商务〔2021〕05号之二", "东商务〔2021〕05号之二"),
        ("东商务〔2021〕9号—1 B类", "东商务〔2021〕9号-1"),
        ("东商务[2021]号33", "东商务〔2021〕33号"),
        ("东商务〔2021〕9号 公开", "东商务〔2021〕9号"),
        ("签发人：李四 东商务〔2021〕9号", "东商务〔2021〕9号"),
        ("密级：秘密★3年 东商务〔2021〕9号 （A）类", "东商务〔2021〕9号"),
        ("是否公开：是 东商务〔2021〕9号 成文日期：2021-03-05", "东商务〔2021〕9号"),
        ("东商务〔2021〕9号A类 同意公开", "东商务〔2021〕9号"),
        ("东商务〔2021〕9号        类别：B", "东商务〔2021〕9号"),
        ("特急 东商务〔2021〕9号 签发人：李 四", "东商务〔2021〕9号"),
        ("B类（主动公开） 东商务〔2021〕9号 2021年3月5日", "东商务〔2021〕9号"),
    ],
)
def test_forms_of_the_documents_number(line: str, number: str) -> None:
    text = f"东山区商务委员会\n{line}\n关于第12号提案的答复\n王平委员：\n提案收悉，现答复如下。"
    assert values(text, FieldName.DOC_NUMBER) == [number]
    assert values(text, FieldName.TITLE) == ["关于第12号提案的答复"]


def test_a_number_without_a_body_is_no_line_of_the_title() -> None:
    text = "东山区水务局\n2023年第15号\n\n关于第12号提案的答复\n王平委员：\n提案收悉，现答复如下。"
    assert values(text, FieldName.TITLE) == ["关于第12号提案的答复"]
    assert values(text, FieldName.MATTER_NUMBER) == ["12"]


def test_a_cited_number_is_not_the_documents_own() -> None:
    text = (
        "关于落实《某通知》（国办发〔2018〕1号）的答复\n王平委员：\n"
        "按照（教职成〔2018〕8号）精神办理。\n国发〔2019〕4号\n文件已经印发。"
    )
    assert values(text, FieldName.DOC_NUMBER) == []


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("办理结果：采纳或解决", "采纳或解决"),
        ("办理结果： 解决或采纳", "采纳或解决"),
        ("办理结果：列入计划拟解决", "列入计划拟解决"),
        ("办理结果：留作参考", "留作参考"),
        ("办理结果：A", "A"),
        ("办理结果：“B”类", "B"),
        ("办理结果：采纳或解决（A类）", "采纳或解决"),
        ("类别：C", "C"),
        ("（A类）", "A"),
        ("“B”类", "B"),
        ("所提问题已经解决（A）", "A"),
        ("答复类别：B类 公开属性：主动公开", "B"),
        ("办理结果：B1", "B"),
        ("办结类型：C类", "C"),
        ("办理结果：解决采纳", "采纳或解决"),
        ("问题解决程度：B", "B"),
        ("[办理结果标注(B1)]", "B"),
        ("C类（主动公开）", "C"),
        ("（C类，主动公开）", "C"),
        ("办理意见分类：B", "B"),
        ("办理程度：C类", "C"),
        ("标记：B", "B"),
        ("标记：B（正在解决）", "B"),
        ("办理类型：B类", "B"),
        ("办理结果：所提问题已经解决（或基本解决）", "采纳或解决"),
        ("办理结果：不动产登记问题已得到解决", "采纳或解决"),
        ("办理结果：正在解决或列入计划逐步解决", "列入计划拟解决"),
        ("办理结果：未采纳，留作今后工作参考", "留作参考"),
        ("办理结果：未采纳或解决（C类）", "C"),
        ("办理结果：A类：所提问题已经解决", "A"),
        ("办理结果：□采纳或解决 ☑列入计划拟解决 □留作参考", "列入计划拟解决"),
        ("类别：(C)", "C"),
        ("东民函〔2024〕6号C类", "C"),
        ("东民函〔2024〕6号 B", "B"),
        ("东民函〔2024〕6号（A类，依申请公开）", "A"),
    ],
)
def test_forms_of_the_outcome(line: str, outcome: str) -> None:
    text = f"{line}\n东山区民政局\n关于第12号提案的答复\n王平委员：\n提案收悉，现答复如下。"
    assert values(text, FieldName.OUTCOME) == [outcome]
    assert outcome in OUTCOMES


@pytest.mark.parametrize("mark", ["【C】", " C类", "（C）", "C类", "[C1]"])
def test_the_class_behind_the_title(mark: str) -> None:
    text = f"东山区民政局\n关于第12号提案的答复{mark}\n王平委员：\n提案收悉，现答复如下。"
    assert values(text, FieldName.OUTCOME) == ["C"]


def test_a_letter_among_the_rows_of_a_table_is_no_class() -> None:
    rows = "\n".join(
        f"{letter}\n第{n}段坐标" for n, letter in enumerate("甲乙丙丁戊A1己庚辛壬癸子丑")
    )
    text = f"王平委员：\n提案收悉，现答复如下。\n{rows}\nA\n{rows}"
    assert values(text, FieldName.OUTCOME) == []


@pytest.mark.parametrize(
    "line",
    [
        "关于政府信息公开的答复",
        "B类家庭补贴",
        "签发人：李四东商务〔2021〕9号",
        "国发〔2019〕4号、国发〔2020〕5号",
        "2021年度第9号",
    ],
)
def test_what_is_no_head_line(line: str) -> None:
    assert read_head_line(line) is None


@pytest.mark.parametrize(
    "line",
    [
        *("办理结果：未采纳", "办理结果：D", "办理结果：部分解决", "办理结果：正在研究"),
        *("办理结果：未采纳或解决", "办理结果：暂时无法采纳或解决", "办理结果：未解决或采纳"),
        *("办理结果：没有问题得到解决", "办理结果：采纳或解决不了", "办理结果：未列入计划拟解决"),
        *("办理结果：□采纳或解决 □留作参考", "办理结果：采纳或解决、留作参考"),
    ],
)
def test_an_unknown_outcome_is_absent(line: str) -> None:
    assert values(f"{line}\n王平委员：\n他享受C类低保，已解决住房。", FieldName.OUTCOME) == []


def test_an_outcome_said_in_the_body() -> None:
    text = "王平委员：\n您的提案收悉。该提案办理结果为“列入计划拟解决”。"
    assert values(text, FieldName.OUTCOME) == ["列入计划拟解决"]


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("公开属性：主动公开 全文", ["主动公开"]),
        ("公开属性：依申请公开", ["依申请公开"]),
        ("信息公开选项：不予公开", ["不予公开"]),
        ("（此件公开发布）", ["主动公开"]),
        ("（此件主动公开）", ["主动公开"]),
        ("（此件不公开）", ["不予公开"]),
        ("此项工作按主动公开的原则推进。", []),
    ],
)
def test_forms_of_the_disclosure_mark(line: str, mark: list[str]) -> None:
    assert values(f"王平委员：\n提案收悉。\n{line}", FieldName.DISCLOSURE) == mark


@pytest.mark.parametrize(
    ("title", "session", "numbers"),
    [
        ("对区政协十四届五次会议第145072号提案的答复", "区政协十四届五次会议", ["145072"]),
        ("关于市十六届人大二次会议第12号建议的答复", "市十六届人大二次会议", ["12"]),
        (
            "关于政协临江市第十四届委员会第三次会议第A012号提案的答复",
            "政协临江市第十四届委员会第三次会议",
            ["A012"],
        ),
        (
            "对市第十六届人民代表大会第一次会议第5、7号建议的答复",
            "市第十六届人民代表大会第一次会议",
            ["5", "7"],
        ),
        ("国务院办公厅对十届全国人大四次会议第7264号建议的答复", "十届全国人大四次会议", ["7264"]),
        ("关于政协提案第123号的答复", None, ["123"]),
        ("关于我区停车难的提案（第36号）的答复", None, ["36"]),
    ],
)
def test_sessions_and_numbers(title: str, session: str | None, numbers: list[str]) -> None:
    text = f"{title}\n王平委员：\n您提出的提案收悉，现答复如下。"
    assert values(text, FieldName.TITLE) == [title]
    assert values(text, FieldName.SESSION) == ([session] if session else [])
    assert values(text, FieldName.MATTER_NUMBER) == numbers


@pytest.mark.parametrize(
    ("salutation", "opening", "proposers"),
    [
        ("区发改委：", "区政协王东某委员提出的提案收悉", ["王东某"]),
        ("区发改委：", "区政协委员陈建国、何志同提出的提案收悉", ["陈建国", "何志同"]),
        ("张三平、李四平委员：", "你们提出的提案收悉", ["张三平", "李四平"]),
        ("尊敬的欧阳小明代表：", "您提出的建议收悉", ["欧阳小明"]),
        ("王某某等3名代表：", "你们提出的建议收悉", ["王某某"]),
        ("李四平委员并附议人：", "你们提出的提案收悉", ["李四平"]),
        ("张三平、李四平委员及其他附议委员：", "你们提出的提案收悉", ["张三平", "李四平"]),
        ("农工党区委：", "贵委提出的提案收悉", ["农工党区委"]),
        ("民盟临江市委：", "贵委提出的提案收悉", ["民盟临江市委"]),
        ("市工商联：", "你们提出的提案收悉", ["市工商联"]),
        ("区发改委：", "九三学社东山区委提出的提案收悉", ["九三学社东山区委"]),
        ("区发改委：", "关于第12号提案，我局意见如下", []),
        ("各位代表：", "你们提出的建议收悉", []),
    ],
)
def test_proposers(salutation: str, opening: str, proposers: list[str]) -> None:
    text = (
        f"对市政协一届二次会议第12号提案的答复\n{salutation}\n{opening}，现答复如下：\n一、做法。"
    )
    assert values(text, FieldName.PROPOSER) == proposers
    assert values(text, FieldName.RECIPIENT) == [
        salutation.removesuffix("：").removeprefix("尊敬的")
    ]


@pytest.mark.parametrize(
    ("opening", "role"),
    [
        ("提案收悉，我局作为会办单位，意见如下：", ["会办"]),
        ("提案收悉，由区发改委主办，我局会办，意见如下：", ["会办"]),
        ("提案收悉，由我局主办，现答复如下：", ["主办"]),
        ("主办单位：东山区民政局。提案收悉。", ["主办"]),
        ("主办单位：东山区发展和改革局。提案收悉。", []),
        ("提案收悉，我局会同有关部门研究，现答复如下：", []),
    ],
)
def test_roles(opening: str, role: list[str]) -> None:
    text = f"东山区民政局\n关于第12号提案的答复\n王平委员：\n{opening}\n一、做法。"
    assert values(text, FieldName.ROLE) == role


@pytest.mark.parametrize(
    ("agency", "region"),
    [
        ("上海市普陀区商务委员会", ["普陀区"]),
        ("临江市民政局", ["临江市"]),
        ("A7县城市管理局", ["A7县"]),
        ("广西壮族自治区南宁市青秀区教育局", ["青秀区"]),
        ("呼伦贝尔市鄂温克族自治旗水利局", ["鄂温克族自治旗"]),
        ("国家税务总局临江市税务局", ["临江市"]),
        ("浦东新区建设和交通委员会", ["浦东新区"]),
        ("中共东山区委办公室", ["东山区"]),
        ("临江经济技术开发区管理委员会", []),
        ("青岛市市南区教育局", ["市南区"]),
        ("市中区商务局", ["市中区"]),
        ("中山市南区街道办事处", ["南区"]),
        ("荆州市沙市区教育局", ["沙市区"]),
        ("天津市市场监督管理局", ["天津市"]),
        ("新疆生产建设兵团第八师石河子市教育局", ["石河子市"]),
        ("新疆生产建设兵团第八师教育局", []),
        ("浙江省教育厅", []),
        ("市市场监督管理局", []),
        ("区城市管理局", []),
    ],
)
def test_the_region_stands_in_the_agencys_name(agency: str, region: list[str]) -> None:
    text = f"王平委员：\n提案收悉，现答复如下。\n{agency}\n2021年3月1日"
    assert values(text, FieldName.AGENCY) == [agency]
    assert values(text, FieldName.REGION) == region


def test_the_agencys_fullest_name_is_kept() -> None:
    text = "王平委员：\n提案收悉。\n东山区人社局\n2021年3月1日"
    assert values(text, FieldName.AGENCY) == ["东山区人社局"]
    headed = f"云桥市东山区人力资源和社会保障局\n关于第12号提案的答复\n{text}"
    assert values(headed, FieldName.AGENCY) == ["云桥市东山区人力资源和社会保障局"]


def test_dates_of_the_body_are_not_the_documents() -> None:
    text = "王平委员：\n提案收悉。2021年3月1日起施行。\n会议于2020年1月2日召开。\n我们将努力。"
    assert values(text, FieldName.DATE) == []
    assert values(text + "\n2021年2月30日", FieldName.DATE) == []
    assert values(text + "\n2021.3.5", FieldName.DATE) == ["2021-03-05"]


@pytest.mark.parametrize(
    ("signature", "agencies", "date"),
    [
        ("云桥海关\n2021年3月1日", ["云桥海关"], ["2021-03-01"]),
        ("云桥市气象台\n2021年3月1日", ["云桥市气象台"], ["2021-03-01"]),
        ("中国农业银行云桥市分行\n2021年3月1日", ["中国农业银行云桥市分行"], ["2021-03-01"]),
        ("国家统计局云桥调查队\n2021年3月1日", ["国家统计局云桥调查队"], ["2021-03-01"]),
        ("云桥市工商联\n2021年3月1日", ["云桥市工商联"], ["2021-03-01"]),
        (
            "云桥市民政局、云桥市财政局\n2021年3月1日",
            ["云桥市民政局", "云桥市财政局"],
            ["2021-03-01"],
        ),
        ("云桥市民政局\n二〇二一年\n三月十一日", ["云桥市民政局"], ["2021-03-11"]),
        ("云桥市民政局\n2021年3月\n11日", ["云桥市民政局"], ["2021-03-11"]),
        ("云桥市民政局\n2021-03-11 09:12:33", ["云桥市民政局"], ["2021-03-11"]),
        ("云桥市住建局（市人防办）\n2021年3月1日", ["云桥市住建局（市人防办）"], ["2021-03-01"]),
        ("云桥市民政局 |\n2021年3月11日 |", ["云桥市民政局"], ["2021-03-11"]),
        ("云桥市民政局", ["云桥市民政局"], []),
        ("云桥市民政局\n云桥市财政局", ["云桥市民政局", "云桥市财政局"], []),
        ("云桥市民政局\n联系人：陶立 联系电话：6012345", ["云桥市民政局"], []),
        ("云桥市民政局\n（此件公开）\n抄送：市政协提案委", ["云桥市民政局"], []),
        ("请向云桥市民政局反映", [], []),
    ],
)
def test_forms_of_the_signature(signature: str, agencies: list[str], date: list[str]) -> None:
    text = f"王平委员：\n提案收悉，现答复如下。\n感谢您的关心。\n{signature}"
    assert values(text, FieldName.AGENCY) == agencies
    assert values(text, FieldName.DATE) == date
    check_spans(text)


PIECES = (
    *OPINION.splitlines(),
    *"\n\n\n\n 、：。“”《》（）",
    *(
        "第12号",
        "提案",
        "建议",
        "的答复",
        "关于",
        "市政协十届三次会议",
        "张三平",
        "委员",
        "代表",
        "收悉",
    ),
    *(
        "网友“小民”",
        "您好！",
        "临江市教育局",
        "文件",
        "二〇二一年三月五日",
        "2021-03-05",
        "办理结果",
    ),
    *(
        "联系人",
        "电话",
        "0571-86001234",
        "13800138000",
        "地址",
        "邮编",
        "310000",
        "A类",
        "主动公开",
    ),
)


# Lists without a least size are short: one in seven has more than one field.
@given(st.lists(st.sampled_from(PIECES), min_size=20).map("".join))
def test_fields_of_any_text_stand_where_they_were_read(text: str) -> None:
    check_spans(text)


@given(st.text(max_size=200))
def test_any_text_at_all_can_be_read(text: str) -> None:
    check_spans(text)


@pytest.mark.parametrize(
    "unit",
    [
        "。局",
        "联系人",
        "委 ",
        "关于“",
        "《",
        "第1号",
        "网友",
        "1 ",
        "2021年1月",
        "市",
        "电话：1\n",
        "、委员",
        "A局\n",
    ],
)
def test_long_texts_of_one_kind_are_read_too(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    check_spans(text)


def test_the_reference_reply(data: Path) -> None:
    path = data / "documents" / "普商务〔2021〕9号.txt"
    text = clean_text(path.read_text(encoding="utf-8-sig"))
    found = {field.name: str(field.value) for field in find_fields(text)}
    assert found[FieldName.AGENCY].endswith("普陀区商务委员会")
    assert found[FieldName.REGION] == "普陀区"
    assert found[FieldName.DOC_NUMBER] == path.stem
    assert found[FieldName.KIND] == Kind.OPINION
    assert found[FieldName.MATTER_NUMBER] == "145072"
    assert found[FieldName.SESSION] == "区政协十四届五次会议"
    assert found[FieldName.ROLE] == "会办"
    assert found[FieldName.RECIPIENT] == "区发改委"
    assert found[FieldName.OUTCOME] == "采纳或解决"
    assert found[FieldName.DISCLOSURE] == Disclosure.PUBLIC
    assert found[FieldName.DATE] == "2021-03-11"
    assert found[FieldName.POSTCODE] == "200333"
    assert set(FieldName) - set(found) == {
        *(FieldName.ASKED, FieldName.MEDIUM, FieldName.WEB_ADDRESS)
    }
    check_spans(text)


def test_the_number_of_every_document(data: Path) -> None:
    paths = sorted((data / "documents").glob("*.txt"))
    assert paths
    for path in paths:
        text = clean_text(path.read_text(encoding="utf-8-sig"))
        assert values(text, FieldName.DOC_NUMBER) == [path.stem]
        sender = {"国": "国务院", "普": "普陀区商务委员会"}[path.stem[0]]
        assert sender in values(text, FieldName.AGENCY)[0]
        check_spans(text)
