"""What a language model writes above an answer, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.access import Role
from app.service import open_service
from app.settings import load_settings
from tests.browsing import Visits
from tests.models import event, says, serving_model, stalls
from tests.test_generating import KEY, QUESTION, REPLIES

pytestmark = pytest.mark.slow


def test_it_streams_above_the_quotes_and_stops_with_whoever_left(
    tmp_path: Path, visits: Visits
) -> None:
    (tmp_path / "一.txt").write_text(REPLIES["护栏"], encoding="utf-8")
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([tmp_path / "一.txt"])
    with serving_model() as model:
        settings = load_settings(
            tmp_path / "home",
            abstain_below=0.0,
            generator_url=model.url,
            generator_model="qwen-test",
            generator_key=KEY,
        )
        with open_service(settings, Role.READER) as service, visits.serving(service) as page:
            tab = visits.open(page)
            place, box = tab.locator("#generated"), tab.locator("#question textarea")
            model.act = stalls([event("绿萝路口将加装护栏[1]。投入"), event("五十万元[1]。预计")])
            box.fill(QUESTION)
            box.press("Enter")
            place.locator("del", has_text="投入五十万元").wait_for()
            assert tab.locator("#answer .quote").count() > 0
            assert "由语言模型根据下列引文写成" in place.inner_text()
            assert "正在写" in place.inner_text()
            assert KEY not in tab.content()
            place.locator(".generated-cite").first.click()
            assert "绿萝路口" in tab.locator("#reader mark").first.inner_text()
            tab.keyboard.press("Escape")

            model.left.clear()
            model.act = says("护栏预计2024年6月底完工[1]。")
            box.fill("绿萝路口的护栏何时完工？")
            box.press("Enter")
            place.locator(".generated-end", has_text="1 句与引文相符。").wait_for()
            assert "绿萝路口将加装护栏" not in place.inner_text()
            assert model.left.wait(10)  # who asks anew wants no more of the last

            model.left.clear()
            model.act = stalls([event("绿萝路口将加装护栏[1]。预计")])
            box.press("Enter")
            place.get_by_text("绿萝路口将加装护栏").wait_for()
            tab.close()
            assert model.left.wait(20)
