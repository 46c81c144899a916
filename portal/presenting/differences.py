"""What changes from one version of a service to the next, in words, for each of those whom it concerns."""

from dataclasses import dataclass
from functools import lru_cache

from portal.domain.service import ServiceDefinition
from portal.presenting.condition_words import fields_of
from portal.presenting.differing import AGENTS, CITIZENS, PARTNERS, Telling
from portal.presenting.differing_flow import compare_workflows
from portal.presenting.differing_form import compare_forms
from portal.presenting.differing_sheet import compare_sheets


@dataclass(frozen=True)
class Differences:
    """Sentences in one language: what changes for those who ask, for those who decide, and for partners' systems."""

    citizens: list[str]
    agents: list[str]
    partners: list[str]

    def __bool__(self) -> bool:
        return bool(self.citizens or self.agents or self.partners)


@lru_cache(maxsize=256)
def differences(old: ServiceDefinition, new: ServiceDefinition, language: str) -> Differences:
    """Everything of the sheet, the form and the workflow that is not the same in two versions, in a language."""
    telling = Telling(language)
    telling.questions = {**fields_of(old), **fields_of(new)}
    compare_sheets(old, new, telling)
    compare_forms(old, new, telling)
    compare_workflows(old, new, telling)
    return Differences(telling.lines[CITIZENS], telling.lines[AGENTS], telling.lines[PARTNERS])
