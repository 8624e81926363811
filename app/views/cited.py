"""Which citations are of one policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from corpus.statements.names import is_number, name_of_number, name_of_title
from corpus.store.statements import KeptCitation


class Cited:
    """Which citations are of one policy: those that share a number, or a name with one number.

    A name that is cited with several numbers says nothing by itself of which is meant, and stands
    alone where no number stands beside it.

    :ivar places: the citations by the key of their policy, in their order.
    :ivar names: the forms that each policy is cited in, for comparing.
    :ivar titles: its name and its number as they are shown.
    :ivar key_of: the key by each of those forms.
    """

    def __init__(
        self,
        citations: Sequence[KeptCitation],
        find_aliases: Callable[[Collection[str]], Iterable[tuple[str, ...]]] = lambda _: (),
    ) -> None:
        """Sort citations by policy.

        :param find_aliases: gives of names those that stand together at the head of a document.
        """
        self._forms = {
            (place.name, place.number): (
                name_of_title(place.name) if place.name else "",
                name_of_number(place.number) if place.number else "",
            )
            for place in citations
        }
        numbers: dict[str, set[str]] = {}
        for name, number in self._forms.values():
            if name and number:
                numbers.setdefault(name, set()).add(number)
        cited = {form for forms in self._forms.values() for form in forms if form}
        for names in find_aliases(cited):
            for number in filter(is_number, names):
                for name in names:
                    if not is_number(name):
                        numbers.setdefault(name, set()).add(number)
        self._number_of = {name: min(found) for name, found in numbers.items() if len(found) == 1}
        self.places = self.group(citations)
        self.names: dict[str, tuple[str, ...]] = {}
        self.titles: dict[str, tuple[str | None, str | None]] = {}
        self.key_of: dict[str, str] = {}
        for key, places in self.places.items():
            forms = {form for p in places for form in self._forms[p.name, p.number] if form}
            self.names[key] = tuple(sorted(forms))
            titles = Counter(place.name for place in places if place.name)
            shown = Counter(place.number for place in places if place.number)
            best = max(titles, key=lambda each: (titles[each], -len(each), each), default=None)
            self.titles[key] = best, next(iter(dict(shown.most_common(1))), None)
            self.key_of.update((form, key) for form in forms if form not in self.key_of)

    def group(self, citations: Iterable[KeptCitation]) -> dict[str, list[KeptCitation]]:
        """Return citations, which must be among the cited's, by the keys of their policies."""
        grouped: dict[str, list[KeptCitation]] = {}
        for place in citations:
            forms = self._forms.get((place.name, place.number))
            if forms is not None:  # else loaded this moment
                name, number = forms
                grouped.setdefault(number or self._number_of.get(name, name), []).append(place)
        return grouped

    def find(self, text: str) -> list[str]:
        """Return the key of the policy that goes by a name or number, else of all with it in it.

        The most often cited stand first.
        """
        forms = (name_of_number(text), name_of_title(text))
        if key := next((self.key_of[form] for form in forms if form in self.key_of), None):
            return [key]
        part = fold_words(text)
        like = [key for key, names in self.names.items() if any(part in name for name in names)]
        like.sort(key=lambda key: (-len({place.reply_id for place in self.places[key]}), key))
        return like if part else []


def fold_words(text: str) -> str:
    """Return a part of a name or number as names are compared."""
    return name_of_number(text) if is_number(text) else name_of_title(text)
