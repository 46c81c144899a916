"""Begins a service: a commented folder that is sound from the first minute, to be rewritten text by text."""

import os
from pathlib import Path
from typing import Annotated

import typer

from portal.catalogue.loader import CATALOGUE, SLUG
from portal.cli.context import fail, writing
from portal.cli.designing import services_folder, territory_of
from portal.domain.service import Mode, UnitKind
from portal.domain.territory import Territory

SAMPLES = Path(__file__).parent / "new_service"
SCHEMAS = Path(__file__).parents[2] / "docs" / "services" / "schema"
"""Where editors find what may be written in each file."""

LONGEST_SLUG = 60


def new(
    slug: Annotated[str, typer.Argument(help="The name of its folder and in its address: a-z, digits and dashes.")],
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A services folder; the installed one by default.")
    ] = None,
    mode: Annotated[Mode, typer.Option("--mode", help="processed, or handoff for what is done elsewhere.")] = (
        Mode.PROCESSED
    ),
) -> None:
    """Begin a service: writes a commented folder that `portal check` finds sound."""
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        fail(f"'{slug}' cannot be the name of a service: use small letters a-z, digits and dashes, as in acte-de-vente")
    services = services_folder(directory)
    folder = services / CATALOGUE / slug
    if folder.exists():
        fail(f"there is a service {slug} already: to change it, copy its last version to the next number")
    target = folder / "v1"
    files = sample(mode, territory_of(services), target)
    with writing(target):
        for name, text in files.items():
            file = target / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    print(f"written in {target}: replace the texts, then run `portal check`")


def sample(mode: Mode, territory: Territory, target: Path) -> dict[str, str]:
    """The files of a service to begin with, with a place and an office of this province in its examples."""
    place = territory.places()[0].value
    filled = {
        "{schema}": os.path.relpath(SCHEMAS, target).replace(os.sep, "/"),
        "{place}": f'"{place}"',
        "{unit}": territory.unit_for([UnitKind.COMMUNE], place).id,
    }
    files = {}
    root = SAMPLES / mode.value
    for file in sorted(root.rglob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        name = file.relative_to(root).as_posix()
        depth = "../" * name.count("/")
        for mark, value in filled.items():
            text = text.replace(mark, depth + value if mark == "{schema}" else value)
        files[name] = text
    return files
