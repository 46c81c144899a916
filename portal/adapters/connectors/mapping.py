"""Which facts of a case go to a platform, and under which names: declared in services/platforms, never in Python."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from portal.domain.service import Text

FACTS = frozenset({"case", "applicant", "beneficiary", "filer", "answers", "service"})
"""What a mapping may draw on: the first word of every source path."""

LANGUAGES = ("ar", "fr")


class MappingError(Exception):
    """A platform's mapping is unsound, or asks for a fact that the case does not have."""


@dataclass(frozen=True)
class Source:
    """Where one value of the payload comes from: a dotted path into the facts."""

    path: tuple[str, ...]
    required: bool = False

    def __str__(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True)
class PlatformMapping:
    """What one platform is sent and may answer.

    ``payload`` maps JSON paths of its contract to facts, for every service; ``services`` adds those of one service, by
    slug. ``follow_ups`` names, in both languages, each status it may report afterwards. ``look_up`` are the attributes of
    a person that it can be asked for, under the names by which it knows them.
    """

    platform: str
    name: Text
    payload: Mapping[tuple[str, ...], Source]
    services: Mapping[str, Mapping[tuple[str, ...], Source]] = field(default_factory=dict)
    follow_ups: Mapping[str, Text] = field(default_factory=dict)
    look_up: Mapping[str, str] = field(default_factory=dict)


def read_mapping(path: Path) -> PlatformMapping:
    """The mapping in a YAML file, named after it; raises MappingError with the file's name."""
    try:
        return parse_mapping(path.stem, yaml.safe_load(path.read_text("utf-8")))
    except (MappingError, yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{path.name}: {error}") from error


def parse_mapping(platform: str, declared: object) -> PlatformMapping:
    """The mapping declared by a platform's YAML; raises MappingError saying what is wrong with it."""
    top = _mapping(declared, "the file")
    unknown = top.keys() - {"name", "payload", "services", "follow_ups", "look_up"}
    if unknown:
        raise MappingError(f"unknown entries: {', '.join(sorted(unknown))}")
    return PlatformMapping(
        platform,
        _text(top.get("name"), "name"),
        # A register that is only asked takes no cases.
        _sources(top.get("payload", {} if "look_up" in top else None), "payload"),
        {
            slug: _sources(_mapping(entry, f"services.{slug}").get("payload"), f"services.{slug}.payload")
            for slug, entry in _mapping(top.get("services", {}), "services").items()
        },
        {
            status: _text(label, f"follow_ups.{status}")
            for status, label in _mapping(top.get("follow_ups", {}), "follow_ups").items()
        },
        _attributes(_mapping(top.get("look_up", {}), "look_up")),
    )


def _attributes(declared: Mapping[str, Any]) -> dict[str, str]:
    """The attributes of ``look_up``, under ``attributes`` or at once; one without a name of its own keeps ours."""
    found = _mapping(declared.get("attributes", declared), "look_up.attributes")
    return {name: theirs if isinstance(theirs, str) and theirs else name for name, theirs in found.items()}


def build_payload(mapping: PlatformMapping, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON to send for a case: empty facts are left out, unknown or missing required ones raise MappingError.

    ``facts`` has the keys of FACTS, each a mapping or a dataclass; ``service`` has at least its ``slug``.
    """
    slug = str(_find(facts, Source(("service", "slug"))))
    payload: dict[str, Any] = {}
    for target, source in {**mapping.payload, **mapping.services.get(slug, {})}.items():
        value = _plain(_find(facts, source))
        if value not in (None, "", [], {}):
            _place(payload, target, value)
        elif source.required:
            raise MappingError(f"{source} is empty, but {mapping.platform} requires {'.'.join(target)}")
    return payload


def _find(facts: Mapping[str, Any], source: Source) -> Any:
    value: Any = facts
    for depth, step in enumerate(source.path):
        if depth > 0 and value is None:
            return None  # Nobody there: the whole branch is empty.
        known = _named(value)
        if step not in known:
            has = ", ".join(sorted(known)) or "nothing"
            raise MappingError(f"{source} is unknown: {'.'.join(source.path[:depth]) or 'a case'} has {has}")
        value = known[step]
    return value


def _named(value: Any) -> Mapping[str, Any]:
    """What lies inside a value, by name: the entries of a mapping, the fields of a dataclass."""
    if is_dataclass(value):
        return {item.name: getattr(value, item.name) for item in fields(value)}
    return value if isinstance(value, Mapping) else {}


def _place(payload: dict[str, Any], target: tuple[str, ...], value: Any) -> None:
    for step in target[:-1]:
        payload = payload.setdefault(step, {})
    payload[target[-1]] = value


def _plain(value: Any) -> Any:
    """The value as JSON knows it."""
    match value:
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Text():
            return dict(value.values)
        case Mapping():
            return {str(key): _plain(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_plain(entry) for entry in value]
        case None | bool() | int() | float() | str():
            return value
    raise MappingError(f"a {type(value).__name__} cannot be sent")


def _sources(declared: object, where: str) -> dict[tuple[str, ...], Source]:
    entries = _mapping(declared, where)
    sources = {_path(target, where): _source(entry, f"{where}.{target}") for target, entry in entries.items()}
    for target in sources:
        for length in range(1, len(target)):
            if target[:length] in sources:
                raise MappingError(f"{where}: {'.'.join(target)} lies inside {'.'.join(target[:length])}")
    return sources


def _source(declared: object, where: str) -> Source:
    entry = {"from": declared} if isinstance(declared, str) else _mapping(declared, where)
    required = entry.get("required", False)
    if entry.keys() - {"from", "required"} or not isinstance(required, bool):
        raise MappingError(f"{where}: expected a path, or {{from: path, required: true}}")
    path = _path(entry.get("from"), where)
    if path[0] not in FACTS:
        raise MappingError(f"{where}: {path[0]} is none of {', '.join(sorted(FACTS))}")
    return Source(path, required)


def _path(declared: object, where: str) -> tuple[str, ...]:
    steps = tuple(declared.split(".")) if isinstance(declared, str) else ()
    if not steps or not all(step.replace("_", "a").isalnum() for step in steps):
        raise MappingError(f"{where}: {declared!r} is no dotted path")
    return steps


def _text(declared: object, where: str) -> Text:
    texts = _mapping(declared, where)
    if any(not isinstance(texts.get(language), str) or not texts[language].strip() for language in LANGUAGES):
        raise MappingError(f"{where}: a text is needed in {' and '.join(LANGUAGES)}")
    return Text({language: str(text) for language, text in texts.items()})


def _mapping(declared: object, where: str) -> dict[str, Any]:
    if not isinstance(declared, dict) or not all(isinstance(key, str) for key in declared):
        raise MappingError(f"{where}: expected names and values")
    return declared
