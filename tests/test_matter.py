"""What a reply answers, read from the parts of a letter: numbers, session, proposers, role."""

from __future__ import annotations

import time

import pytest

from corpus.fields.holders import find_role
from corpus.fields.layout import Layout
from corpus.fields.matter import find_matter_title
from corpus.fields.matter_number import find_matter_numbers
from corpus.fields.particulars import find_particulars
from corpus.fields.proposers import find_proposers
from corpus.fields.session import find_session
from corpus.spans import Paragraph
from corpus.types import Field, FieldName

RECEIVED = "您提出的《关于疏浚柳湾河道的提案》收悉，现答复如下："


def letter(title: str = "", salutation: str = "", opening: str = RECEIVED) -> tuple[Layout, Field]:
    """A letter whose title, salutation and opening are known, and its title."""
    text = f"{title}\n{salutation}\n{opening}"
    greeted = len(title) + 1
    opened = greeted + len(salutation) + 1
    head = (Paragraph(0, len(title), title),) if title else ()
    spans = (greeted, greeted + len(salutation)), (opened, len(text))
    return Layout(text, head, len(head), *spans), Field(FieldName.TITLE, title, 0, len(title))


def said(layout: Layout, fields: tuple[Field, ...]) -> list[str]:
    """The values of fields, each checked to stand where it says."""
    for field in fields:
        written = "".join(layout.text[field.start : field.end].split())
        assert field.value == written, (field, written)
    return [field.value for field in fields]


@pytest.mark.parametrize(
    ("salutation", "proposers"),
    [
        ("宋雨晴委员", ["宋雨晴"]),
        ("宋雨晴委员，您好！", ["宋雨晴"]),
        ("宋雨晴委员、钱宁委员：", ["宋雨晴", "钱宁"]),
        ("宋雨晴（等6名）委员：", ["宋雨晴"]),
        ("宋雨晴等八位代表：", ["宋雨晴"]),
        ("宋雨晴等12位代表:", ["宋雨晴"]),
        ("宋雨晴、钱宁等委员：", ["宋雨晴", "钱宁"]),
        ("宋雨晴并钱宁、孙一川委员：", ["宋雨晴", "钱宁", "孙一川"]),
        ("宋和平和钱宁委员：", ["宋和平", "钱宁"]),
        ("宋雨晴 钱宁委员：", ["宋雨晴", "钱宁"]),
        ("宋 宁代表：", ["宋宁"]),
        ("古丽娜尔•吐尔逊委员：", ["古丽娜尔•吐尔逊"]),
        ("洛桑·扎西·次仁委员：", ["洛桑·扎西·次仁"]),
        ("次仁拉姆委员：", ["次仁拉姆"]),
        ("宋雨晴区政协委员：", ["宋雨晴"]),
        ("宋雨晴政协云桥县委员：", ["宋雨晴"]),
        ("宋亚春县人大代表：", ["宋亚春"]),
        ("市政协委员宋雨晴、钱宁：", ["宋雨晴", "钱宁"]),
        ("宋雨晴同志：", ["宋雨晴"]),
        ("宋雨晴女士、钱宁先生：", ["宋雨晴", "钱宁"]),
        ("黃偉代表：", ["黃偉"]),
        ("中国民主促进会云桥市委员会：", ["中国民主促进会云桥市委员会"]),
        ("九三学社云桥市委员会：", ["九三学社云桥市委员会"]),
        ("民革云桥市委、台盟云桥市委：", ["民革云桥市委", "台盟云桥市委"]),
        ("民盟云桥市委、宋雨晴委员：", ["民盟云桥市委", "宋雨晴"]),
        ("市政协社会法制委员会：", ["市政协社会法制委员会"]),
        ("云桥市工商业联合会：", ["云桥市工商业联合会"]),
        ("市侨联、市台联：", ["市侨联", "市台联"]),
        ("文化艺术界：", ["文化艺术界"]),
        ("柳湾街道代表团：", ["柳湾街道代表团"]),
        ("各位委员：", []),
        ("宋委员：", []),
        ("政协云桥市委员会：", []),
        ("市政协提案委员会：", []),
        ("市政协办公室：", []),
        ("市发展改革委委员：", []),
        ("主任委员：", []),
        ("城关镇代表：", []),
        ("村民代表：", []),
        ("青年代表：", []),
        ("市民政局：", []),
    ],
)
def test_whom_a_salutation_names(salutation: str, proposers: list[str]) -> None:
    layout, title = letter("关于第12号提案的答复", salutation)
    assert said(layout, find_proposers(layout, title)) == proposers


@pytest.mark.parametrize(
    ("opening", "proposers"),
    [
        ("钱宁代表提出的“关于保护古桥的建议”收悉,现提出会办意见如下:", ["钱宁"]),
        ("由钱宁、孙一川等4名代表联名提出的建议收悉", ["钱宁", "孙一川"]),
        ("钱宁（等4名）人大代表在市九届人大四次会议上提出的建议收悉", ["钱宁"]),
        ("市九届人大三次会议上钱宁代表提出的建议收悉", ["钱宁"]),
        ("钱宁委员《关于保护古桥的提案》收悉", ["钱宁"]),
        ("收到钱宁委员关于保护古桥的提案，现答复如下", ["钱宁"]),
        ("民建云桥市委在市政协九届三次会议上提出的《关于古桥的提案》收悉", ["民建云桥市委"]),
        ("市政协文史委员会提出的提案收悉", ["市政协文史委员会"]),
        ("近日，市政协转来钱宁委员提出的提案", ["钱宁"]),
        ("日前据钱宁委员提出的提案", []),
        ("各位委员提出的提案收悉", []),
        ("现将第12号提案提出的关于保护古桥的建议办理情况函告如下", []),
        ("提案收悉。此前钱宁委员提出的意见已经采纳", []),
    ],
)
def test_whom_an_opening_names(opening: str, proposers: list[str]) -> None:
    layout, title = letter("对第12号提案的会办意见", "市文旅局：", opening)
    assert said(layout, find_proposers(layout, title)) == proposers


def test_a_proposer_named_in_the_title_alone() -> None:
    layout, title = letter("关于市政协九届三次会议钱宁委员第12号提案的答复", "", "现答复如下：")
    assert said(layout, find_proposers(layout, title)) == ["钱宁"]


def test_an_association_that_leads_in_answering_is_no_proposer() -> None:
    layout, title = letter("对第12号提案的会办意见", "市工商联：", "现将意见函告如下：")
    assert find_proposers(layout, title) == ()


def test_a_citizen_is_no_proposer() -> None:
    layout, title = letter("广场噪音", "尊敬的宋雨晴女士：", "您反映的噪音问题收悉，现答复如下：")
    assert find_proposers(layout, title) == ()


@pytest.mark.parametrize(
    "unit", ["和", "委员", "钱宁、", "、委员", "政协", "民盟", "届", "号", "第1号、"]
)
def test_long_texts_of_one_kind_take_no_longer(unit: str) -> None:
    text = unit * (40_000 // len(unit))
    layout, title = letter(text[:300], text[:600], text)
    begin = time.process_time()
    find_proposers(layout, title)
    find_matter_numbers(layout, title)
    find_session(layout, title)
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("对市政协九届三次会议第0012号（并案第0031号）提案的答复", ["0012", "0031"]),
        ("对市政协九届三次会议第0012号（并0031、0044号）提案的答复", ["0012", "0031", "0044"]),
        ("对市政协九届三次会议第三十一号提案的答复", ["三十一"]),
        ("对市政协九届三次会议第（31）号提案的答复", ["31"]),
        ("对市政协九届三次会议第(31)号提案的答复", ["31"]),
        ("对市九届人大三次会议第12号建议、第15号建议的答复", ["12", "15"]),
        ("关于第0012号，第0013号和0015号提案的答复", ["0012", "0013", "0015"]),
        ("关于DY0312号建议的答复", ["DY0312"]),
        ("关于第DY0312号建议的答复", ["DY0312"]),
        ("关于第3-012号建议的答复", ["3-012"]),
        ("市政协二次会议《关于古桥的提案》(第0313号)的答复", ["0313"]),
        ("关于第04120号(农业水利类053号)提案答复的函", ["04120"]),
        ("對市政協六屆三次會議第57號提案的答覆", ["57"]),
        ("关于落实国务院令第806号的答复", []),
        ("关于古桥的提案（2021）的答复", []),
    ],
)
def test_numbers_of_matters(title: str, numbers: list[str]) -> None:
    layout, field = letter(title)
    assert said(layout, find_matter_numbers(layout, field)) == numbers


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("对市九届人大三次会议第12—15号建议的合并答复", ["12", "13", "14", "15"]),
        ("对市九届人大三次会议第12-14号建议的合并答复", ["12", "13", "14"]),
        ("对市九届人大三次会议第012号至第014号建议的答复", ["012", "013", "014"]),
        ("对市九届人大三次会议第A9～A11号建议的答复", ["A9", "A10", "A11"]),
        ("对市九届人大三次会议第12—900号建议的答复", ["12", "900"]),
    ],
)
def test_a_range_of_numbers_gives_each(title: str, numbers: list[str]) -> None:
    layout, field = letter(title)
    found = find_matter_numbers(layout, field)
    assert [number.value for number in found] == numbers
    assert title[found[0].start : found[-1].end].count("号") <= 1
    assert [number.start for number in found] == sorted(number.start for number in found)


@pytest.mark.parametrize(
    ("title", "session"),
    [
        (f"关于{session}第12号提案的答复", session)
        for session in (
            "政协第八届云桥市委员会第二次会议",
            "政协八届云桥市委员会第二次会议",
            "市政协八届二次",
            "市政协八届二次会议",
            "政协云桥县八届委员会第二次会议",
            "中国人民政治协商会议云桥市第八届委员会第二次会议",
            "中国人民政治协商会议第八届云桥市委员会第二次会议",
            "政协第八届云桥市委员会常务委员会第十一次会议",
            "政协第十四届全国委员会第一次会议",
            "云桥市第十四届人民代表大会第五次会议",
            "市十四届人大五次会议",
            "十四届市人大五次会议",
            "市人大十四届五次会议",
            "市十四届人大常委会第十次会议",
            "八届二次会议",
        )
    ]
    + [("對市政協六屆三次會議第57號提案的答覆", "市政協六屆三次會議")],
)
def test_forms_of_the_session(title: str, session: str) -> None:
    layout, field = letter(title)
    assert said(layout, find_session(layout, field)) == [session]


@pytest.mark.parametrize(
    "opening",
    [
        "市委八届三次全会提出的目标，建议收悉",
        "中共云桥市第八届委员会第三次全体会议提出建议",
        "市八届人大一次会议开幕。您反映的问题收悉",
        "第八届全国运动会第二次提案",
    ],
)
def test_sessions_that_no_matter_was_put_to(opening: str) -> None:
    layout, title = letter("关于古桥的答复", "", opening)
    assert find_session(layout, title) == ()


@pytest.mark.parametrize(
    ("opening", "matter"),
    [
        ("您提出的关于保护古桥、修缮驳岸的建议,现答复如下:", "关于保护古桥、修缮驳岸的建议"),
        ("第12号提案提出的关于建设古桥公园的建议落实情况函告如下", "关于建设古桥公园的建议"),
        ("您提出的關於保護古橋的提案收悉", "關於保護古橋的提案"),
        ("你们提出了题为《关于请求修缮古桥》的议案,现答复如下", "关于请求修缮古桥"),
    ],
)
def test_titles_of_matters(opening: str, matter: str) -> None:
    layout, title = letter("关于第12号提案的答复", "", opening)
    assert said(layout, find_matter_title(layout, title)) == [matter]


def test_an_opinion_on_joint_handling_contributes() -> None:
    layout, title = letter("关于第12号提案会办工作的意见")
    (role,) = find_role(layout, title, ())
    assert role.value == "会办"


@pytest.mark.parametrize(
    ("line", "name", "values"),
    [
        ("提案人：宋雨晴、钱宁等5人", FieldName.PROPOSER, ["宋雨晴", "钱宁"]),
        ("领衔代表：宋雨晴", FieldName.PROPOSER, ["宋雨晴"]),
        ("• 原建議提出者:黃偉", FieldName.PROPOSER, ["黃偉"]),
        ("提案单位：民进云桥市委", FieldName.PROPOSER, ["民进云桥市委"]),
        ("提案人：云桥市民政局", FieldName.PROPOSER, []),
        ("提案编号：第0012号、0013号", FieldName.MATTER_NUMBER, ["0012", "0013"]),
        ("建议序号：12—14", FieldName.MATTER_NUMBER, ["12", "13", "14"]),
        ("届次：八届二次", FieldName.SESSION, ["八届二次"]),
        ("届次：2024", FieldName.SESSION, []),
        ("编号：云民函〔2024〕6号", FieldName.DOC_NUMBER, ["云民函〔2024〕6号"]),
        ("编号：DX20240917", FieldName.DOC_NUMBER, []),
        ("办结类型：C类", FieldName.OUTCOME, ["C"]),
        ("落款日期：2024-03-05 09:00", FieldName.DATE, ["2024-03-05"]),
    ],
)
def test_labels_of_particulars(line: str, name: FieldName, values: list[str]) -> None:
    layout, _ = letter(line)
    assert [f.value for f in find_particulars(layout) if f.name is name] == values
