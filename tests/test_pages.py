"""A quote leads to the page that it was read from: the right one, marked, and to nobody else's."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from app.access import Role
from app.service import Service, open_service
from app.settings import load_settings
from app.views import pages
from app.web.reader import OnPage, render_reply
from corpus import workers
from corpus.errors import InputError
from corpus.parse import parse
from corpus.readers import iter_documents
from corpus.readers.recognition import is_installed
from corpus.types import Document, Edges, Original
from corpus.workers.limits import Limits
from tests.test_cli import run

FIRST = (
    "云桥区水务局",
    "李明委员：",
    "您提出的关于青石路积水的提案收悉，现答复如下：",
    "青石路排水管今年修缮，长三百米，由区财政出资。",
)
SECOND = (
    "雨季以前清掏全部雨水口，每月一次。",
    "云桥区水务局",
    "2024年5月6日",
    "联系人：王小明，电话：66557788",
)
BLACK, PEN = (0, 0, 0), (255, 232, 120)


def write_pdf(path: Path) -> Path:
    registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), pagesize=(600, 800))
    for lines in (FIRST, SECOND):
        canvas.setFont("STSong-Light", 12)
        for row, line in enumerate(lines):
            canvas.drawString(60, 700 - 40 * row, line)
        canvas.showPage()
    canvas.save()
    return path


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("原件")
    with open_service(load_settings(folder / "home")) as service:
        assert service.ingest([write_pdf(folder / "答复.pdf")]).count("added") == 1
    return folder


@pytest.fixture
def folder(loaded: Path, tmp_path: Path) -> Path:
    """A copy of the home, beside the original that its replies came from."""
    shutil.copytree(loaded / "home", tmp_path / "home")
    return tmp_path


@pytest.fixture
def owner(folder: Path) -> Iterator[Service]:
    with open_service(load_settings(folder / "home")) as service:
        yield service


def only(service: Service) -> tuple[str, str]:
    """Return the id and text of the one reply."""
    (card,) = service.list_replies().cards
    return card.reply_id, service.show(card.reply_id).text


def colours(picture: Image.Image, row: int) -> set[tuple[int, ...]]:
    """Return the plain colours in the strip in which a row of the page is printed."""
    scale = picture.height / 800
    strip = picture.crop(
        (0, round((84 + 40 * row) * scale), picture.width, round((110 + 40 * row) * scale))
    )
    found = strip.getcolors(1 << 24) or []
    return {colour for count, colour in found if count > 500 and isinstance(colour, tuple)}


def test_the_lines_of_a_span_are_marked_on_their_page(owner: Service) -> None:
    reply_id, text = only(owner)
    start = text.index("排水管今年修缮")
    page = owner.pages.draw(reply_id, None, start, start + 7)
    assert (page.number, page.numbers) == (1, (1, 2))
    assert [PEN in colours(page.picture, row) for row in range(4)] == [False, False, False, True]


def test_a_span_on_the_second_page_leads_there(owner: Service) -> None:
    reply_id, text = only(owner)
    start = text.index("雨季以前")
    assert owner.pages.locate(reply_id, start) == 2
    assert owner.pages.locate(reply_id, -1) is None
    assert owner.pages.first(reply_id) == 1
    page = owner.pages.draw(reply_id, None, start, start + 4)
    assert page.number == 2
    assert PEN in colours(page.picture, 0)


def test_lines_with_personal_data_are_blackened_where_masks_are_asked_for(folder: Path) -> None:
    with open_service(load_settings(folder / "home")) as service:
        masked = service.pages.draw(only(service)[0], 2).picture
    with open_service(load_settings(folder / "home", redact=False)) as service:
        bare = service.pages.draw(only(service)[0], 2).picture
    assert [BLACK in colours(masked, row) for row in range(4)] == [False, False, False, True]
    beside = masked.width - 5, round((97 + 40 * 3) * masked.height / 800)
    assert masked.getpixel(beside) == BLACK  # where recognition may have seen nothing
    assert not any(BLACK in colours(bare, row) for row in range(4))


def test_nobody_but_the_owner_sees_a_page(folder: Path) -> None:
    with open_service(load_settings(folder / "home", serve_unmarked=True), Role.READER) as public:
        reply_id, _ = only(public)
        with pytest.raises(InputError, match="只有文库的主人"):
            public.pages.draw(reply_id, 1)


def test_a_page_that_is_not_there_is_told(owner: Service) -> None:
    with pytest.raises(InputError, match="在原件的第 1、2 页，没有第 9 页"):
        owner.pages.draw(only(owner)[0], 9)


def test_an_original_that_changed_or_went_is_told(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "答复.pdf")
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([path])
        reply_id, _ = only(service)
        service.pages.draw(reply_id)
        path.write_bytes(path.read_bytes() + b"\n")
        with pytest.raises(InputError, match="和载入时不同"):
            service.pages.draw(reply_id)
        service.ingest([path])  # the same text: the pages are known anew
        service.pages.draw(reply_id)
        path.unlink()
        with pytest.raises(InputError, match="不在原处"):
            service.pages.draw(reply_id)


def test_an_original_in_an_archive_within_another_is_found(tmp_path: Path) -> None:
    inner = tmp_path / "内.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("说明.txt", "这里是说明，不是答复。")
        archive.write(write_pdf(tmp_path / "答复.pdf"), "夹/答复.pdf")
    path = tmp_path / "外.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "内.zip")
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([path])
        (card,) = [c for c in service.list_replies().cards if c.source.endswith(".pdf")]
        start = service.show(card.reply_id).text.index("雨季以前")
        page = service.pages.draw(card.reply_id, None, start, start + 4)
        assert page.number == 2
        assert PEN in colours(page.picture, 0)


def test_a_page_that_takes_too_much_to_draw_is_told_and_another_drawn(
    owner: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply_id, _ = only(owner)
    monkeypatch.setattr(workers, "limits_of", lambda *_: Limits(30.0, 2 << 30, 1000))
    with pytest.raises(InputError, match=r"画不出.*太多"):
        owner.pages.draw(reply_id, 2)
    monkeypatch.undo()
    for number in (1, 2, 1, 2):
        assert owner.pages.draw(reply_id, number).number == number
    kept = pages._draw.cache_info()
    assert kept.currsize <= (kept.maxsize or 0) == 4


def test_a_reply_of_a_text_file_has_no_page(tmp_path: Path) -> None:
    path = tmp_path / "答复.txt"
    path.write_text("\n".join(FIRST), "utf-8")
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([path])
        reply_id, _ = only(service)
        assert service.pages.locate(reply_id, 0) is None
        assert service.pages.first(reply_id) is None
        with pytest.raises(InputError, match="没有页面"):
            service.pages.draw(reply_id)


def test_quotes_say_their_page(owner: Service) -> None:
    answer = owner.ask("雨水口多久清掏一次")
    assert answer.quotes
    assert {quote.page for quote in answer.quotes if "清掏" in quote.text} == {2}


def test_show_saves_a_page(folder: Path, owner: Service, tmp_path: Path) -> None:
    reply_id, text = only(owner)
    start = text.index("雨季以前")
    out = tmp_path / "页.png"
    result = run(
        folder / "home", "show", reply_id, "--out", str(out), "--span", f"{start}-{start + 4}"
    )
    assert result.exit_code == 0, result.output
    assert "第 2 页" in result.stderr
    assert PEN in colours(Image.open(out), 0)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--page", "1"), "--out"),
        (("--out", "a.png", "--span", "三到四"), "请写成 起-止"),
        (("--out", "没有这个文件夹/a.png"), "存不下"),
    ],
)
def test_what_cannot_be_saved_is_told(
    folder: Path, owner: Service, options: tuple[str, ...], told: str
) -> None:
    result = run(folder / "home", "show", only(owner)[0], *options)
    assert result.exit_code != 0
    assert told in result.stderr


def test_the_owners_reader_turns_to_the_page(owner: Service) -> None:
    reply_id, _ = only(owner)
    view = owner.show(reply_id)
    text = render_reply(view, 0, 6, True, shown=OnPage(1))
    assert f'data-choose="{reply_id} 0 6 1"' in text
    assert "看原页" in text
    page = render_reply(view, 0, 6, True, shown=OnPage(1, owner.pages.draw(reply_id, 1, 0, 6)))
    assert 'src="data:image/jpeg;base64,' in page
    assert f'data-choose="{reply_id} 0 6 2"' in page
    assert "看文字" in page
    assert "看原页" not in render_reply(view, 0, 6, False)


# Where lines stand


def original(path: Path) -> tuple[str, Original]:
    """Parse a file that holds one reply."""
    (document,) = iter_documents(path)
    assert isinstance(document, Document)
    parsed = parse(document)
    assert parsed.original
    return parsed.reply.text, parsed.original


def middle(edges: Edges) -> tuple[float, float]:
    left, top, right, bottom = edges
    return (left + right) / 2, (top + bottom) / 2


def test_lines_of_a_page_that_is_turned_stand_where_they_are_seen(tmp_path: Path) -> None:
    registerFont(UnicodeCIDFont("STSong-Light"))
    for degrees, expected in ((90, (0.2, 0.6)), (180, (0.4, 0.1)), (270, (0.2, 0.4))):
        path = tmp_path / f"{degrees}.pdf"
        canvas = Canvas(str(path), pagesize=(600, 600))
        canvas.setFont("STSong-Light", 12)
        x, y = {90: (120, 240), 180: (240, 540), 270: (120, 360)}[degrees]
        canvas.translate(x, y)
        canvas.rotate(degrees)
        canvas.drawCentredString(0, 0, "青石路排水管今年修缮，长三百米")
        canvas.save()
        _, known = original(path)
        assert middle(known.lines[0].edges) == pytest.approx(expected, abs=0.02), degrees


@pytest.mark.skipif(not is_installed(), reason="the extra `ocr` is not installed")
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_lines_of_a_picture_stand_where_they_are_seen(tmp_path: Path, turns: int) -> None:
    page = Image.new("RGB", (900, 400), "white")
    ImageDraw.Draw(page).text(
        (60, 60), "Lines opened 30", font=ImageFont.load_default(40), fill="black"
    )
    ImageDraw.Draw(page).text(
        (60, 300), "Reply No 0042", font=ImageFont.load_default(40), fill="black"
    )
    path = tmp_path / "scan.png"
    page.rotate(90 * turns, expand=True).save(path)
    text, known = original(path)
    (line,) = [x for x in known.lines if text[x.start : x.end] == "Reply No 0042"]
    x, y = middle(line.edges)
    for _ in range(turns):  # back, as the page was turned to the left
        x, y = 1 - y, x
    assert (x, y) == pytest.approx((0.22, 0.81), abs=0.05)
