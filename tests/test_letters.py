"""Letters found on their pages: below furniture, behind messages, several in one file."""

from __future__ import annotations

import pytest

from corpus.parse import parse_letters
from corpus.text.furniture import is_furniture
from corpus.text.salutation import find_anchors, read_salutation
from corpus.types import Document, FieldName, Line, ParsedReply, PassageRole


def letters(text: str) -> tuple[ParsedReply, ...]:
    """Parse a text as a file that holds it would be."""
    return parse_letters(Document("/data/a.txt", tuple(map(Line, text.split("\n")))))


def only(text: str) -> ParsedReply:
    """Parse a text that holds one letter."""
    (parsed,) = letters(text)
    return parsed


def role(parsed: ParsedReply, wanted: PassageRole) -> str:
    """All passages of a role, one below the other."""
    return "\n".join(p.text for p in parsed.passages if p.role is wanted)


LETTER = """王晓梅委员：
您提出的《关于增设夜间急诊药房的提案》（第0311号）收悉，现答复如下：
全区已有夜间药房12家，年底前再开5家。
感谢您对医药卫生工作的关心。
临川区卫生健康局
2023年6月8日"""
TITLE = "临川区卫生健康局关于对区政协六届二次会议第0311号提案的答复"


PAGES = {
    "breadcrumbs": (
        f"首页 > 政务公开 > 建议提案 > 正文\n{TITLE}\n"
        f"发布时间：2023-06-12 来源：区卫健局 字号：[大 中 小]\n{LETTER}"
    ),
    "welcome": (
        f"欢迎您访问临川区人民政府门户网站！\n今天是2024年3月5日 星期二\n{TITLE}\n"
        f"{LETTER}\n扫一扫在手机打开当前页"
    ),
    "search": (
        f"热搜词：公积金 医保\n分享到：\n{TITLE}\n{LETTER}\n"
        "上一篇：关于道路的答复\n版权所有：临川区人民政府 网站标识码：3600000001"
    ),
    "table": (
        "索引号：\n0113-2023-77\n组配分类：\n提案办理\n发布机构：\n区卫生健康局\n"
        f"名称：\n{TITLE}\n文号：\n发布日期：\n2023-06-12\n{TITLE}\n{LETTER}"
    ),
    "bare labels": (
        f"{TITLE}\n索引号\n0113-2023-77\n主题分类\n卫生\n发布机构\n区卫生健康局\n文号\n{LETTER}"
    ),
    "menu": (
        f"登录 | 注册\n政协提案\n建议提案办理\n{TITLE}\n归档时间：\n已归档\n{LETTER}\n相关链接"
    ),
    "suffix": f"{TITLE}_临川区人民政府\n{LETTER}",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_letter_is_found_below_a_page_s_furniture(page: str) -> None:
    parsed = only(PAGES[page])
    reply = parsed.reply
    assert reply.value(FieldName.TITLE) == TITLE
    assert reply.value(FieldName.RECIPIENT) == "王晓梅委员"
    assert reply.value(FieldName.KIND) == "提案答复"
    assert reply.value(FieldName.MATTER_TITLE) == "关于增设夜间急诊药房的提案"
    assert reply.value(FieldName.AGENCY) == "临川区卫生健康局"
    assert reply.value(FieldName.DATE) == "2023-06-08"
    assert role(parsed, PassageRole.SUBSTANCE) == "全区已有夜间药房12家，年底前再开5家。"


@pytest.mark.parametrize(
    ("opening", "kind"),
    [
        ("您提出的《关于修桥的建议》，已交由我局办理。现将办理情况答复如下：", "代表建议答复"),
        (
            "你在县十七届人大四次会议期间提出“关于修桥的建议”，已转我们研究，现答复如下：",
            "代表建议答复",
        ),
        (
            "在县人大会议上，你们提出了题为《关于修桥》的议案，交我局研究办理，现答复如下：",
            "代表建议答复",
        ),
    ],
)
def test_a_kind_is_told_without_收悉(opening: str, kind: str) -> None:
    parsed = only(f"赵国栋代表：\n{opening}\n桥已列入明年计划。\n南溪县交通运输局\n2020年5月6日")
    assert parsed.reply.value(FieldName.KIND) == kind
    assert parsed.reply.value(FieldName.PROPOSER) == "赵国栋"
    assert role(parsed, PassageRole.SUBSTANCE) == "桥已列入明年计划。"


def test_what_a_matter_is_called_does_not_tell_the_kind() -> None:
    parsed = only("李敏委员：\n您提出的《关于装路灯的建议》的提案收悉，现答复如下：\n路灯已装。")
    assert parsed.reply.value(FieldName.KIND) == "提案答复"


def test_an_opinion_asks_the_lead_to_answer() -> None:
    text = (
        "市农业局：\n现将市政协第18号提案提出的关于建冷库的建议落实情况函告如下，"
        "请综合后一并答复提案者。\n冷库已建3座。\n东山县商务局\n2021年3月4日"
    )
    parsed = only(text)
    assert parsed.reply.value(FieldName.KIND) == "会办意见"
    assert role(parsed, PassageRole.SUBSTANCE) == "冷库已建3座。"


def test_traditional_characters_are_read_alike_and_kept() -> None:
    parsed = only(
        "對臨川市政協五屆二次會議第94號提案的答覆\n黃文代表：\n"
        "您提出的《關於垃圾處理的問題》的提案收悉。現就有關問題答覆如下：\n垃圾每日清運。"
    )
    reply = parsed.reply
    assert reply.value(FieldName.TITLE) == "對臨川市政協五屆二次會議第94號提案的答覆"
    assert reply.value(FieldName.KIND) == "提案答复"
    assert reply.value(FieldName.MATTER_TITLE) == "關於垃圾處理的問題"
    assert role(parsed, PassageRole.SUBSTANCE) == "垃圾每日清運。"


def test_a_text_on_one_line_is_parted() -> None:
    parsed = only(f"{TITLE}\n{LETTER}".replace("\n", "\u3000\u3000"))
    assert parsed.reply.value(FieldName.TITLE) == TITLE
    assert parsed.reply.value(FieldName.DATE) == "2023-06-08"
    assert role(parsed, PassageRole.SUBSTANCE) == "全区已有夜间药房12家，年底前再开5家。"


# A citizen's message is never the office's word.

COMPLAINT = "我家住河畔花园，楼下烧烤摊天天冒烟到半夜，打过几次电话都没人管，请问到底谁来管？"
ANSWER = "经查，该摊点无证经营，已于5月3日取缔。"

MESSAGES = {
    "labels": (
        f"来信标题：烧烤油烟\n来信时间：2024-05-01\n来信内容：{COMPLAINT}\n"
        f"回复单位：区城管局\n回复时间：2024-05-06\n回复内容：{ANSWER}"
    ),
    "labels above": (
        f"信件标题：\n烧烤油烟\n信件内容：\n{COMPLAINT}\n回复内容\n回复时间：\n2024-05-06\n{ANSWER}"
    ),
    "leaders": (
        f"尊敬的领导：\n{COMPLAINT}\n网友您好，您反映的问题收悉。\n{ANSWER}\n"
        "河东区城市管理局\n2024年5月6日"
    ),
    "above a greeting": (
        f"{COMPLAINT}\n尊敬的市民：\n您好！来信收悉，现回复如下：\n{ANSWER}\n河东区城市管理局"
    ),
    "office below": f"领导们好：\n{COMPLAINT}\n河东区城市管理局接到反映后马上派人。\n{ANSWER}",
    "forum": (
        f"烧烤油烟谁来管\n发表于 2024-05-01 09:30:00\n楼主\n{COMPLAINT}\n"
        f"河东区城管局\n沙发\n跟帖时间：2024-05-06\n{ANSWER}"
    ),
    "question and answer": f"网友提问：{COMPLAINT}\n城市管理局回复：{ANSWER}",
}


MESSAGES |= {
    "asked of somebody": f"河畔居民向河东区政府问：\n{COMPLAINT}\n区城市管理局答复：\n{ANSWER}",
    "posts": (
        f"小鱼 发表于 2024-5-1 09:30:00\n烧烤油烟谁来管\n{COMPLAINT}\n"
        "老王 发表于 2024-5-1 12:00:00\n我也闻到了，支持楼主，快来人管管吧。\n"
        f"河东区城管局 发表于 2024-5-6 08:00:00\n{ANSWER}"
    ),
    "a table's rows": (
        f"信件标题 | 烧烤油烟 |\n信件内容 | {COMPLAINT} |\n回复内容 | {ANSWER} |\n|\n满意度 |"
    ),
    "asked again": (
        f"来信内容：{COMPLAINT}\n回复：已转办，请等候处理结果。\n"
        f"追问：昨晚烧烤摊天天又出来了，为什么没人管？\n再回复：{ANSWER}"
    ),
}


@pytest.mark.parametrize("page", MESSAGES)
def test_a_message_is_the_question_and_never_in_the_text(page: str) -> None:
    parsed = only(MESSAGES[page])
    assert COMPLAINT in parsed.reply.question
    assert "烧烤摊天天" not in parsed.reply.text
    assert ANSWER in role(parsed, PassageRole.SUBSTANCE)
    assert parsed.reply.value(FieldName.KIND) == "留言答复"
    assert all(p.stands_in(parsed.reply) for p in parsed.passages)


def test_a_page_that_says_only_when_tells_both_dates() -> None:
    reply = only(MESSAGES["forum"]).reply
    assert reply.value(FieldName.ASKED) == "2024-05-01"
    assert reply.value(FieldName.DATE) == "2024-05-06"


def test_a_letter_that_speaks_of_us_is_no_message() -> None:
    text = f"我区医药卫生工作的情况，请问各位代表意见。\n{TITLE}\n{LETTER}"
    assert only(text).reply.question == ""


# Several letters


def other(number: int, name: str, figure: int) -> str:
    return (
        f"临川区交通局\n关于对区政协六届二次会议第{number}号提案的答复\n{name}委员：\n"
        f"您提出的提案收悉，现答复如下：\n已修路{figure}公里。\n临川区交通局\n2023年7月{figure}日\n"
        "联系人：周明"
    )


def test_several_letters_in_one_file_are_as_many_replies() -> None:
    parsed = letters(f"{TITLE}\n{LETTER}\n{other(12, '陈东', 3)}\n{other(13, '吴南', 8)}")
    assert [p.reply.source for p in parsed] == ["/data/a.txt", "/data/a.txt#2", "/data/a.txt#3"]
    assert [p.reply.value(FieldName.AGENCY) for p in parsed] == [
        "临川区卫生健康局",
        "临川区交通局",
        "临川区交通局",
    ]
    assert [p.reply.value(FieldName.DATE) for p in parsed] == [
        "2023-06-08",
        "2023-07-03",
        "2023-07-08",
    ]
    assert role(parsed[1], PassageRole.SUBSTANCE) == "已修路3公里。"
    assert "周明" in parsed[1].reply.text
    assert len({p.reply.id for p in parsed}) == 3


def test_a_letter_that_a_page_shows_twice_is_one_reply() -> None:
    assert (
        only(f"{LETTER}\n{LETTER}\n留言与评论（共有 0 条评论）").reply.text.count("夜间药房") == 1
    )


# What shows where a letter begins


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("王晓梅委员：", "王晓梅委员"),
        ("王晓梅委员", "王晓梅委员"),
        ("尊敬的王晓梅、李东等13位代表：", "王晓梅、李东等13位代表"),
        ("杨 强代表:", "杨 强代表"),
        ("刘青山政协南溪县委员：", "刘青山政协南溪县委员"),
        ("县政协委员刘青山：", "县政协委员刘青山"),
        ("王晓梅委员，您好！", "王晓梅委员"),
        ("民建临川市委：", "民建临川市委"),
        ("市政协经济委员会：", "市政协经济委员会"),
        ("黄岗区人民政府：", "黄岗区人民政府"),
        ("尊敬的刘女士：", "刘女士"),
    ],
)
def test_a_salutation_names_whom_it_greets(line: str, name: str) -> None:
    found = read_salutation(line)
    assert found is not None
    assert line[found.start : found.end] == name


@pytest.mark.parametrize(
    "line",
    [
        "归档时间：",
        "分享到：",
        "承办单位：",
        "现答复如下：",
        "主任：周明",
        "信息来源：区政府",
        "一、基本情况：",
    ],
)
def test_labels_and_openings_are_no_salutations(line: str) -> None:
    assert find_anchors([line, "已归档"]) == []


@pytest.mark.parametrize(
    "line",
    ["接驳2路 | 6:30—22:00 | 12", "45", "已于5月3日取缔。", "联系人：周明", "附件：补贴标准"],
)
def test_rows_figures_and_sentences_are_no_furniture(line: str) -> None:
    assert not is_furniture(line)
