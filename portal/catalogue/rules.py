"""Reads the conditions and computed values of a service out of its files."""

from collections.abc import Callable
from typing import TypeVar

from portal.catalogue.conditions import BadCondition, CelCondition, CelExpression, Declared
from portal.catalogue.conditions import compile_condition as condition
from portal.catalogue.conditions import compile_expression as expression
from portal.catalogue.faults import Sentence
from portal.catalogue.reading import Section
from portal.domain.service import Condition, ResultKind, always

R = TypeVar("R", CelCondition, CelExpression)


def read_condition(section: Section, key: str, declared: Declared) -> tuple[Condition, bool]:
    """The condition written at a key, and whether there is one."""
    if not section.has(key):
        return always, False
    return _read(section, key, lambda text: condition(text, declared)) or always, True


def read_expression(
    section: Section, key: str, declared: Declared, result: ResultKind, *, optional: bool = True
) -> CelExpression | None:
    """The computed value written at a key, None where there is none or it cannot be used."""
    if not section.has(key):
        return None
    return _read(section, key, lambda text: expression(text, declared, result, optional=optional))


def _read(section: Section, key: str, compiled: Callable[[str], R]) -> R | None:
    try:
        return compiled(section.string(key))
    except BadCondition as error:
        section.fault(Sentence("'%(key)s': %(message)s", key=key, message=error.sentence), key)
        return None
