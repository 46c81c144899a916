"""What the commands for those who write services share: which service they are about, and in which language."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from portal.catalogue.faults import Unsound
from portal.catalogue.loader import Package, load_service, packages, platforms_of, read_territory
from portal.cli.context import fail
from portal.domain.service import ServiceDefinition
from portal.domain.territory import Territory
from portal.settings import Settings

Folder = Annotated[Path | None, typer.Option("--services", help="A services folder; the installed one by default.")]
Version = Annotated[int | None, typer.Option("--version", help="Which version; the newest by default.")]


class Language(StrEnum):
    """The languages in which a service always is."""

    AR = "ar"
    FR = "fr"


InLanguage = Annotated[Language, typer.Option("--lang", help="The language to read it in.")]


def services_folder(folder: Path | None) -> Path:
    return folder or Settings().services_dir


def versions_of(folder: Path, slug: str) -> dict[int, Package]:
    """The versions of a service by their numbers; ends the command where there are none."""
    try:
        found = {one.version: one for one in packages(folder) if one.slug == slug}
    except Unsound as unsound:
        print(unsound)
        raise typer.Exit(1) from None
    if not found:
        fail(f"there is no service {slug} in {folder}")
    return found


def load(folder: Path, slug: str, version: int | None, *, proved: bool = True) -> ServiceDefinition:
    """One version of a service. What is published is read without its proofs; otherwise its faults are printed."""
    found = versions_of(folder, slug)
    number = version or max(found)
    if number not in found:
        fail(f"{slug} has no version {number}: there are {', '.join(map(str, sorted(found)))}")
    package = found[number]
    try:
        return load_service(
            slug,
            package.files,
            version=number,
            territory=None if proved else read_territory(folder),
            platforms=None if proved else platforms_of(folder),
            proved=proved,
        )
    except Unsound as unsound:
        for fault in unsound.faults:
            print(fault.under(package.folder))
        raise typer.Exit(1) from None


def territory_of(folder: Path) -> Territory:
    try:
        return read_territory(folder)
    except Unsound as unsound:
        print(unsound)
        raise typer.Exit(1) from None
