"""Draws the workflow of a service."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from portal.cli.context import fail, writing
from portal.cli.designing import Folder, InLanguage, Language, Version, load, services_folder
from portal.presenting.open_formats.bpmn import bpmn_xml
from portal.presenting.open_formats.mermaid import state_diagram
from portal.presenting.workflow_picture import workflow_svg


class Format(StrEnum):
    """What a workflow can be drawn as."""

    SVG = "svg"
    MERMAID = "mermaid"
    BPMN = "bpmn"


def draw(
    slug: Annotated[str, typer.Argument(help="The service, by the name of its folder.")],
    version: Version = None,
    form: Annotated[Format, typer.Option("--format", help="svg, mermaid or bpmn.")] = Format.SVG,
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; the terminal by default.")] = None,
    lang: InLanguage = Language.FR,
    services: Folder = None,
) -> None:
    """Draw the workflow of a service, labelled in both languages."""
    definition = load(services_folder(services), slug, version)
    if not definition.states:
        fail(f"{slug} is done elsewhere: it has no workflow to draw")
    match form:
        case Format.SVG:
            drawn = workflow_svg(definition, lang.value)
        case Format.MERMAID:
            drawn = state_diagram(definition)
        case Format.BPMN:
            drawn = bpmn_xml(definition)
    if out is None:
        typer.echo(drawn, nl=False)
        return
    with writing(out):
        out.write_text(drawn, encoding="utf-8")
    print(f"drawn in {out}")
