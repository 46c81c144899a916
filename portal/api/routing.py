"""Routes of the interface: every error leaves as a problem, whatever the rest of the application does with its own."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, get_type_hints

import orjson
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from portal.api.inputs import UnfitInputs
from portal.api.partner import Partner, take_token
from portal.api.problems import MethodNotAllowed, invalid_request, problem, refused, unexpected
from portal.domain.errors import NotFound, PortalError, TooLarge
from portal.http.routes import sign_of
from portal.http.threads import in_thread


class ApiRoute(APIRoute):
    """A route that answers with problem+json where it cannot answer otherwise."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self._sign = sign_of(path)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return super().matches(scope) if self._sign in scope["path"] else (Match.NONE, {})

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = self._direct() or super().get_route_handler()

        async def answer_or_problem(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                return _explained(request.app.state.deps.base_url, error)

        return answer_or_problem

    def _direct(self) -> Callable[[Request], Coroutine[Any, Any, Response]] | None:
        """A quicker way than FastAPI's to a handler that takes nothing but its caller and texts of the path."""
        hints = get_type_hints(self.endpoint, include_extras=True)
        hints.pop("return", None)
        callers = [name for name, hint in hints.items() if hint == Partner]
        if len(callers) != 1 or set(hints) - {*callers, *self.param_convertors}:
            return None

        async def handle(request: Request) -> Response:
            call = take_token(request)
            return await in_thread(request, self.endpoint, **{callers[0]: call}, **request.path_params)

        return handle


def _explained(base_url: str, error: Exception) -> Response:
    match error:
        case UnfitInputs():
            return problem(base_url, error, places=error.places)
        case PortalError():
            return problem(base_url, error)
        case RequestValidationError():
            return invalid_request(base_url, error)
        case HTTPException():
            return refused(base_url, error)
        case ClientDisconnect():
            raise error
        case _:
            return unexpected(base_url, error)


class Elsewhere:
    """Answers for every address below the interface's that is no route, or none for the method."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = tuple(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = {method for route in self._routes for method in self._methods(route, scope)}
        base_url = scope["app"].state.deps.base_url
        if allowed:
            answer = problem(base_url, MethodNotAllowed(), headers={"allow": ", ".join(sorted(allowed))})
        else:
            answer = problem(base_url, NotFound())
        await answer(scope, receive, send)

    @staticmethod
    def _methods(route: BaseRoute, scope: Scope) -> set[str]:
        return set(getattr(route, "methods", ())) if route.matches(dict(scope))[0] is Match.PARTIAL else set()


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON, never cached; moments are written as RFC 3339 has them, ending in Z."""
    return Response(
        orjson.dumps(body, option=orjson.OPT_UTC_Z),
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store", **(headers or {})},
    )


async def read_body(request: Request, limit: int) -> bytes:
    """The body as it was sent, cut off while it streams in; raises TooLarge."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge()
    return body
