"""The acts that the law lets an administration do to the clock of a file, and what it ties each of them to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What an action of a workflow is in the eyes of the law."""

    INFORMATION = "information"
    REPLACEMENT = "replacement"
    ORIGINALS = "originals"
    EXTENSION = "extension"
    RETURN = "return"
    SILENCE = "silence"
    REPETITION = "repetition"


@dataclass(frozen=True)
class ActRule:
    """What law 55-19 says of an act; ``answer_days`` is how long the citizen has to answer it, None where it is silent.

    ``once`` and ``first_half`` bind decisions counted under that law; ``suspends`` is what the act does to any clock.
    """

    article: str
    suspends: bool = False
    once: bool = False
    first_half: bool = False
    answer_days: int | None = None


RULES: Mapping[Act, ActRule] = {
    Act.INFORMATION: ActRule("55-19/14", suspends=True, once=True, first_half=True),
    Act.REPLACEMENT: ActRule("55-19/10", suspends=True, first_half=True, answer_days=30),
    Act.ORIGINALS: ActRule("55-19/7", suspends=True, once=True, first_half=True),
    Act.EXTENSION: ActRule("55-19/17", once=True),
    Act.RETURN: ActRule("55-19/10"),
    Act.SILENCE: ActRule("55-19/19"),
    Act.REPETITION: ActRule("55-19/15"),
}

REQUESTS = tuple(act for act, rule in RULES.items() if rule.suspends)
"""The acts by which the citizen is asked for something, and the clock stands still until she answers."""
