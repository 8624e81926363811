"""One file and more of each format that is read, small, before they are broken."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples" / "replies"

LETTER = (
    "云桥区商务局", "云商函〔2023〕8号", "关于区政协六届二次会议第0142号提案的答复", "顾晓明委员：",
    "您提出的《关于增设夜市摊位的提案》收悉，现答复如下：", "一、已经完成的工作",
    "去年新建夜市三处，增设摊位一百二十个，投入资金36.5万元，营业到23时。", "（一）照明和排水",
    "更换路灯40盏，铺设管道1.2公里。", "二、下一步打算", "今年再建夜市两处，张三，13800138000。",
    "联系人：李四，联系电话：010-62345678", "云桥区商务局", "2023年6月8日",
)  # fmt: skip
MESSAGE = "路灯坏了三盏一直没有人来修，晚上摸黑走路很怕，盼望早日解决"
"""A citizen's: what they ask may never be shown as what was answered."""
ROWS = [
    ["编号", "留言标题", "留言内容", "答复单位", "答复时间", "答复内容", "公开属性"],
    ["501", "路灯不亮", MESSAGE, "区城管局", "2023-06-08", "您好！损坏的灯已更换。", "主动公开"],
    ["502", "摊位太少", "夜市什么时候有新摊位", "区商务局", "2023/7/1", "已增设40个。", "公开"],
]


@dataclass(frozen=True, slots=True)
class Seed:
    """A file that can be read, before it is broken."""

    name: str
    content: bytes


@cache
def seeds() -> tuple[Seed, ...]:
    """Return one file and more of each format that is read."""
    with tempfile.TemporaryDirectory() as folder:
        return tuple(_iter_seeds(Path(folder)))


def _iter_seeds(folder: Path) -> Iterator[Seed]:
    by_ending: dict[str, list[Path]] = {}
    for path in sorted(SAMPLES.iterdir()):
        by_ending.setdefault(path.suffix, []).append(path)
    for ending, paths in sorted(by_ending.items()):
        for path in paths[:3]:
            yield Seed(f"sample{ending}", path.read_bytes())
    yield from _iter_office(folder)
    yield from _iter_tables()
    yield from _iter_pages(folder)


def _iter_office(folder: Path) -> Iterator[Seed]:
    from tests import office_files as office
    from tests.test_office import ODT_STYLES, unicode

    path = folder / "a"
    text = "\r".join(LETTER)
    office.make_doc(path, text, ["不予公开"])
    yield Seed("a.doc", path.read_bytes())
    row = r"\trowd\cellx100\cellx200\pard\intbl 18\cell 40\cell\row"
    body = "".join(rf"\pard {unicode(line)}\par " for line in LETTER)
    yield Seed("a.rtf", rf"{{\rtf1\ansi{{\header {unicode('内部资料')}\par}}{body}{row}}}".encode())
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in LETTER)
    office.make_odt(
        path,
        f'{paragraphs}<text:list text:style-name="L1"><text:list-item><text:p>甲</text:p>'
        "</text:list-item></text:list><table:table><table:table-row><table:table-cell"
        ' table:number-columns-repeated="2" table:number-rows-spanned="2"><text:p>18时</text:p>'
        "</table:table-cell></table:table-row></table:table>"
        '<text:p>长<text:s text:c="3"/>米</text:p>',
        ODT_STYLES,
    )
    yield Seed("a.odt", path.read_bytes())
    office.make_ofd(path, [[(30.0, line) for line in LETTER]] * 2)
    yield Seed("a.ofd", path.read_bytes())
    office.make_docx(path, _word_body(), _word_parts())
    word = path.read_bytes()
    yield Seed("a.docx", word)
    message = EmailMessage()
    message["Subject"], message["From"] = "关于夜市的答复", "a@example.org"
    message.set_content("\n".join(LETTER))
    message.add_attachment(word, maintype="application", subtype="msword", filename="答复.docx")
    yield Seed("a.eml", message.as_bytes())
    page = EmailMessage()
    page["Subject"] = "云桥区人民政府网站"
    page.add_related(_page().encode("gb18030"), maintype="text", subtype="html")
    yield Seed("a.mht", page.as_bytes())
    yield Seed(
        "a.zip", _zipped({"一/答复.docx": word, "二.txt": text.replace("\r", "\n").encode()})
    )


def _word_body() -> str:
    from tests.office_files import paragraph, run

    numbered = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        f"{run(text)}</w:p>"
        for level, text in ((0, "进展"), (1, "摊位"), (1, "照明"))
    )
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge/></w:tcPr>{}</w:tc>'
    table = f"<w:tbl><w:tr>{cell.format(paragraph('18时')) * 2}</w:tr></w:tbl>"
    field = '<w:p><w:fldSimple w:instr=" PAGE "><w:r><w:t>3</w:t></w:r></w:fldSimple></w:p>'
    box = (
        "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>"
        f"{paragraph('不予公开')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    symbol = '<w:p><w:r><w:sym w:font="Symbol" w:char="F0B4"/></w:r></w:p>'
    return "".join(map(paragraph, LETTER)) + numbered + table + field + box + symbol


def _word_parts() -> dict[str, str]:
    from tests.office_files import paragraph

    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, form, text in ((0, "chineseCounting", "%1、"), (1, "upperRoman", "%1.%2"))
    )
    return {
        "numbering": f'<w:abstractNum w:abstractNumId="9">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="9"/></w:num>',
        "styles": '<w:style w:type="paragraph" w:styleId="1"><w:basedOn w:val="1"/></w:style>',
        "header": paragraph("内部资料"),
    }


def _iter_tables() -> Iterator[Seed]:
    from tests.test_table_forms import as_html, as_tabs, as_xlsx, as_xml
    from tests.workbooks import make_xls

    yield Seed("a.xls", make_xls(ROWS, hidden=[2], merged=[(1, 2, 0, 0)]))
    yield Seed("a.xlsx", as_xlsx(ROWS))
    yield Seed("b.xls", as_html(ROWS))
    yield Seed("c.xls", as_xml(ROWS))
    yield Seed("a.tsv", as_tabs(ROWS))
    yield Seed("a.csv", "\n".join(",".join(row) for row in ROWS).encode("utf-8-sig"))
    objects = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    yield Seed("a.json", json.dumps({"data": objects}, ensure_ascii=False).encode())
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in objects)
    yield Seed("a.ndjson", lines.encode())


def _iter_pages(folder: Path) -> Iterator[Seed]:
    from PIL import Image
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfgen.canvas import Canvas

    from tests.test_pdf import write_pdf

    path = folder / "b"
    yield Seed("a.html", _page().encode())
    yield Seed("b.html", _page().encode("gb18030"))
    yield Seed(
        "a.md", ("# " + "\n\n".join(LETTER) + "\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |").encode()
    )
    for encoding in ("gb18030", "utf-16", "big5hkscs"):
        yield Seed("a.txt", "\n".join(LETTER).encode(encoding, "ignore"))
    yield Seed(
        "b.txt", f"来信内容：\n{MESSAGE}\n答复内容：\n您好！损坏的灯已更换。\n区城管局".encode()
    )
    characters = {sign: sign for sign in "".join(LETTER)}
    write_pdf(path, [("F1", line) for line in LETTER], characters)
    yield Seed("a.pdf", path.read_bytes())
    registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), pageCompression=0)
    for _ in range(2):
        canvas.setFont("STSong-Light", 12)
        canvas.grid([60, 200, 340], [100, 130, 160])
        for row, line in enumerate(LETTER):
            canvas.drawString(60, 780 - 24 * row, line)
        canvas.showPage()
    canvas.save()
    yield Seed("b.pdf", path.read_bytes())
    image = io.BytesIO()
    Image.new("1", (60, 40)).save(image, "PNG")
    yield Seed("a.png", image.getvalue())


def _page() -> str:
    letter = "".join(f"<p>{line}</p>" for line in LETTER)
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>答复</title></head><body>'
        '<div class="nav"><a href="/">首页</a></div><table><tr><td colspan="2" rowspan="1">'
        f"<h2>来信内容</h2><p>{MESSAGE}</p></td></tr></table><h2>答复内容</h2>{letter}</body></html>"
    )


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()
