"""How what a language model wrote is named and summed up, wherever it is shown."""

from __future__ import annotations

from app.generating.types import Generated

LABEL = "由语言模型根据下列引文写成，程序逐句核对过出处，请以引文为准"


def generated_words(generated: Generated) -> str:
    """Say how it ended and how many sentences were supported, in one line; "" while it goes on."""
    if generated.status == "writing":
        return ""
    good, bad = generated.supported, generated.unsupported
    struck = any(not each.supported for each in generated.sentences)
    counted = f"{bad} 句与引文不符，已划去" if struck else f"{bad} 句与引文不符，没有采用"
    if generated.problem and bad:
        return f"{generated.problem}；{counted}。下面的引文不受影响。"
    if generated.problem:
        return f"{generated.problem}。下面的引文不受影响。"
    if not good:
        return f"{counted}：语言模型写的话都没有引文支持。"
    return f"{good} 句与引文相符，{counted}。" if bad else f"{good} 句与引文相符。"
