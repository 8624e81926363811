"""Every form of the disclosure mark: read wherever it stands, the strictest holds, doubt closes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from importlib.resources import files
from itertools import cycle, product
from pathlib import Path

import pytest

from app.access import Role
from app.service import Service, open_service
from app.services import Services
from app.settings import load_settings
from corpus.errors import NotFound
from corpus.fields.disclosure import iter_marks
from corpus.fields.file_name import read_name
from corpus.fields.finding import find_fields
from corpus.fields.mark_columns import read_named
from corpus.parse import parse
from corpus.text.openness_names import openness_label
from corpus.types import Document, FieldName, Line
from tests.apis import client_of, mount

LETTER = """柳川市民政局
柳民函〔2024〕{n}号
关于对市政协五届二次会议第{n:04}号提案的答复
陈一鸣委员：
您提出的《关于第{n}社区食堂建设的提案》收悉。现答复如下：
一、第{n}社区食堂已经建成，每日供餐{n}份，应当公开的事项都已在网上公布，办事公开全面推进。
二、其中涉及商业秘密的部分，食堂依法不予公开；今年公开招聘厨师2名，由内部食堂转岗3名。
感谢您对民政工作的支持。
柳川市民政局
2024年7月30日"""

HEAD, TAIL = "{mark}\n{letter}", "{letter}\n{mark}"


def read(mark: str, place: str = HEAD) -> str | None:
    """Return the disclosure that is read in a letter with this mark."""
    text = place.format(mark=mark, letter=LETTER.format(n=7))
    found = [f.value for f in find_fields(text) if f.name is FieldName.DISCLOSURE]
    assert len(found) <= 1  # a second one would let filters find it by either
    return found[0] if found else None


FORMS = {
    "主动公开": """
        是否公开：是 / 是否同意公开:是 / [是否同意公开(是)] / 是否宜公开：宜公开
        是否上网：是 / 公开方式：同意公开 / 公开属性： 主动公开 全文 / 公开范围：面向全社会
        复文公开意见：同意 / 公 开 属 性：主动公开 / 公开状态：公开 / 信息公开：主动公开
        主动公开：是 / 是否公开 是 / 同意公开 / 此件主动公开 / （此件公开发布）
        (此回复件公开) / 【主动公开】 / 复文全文公开 / 公开属性 | 主动公开
        文号 | 柳字3号 | 公开属性 | 主动公开 / 满意度：满意 | 是否公开：公开
        柳民函〔2024〕8号A类 同意公开 / 柳民函〔2024〕8号 公开 / A类（主动公开）
        （A类，主动公开） / ☑主动公开 □依申请公开 □不予公开
        公开方式：主动公开☑ 依申请公开□ 不予公开□
        公开属性：主动公开（√） 依申请公开（ ） / 公开方式：[x]主动公开 [ ]依申请公开
        是否公开：☑是 □否 / ☑主动公开⏎□依申请公开⏎□不予公开 / 是否公开⏎是
        公开属性⏎主动公开 / 文号 | 公开属性 | 日期⏎柳字3号 | 主动公开 | 3月1日""",
    "依申请公开": """
        〔依申请公开〕 / 依申请公开 / （此件依申请公开） / 公开方式：依申请
        是否依申请公开：是 / □主动公开 ☑依申请公开 / 公开属性：主动公开□ 依申请公开☑
        (  )主动公开 (√)依申请公开 / 口主动公开 √依申请公开
        □主动公开⏎■依申请公开⏎□不予公开 / 柳民函〔2024〕8号 依申请公开
        公开属性：主动公开⏎（此件依申请公开） / 依申请 / 依照申请公开
        ○主动公开 ●依申请公开 ○不予公开""",
    "不予公开": """
        是否公开：否 / 是否同意公开：不同意 / [是否同意公开(否)] / 是否宜公开：不宜公开
        是否上网：否 / 公开属性：内部 / 信息公开属性：免予公开 / 政务公开属性：不予公开
        建议公开方式：不公开 / 公开范围：系统内部 / 复文公开意见：不予公开
        公开属性：非公开 / 是否公开：N / 是否公开：0 / 主动公开：否 / 公開屬性：不予公開
        公开属性：不公开（涉及商业秘密） / 附注：不予公开 / 不予公开 / 不同意公开 / 不宜公开
        暂不公开 / 【不公开】 / 此件不予公开 / 请勿对外公开 / 不 予 公 开
        此件涉及个人隐私，不予公开。 / 方案尚未确定，请暂不对外公开。
        柳民函〔2024〕8号A类 不同意公开 / 是否公开：□是 ☑否 / 是否公开：是□ 否☒
        是否公开⏎否 / 文号 | 公开属性⏎柳字3号 | 不予公开 / 主动公开⏎（此件不予公开）
        公开方式：☑不予公开 □主动公开 / 公开属性∶不予公开 / 公开属性不予公开
        公开属性→不予公开 / 是否公开？否 / 是否公开，否 / 公开吗：否 / 公开上网：否
        是否公示：否 / 是否挂网：否 / 是否公开（是/否）：否 / 公开 □是 ☑否 / □公开 ☑不公开
        不对社会公开 / 不予发布 / 严禁公开 / 敏感不公开 / 此件不对外
        特急·不予公开 / A类/不予公开 / 本信件不公开 / <不予公开>""",
    "待确认": """
        公开属性： / 是否公开：待定 / 公开方式：3 / 部分公开 / 此件删减后公开 / 视情公开
        拟公开 / 公开方式：□主动公开 □依申请公开 □不予公开 / □主动公开 □依申请公开
        是否不予公开：否 / 公开属性：主动公开/依申请公开/不予公开
        公开方式：☑主动公开 □依申请公开 （此件不予公开） / 延迟公开 / 系统内公开 / 定向公开
        仅公开标题 / 向提案人公开 / 主动公开（部分） / 主动公开？ / 主动公开× / 原则上公开
        来信人要求不公开 / ①主动公开②依申请公开③不予公开 / 公开属性：依法公开""",
    "内部资料": """
        内部资料 注意保存 / 内部文件 / （内部） / 仅供领导参阅 / 仅供机关内部查阅 / 不得外传
        阅后收回 / 此件为内部资料 / 限内部使用 / 内参 / 参阅件 / 供领导参阅
        知悉范围：局领导 / 内部讨论稿 / 受控文件 / CONFIDENTIAL""",
    "涉密": """
        秘密★5年 / 机密★1年 特急 / 绝密★ / 秘密 / 秘 密 / 【机密】 / 密级：秘密
        密级⏎机密 / 密级 | 秘密 / 保密期限：1年 / 是否涉密：是
        本件涉及国家秘密，请妥善保管。 / 公开属性：不公开（国家秘密） / 机密（10年）
        密级/秘密 / 秘密等级：机密 / ★秘密""",
    "": """
        政务公开 / 政府信息公开年报 / 首页 > 政务公开 > 依申请公开 > 正文
        公开目录 | 人大建议 | 2020-08 / 政府信息公开指南 | 政府信息公开制度 | 依申请公开
        公开电话：12345 / 公开时间：2024-05-01 / 信息公开指南⏎公开年报⏎依申请公开⏎公开目录
        一、推进办事公开 / 公开透明 / 关于校务公开的提案 / 此项工作按主动公开的原则推进。
        对涉及商业秘密的，不予公开。 / （不公开招标） / 是否涉密：否 / 密级：无
        以上意见仅供参考。 / 仅供您参考 / 内部停车场 / 政务公开：加大力度 / 公开目录
        二、公开招标情况 / 加强账目公开 / 小区账目不公开""",
}


def forms_of(mark: str) -> list[str]:
    """Return the forms of a mark; ⏎ stands for the end of a line."""
    lines = FORMS[mark].strip().splitlines()
    return [form.strip().replace("⏎", "\n") for line in lines for form in line.split(" / ")]


@pytest.mark.parametrize("place", [HEAD, TAIL])
@pytest.mark.parametrize("mark", FORMS)
def test_each_form_is_read_at_the_head_and_at_the_tail(mark: str, place: str) -> None:
    found = {form: read(form, place) for form in forms_of(mark)}
    assert found == dict.fromkeys(found, mark or None)


def test_a_text_that_speaks_of_openness_in_traditional_characters_alone_is_read() -> None:
    (mark,) = set(iter_marks("信息公開屬性：不予公開"))
    assert mark.value == "不予公开"


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("感谢关注，本答覆不宜公開。", "不予公开"),
        ("此答覆屬於國家秘密。", "涉密"),
        ("（本答覆僅供領導參閱）", "内部资料"),
        ("本覆函不予公開", "不予公开"),
        ("【本答覆件內部參閱】", "内部资料"),
        ("食堂覆蓋全市，應當公開的事項都已公開。", None),
        ("本批覆蓋土工程應公開招標", None),
    ],
)
def test_replies_are_called_by_the_traditional_name_too(line: str, mark: str | None) -> None:
    assert {read(line), read(line, TAIL)} == {mark}


@pytest.mark.parametrize("mark", FORMS)
def test_a_mark_in_traditional_characters_says_what_it_says_in_simplified_ones(mark: str) -> None:
    lines = files("opencc").joinpath("dictionary", "STCharacters.txt").read_text("utf-8")
    pairs = (line.split("\t") for line in lines.splitlines() if "\t" in line)
    traditional = {ord(simple): forms.split()[0] for simple, forms in pairs}
    for form in forms_of(mark):
        assert set(iter_marks(form.translate(traditional))) == set(iter_marks(form)), form


def test_the_strictest_of_several_marks_holds_wherever_it_stands() -> None:
    marks = [
        "公开属性：主动公开",
        "〔依申请公开〕",
        "此件摘要公开",
        "仅供领导参阅",
        "不予公开",
        "机密★1年",
    ]
    values = ["主动公开", "依申请公开", "待确认", "内部资料", "不予公开", "涉密"]
    for (a, first), (b, second) in product(enumerate(marks), repeat=2):
        assert read(first, HEAD.replace("{letter}", "{letter}\n" + second)) == values[max(a, b)]


def test_a_letter_that_lost_its_lines_keeps_its_mark() -> None:
    marks = [
        "公开属性：主动公开",
        "〔依申请公开〕",
        "是否公开：待定",
        "内部资料",
        "不予公开",
        "秘密★1年",
    ]
    letter = LETTER.format(n=7).replace("\n", " ")
    found = [
        read(mark, place.replace("{letter}", letter).replace("\n", " "))
        for place in (HEAD, TAIL)
        for mark in marks
    ]
    assert found == ["主动公开", "依申请公开", "待确认", "内部资料", "不予公开", "涉密"] * 2


def test_marks_in_columns_and_beside_the_text_count_as_those_within() -> None:
    letter = LETTER.format(n=7)

    def of(heading: str, cell: str, text: str = letter) -> list[tuple[str, str]]:
        fields = find_fields(text, {"disclosure": cell}, {"disclosure": heading})
        return [(f.value, f.origin) for f in fields if f.name is FieldName.DISCLOSURE]

    assert of("公开属性", "主动公开") == [("主动公开", "column:公开属性")]
    assert of("是否公开", "是") == [("主动公开", "column:是否公开")]
    assert of("是否公开", "否") == [("不予公开", "column:是否公开")]
    assert of("公开状态", "非公开") == [("不予公开", "column:公开状态")]
    assert of("公开状态", "3") == [("待确认", "column:公开状态")]
    assert of("公开状态", " ") == []
    assert of("公开属性", "主动公开", letter + "\n（此件不予公开）") == [("不予公开", "text")]
    assert of("公开属性", "不予公开", "主动公开\n" + letter) == [("不予公开", "column:公开属性")]


@pytest.mark.parametrize(
    "name", ["是否上网", "公开否", "答复是否公开", "isPublic", "is_open", "sfgk"]
)
def test_columns_of_any_name_are_read_by_their_direction(name: str) -> None:
    said = {
        cell: read_named(name, cell) for cell in ("是", "true", "1", "Y", "否", "false", "0", "N")
    }
    assert list(said.values()) == ["主动公开"] * 4 + ["不予公开"] * 4
    assert read_named(name, "待研究") == "待确认"


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("是否保密", "涉密", None),
        ("secret", "涉密", None),
        ("isPrivate", "内部资料", None),
        ("是否不涉密", None, "待确认"),
        ("是否经保密审查", None, "待确认"),
        ("提案是否公开", None, "不予公开"),
        ("messagePublic", None, "不予公开"),
        ("来信人是否要求保密", "待确认", None),
        ("提案答复是否公开", "主动公开", "不予公开"),
        ("公开标志", "待确认", "不予公开"),
    ],
)
def test_what_is_secret_or_not_of_the_reply_opens_nothing(
    name: str, yes: str | None, no: str | None
) -> None:
    assert (read_named(name, "1"), read_named(name, "0")) == (yes, no)


def test_each_of_several_columns_is_read_by_its_own_name() -> None:
    text, names = LETTER.format(n=7), {"disclosure": "是否公开\n密级"}
    for cells, value in (("否\n无", "不予公开"), ("是\n机密", "涉密"), ("是\n无", "主动公开")):
        (mark,) = (
            f for f in find_fields(text, {"disclosure": cells}, names) if f.name == "disclosure"
        )
        assert mark.value == value


@pytest.mark.parametrize(
    "name",
    [
        *(
            "公开时间",
            "公开电话",
            "信息公开指南",
            "公开网址",
            "主动公开日期",
            "发布机构",
            "发布类型",
        ),
        *("上网时间", "保密审查人", "是否公开招标", "姓名是否公开", "办公开支", "密码", "openid"),
        *("openTime", "publicPhone", "publisher", "secretary", "public_id"),
    ],
)
def test_names_that_only_go_with_openness_ask_nothing(name: str) -> None:
    assert openness_label(name) is None


def test_sheets_and_comments_close_and_never_open() -> None:
    for kind, text, mark in (
        ("sheet", "不公开（涉隐私）", "不予公开"),
        ("sheet", "主动公开", None),
        ("comment", "经研究，此件不予公开。", "不予公开"),
        ("comment", "可以公开", None),
        ("comment", "公开招聘的数字请核对", None),
    ):
        lines = tuple(map(Line, LETTER.format(n=7).splitlines()))
        reply = parse(Document("/一", lines, attached=((kind, text),))).reply
        assert reply.value(FieldName.DISCLOSURE) == mark


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("本答复不涉及国家秘密，可以公开。", None),
        ("经保密审查，本文件未涉及国家秘密、工作秘密和个人隐私。", None),
        ("此件经审查不属于涉及国家秘密的文件。", None),
        ("此件是否涉及国家秘密：否", None),
        ("保密审查：本复文不涉密", None),
        ("此件是否涉及国家秘密：是", "涉密"),
        ("本答复不仅涉及国家秘密，还涉及个人隐私。", "涉密"),
        ("本件并非不涉及国家秘密。", "涉密"),
        ("本件不属于工作秘密，属于国家秘密。", "涉密"),
        ("本答复不涉及国家秘密，但不宜公开。", "不予公开"),
    ],
)
def test_what_is_said_not_to_be_secret_is_not(line: str, mark: str | None) -> None:
    assert read(line, TAIL) == mark


def test_a_running_header_that_cleaning_drops_still_closes() -> None:
    said = ["食堂已经建成。", "明年再建三家。", "资金由区里承担。"]
    pages = [Line(line, page=n) for n, text in enumerate(said) for line in ("内部资料", text)]
    (mark,) = (
        f for f in parse(Document("/一.pdf", tuple(pages))).reply.fields if f.name == "disclosure"
    )
    assert (mark.value, mark.origin) == ("内部资料", "aside:内部资料")


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("内部_食堂.docx", "内部资料"),
        ("食堂（不予公开）.docx", "不予公开"),
        ("机密/食堂.txt", "涉密"),
        ("不予公開答覆.docx", "不予公开"),
        ("內部答覆/3.txt", "内部资料"),
        ("2024年依申请公开答复/3.txt", "依申请公开"),
        ("表.xlsx#内部!3", "内部资料"),
        ("主动公开/食堂.txt", None),
        ("关于内部停车场的答复.txt", None),
        ("政务公开/食堂.txt", None),
    ],
)
def test_names_of_files_and_folders_close_and_never_open(name: str, mark: str | None) -> None:
    found = read_name(name)
    assert (found.value if found else None) == mark


@pytest.mark.parametrize(
    "piece", ["公开", "（公开", "公开：", "密级", "请暂不", "□公开 ", "此件不", "公开 | "]
)
def test_long_texts_of_such_words_take_no_longer_than_their_length(piece: str) -> None:
    took = []
    for count in (2_000, 8_000):
        began = time.process_time()
        list(iter_marks(piece * count))
        took.append(time.process_time() - began)
    assert took[1] < 12 * took[0] + 0.1


# What a visitor sees

LABELS = ("是否公开", "是否同意公开", "可否公开", "是否对外公开", "公开与否", "是否上网公布")
KINDS = ("公开属性", "公开方式", "信息公开类别", "政务公开属性", "公开范围", "复文公开意见")
NO, YES = ("否", "不同意", "不可以", "N"), ("是", "同意", "√")
SHUT = ("不予公开", "依申请公开", "免予公开", "内部", "待研究", "暂缓公开")
ALONE = ("不予公开", "此件不公开", "依申请公开", "内部资料", "机密★3年", "不宜公开", "仅供领导参阅")
OPEN = ("主动公开", "同意公开", "此件公开", "全文公开")
BRACKETS = ("{}", "（{}）", "[{}]", "【{}】", "〔{}〕", "({})")
BOXES = ("□", "□", "□", "☐", "[ ]", "( )")
PLACES = (
    HEAD,
    TAIL,
    "{letter}\n联系人：王某，电话：0000-1234567\n{mark}",
    "柳字〔2024〕1号 {mark}\n{letter}",
    "索引号 | 甲 | {mark}\n{letter}",
)


def closed_marks() -> Iterator[str]:
    yield from (f"{label}：{value}" for label, value in product(LABELS, NO))
    yield from (f"{label}\n{value}" for label, value in product(LABELS, NO[:1]))
    yield from (f"{label}：{value}" for label, value in product(KINDS, SHUT))
    yield from (bracket.format(mark) for bracket, mark in product(BRACKETS, ALONE))
    for tick, box in (
        ("☑", "□"),
        ("√", "□"),
        ("■", "□"),
        ("☒", "☐"),
        ("[x]", "[ ]"),
        ("(√)", "( )"),
    ):
        yield f"{box}主动公开 {tick}依申请公开 {box}不予公开"
        yield f"主动公开{box} 依申请公开{box} 不予公开{tick}"
        yield f"公开方式：{box}主动公开 {box}依申请公开 {box}不予公开"


def open_marks() -> Iterator[str]:
    yield from (f"{label}：{value}" for label, value in product(LABELS, YES))
    yield from (f"{label}：{value}" for label, value in product(KINDS, OPEN[:2]))
    yield from (bracket.format(mark) for bracket, mark in product(BRACKETS, OPEN))
    yield from ("☑主动公开 □依申请公开", "公开方式：主动公开√ 依申请公开□", "公开属性\n主动公开")


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, int]:
    """A home with a reply for each form, and how many are closed and open."""
    folder = tmp_path_factory.mktemp("标注")
    shut, opened = list(closed_marks()), list(open_marks())
    places = cycle(PLACES)
    for number, mark in enumerate([*shut, *opened]):
        place = next(places) if "\n" not in mark else HEAD
        text = place.format(mark=mark, letter=LETTER.format(n=1000 + number))
        name = "shut" if number < len(shut) else "open"
        path = folder / "答复" / f"{name}{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    home = folder / "home"
    with open_service(load_settings(home)) as service:
        report = service.ingest([folder / "答复"], allow_secret=True)
        assert report.count("added") == len(shut) + len(opened)
    return home, len(shut), len(opened)


def names(sources: Iterator[str]) -> set[str]:
    return {Path(source).name for source in sources}


@pytest.mark.parametrize("serve_unmarked", [True, False])
def test_no_closed_reply_passes_any_door_to_the_public(
    marked: tuple[Path, int, int], serve_unmarked: bool
) -> None:
    home, shut, opened = marked
    assert (shut, opened) == (126, 57)
    question = "社区食堂每日供餐多少份？"
    settings = load_settings(home, serve_unmarked=serve_unmarked, abstain_below=0.0)
    with open_service(settings) as owner:
        cards = owner.list_replies(limit=1000).cards
        assert len(cards) == shut + opened
    hidden = [card for card in cards if Path(card.source).name.startswith("shut")]
    with open_service(settings, Role.READER) as public:
        listed = public.list_replies(limit=1000)
        assert listed.total == opened
        seen = {card.reply_id for card in listed.cards}
        assert not seen & {card.reply_id for card in hidden}
        assert ids_found(public, question) == seen
        for card in hidden:
            with pytest.raises(NotFound):
                public.show(card.reply_id)
            found = public.list_replies(text=card.doc_number or "", limit=1000).cards
            assert {each.reply_id for each in found} <= seen
        for card in listed.cards:
            assert public.show(card.reply_id).card.disclosure == "主动公开"
        stats = public.stats()
        assert stats.replies == opened
        assert dict(stats.facets["disclosures"]) == {"主动公开": opened}
        for words in ("不予公开", "内部资料", "涉密", "待确认", "依申请公开"):
            filters = public.resolve(disclosure=[words])
            assert public.search(question, filters).hits == ()
        answer = public.ask(question)
        quoted = {quote.reply_id for quote in answer.quotes}
        assert quoted | {hit.card.reply_id for hit in answer.nearest} <= seen
        for card in hidden[::9]:
            with pytest.raises(NotFound):
                public.matters.through_time(card.reply_id)
        client = client_of(mount(Services(public.home, alone=True), public=True))
        asked: dict[str, dict[str, object]] = {
            "/search": {"query": question, "k": 100},
            "/ask/stream": {"question": question},
            "/precedents": {"text": question, "k": 100},
            "/coverage": {"text": question, "k": 100},
        }
        for path, body in asked.items():
            said = client.post(path, json=body).raise_for_status().text
            assert set(re.findall(r'"reply_id": ?"(\w+)"', said)) <= seen
        assert client.get("/replies", params={"text": "供餐"}).json()["total"] <= opened
        assert {client.get(f"/replies/{card.reply_id}").status_code for card in hidden} == {404}
        told = public.matters.through_time(listed.cards[0].reply_id)
        assert {one.card.reply_id for one in told.replies} <= seen


def ids_found(service: Service, question: str) -> set[str]:
    """Return the replies that search and precedents find, which must be the same."""
    hits = {hit.card.reply_id for hit in service.search(question, k=1000).hits}
    precedents = {each.card.reply_id for each in service.precedents(question, k=1000)}
    assert hits == precedents
    return hits


@pytest.mark.parametrize(
    ("name", "value", "mark"),
    [
        ("不公开理由", "不宜公开", "待确认"),
        ("不公开理由", "无", None),
        ("保密审查", "除附件外不涉密", "涉密"),
        ("保密审查意见", "经审查不涉密，同意公开", None),
        ("经审查是否涉密", "是", "涉密"),
        ("经审查是否涉密", "否", None),
        ("是否涉密", "不予公开", "不予公开"),
    ],
)
def test_a_column_says_what_its_name_asks(name: str, value: str, mark: str | None) -> None:
    assert read_named(name, value) == mark


@pytest.mark.parametrize("name", ["是否涉及信息公开", "是否发布短信", "是否上网办理"])
def test_columns_of_other_matters_say_nothing_of_openness(name: str) -> None:
    assert not openness_label(name)
