"""Finds the service somebody asks for in everyday words, whatever the script and the spelling."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from portal.catalogue.spelling import bare, forms, shorn, skeleton, telling_words, trigrams
from portal.domain.service import ServiceDefinition, Text


class Findable(Protocol):
    """What can be searched for."""

    @property
    def slug(self) -> str: ...
    @property
    def title(self) -> Text: ...
    @property
    def summary(self) -> Text: ...
    @property
    def keywords(self) -> tuple[str, ...]: ...


S = TypeVar("S", bound=Findable)

# How far a word counts that is not written quite as ours is. Measured on tests/unit/searches/queries.yaml.
EXACT, SAME_SKELETON, SHORT_SKELETON, NEAR_SKELETON, NEAR_SHORT_SKELETON = 1.0, 0.75, 0.45, 0.5, 0.3
LEAST_ALIKE = 0.4
ALIKE = 0.85
IN_TITLE, IN_KEYWORDS, IN_SUMMARY = 1.0, 1.0, 0.5
WHOLE_TITLE = 0.15
"""What is added when all of a title was asked for: «شهادة السكنى» goes before what only mentions it."""

WEAK, WEAK_THOUGH_SURE = 0.45, 0.3
"""A best score below this is as good as nothing found; less is asked of a service one of whose words was surely meant."""

LEAST, KEPT = 0.2, 0.4
"""What scores less than this, or less than this part of the best, is left out."""

MOST_WORDS = 12


@dataclass(frozen=True)
class Found(Generic[S]):
    """The services found, best first, with scores from 0 to about 1; ``weak`` when even the best says little."""

    services: tuple[tuple[S, float], ...]
    weak: bool


class Finder(Generic[S]):
    """An index of some services, built once; finding changes nothing in it."""

    def __init__(self, services: Sequence[S]) -> None:
        self._services = tuple(services)
        self._holders: dict[str, dict[int, float]] = defaultdict(dict)
        self._titles: list[list[frozenset[str]]] = []
        for place, service in enumerate(self._services):
            self._add(place, service)
        self._rarity = {word: math.log(1 + len(self._services) / len(held)) for word, held in self._holders.items()}
        self._unknown = math.log(1 + len(self._services))
        self._by_skeleton = _grouped((skeleton(word), word) for word in self._holders)
        self._by_shorn = _grouped((cut, bones) for bones in self._by_skeleton for cut in (bones, *shorn(bones)))
        self._trigrams = {word: len(trigrams(word)) for word in self._holders}
        self._by_trigram = _grouped((three, word) for word in self._holders for three in trigrams(word))

    def find(self, asked: str) -> Found[S]:
        """The services that these words ask for, best first."""
        typed = list(dict.fromkeys(telling_words(asked)))[:MOST_WORDS]
        scores: dict[int, float] = defaultdict(float)
        met: set[str] = set()
        sure: set[int] = set()
        whole = 0.0
        for word in typed:
            near = self._near(word)
            whole += self._weight(near)
            met |= {term for term, quality in near.items() if quality >= NEAR_SKELETON}
            sure |= {place for term, quality in near.items() if quality > SAME_SKELETON for place in self._named(term)}
            for place, value in self._best_of_each(near).items():
                scores[place] += value
        if not scores:
            return Found((), weak=True)
        marked = {place: score / whole + WHOLE_TITLE * self._title_met(place, met) for place, score in scores.items()}
        ranked = sorted(marked.items(), key=lambda pair: (-pair[1], pair[0]))
        first, best = ranked[0]
        least = max(LEAST, KEPT * best)
        kept = tuple((self._services[place], score) for place, score in ranked if score >= least)
        return Found(kept, weak=best < (WEAK_THOUGH_SURE if first in sure else WEAK))

    def _add(self, place: int, service: S) -> None:
        titles = [telling_words(service.title[language]) for language in service.title]
        self._titles.append([frozenset(map(bare, title)) for title in titles if title])
        fields = [
            (IN_TITLE, [word for title in titles for word in title]),
            (IN_KEYWORDS, [word for keyword in service.keywords for word in telling_words(keyword)]),
            (IN_SUMMARY, [word for language in service.summary for word in telling_words(service.summary[language])]),
        ]
        for weight, words in fields:
            for word in map(bare, words):
                held = self._holders[word]
                held[place] = max(weight, held.get(place, 0.0))

    def _near(self, word: str) -> dict[str, float]:
        """The words of the index that this one may mean, and how surely."""
        near: dict[str, float] = {}
        for form in forms(word):
            for term, quality in (*self._alike(form), *self._sounding_alike(form)):
                near[term] = max(quality, near.get(term, 0.0))
            if form in self._holders:
                near[form] = EXACT
        return near

    def _alike(self, form: str) -> Iterable[tuple[str, float]]:
        threes = trigrams(form)
        shared = Counter(term for three in threes for term in self._by_trigram.get(three, ()))
        for term, count in shared.items():
            likeness = 2 * count / (len(threes) + self._trigrams[term])
            if likeness >= LEAST_ALIKE:
                yield term, ALIKE * likeness

    def _sounding_alike(self, form: str) -> Iterable[tuple[str, float]]:
        bones = skeleton(form)
        if len(bones) < 2:
            return
        same = SAME_SKELETON if len(bones) > 2 else SHORT_SKELETON
        for term in self._by_skeleton.get(bones, ()):
            yield term, same
        others = {other for cut in (bones, *shorn(bones)) for other in self._by_shorn.get(cut, ())}
        for other in others - {bones}:
            shorter = min(len(bones), len(other))
            if shorter > 2:
                quality = NEAR_SKELETON if shorter > 3 else NEAR_SHORT_SKELETON
                for term in self._by_skeleton[other]:
                    yield term, quality

    def _weight(self, near: dict[str, float]) -> float:
        """How much a word tells: one that every service has tells little, one that is nowhere counts in full."""
        sure = [self._rarity[term] for term, quality in near.items() if quality >= SAME_SKELETON]
        return max(sure, default=self._unknown)

    def _best_of_each(self, near: dict[str, float]) -> dict[int, float]:
        best: dict[int, float] = {}
        for term, quality in near.items():
            value = quality * self._rarity[term]
            for place, weight in self._holders[term].items():
                best[place] = max(value * weight, best.get(place, 0.0))
        return best

    def _named(self, term: str) -> Iterable[int]:
        """The services that have a word in their title or keywords."""
        return (place for place, weight in self._holders[term].items() if weight > IN_SUMMARY)

    def _title_met(self, place: int, met: set[str]) -> float:
        return max((len(title & met) / len(title) for title in self._titles[place]), default=0.0)


@lru_cache(maxsize=4)
def finder_of(services: tuple[ServiceDefinition, ...]) -> Finder[ServiceDefinition]:
    """The index of these very versions, kept until others are in force."""
    return Finder(services)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    for key, member in pairs:
        groups[key][member] = None
    return {key: tuple(members) for key, members in groups.items()}
