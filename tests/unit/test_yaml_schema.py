"""The schema that editors check service files by: it takes every real one, and catches the usual slips."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from portal.catalogue.loader import packages
from portal.catalogue.reading import Section
from portal.catalogue.versions import load_service
from portal.catalogue.yaml_source import Entries, Items, Node, parse
from tools import service_reference
from tools.service_schema import schemas

ROOT = Path(__file__).parents[2]
SCHEMAS = schemas()
RESIDENCE = ROOT / "services/catalogue/certificat-residence/v1"


def plain(node: Node) -> Any:
    match node:
        case Entries():
            return {key: plain(value) for key, value in node.items.items()}
        case Items():
            return [plain(value) for value in node.items]
        case _:
            return float(node.value) if isinstance(node.value, Decimal) else node.value


def kind_of(name: str) -> str:
    return "example" if name.startswith("examples/") else name.removesuffix(".yaml")


def objections(name: str, found: Any) -> list[str]:
    validator = jsonschema_rs.Draft7Validator(SCHEMAS[kind_of(name)])
    return [f"{list(one.instance_path)}: {one.message}" for one in validator.iter_errors(found)]


def test_every_file_of_every_service_is_as_the_schema_says() -> None:
    for package in packages(ROOT / "services"):
        for name, text in package.files.items():
            if name.endswith(".yaml"):
                assert objections(name, plain(parse(name, text))) == [], f"{package.folder}/{name}"


def test_the_schemas_and_the_reference_are_those_of_the_code() -> None:
    stale = [
        path.name
        for path, text in service_reference.files().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `python -m tools.service_reference`"


def test_the_schemas_are_schemas() -> None:
    for schema in SCHEMAS.values():
        jsonschema_rs.meta.validate(schema)


def slip(file: str, change: Callable[[Any], None]) -> list[str]:
    found = plain(parse(file, (RESIDENCE / file).read_text(encoding="utf-8")))
    assert objections(file, found) == []
    change(found)
    return objections(file, found)


SLIPS: Mapping[str, tuple[str, Callable[[Any], None]]] = {
    "a misspelt key": ("service.yaml", lambda sheet: sheet.update(titel=sheet["title"])),
    "a text in one language": ("service.yaml", lambda sheet: sheet["title"].pop("ar")),
    "an identity that there is not": ("service.yaml", lambda sheet: sheet.update(identity="strong")),
    "a promise without its law": ("service.yaml", lambda sheet: sheet["deadline"].pop("law")),
    "a document without a basis": ("service.yaml", lambda sheet: sheet["documents"][0].pop("basis")),
    "a document of nobody": ("service.yaml", lambda sheet: sheet["documents"][0].update({"from": "neighbour"})),
    "a document of the administration without its holder": (
        "service.yaml",
        lambda sheet: sheet["documents"][0].update({"from": "administration"}),
    ),
    "a hand-off in a service that is processed": (
        "service.yaml",
        lambda sheet: sheet.update(handoff={"name": sheet["title"], "steps": [sheet["title"]]}),
    ),
    "a hand-off that leads nowhere": ("service.yaml", lambda sheet: sheet.update(mode="handoff")),
    "a type that there is not": ("form.yaml", lambda form: form["pages"][0]["fields"][0].update(type="number")),
    "options of a text": (
        "form.yaml",
        lambda form: form["pages"][0]["fields"][0].update(options=form["pages"][2]["fields"][0]["options"]),
    ),
    "one option": ("form.yaml", lambda form: form["pages"][2]["fields"][0].update(options=[])),
    "an id with a capital letter": ("form.yaml", lambda form: form["pages"][0].update(id="You")),
    "an unknown limit": ("form.yaml", lambda form: form["pages"][0]["fields"][0].update(limits={"maximal": 3})),
    "a decided state without an outcome": ("workflow.yaml", lambda flow: flow["states"]["granted"].pop("outcome")),
    "an outcome of a running state": (
        "workflow.yaml",
        lambda flow: flow["states"]["lodged"].update(outcome="granted"),
    ),
    "an effect that there is not": ("workflow.yaml", lambda flow: flow["actions"][0].update(effects=["print"])),
    "a timer that does nothing": (
        "workflow.yaml",
        lambda flow: flow["states"]["lodged"].update(timers=[{"id": "t", "after": {"days": 3, "count": "legal"}}]),
    ),
    "days that are counted in no way": (
        "workflow.yaml",
        lambda flow: flow["states"]["lodged"].update(timers=[{"id": "t", "after": {"days": 3}, "warn": ["chief"]}]),
    ),
    "a role that there is not": ("workflow.yaml", lambda flow: flow["actions"][0].update(by=["mayor"])),
    "a step that says nothing": ("examples/tenant.yaml", lambda story: story["path"].append({"on": "2026-03-09"})),
    "a day written otherwise": ("examples/tenant.yaml", lambda story: story.update(today="2/3/2026")),
}


@pytest.mark.parametrize("name", SLIPS)
def test_the_usual_slip_is_caught(name: str) -> None:
    assert slip(*SLIPS[name])


def test_every_key_that_the_loader_asks_for_is_in_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loader notes which keys it looked for: none of them may be one that an editor would underline."""
    asked: dict[str, set[str]] = {}
    close = Section.close

    def closing(section: Section) -> None:
        asked.setdefault(section.file, set()).update(section.known)
        close(section)

    monkeypatch.setattr(Section, "close", closing)
    for package in packages(ROOT / "services"):
        load_service(package.slug, package.files, version=package.version, proved=True)
    for file, keys in asked.items():
        schema = str(SCHEMAS[kind_of(file)])
        assert not {key for key in keys if f"'{key}'" not in schema}, file
