"""A plain-text page of Starlette's on the portal's own server: what everything is compared with."""

import sys

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from portal.serving import serve_forever
from portal.settings import Settings


async def hello(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


def application() -> Starlette:
    return Starlette(routes=[Route("/", hello)])


if __name__ == "__main__":
    serve_forever("127.0.0.1", int(sys.argv[1]), Settings().web_processes, "bench.bare:application")
