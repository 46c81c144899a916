"""What a service says by a rule instead of a constant: conditions, limits, computed values. Compiled outside the domain."""

from collections.abc import Callable, Mapping
from typing import Any

Facts = Mapping[str, Any]
"""What a rule may see: ``answers``, ``identity``, ``case`` (mappings) and ``today`` (a date)."""

Condition = Callable[[Facts], bool]
Expression = Callable[[Facts], Any]
"""A value made of facts: a number (float), a date, a text, a truth, or None where the facts leave it open."""


def always(_facts: Facts) -> bool:
    """The condition of whatever has none."""
    return True
