"""What columns and a form's fields of openness and secrecy say of a reply, each by its own name."""

from __future__ import annotations

import re

from corpus.fields.openness import NO, YES, fold, read_mark, read_value
from corpus.text.openness_names import openness_label, says_why_closed
from corpus.types import Disclosure

_ENGLISH = {"public": "公开", "open": "公开", "published": "公开"}
"""Words for what is open; all others close."""
_PERMITS = re.compile(r"[，,；;](?:可以?|同意|准予|建议)(?:对外|上网|主动)?(?:公开|发布)。?$")
_NOT_SECRET = re.compile(r"[不非未无](?:涉及?|保|定)?(?:国家|工作)?(?:秘?密|密级)|解密|脱密")
_DENIES = re.compile(
    r"(?!.{0,12}(?:[除外]|部分|[无未]法|不能|难以|是否))[^，。；但仅非]{0,12}[不非未无](?:涉及?|属于?|定)?(?:国家|工作)?秘?密(?:文?件|内容|事项|信息)?。?"
)
"""What a label of secrecy is answered with where there is none: 本复文不涉密."""
_REVIEWED = re.compile(
    r"已?(?:通过|审查?|审核)(?:通过)?|合格|无问题"
    r"|(?:可以?|同意|准予)(?:上网|公开|发布)"
)
_NO_REASON = re.compile("[无否/—-]{1,2}|不涉及|不适用|[nN]o?|0")
_OF_MATTER = re.compile(
    r"(?:提案|议案|来信|信件|写信|留言|咨询|诉求|投诉|问题|工单|案由|人要求)[^答复回]{0,6}(?:公开|公布|上网|发布|保密)"
    r"|建议(?:内容|原文|全文|正文|文本|件)?(?:是否|可否|能否|可公开|可以公开)"
    r"|(?:公开|公布|上网|发布)(?:提案|议案|来信|信件|留言|咨询|建议(?:内容|原文|全文))"
)
_OF_ANOTHER = {Disclosure.PUBLIC: None, Disclosure.SECRET: Disclosure.UNCLEAR}
"""What is read otherwise where it is said of the message: a citizen's wish makes nothing secret."""
_OF_REPLY = re.compile("答复|复文|复函|回复|办理|办复")
_ANSWERED_BY_ONE = re.compile(r"是否|[可能宜应]否|否$")


def read_named(name: str, value: str) -> Disclosure | None:
    """Return what a column or field says; UNCLEAR where that can't be told, None where nothing.

    What is said of the message or proposal, or of its having been reviewed, opens nothing.

    :param name: its heading or key, in whatever language.
    """
    label = openness_label(name, flagged=True)
    said = _ENGLISH.get(value.strip().lower(), value.strip())
    if label is None:
        return read_value(name if re.search("公开|密|内部", name) else "公开属性", said)
    if not said:
        return None
    if said == "1" and _ANSWERED_BY_ONE.search(label):
        said = "是"
    if says_why_closed(label):
        return None if _NO_REASON.fullmatch(fold(said)) else Disclosure.UNCLEAR
    if _NOT_SECRET.search(label):
        return None if YES.fullmatch(said) else Disclosure.UNCLEAR
    if "密" in label and _DENIES.fullmatch(_PERMITS.sub("", fold(said))):
        return None
    if "密" in label and (mark := read_mark(said)) not in (None, Disclosure.PUBLIC):
        return mark
    if "密" in label and "审" in label and not re.search(r"是否(?:涉及?|属于?)", label):
        if YES.fullmatch(said) or _REVIEWED.fullmatch(fold(said)):
            return None
        if NO.fullmatch(said):
            return Disclosure.UNCLEAR
    found = read_value(label, said)
    if _OF_MATTER.search(label) and not _OF_REPLY.search(label):
        return _OF_ANOTHER.get(found, found) if found else None
    return found
