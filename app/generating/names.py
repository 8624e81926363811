"""Bodies, places, titles, numbers of documents and quotations that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from corpus.fields.agency import same_agency
from corpus.statements.names import name_of_number, name_of_title
from corpus.statements.policies import find_policies
from index.answers.matter import sites_in

_BODY = re.compile(
    r"(?P<stem>[\u4e00-\u9fff]{2,6}?)(?P<kind>委员会|管委会|人民政府|办公室|办公厅|办事处|法院|检察院|税务局|总队|支队"
    r"|大队|联合会|总工会|厅|局(?![面部限势])|(?<![选政])委(?![员托派任会屈])|部(?![分门位署件队]))"
)
_BEFORE = re.compile(r".*[由经向对与和同及在将会按至到请为是各的县区市省]")
"""What may stand before a body's own name."""
_STEM_NOT = re.compile(
    r"^[我本该各贵此其两全]|等|有关|级$|相关|主管|责任|当地|门$|格$|结$|布$|外$|内$|大$|干$|上级|下级"
)
_REGION = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2})(?P<kind>区(?![域别分间划])|县|市(?![场民容政值])|省(?![级内])|街道|镇|乡(?![村土镇]))"
)
_REGION_NOT = re.compile(
    r"[我本该各全在由对将和与及等每为至到向了的个城社园校片辖景地学]|小$|住$|心$"
)
_SITE = re.compile(r"[\u4e00-\u9fff]{2}(?:厂(?![房家商区])|站(?!点)|馆|苑|岛|港|机场|景区|工业园)")
_NO_SITE = re.compile(r"[到在由从至向与和及个的于去往经一二两各每这那该其座家处]|.[个座家处的]")
"""What a word before the kind of a site begins with where it is no name: 到北站, 一个市场."""
_QUOTED = re.compile(r"[“「]([^“”「」\n]{2,40})[”」]")
_LATIN = re.compile(r"[a-z][a-z0-9+.\-]{1,20}")
_TITLE = re.compile(r"《([^《》\n]{2,100})》")
_FAR = 24
"""Characters before the end of a body's name within which its name begins."""
_LETTERS = re.compile(r"[^\u4e00-\u9fffa-z0-9]")


class Names:
    """What passages name, to hold a sentence against; texts are as `in_digits` makes them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._letters = _LETTERS.sub("", text)
        self._titles = {name_of_title(title) for title in _TITLE.findall(text)}
        self._numbers = {name_of_number(each.number) for each in find_policies(text) if each.number}

    def find_stranger(self, said: str) -> str:
        """Say which name of a sentence does not stand here; "" where all do."""
        stranger = next(chain(self._papers(said), self._words(said), self._places(said)), None)
        return f"引文里没有{stranger}" if stranger else ""

    def _papers(self, said: str) -> Iterator[str]:
        for title in _TITLE.findall(said):
            if name_of_title(title) not in self._titles and not self._has(title):
                yield f"《{title}》"
        for policy in find_policies(said):
            if policy.number and name_of_number(policy.number) not in self._numbers:
                yield policy.number

    def _words(self, said: str) -> Iterator[str]:
        for quoted in _QUOTED.findall(said):
            if not self._has(quoted):
                yield f"“{quoted}”"
        for word in _LATIN.findall(said):
            if word.rstrip(".-") not in self._text:
                yield f"“{word}”"

    def _places(self, said: str) -> Iterator[str]:
        for body in _BODY.finditer(said):
            stem, kind = _BEFORE.sub("", body["stem"]), body["kind"]
            if len(stem) > 1 and not _STEM_NOT.search(stem) and not self._has_body(stem, kind):
                yield f"“{stem}{kind}”"
        for name, kind in _REGION.findall(said):
            if not _REGION_NOT.search(name) and not self._has(name + kind):
                yield f"“{name}{kind}”"
        for site in (*_SITE.findall(said), *sites_in(said)):
            if not _NO_SITE.match(site) and not self._has(site):
                yield f"“{site}”"

    def _has(self, words: str) -> bool:
        return _LETTERS.sub("", words) in self._letters

    def _has_body(self, stem: str, kind: str) -> bool:
        """Tell whether a body is named here, in full or in short: 住建局, 住房和城乡建设局."""
        if self._has(stem + kind):
            return True
        short = "委员会" if kind == "委" else kind
        place = self._letters.find(short)
        while place >= 0:
            before = self._letters[max(0, place - _FAR) : place]
            if same_agency(stem, before[-_FAR:]) and len(before) >= len(stem):
                return True
            place = self._letters.find(short, place + 1)
        return False
