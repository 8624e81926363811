"""Name a reply as a list of references does (GB/T 7714-2025), and the place of a passage in it.

A reply is a document of the government, for which the standard has the code A (档案, which are
papers kept by classes to be consulted, those of the government among them), and not EB, which is a
page of the net that is nothing else. The number of the document stands where that of an archive
does. What was fetched from the net is A/OL, with its address and the day on which that was done; of
other files the address is not known.
"""

from __future__ import annotations

from app.types import ReplyCard, SearchHit
from corpus.text.redact import MASK

_MOST = 3
"""Of more senders than these the first three are named."""


def reference(card: ReplyCard) -> str:
    """Return the reference: 甲区民政局. 关于助餐的答复：甲民〔2022〕7号[A]. 2022-04-09.

    Fetched: 甲区民政局. 关于助餐的答复[A/OL]. 2022-04-09[2026-11-27]. https://…/1.html.
    What is not known is left out but for the title, which no reference can be without.
    """
    agencies = [name for name in (card.agency or "").split("、") if name]
    names = "，".join(agencies[:_MOST]) + ("，等" if len(agencies) > _MOST else "")
    number = f"：{card.doc_number}" if card.doc_number else ""
    if card.web_address and MASK not in card.web_address:
        kind, cited = "A/OL", f"[{card.fetched}]" if card.fetched else ""
        where = card.web_address
    else:
        kind, cited, where = "A", "", ""
    date = f"{card.date or ''}{cited}"
    known = (names, f"{card.title or '[题名不详]'}{number}[{kind}]", date, where)
    return ". ".join(part for part in known if part) + "."


def place_words(hit: SearchHit) -> str:
    """Say where a passage stands in its reply: “一、扩大供给”部分，第321至368字."""
    headings = "”“".join(hit.heading_path)
    below = f"“{headings}”部分，" if headings else ""
    return f"{below}第{hit.start + 1}至{hit.end}字"
