"""How a quote that a newer reply states otherwise is shown."""

from __future__ import annotations

from dataclasses import replace

from app.present import Presenter
from app.types import Answer
from corpus.types import FieldName, Passage, Redaction, Reply, Secret
from index.answers.answer import Finding
from index.answers.matter import Quoted
from index.answers.newest import find_newer
from index.answers.quotes import Excerpt
from index.models.static import BUNDLED_MODEL, StaticEmbedder
from index.ranking.hits import Hit, RankedReply
from tests.fakes import parsed_reply, query_of

HOUSING = "云桥区住房和城乡建设局"
MASTER = "张三"


def excerpt(id: str, date: str, text: str) -> Excerpt:
    values = {
        FieldName.AGENCY: HOUSING,
        FieldName.REGION: "云桥区",
        FieldName.DATE: date,
        FieldName.MATTER_TITLE: "老旧小区加装电梯",
        FieldName.DOC_NUMBER: f"云住建〔{date[:4]}〕1号",
    }
    secrets = (Redaction(text.index(MASTER), text.index(MASTER) + 2, Secret.PERSON),)
    source = f"/答复/{id}.txt"
    parsed = parsed_reply(text, source, id, values, redactions=secrets if MASTER in text else ())
    return Excerpt(parsed.reply, parsed.passages[0], 0, len(text), 1.0)


OLD = excerpt("旧", "2021-05-18", "按规定，张三家每台电梯由区财政补贴20万元。")
NEW = excerpt("新", "2023-06-12", "自2023年起，张三家每台电梯由区财政补贴24万元。")


def outdated(older: Excerpt, newer: Excerpt) -> Excerpt:
    def passages_of(_: Reply) -> list[Passage]:
        return [newer.passage]

    quoted = Quoted(older.reply, older.passage, older.start, older.end)
    embed = StaticEmbedder(BUNDLED_MODEL).embed_passages
    found = find_newer(quoted, [newer.reply], passages_of, embed)
    assert found
    return replace(older, newer=found)


def answer(*excerpts: Excerpt) -> Answer:
    finding = Finding(query_of("补贴"), (), excerpts, 0.9)
    return Presenter(redacted=True).answer(finding, threshold=0.5)


def test_beside_an_answer_nothing_of_one_percent_is_related_but_in_its_place_it_is_nearest() -> (
    None
):
    def near(confidence: float, *scores: float) -> list[float]:
        ranked = tuple(
            RankedReply(str(n), score, (Hit(n, NEW.passage, NEW.reply, score, 1.0, 0.5),))
            for n, score in enumerate(scores)
        )
        finding = Finding(query_of("补贴"), ranked, (OLD,), confidence)
        return [hit.score for hit in Presenter(True).answer(finding, threshold=0.5).nearest]

    assert near(0.9, 0.3, 0.016, 0.014) == [0.3, 0.016]
    assert near(0.9, 0.014, 0.001) == []
    assert near(0.1, 0.014, 0.001) == [0.014]
    assert near(0.1, 0.002, 0.001) == [0.002]


def test_a_quote_tells_its_newer_reply_and_what_has_changed() -> None:
    first, second = answer(NEW, outdated(OLD, NEW)).quotes
    assert first.newer is None
    newer = second.newer
    assert newer
    assert newer.card.agency == HOUSING
    assert newer.card.doc_number == "云住建〔2023〕1号"
    assert newer.card.date == "2023-06-12"
    (change,) = newer.changes
    assert (change.older.figure, change.newer.figure) == ("20万元", "24万元")


def test_what_has_changed_is_verbatim_and_masked() -> None:
    quote = answer(outdated(OLD, NEW)).quotes[0]
    assert quote.newer
    (change,) = quote.newer.changes
    for stated, reply in ((change.older, OLD.reply), (change.newer, NEW.reply)):
        assert stated.text == reply.text[stated.start : stated.end].replace(MASTER, "＊＊")
        assert stated.figure in stated.text
    assert change.older.text == "＊＊家每台电梯由区财政补贴20万元"
    assert quote.newer.text == "自2023年起，＊＊家每台电梯由区财政补贴24万元。"


def test_the_source_of_an_outdated_quote_is_not_the_newest() -> None:
    def newest(*excerpts: Excerpt) -> list[bool]:
        return [citation.newest for citation in answer(*excerpts).citations]

    assert newest(NEW, outdated(OLD, NEW)) == [True, False]
    assert newest(OLD, NEW) == [True, True]
