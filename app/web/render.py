"""Turn Dafu's values into HTML.

Every piece of HTML that holds text of a document, a file name or a question is made by a
template of this one environment, which escapes all values; no template marks a value as safe.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from app.export.quotation import quoted_lines
from app.generating.words import LABEL, generated_words
from app.links import file_name, link_reply
from app.web.language import (
    CHINESE,
    LANGUAGES,
    list_named,
    other_language,
    say,
    say_date,
    spoken,
    translate,
)
from app.web.tones import tone_of
from app.wording import (
    FIELDS,
    change_words,
    cite,
    confidence_words,
    formal_title,
    headings_above,
    headline,
    is_hidden,
    label_words,
    outcome_words,
    read_as_words,
    recorded_words,
    share_words,
)
from corpus.text.redact import MASK
from corpus.web_address import is_web_address
from eval.report.fragments import open_templates
from eval.report.words import day_and_time, leg_words, model_words, split_words

STATIC = Path(__file__).parent / "static"


def load_asset(name: str) -> str:
    """Load a script or style sheet as text."""
    return (STATIC / name).read_text(encoding="utf-8")


def load_styles() -> str:
    """Load the style sheet of the whole page, then those of single views, named so."""
    whole = STATIC / "style.css"
    views = sorted(path for path in STATIC.glob("*.css") if path != whole)
    return "\n".join(load_asset(path.name) for path in (whole, *views))


TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **values: Any) -> str:
    """Render a template of this folder, in the language that is spoken now, its values escaped."""
    return _environment().get_template(f"{template}.html").render(**values).strip()


def render_notice(text: str, tone: str = "info") -> str:
    """Render a sentence to the user; `tone` is info, error or busy."""
    return render("notice", text=text, tone=tone)


def is_link(address: str | None) -> bool:
    """Tell whether a web address may be a link: whole, and of a page."""
    return address is not None and MASK not in address and is_web_address(address)


def group_digits(number: int) -> str:
    """Write a count with commas: 12,345."""
    return f"{number:,}"


def tell(text: object) -> Markup:
    """Say what was put together elsewhere, with the content that stands in it marked as Chinese."""
    said = say(text, _mark_content)
    return escape(said) if said == str(text) else Markup(said)


def _mark_content(content: str) -> str:
    text = str(escape(content))
    return f'<span lang="{CHINESE}">{text}</span>' if re.search("[一-鿿]", text) else text


def quote_words(text: str) -> str:
    """Set words in quotation marks as drafts have them: ‘’ within “”."""
    return "\n".join(quoted_lines(text))


def list_said(path: Path) -> frozenset[str]:
    """Return what a template says in sentences of the catalogue."""
    extract: Any = _environment().extract_translations  # type: ignore[attr-defined]
    found = (said for _, _, said in extract(path.read_text("utf-8")))
    return frozenset(said if isinstance(said, str) else str(said[0]) for said in found)


_framed: dict[str, tuple[str, dict[str, Any]]] = {}


def frame(template: str, **values: Any) -> str:
    """Render what stands in the page's frame from the beginning, see `app.web.language.name`."""
    html = render(template, **values)
    _framed[html] = template, values
    return html


def translate_framed(text: str) -> str:
    """Say in the language spoken now what stands in the frame: a name, or HTML by `frame`."""
    if text in _framed:
        template, values = _framed[text]
        return render(template, **values)
    return translate(text) if text in list_named() else text


@cache
def _environment() -> Environment:
    environment = open_templates(TEMPLATES, say)
    environment.filters.update(
        read_as=read_as_words,
        change=change_words,
        cite=cite,
        confidence=confidence_words,
        date=say_date,
        digits=group_digits,
        file_name=file_name,
        formal_title=formal_title,
        generated=generated_words,
        headings_above=headings_above,
        hidden=is_hidden,
        label=label_words,
        recorded=recorded_words,
        headline=headline,
        is_web=is_link,
        leg=leg_words,
        model=model_words,
        moment=day_and_time,
        outcome=outcome_words,
        quoted=quote_words,
        share=share_words,
        split=split_words,
        told=tell,
        tone=tone_of,
    )
    environment.globals.update(fields=FIELDS, link_reply=link_reply)
    environment.globals.update(generated_label=LABEL, languages=LANGUAGES)
    environment.globals.update(other_language=other_language, spoken=spoken)
    return environment
