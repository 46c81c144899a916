"""A browser without scripts: follows redirects, keeps cookies, fills in the forms it is shown."""

import atexit
import re
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from html import unescape
from typing import Any

import httpx2
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient

from tests.support.portal import BASE_URL, TestPortal

CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@cache
def served() -> BlockingPortal:
    """The loop that serves all browsers of this process: to start one for each page takes a third of the page's time."""
    until_the_end = ExitStack()
    atexit.register(until_the_end.close)
    return until_the_end.enter_context(start_blocking_portal())


class Browser:
    """One person's browser, at one portal."""

    def __init__(self, portal: TestPortal) -> None:
        self.portal = portal
        self.client = TestClient(portal.app, base_url=BASE_URL, follow_redirects=True)
        self.client.portal = served()
        self.last: httpx2.Response | Any = None

    @property
    def text(self) -> str:
        return unescape(self.last.text)

    @property
    def url(self) -> str:
        return str(self.last.url).removeprefix(BASE_URL)

    def get(self, path: str, **options: Any) -> Any:
        self.last = self.client.get(path, **options)
        return self.last

    def post(self, path: str, data: Mapping[str, Any] | None = None, files: Any = None, **options: Any) -> Any:
        """Sends a form with the proof of the page shown last."""
        found = CSRF.search(self.last.text) if self.last is not None else None
        proof = {"csrf": found.group(1)} if found else {}
        headers = {"origin": BASE_URL, "sec-fetch-site": "same-origin", **options.pop("headers", {})}
        self.last = self.client.post(path, data={**proof, **(data or {})}, files=files, headers=headers, **options)
        return self.last

    def sign_in(self, language: str = "fr") -> None:
        """Signs in as the person that the identity provider knows."""
        self.get(f"/{language}/sign-in")
        self.post(f"/{language}/sign-in", {"next": f"/{language}/services", "level": "substantial"})
        assert self.last.status_code == 200, self.last.text

    def staff_sign_in(self, login: str, password: str, language: str = "fr") -> None:
        self.get(f"/{language}/counter/sign-in")
        self.post(
            f"/{language}/counter/sign-in", {"login": login, "password": password, "next": f"/{language}/counter"}
        )
