"""Symbols: what the signs of symbol fonts are in Unicode.

Word writes them as codes of the font, in the private area U+F000 to U+F0FF.
"""

from __future__ import annotations

_SYMBOL = {
    0x20: " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    0x60: "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    0xA0: "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑",
    0xF1: "〉∫",
}
"""Adobe's encoding of the font Symbol: unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt."""
_WINGDINGS = {
    0x21: "✏✂✁",
    0x28: "☎✆✉",
    0x3F: "✍",
    0x46: "☞",
    0x4A: "☺",
    0x6C: "●",
    0x6E: "■□",
    0x71: "❑❒",
    0x74: "◆◆",
    0x76: "❖",
    0x80: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿",
    0x9E: "·•",
    0xA1: "○",
    0xA4: "◉◎",
    0xA7: "▪□",
    0xAB: "★",
    0xD8: "➢",
    0xDF: "←→↑↓",
    0xE8: "➔",
    0xF0: "⇨",
    0xFB: "✗✓☒☑",
}
_WINGDINGS_2 = {
    0x4F: "✗✓☒☑☒☒",
    0x69: "⓪①②③④⑤⑥⑦⑧⑨⑩",
    0x75: "⓿❶❷❸❹❺❻❼❽❾❿",
    0x97: "●",
    0xA2: "■□",
}
"""The signs of Wingdings that letters use: bullets, boxes to tick, numbers in circles, arrows. Of
the boxes whether they are ticked matters, not how they are drawn."""


def _spread(runs: dict[int, str]) -> dict[int, str]:
    return {start + place: sign for start, run in runs.items() for place, sign in enumerate(run)}


_FONTS = {
    "symbol": _spread(_SYMBOL),
    "wingdings": _spread(_WINGDINGS),
    "wingdings 2": _spread(_WINGDINGS_2),
}

UNKNOWN = "\ufffd"
"""Stands for a sign that no one knows: left out, it would leave another number behind."""


def read_symbol(code: int, font: str) -> str:
    """Return the character for a symbol font's code, UNKNOWN where none is known.

    >>> read_symbol(0xF0B4, "Symbol")
    '×'
    """
    table = _FONTS.get(font.strip().lower())
    low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if table is not None and low in table:
        return table[low]
    private = 0xE000 <= code <= 0xF8FF
    return UNKNOWN if private or table is not None or not 0x20 <= code < 0xD800 else chr(code)


def is_symbol_font(font: str) -> bool:
    """Tell whether a font has signs in the places of letters."""
    return font.strip().lower() in _FONTS
