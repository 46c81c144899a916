"""What a service calls sensitive, kept from those who see a case and have no need of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from portal.actions.perform import OpenCase
from portal.catalogue.output_proofs import made_of_sensitive
from portal.domain.events import Event, OpinionGiven
from portal.domain.form import every_field
from portal.domain.service import Field, ServiceDefinition


def holds_sensitive(definition: ServiceDefinition) -> bool:
    """Whether a service asks for anything sensitive: in its form, in its documents, or while somebody acts."""
    of_acts = (field for rule in definition.actions for field in rule.asks)
    asked = (*definition.fields.values(), *of_acts, *_of_opinions(definition))
    return any(one.sensitive for one in definition.documents) or any(one.sensitive for one in every_field(asked))


def open_fields(definition: ServiceDefinition, fields: Sequence[Field]) -> tuple[Field, ...]:
    """These questions without the sensitive ones, and without what is computed from such; inside groups too."""
    return tuple(
        replace(one, fields=open_fields(definition, one.fields))
        for one in fields
        if not one.sensitive and not (one.type == "computed" and made_of_sensitive(definition, one))
    )


def without(opened: OpenCase) -> OpenCase:
    """The case without the sensitive words of those who acted on it or gave an opinion, and without sensitive oaths."""
    definition = opened.definition
    known = {one.id for one in definition.documents if one.sensitive}
    statements = tuple(one for one in opened.dossier.statements if one not in known)
    lines = [replace(line, event=_open(definition, line.event)) for line in opened.lines]
    return replace(opened, dossier=replace(opened.dossier, statements=statements), lines=lines)


def _open(definition: ServiceDefinition, event: Event) -> Event:
    inputs: dict[str, Any] | None = getattr(event, "inputs", None)
    if not inputs:
        return event
    hidden = {one.id for one in _asked(definition, event) if one.sensitive}
    said: dict[str, Any] = {name: value for name, value in inputs.items() if name not in hidden}
    return replace(event, inputs=said)  # type: ignore[call-arg]


def _asked(definition: ServiceDefinition, event: Event) -> Iterable[Field]:
    """The questions that the words of an event can be answers to: those of its action wherever that begins."""
    if isinstance(event, OpinionGiven):
        return _of_opinions(definition)
    action = getattr(event, "action", "")
    return [field for rule in definition.actions if rule.action == action for field in rule.asks]


def _of_opinions(definition: ServiceDefinition) -> list[Field]:
    asked = [state.consultation.opinions for state in definition.states.values() if state.consultation is not None]
    return [field for opinions in asked for one in opinions for field in one.asks]
