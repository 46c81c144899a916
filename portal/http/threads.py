"""Where pages and interface calls run: a few threads of our own, for half of what handing over to AnyIO's costs."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from starlette.requests import Request

Result = TypeVar("Result")


def make_threads(count: int) -> ThreadPoolExecutor:
    """The threads of one application. More than a few only lengthen the queue for the processor."""
    return ThreadPoolExecutor(count, thread_name_prefix="page")


async def in_thread(request: Request, action: Callable[..., Result], *given: Any, **named: Any) -> Result:
    """What ``action`` returns, called in one of the application's threads."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(request.app.state.threads, partial(action, *given, **named))
