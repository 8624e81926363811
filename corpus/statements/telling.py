"""What a clause tells without undertaking it, though a term in it lies ahead: facts and causes."""

from __future__ import annotations

import re

from corpus.statements.doing import DOES

_HAPPENED = re.compile(
    r"(?<![不未防止避会能免无再])发生(?!率|[地时的]|[^，]{0,8}的)|造成(?!.{0,6}不便|[^，]{0,8}的)|死亡|受伤|未满"
    r"|^受.{1,40}影响$|(?<![不免])被(?!列|纳|评|确|[^，]{1,12}的)"
)
_TERM = r"(?:19|20)\d\d|\d{1,2}月|[今明本下到在]"
_IS = re.compile(
    rf"(?<![但还只就不总于凡若要即也便可正别其而或的一二三四五])是(?![否由以将把为])(?!{_TERM}|{DOES})|属于(?![^，]{{1,10}}的)"
    rf"|(?:标准|对象|单位|机构|范围|电话|地址|名单|医院|总[分数额量])仍?为(?!{_TERM})"
)
"""What something is; 明年重点是推进… says what will be done."""
_OF_READER = re.compile(
    r"[您你]们?(?:于|在(?=.{2,20}(?:任|就读|工作))|本人|的?(?:儿子|女儿|孩子|父[亲母]|母亲|家人))"
)
_CAUSE = re.compile(r"由于|因(?![此而地])|鉴于|随着|考虑到|根据|按照|依据|为(?:迎接|了|满足|配合)")
_TITLE = re.compile(
    r"(?![印制实出编公启完修发开组])[^，]{0,40}"
    r"(?:安排|方案|简章|公告|名单|目录|预算表?|清单|要点|校历|报告)"
    r"|(?:评[议选定]|报名|申报|录[取用]|受理|收到|缴纳|参[加保]|毕业|入学|出生|发放)[^，]{0,4}的[\u4e00-\u9fff]{1,8}"
)
"""What only has a name of its own: 2024年招生安排, 今年评议出的低保户."""
_TOPIC = re.compile(
    r"(?:[\u4e00-\u9fff]{1,8}[局委办处厅院校镇乡县区市府道队部政])?(?:对于?|针对)"
    r"[^，]{2,30}的(?P<whom>[\u4e00-\u9fff]{0,8})"
)
_DOES = re.compile(DOES)
_ACTS = re.compile(rf"进行|予以|给予|实[施行]|依法|[监治查]|力度|{DOES}")


def happened(clause: str) -> bool:
    """Tell whether a clause that nothing marks as planned says what came to pass."""
    return bool(_HAPPENED.search(clause) or _OF_READER.match(clause))


def says_what_is(clause: str) -> bool:
    """Tell whether a clause that nothing marks as planned says what something is."""
    return _IS.search(clause) is not None


def gives_cause(clause: str) -> bool:
    """Tell whether the clause begins with why, or by what, something is done."""
    return _CAUSE.match(clause) is not None


def names_deed(text: str) -> bool:
    """Tell whether a word of doing stands anywhere in a text."""
    return _DOES.search(text) is not None


def is_title(behind: str, alone: bool) -> bool:
    """Tell whether what stands behind a year only names something, `alone` in its line or not."""
    return _TITLE.fullmatch(behind) is not None or (alone and not names_deed(behind))


def is_topic(clause: str) -> bool:
    """Tell whether the clause only says for whom the next one does something: 对超限的车辆，."""
    topic = _TOPIC.fullmatch(clause)
    return topic is not None and _ACTS.search(topic["whom"]) is None
