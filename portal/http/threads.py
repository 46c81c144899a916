"""Where pages and interface calls run: a few threads of our own, for half of what handing over to AnyIO's costs."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from portal.domain.errors import Busy

Result = TypeVar("Result")

AGAIN_SECONDS = "5"
"""After how long there may be room in a line again."""


def make_threads(count: int) -> ThreadPoolExecutor:
    """The threads of one application. More than a few only lengthen the queue for the processor."""
    return ThreadPoolExecutor(count, thread_name_prefix="page")


async def in_thread(request: Request, action: Callable[..., Result], *given: Any, **named: Any) -> Result:
    """What ``action`` returns, called in one of the application's threads."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(request.app.state.threads, partial(action, *given, **named))


class Line:
    """Few threads for work that takes long, and ``room`` for so much of it: pages are not kept waiting by any of it.

    What there is no room for is refused at once: whoever waits too long is gone when it is done.
    """

    def __init__(self, threads: int, room: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._room = threading.BoundedSemaphore(room)

    async def run(self, action: Callable[[], Result]) -> Result:
        """What ``action`` returns; raises Busy."""
        if not self._room.acquire(blocking=False):
            raise Busy(seconds=AGAIN_SECONDS)
        begun = self._threads.submit(action)
        # Also where nobody waits for it any more: what is under way takes up room until it is done.
        begun.add_done_callback(lambda _: self._room.release())
        return await asyncio.wrap_future(begun)


class Later(Exception):
    """Raised by a page whose answer takes a file to be looked at: the rest of it, for the line of those that wait."""

    def __init__(self, work: Callable[[], Response]) -> None:
        super().__init__()
        self.work = work
