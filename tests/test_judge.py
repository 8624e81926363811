"""Which clauses ask is judged by weights that were learned."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from eval.training.plain.questions import digest
from index.ranking.requests.chain import BEGIN, INSIDE, OUT, STEPS, Chain, iter_labelled, load_chain
from index.ranking.requests.find import apply_rules, find_requests
from index.ranking.requests.judge import WEIGHTS_FILE, judge, read
from tools import learn_requests
from tools.learn_chain import Labelled, learn
from tools.marked import read_marked

ASKS = Chain({"ask": [2.0, 0.0], "more": [0.0, 2.0]}, {}, 1.0)


def test_the_best_way_through_all_clauses_is_taken() -> None:
    rows = [["tell"], ["ask"], ["more"], ["more"], ["tell"], ["more"]]
    assert ASKS.label(rows, [[]] * 6, {}) == [OUT, BEGIN, INSIDE, INSIDE, OUT, OUT]
    assert ASKS.label([], [], {}) == []


def test_nothing_goes_on_that_has_not_begun_and_what_is_certain_is_held() -> None:
    assert ASKS.label([["more"], ["more"]], [[], []], {}) in ([OUT, OUT], [BEGIN, INSIDE])
    assert ASKS.label([["tell"], ["ask"]], [[], []], {0: [BEGIN], 1: [INSIDE]}) == [BEGIN, INSIDE]


def test_a_joint_weighs_for_a_step() -> None:
    apart = [0.0] * len(STEPS)
    apart[STEPS.index((BEGIN, BEGIN))] = 3.0
    chain = Chain({"ask": [2.0, 0.0], "more": [0.0, 2.0]}, {"；": apart}, 1.0)
    rows = [["ask"], ["ask", "more"]]
    assert chain.label(rows, [[], ["；"]], {}) == [BEGIN, BEGIN]


def test_what_is_labelled_is_read_as_spans() -> None:
    labels = [BEGIN, BEGIN, INSIDE, OUT, BEGIN]
    assert list(iter_labelled(labels)) == [(0, 0), (1, 2), (4, 4)]


def test_a_chain_is_learned_and_the_same_each_time() -> None:
    texts = [
        Labelled([["ask"], ["more"], ["tell"]], [[], ["b"], ["b"]], [BEGIN, INSIDE, OUT]),
        Labelled([["tell"], ["ask"]], [[], ["b"]], [OUT, BEGIN]),
        Labelled([["tell"], ["ask"], ["tell"]], [[], ["b"], ["b"]], [OUT, BEGIN, OUT]),
    ] * 5
    chain = learn(texts, ("w",))
    assert chain.label([["tell"], ["ask"], ["more"]], [[], ["b"], ["b"]], {}) == [
        OUT,
        BEGIN,
        INSIDE,
    ]
    again = learn(texts, ("w",))
    assert (chain.clauses, chain.joints) == (again.clauses, again.joints)


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def test_a_message_that_is_not_in_the_data_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.marked.LABELS", tmp_path)
    row = {"message": "0" * 16, "hand": "a", "kind": "message", "requests": []}
    _write_lines(tmp_path / "messages.jsonl", [row])
    with pytest.raises(LookupError, match="no message 0000"):
        list(read_marked(["messages.jsonl"], tmp_path))


def test_weights_are_learned_from_marked_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"{place}桥的灯坏了很久。请尽快修好{place}桥的路灯。" for place in "东西北南"]
    asked = [{"hand": "a", "kind": "message", "requests": [[0, 9, len(each)]]} for each in texts]
    named = [{"message": digest(text), **each} for text, each in zip(texts, asked, strict=True)]
    _write_lines(tmp_path / "messages.jsonl", named[:2])
    _write_lines(tmp_path / "written.jsonl", [{"text": texts[2], **asked[2]}] * 2)
    _write_lines(tmp_path / "stories.jsonl", [{"text": texts[3], **asked[3]}])
    _write_lines(tmp_path / "board" / "replies.jsonl", [{"question": each} for each in texts])
    weights = tmp_path / "weights.json"
    monkeypatch.setattr("tools.marked.LABELS", tmp_path)
    monkeypatch.setattr("index.ranking.requests.judge.WEIGHTS_FILE", weights)
    monkeypatch.setattr("sys.argv", ["learn_requests", "--data", str(tmp_path)])
    learn_requests.main()
    found = find_requests("河边的灯坏了很久。请尽快修好河边的路灯。", load_chain(weights))
    assert [each.text for each in found] == ["请尽快修好河边的路灯。"]


def test_what_leads_to_a_request_is_of_its_sentence_and_no_number_is() -> None:
    text = "灯坏了三个月，天黑以后看不见路，请派人来修。"
    assert [each.text for each in find_requests(text)] == [text]
    ruled = apply_rules("建议：1、修灯。2、补路。")
    clauses = read(ruled.plain, ruled.found, ruled.formal).clauses
    assert [(each.body, each.numbers) for each in clauses][:3] == [
        ("建议", ""),
        ("1、", "digit"),
        ("修灯", ""),
    ]


def test_a_report_tells_by_whom_what_is_asked() -> None:
    asked = ("任委员建议，由市场监管部门统一配发电子秤。", "政协委员姚某认为，应当公布投诉电话。")
    told = "本报讯 市政协委员任某走访了六个菜场，发现秤不准的摊位占两成。"
    assert [each.text for each in find_requests(told + "".join(asked))] == list(asked)


def test_the_time_grows_no_faster_than_the_text() -> None:
    def seconds(times: int) -> float:
        text = "路灯坏了，晚上看不见，请尽快修好；还有公交太少，能不能加一班？" * times
        best = 9.0
        for _ in range(2):
            begun = process_time()
            ruled = apply_rules(text)
            judge(ruled.plain, ruled.found, ruled.formal)
            best = min(best, process_time() - begun)
        return best

    assert seconds(160) < 12 * seconds(40)


def test_the_weights_that_come_with_the_program_are_small() -> None:
    assert WEIGHTS_FILE.stat().st_size < 1_500_000
    chain = load_chain(WEIGHTS_FILE)
    assert all(len(each) == len(STEPS) for each in chain.joints.values())
