"""What comparing two versions of a service is made of: whom a difference concerns, and when two things are the same."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from portal.domain.service import Field, Text
from portal.i18n import N_, translate
from portal.presenting.condition_words import condition_words
from portal.presenting.isolation import isolated

CITIZENS, AGENTS, PARTNERS = "citizens", "agents", "partners"
EVERYBODY = (CITIZENS, AGENTS, PARTNERS)
PEOPLE = (CITIZENS, AGENTS)
STAFF = (AGENTS, PARTNERS)

T = TypeVar("T")


class Telling:
    """Collects what is to be said, once each, for those whom it concerns, in a language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.lines: dict[str, list[str]] = {audience: [] for audience in EVERYBODY}
        self.questions: dict[str, Field] = {}
        """The questions that conditions name, of both versions."""

    def say(self, audiences: Sequence[str], message: str, /, **params: str) -> None:
        """Says a message; names are filled in as they are, and codes among them kept readable."""
        self._add(audiences, self._worded(message, params))

    def _worded(self, message: str, params: Mapping[str, str]) -> str:
        return translate(
            self.language, message, {name: isolated(value, self.language) for name, value in params.items()}
        )

    def _add(self, audiences: Sequence[str], line: str) -> None:
        for audience in audiences:
            if line not in self.lines[audience]:
                self.lines[audience].append(line)

    def word(self, text: Text | None) -> str:
        return text[self.language] if text is not None else ""

    def note(self, audiences: Sequence[str], old: object, new: object, message: str, /, **params: str) -> None:
        """Says a message where two things are not the same."""
        if not same(old, new):
            self.say(audiences, message, **params)

    def renamed(self, audiences: Sequence[str], old: object, new: object, message: str, /, **params: str) -> None:
        """Says that words changed from ``old`` to ``new``; where they did in another language alone, that they did."""
        if not same(old, new) and params["old"] == params["new"]:
            self.say(audiences, N_("“%(name)s” has other words in another language."), name=params["new"])
        else:
            self.note(audiences, old, new, message, **params)

    def note_rule(self, audiences: Sequence[str], old: object, new: object, message: str, /, **params: str) -> None:
        """Says that a condition changed, and what it was and is."""
        if same(old, new):
            return
        line = self._worded(message, params)
        before, after = self._condition(old), self._condition(new)
        if before != after:
            line += " " + self._worded(N_("Before: %(old)s. Now: %(new)s."), {"old": before, "new": after})
        self._add(audiences, line)

    def instead(self, old: str, new: str) -> str:
        """What now holds, and what held before where there was something."""
        if not old or old == new:
            return new
        return translate(self.language, N_("%(after)s (before: %(before)s)"), {"after": new, "before": old})

    def _condition(self, rule: object) -> str:
        expression = getattr(rule, "expression", None)
        if isinstance(expression, str):
            return condition_words(expression, self.questions, self.language)
        return translate(self.language, N_("always"))


def plain(value: Any) -> Any:
    """A value as it can be compared between two versions: a rule by what is written, not by what it was compiled to."""
    if is_dataclass(value) and not isinstance(value, type):
        return tuple((one.name, plain(getattr(value, one.name))) for one in fields(value))
    if isinstance(value, Mapping):
        return tuple((key, plain(value[key])) for key in sorted(value))
    if isinstance(value, tuple | list):
        return tuple(plain(one) for one in value)
    if callable(value):
        return written(value)
    return value


def written(rule: Callable[..., Any]) -> object:
    """What a rule says in its file; where it was not read from one, the rule itself."""
    return getattr(rule, "expression", rule)


def same(old: object, new: object) -> bool:
    """Whether two things say the same in every language."""
    return old is new or bool(plain(old) == plain(new))


def paired(
    old: Sequence[T], new: Sequence[T], name: Callable[[T], object]
) -> tuple[list[T], list[T], list[tuple[T, T]]]:
    """What is new, what is gone, and what is in both, by a name, in the order of the newer."""
    before = {name(one): one for one in old}
    after = {name(one): one for one in new}
    added = [one for key, one in after.items() if key not in before]
    removed = [one for key, one in before.items() if key not in after]
    return added, removed, [(before[key], one) for key, one in after.items() if key in before]


def moved(old: Sequence[T], new: Sequence[T], name: Callable[[T], object]) -> bool:
    """Whether what is in both comes in another order."""
    left, right = [name(one) for one in old], [name(one) for one in new]
    return [one for one in left if one in right] != [one for one in right if one in left]


def numbered(names: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Each name with how often it came before, so that several of one name can be told apart."""
    seen: dict[str, int] = {}
    for name in names:
        yield name, seen.get(name, 0)
        seen[name] = seen.get(name, 0) + 1
