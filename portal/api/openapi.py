"""The interface's own description: OpenAPI 3.1, of its routes and no page."""

from collections.abc import Sequence
from functools import cached_property
from http import HTTPStatus
from typing import Any

import orjson
from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from portal.api.clock_example import CLOCK_EXAMPLE
from portal.api.problems import MEDIA_TYPE
from portal.api.shapes import Callback, Problem
from portal.api.verify_shapes import ToVerify

DESCRIPTION = """\
For the systems of partner ministries. Each sees the cases of the services granted to it, and may report what became of
them. Ask for a token first; errors are `application/problem+json`. The guide is `docs/integrators.md`.
"""

REFERENCE = "#/components/schemas/{model}"
SCHEMES: dict[str, Any] = {
    "clientBasic": {"type": "http", "scheme": "basic", "description": "The partner's id and secret."},
    "webhookSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks, with `webhook-id` and `webhook-timestamp`.",
    },
}


EXAMPLES: dict[str, Any] = {"Clock": CLOCK_EXAMPLE}
"""Whole answers, by their schema. FastAPI would leave every null out of them."""


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems a route answers with, for its ``responses``; ``default`` stands for whatever else goes wrong."""
    content = {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(model="Problem")}}}
    named: dict[int | str, dict[str, Any]] = {
        status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses
    }
    return {**named, "default": {"description": "Any other problem", "content": content}}


class Description:
    """The document, made once per process."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = routes

    @cached_property
    def body(self) -> bytes:
        document = get_openapi(
            title="Shubbak", version="1", openapi_version="3.1.0", description=DESCRIPTION, routes=self._routes
        )
        components = document.setdefault("components", {})
        components.setdefault("securitySchemes", {}).update(SCHEMES)
        schemas = components.setdefault("schemas", {})
        for model in (Problem, Callback, ToVerify):
            schema = model.model_json_schema(ref_template=REFERENCE)
            schemas.update(schema.pop("$defs", {}))
            schemas[model.__name__] = schema
        for name, example in EXAMPLES.items():
            schemas[name]["examples"] = [example]
        return orjson.dumps(document)
