"""Tells what changes from one version of a service to another, in words."""

from typing import Annotated

import typer

from portal.cli.context import Json, show_json
from portal.cli.designing import Folder, InLanguage, Language, load, services_folder
from portal.i18n import N_, translate
from portal.presenting.differences import differences

HEADINGS = {
    "citizens": N_("For citizens"),
    "agents": N_("For agents"),
    "partners": N_("For partners' systems"),
}


def diff(
    slug: Annotated[str, typer.Argument(help="The service, by the name of its folder.")],
    older: Annotated[int, typer.Argument(help="The older version's number.")],
    newer: Annotated[int, typer.Argument(help="The newer version's number.")],
    lang: InLanguage = Language.FR,
    services: Folder = None,
    as_json: Json = False,
) -> None:
    """Tell in words what changes from one version to another: for citizens, for agents, for partners."""
    folder = services_folder(services)
    found = differences(load(folder, slug, older), load(folder, slug, newer), lang.value)
    if as_json:
        show_json({name: list(getattr(found, name)) for name in HEADINGS})
        return
    if not found:
        print(translate(lang.value, N_("Nothing changes.")))
    for name, heading in HEADINGS.items():
        lines = getattr(found, name)
        if lines:
            print(translate(lang.value, heading))
        for line in lines:
            print(f"- {line}")
