"""Python runs this first in every process of a portal under test: it notes which templates are loaded, in which language."""

import os
from collections.abc import Callable
from pathlib import Path

TARGET = os.environ.get("TEMPLATES_SEEN")

if TARGET:
    import jinja2

    # The class itself is changed, since the portal makes its loaders where no test reaches.
    found = jinja2.FileSystemLoader.get_source

    def get_source(
        loader: jinja2.FileSystemLoader, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        language = getattr(environment, "constants", {}).get("lang", "-")
        with Path(str(TARGET)).open("a", encoding="utf-8") as file:
            file.write(f"{language} {template}\n")
        return found(loader, environment, template)

    jinja2.FileSystemLoader.get_source = get_source  # type: ignore[method-assign,assignment]
