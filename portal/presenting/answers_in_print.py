"""The answers that a document we issue states: those of the form, and those of whoever issued it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.events import CaseDecided, Event
from portal.domain.service import ANSWERS, SAID, Field, ServiceDefinition
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings
from portal.i18n import comma


@dataclass(frozen=True)
class Issuing:
    """When a document was called for, what was said then, the questions that these words answer, and what was decided."""

    at: datetime
    inputs: Mapping[str, Any]
    asks: tuple[Field, ...]
    outcome: str = ""


@dataclass(frozen=True)
class Stated:
    """One answer that a document states."""

    field: Field
    value: Any

    def words(self, language: str, around: Surroundings) -> str:
        """The answer as its type prints it; an answer of several lines is one line within a sentence."""
        shown = FIELD_TYPES[self.field.type].show(self.field, self.value, language, around)
        return comma(language).join(line.strip() for line in shown.splitlines() if line.strip())

    @property
    def long(self) -> str:
        """What somebody wrote at length, which stands below the paragraph that announces it; nothing of other types."""
        return str(self.value or "").strip() if self.field.type == "long_text" else ""


def issuing(
    definition: ServiceDefinition, document: str, events: tuple[tuple[datetime, Event], ...], otherwise: datetime
) -> Issuing:
    """The last time that the document was called for; failing that, the last decision or whatever happened last."""
    rules = [rule for rule in definition.actions if rule.issues(document)]
    for at, event in reversed(events):
        action, source = getattr(event, "action", ""), getattr(event, "source", None)
        for rule in rules:
            if rule.action == action and (source is None or source in rule.sources):
                outcome = event.outcome if isinstance(event, CaseDecided) else ""
                return Issuing(at, getattr(event, "inputs", {}), rule.asks, outcome)
    asks = tuple(field for rule in rules for field in rule.asks)
    for at, event in reversed(events):
        if isinstance(event, CaseDecided):
            return Issuing(at, event.inputs, asks, event.outcome)
    return Issuing(events[-1][0] if events else otherwise, {}, asks)


def stated(
    names: Iterable[str], definition: ServiceDefinition, answers: Mapping[str, Any], issued: Issuing
) -> dict[str, Stated]:
    """What each placeholder of an answer stands for; one whose question is gone stands for nothing."""
    asked = {field.id: field for field in issued.asks}
    found = {}
    for name in names:
        if name.startswith(ANSWERS) and (field := definition.fields.get(name.removeprefix(ANSWERS))):
            found[name] = Stated(field, answers.get(field.id))
        elif name.startswith(SAID) and (field := asked.get(name.removeprefix(SAID))):
            found[name] = Stated(field, issued.inputs.get(field.id))
    return found
