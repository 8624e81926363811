"""What later replies say of a promise."""

from __future__ import annotations

from typing import Any

from tools.later import decide

PROMISE = "计划2023年底前在全区公园增设直饮水点60处"
DONE = "截至2024年3月，全区公园已增设直饮水点62处。"


def case(number: int, older: str, later: str) -> dict[str, Any]:
    """Return a promise of one body with a reply of another."""
    texts = (f"您反映的问题收悉。为方便市民饮水，{PROMISE}。", f"您好。{DONE}感谢您的关心。")
    first, second = (
        {"agency": agency, "date": date, "title": "公园直饮水点建设", "text": text}
        for agency, date, text in zip(
            (older, later), ("2023-04-12", "2024-04-08"), texts, strict=True
        )
    )
    return {"id": f"c{number}", "older": first, "promise": PROMISE, "later": [second], "speaks": []}


def test_another_body_and_one_of_no_place_say_nothing_of_a_promise() -> None:
    own, another, ministry = decide(
        [
            case(1, "桐江市沙洲区园林局", "桐江市沙洲区园林局"),
            case(2, "桐江市沙洲区园林局", "桐江市沙洲区教育局"),
            case(3, "国务院办公厅", "国务院办公厅"),
        ]
    )
    assert [one.reply.text[one.start : one.end] for one in own.found] == [DONE]
    assert another.found == ministry.found == ()
