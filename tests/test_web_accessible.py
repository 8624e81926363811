"""WCAG 2.2 AA by axe-core on every view, and the whole page by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from app.access import Role
from app.services import open_services
from app.settings import load_settings
from tests.browsing import PATIENCE, Visits, ask, go_to
from tests.test_sign_in import NAMES, PASSWORD, Office
from tools.screenshots import PROPOSAL, QUESTION, SAMPLES

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.slow

axe_module = pytest.importorskip("axe_playwright_python.base")

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
ORDER = ("heading-order", "region", "landmark-one-main", "landmark-unique", "page-has-heading-one")
"""Rules beyond the levels: how a page is parted, which whoever listens goes by."""

LOOKS = ("color-contrast", "target-size", "link-in-text-block")
"""Rules that depend on width and colours; the others see the same everywhere."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("accessible") / "home"
    with open_services(load_settings(home, encoder="off")) as services:
        service = services.of(Role.ADMINISTRATOR)
        service.ingest(sorted(SAMPLES.iterdir())[::3])
        service.bin.put_away([service.list_replies(limit=1).cards[0].reply_id])
    office = Office(home, public=True)
    yield office
    office.close()


def enter(
    visits: Visits, office: Office, role: Role | None, path: str = "/", locale: str = "zh-CN"
) -> Tab:
    """Open a page as somebody."""
    context = visits.browser.new_context(viewport={"width": 1440, "height": 900}, locale=locale)
    context.set_default_timeout(PATIENCE)
    if role is not None:
        port = office.page.address.rpartition(":")[2]
        secret = office.accounts.sign_in(NAMES[role], PASSWORD, "127.0.0.1")
        session = {"name": f"dafu-session-{port}", "value": secret, "url": office.page.address}
        context.add_cookies([session])  # type: ignore[list-item]
    tab = context.new_page()
    tab.goto(office.page.address + path)
    return tab


STILL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, ::before, ::after { transition: none !important; }');
  document.adoptedStyleSheets.push(sheet);
}"""
"""Has colours change at once: what is on its way has neither contrast."""


class Checks:
    """What axe found, view by view."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.found: list[str] = []

    def look(self, view: str) -> None:
        """Look at what the tab shows now by all rules; on a phone, in the dark, by some."""
        if not self.tab.evaluate("() => !!window.axe"):
            self.tab.evaluate(axe_module.AXE_SCRIPT)
            self.tab.evaluate(STILL)
        self._run(view, {"type": "tag", "values": LEVELS}, ORDER)
        self._show(390, dark=True)
        self._run(f"{view}, dark, on a phone", {"type": "rule", "values": LOOKS})
        self._show(1440, dark=False)

    def _show(self, width: int, *, dark: bool) -> None:
        self.tab.set_viewport_size({"width": width, "height": 900})
        self.tab.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        self.tab.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)

    def _run(self, view: str, only: dict[str, Any], more: Sequence[str] = ()) -> None:
        how = {"runOnly": only, "rules": {rule: {"enabled": True} for rule in more}}
        found = self.tab.evaluate(
            "how => axe.run(document, { ...how, resultTypes: ['violations'] })", how
        )
        for each in found["violations"]:
            for node in each["nodes"]:
                where = " ".join(map(str, node["target"]))
                self.found.append(f"{view}: {each['id']}: {where}: {node['html'][:200]}")


def open_all(tab: Tab, *names: str) -> None:
    """Unfold sections of the tab 文库, and the filters."""
    for name in names:
        tab.locator(f"#{name} > button").click()


def wait_for_list(tab: Tab, name: str) -> None:
    tab.locator(f"#{name} :is(table, .abstained, .notice:not([data-tone=busy]))").first.wait_for()


def test_what_a_reader_sees(office: Office, visits: Visits) -> None:
    tab = enter(visits, office, None, "/sign-in")
    checks = Checks(tab)
    checks.look("登录")
    tab.goto(office.page.address)
    tab.locator("#start .examples").wait_for()
    checks.look("问答")
    assert tab.evaluate(FAINT) == []
    tab.evaluate("document.body.classList.add('dark')")
    assert tab.evaluate(FAINT) == []
    tab.evaluate("document.body.classList.remove('dark')")
    ask(tab, "火星移民如何报名？")
    checks.look("没有依据")
    assert checks.found == []


def test_what_an_administrator_sees(office: Office, visits: Visits) -> None:
    tab = enter(visits, office, Role.ADMINISTRATOR)
    checks = Checks(tab)
    ask(tab, QUESTION)
    tab.locator(".quote-open").first.click()
    tab.locator(".reader mark").first.wait_for()
    checks.look("答复原件")
    tab.locator("#reader [data-matter]").click()
    tab.locator(".matter").wait_for()
    checks.look("同一事项")
    tab.keyboard.press("Escape")
    tab.locator("[data-history]").click()
    checks.look("最近看过")
    tab.keyboard.press("Escape")
    go_to(tab, "查先例")
    tab.locator("#proposal textarea").fill(PROPOSAL)
    tab.locator("#find").click()
    tab.locator(".replies-alike").wait_for()
    checks.look("查先例")
    go_to(tab, "承诺与依据")
    wait_for_list(tab, "ledger")
    checks.look("承诺")
    tab.get_by_role("tab", name="依据", exact=True).click()
    wait_for_list(tab, "policies")
    checks.look("依据")
    go_to(tab, "文库")
    open_all(tab, "filters", "upload", "doubts", "terms", "bin")
    tab.locator("#bin-list table").wait_for()
    checks.look("文库")
    go_to(tab, "评测")
    tab.locator("#testsets").locator(".abstained, table").first.wait_for()
    for step in tab.locator("#steps [role=tab]:visible").all():
        step.click()
        checks.look(f"评测 {step.inner_text()}")
    for path in ("/account", "/users", "/audit"):
        tab.goto(office.page.address + path)
        checks.look(path)
    assert checks.found == []


ENGLISH = {
    "/sign-in": "main",
    "/ask?q=%E7%94%B5%E6%A2%AF": ".answer",
    "/precedents?q=%E5%8A%A0%E8%A3%85%E7%94%B5%E6%A2%AF": ".replies-alike",
    "/promises": "#ledger table",
    "/policies": "#policies table",
    "/library": "#library table",
    "/evaluation": "#testsets :is(.abstained, table)",
    "/account": "main",
    "/users": "main",
    "/audit": "main",
}
"""Views, by their addresses, and what tells that they are there."""


def test_what_is_seen_in_english(office: Office, visits: Visits) -> None:
    tab = enter(visits, office, Role.ADMINISTRATOR, locale="en-US")
    checks = Checks(tab)
    for path, shown in ENGLISH.items():
        tab.goto(office.page.address + path)
        tab.locator(shown).first.wait_for()
        assert tab.locator("html").get_attribute("lang") == "en"
        checks.look(path)
    assert checks.found == []


FAINT = """() => {
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4));
    return .2126 * r + .7152 * g + .0722 * b + .05;
  };
  return [...document.querySelectorAll('[placeholder]')].filter((each) => {
    const said = light(getComputedStyle(each, '::placeholder').color);
    const ground = light(getComputedStyle(each).backgroundColor);
    return each.placeholder && Math.max(said, ground) / Math.min(said, ground) < 4.5;
  }).map((each) => each.placeholder);
}"""
"""Placeholders that can hardly be read: axe doesn't look at them."""

FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const ring = at.closest('.wrap') && at.matches('[role="combobox"]') ? at.closest('.wrap') : at;
  const style = getComputedStyle(ring);
  at.dataset.reached = '';
  const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return { seen, said: at.outerHTML.slice(0, 160) };
}"""
"""What has the focus, and whether a ring shows it."""

MISSED = """() => [...document.querySelectorAll('*')]
  .filter((each) => {
    const style = getComputedStyle(each);
    if (each.matches('[data-reached], [data-reached] *, .skip, [disabled], label, label *')
      || each.matches('tr, svg *, [aria-hidden="true"] *')  // buttons do the same
      || !each.offsetParent || style.visibility === 'hidden'
      || each.getBoundingClientRect().width < 3) return false;
    if (each.closest('tr')?.querySelector('[data-reached]')) return false;
    return each.matches('button, a[href], input, select, textarea, summary')
      || style.cursor === 'pointer';
  }).map((each) => each.outerHTML.slice(0, 160))"""
"""What can be clicked, and was not reached."""


def walk(tab: Tab) -> list[str]:
    """Go through the page by Tab; return what has no ring where it has the focus."""
    tab.locator(".skip").focus()
    unseen = []
    for _ in range(200):
        tab.keyboard.press("Tab")
        at = tab.evaluate(FOCUSED)
        if at is None:
            break
        if not at["seen"]:
            unseen.append(at["said"])
    return unseen


def has_focus(tab: Tab, selector: str) -> None:
    tab.wait_for_function("which => document.activeElement.matches(which)", arg=selector)


def test_the_keyboard_alone(office: Office, visits: Visits) -> None:
    tab = enter(visits, office, Role.ADMINISTRATOR)
    tab.locator("#start .examples").wait_for()
    assert walk(tab) == []
    assert tab.evaluate(MISSED) == []
    tab.locator("[data-history]").focus()
    tab.keyboard.press("Shift+Tab")
    has_focus(tab, ".skip")
    tab.keyboard.press("Enter")
    has_focus(tab, "#question textarea")
    tab.keyboard.type(QUESTION)
    tab.keyboard.press("Enter")
    tab.locator(".answer .quote-open").first.wait_for()
    assert "答复原文" in tab.locator(".dafu-heard").inner_text()
    for key in ("Enter", "Space"):
        tab.locator(".quote-open").first.focus()
        tab.keyboard.press(key)
        has_focus(tab, ".reader-title")
        assert walk(tab) == []
        assert tab.evaluate(MISSED) == []
        tab.keyboard.press("Escape")
        has_focus(tab, ".quote-open")
        assert not tab.locator(".reader").count()
    tab.locator("#tabs [role=tab]").first.focus()
    tab.keyboard.press("ArrowRight")
    has_focus(tab, "[role=tab][data-tab-id=precedents]")
    tab.keyboard.press("Enter")
    tab.locator("#proposal textarea").wait_for()
