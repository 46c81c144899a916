"""Who and what the tests of the whole portal have in common."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.browser import Browser
from tests.support.devices import lent_device, softhsm
from tests.support.kiosk import at_work
from tests.support.portal import TestPortal


@pytest.fixture
def amina(browser: Browser) -> Browser:
    """A citizen who has signed in."""
    browser.sign_in()
    return browser


@pytest.fixture
def staff(portal: TestPortal) -> Callable[..., Browser]:
    """Makes an account and signs it in, in a browser of its own."""

    def sign_in(login: str = "agent", unit: str = "annexe-ahfir", *roles: str) -> Browser:
        return at_work(portal, login, unit, *(roles or ("agent",)))

    return sign_in


@pytest.fixture(scope="module")
def module() -> str:
    """The library of a device that holds keys."""
    return softhsm()


@pytest.fixture(scope="module")
def device(module: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The label of a device's token; what a test puts on it is there for the whole module."""
    with lent_device(module, tmp_path_factory.mktemp("device")) as label:
        yield label
