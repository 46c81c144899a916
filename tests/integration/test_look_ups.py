"""A register is asked about a person over real HTTP: only for what is wanted, and only what it is understood to say."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from portal.adapters.connectors.http import HttpConnector
from portal.adapters.connectors.mapping import MappingError, parse_mapping
from portal.ports import Rejected, Unreachable
from portal.sandbox.config import DEFAULT_RNP_KEY
from portal.sandbox.persons import PERSONS
from portal.sandbox.process import RunningSandbox, running_sandbox

FATIMA = PERSONS[0]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@contextmanager
def connected(address: str, key: str = DEFAULT_RNP_KEY) -> Iterator[HttpConnector]:
    register = HttpConnector(address, key)
    yield register
    register.close()


@pytest.fixture
def register(sandbox: RunningSandbox) -> Iterator[HttpConnector]:
    with connected(f"{sandbox.url}/rnp") as found:
        yield found


def test_only_what_was_asked_for_is_told(register: HttpConnector) -> None:
    told = register.look_up({"cnie": FATIMA.cnie, "birth_date": FATIMA.birth_date}, ["address", "iris"])
    assert told == {"address": FATIMA.address}


@pytest.mark.parametrize("person", [{"cnie": "ZZ999999"}, {"cnie": FATIMA.cnie, "birth_date": "1900-01-01"}])
def test_somebody_unknown_is_refused(register: HttpConnector, person: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        register.look_up(person, ["address"])


def test_a_wrong_key_is_refused(sandbox: RunningSandbox) -> None:
    with connected(f"{sandbox.url}/rnp", "wrong") as stranger, pytest.raises(Rejected):
        stranger.look_up({"cnie": FATIMA.cnie}, ["address"])


def test_a_register_that_is_down_is_unreachable() -> None:
    with connected("http://127.0.0.1:9") as dead, pytest.raises(Unreachable):
        dead.look_up({"cnie": FATIMA.cnie}, ["address"])


def test_a_register_names_what_it_can_be_asked_and_needs_no_payload() -> None:
    name = {"ar": "السجل", "fr": "Le registre"}
    mapping = parse_mapping("rnp", {"name": name, "look_up": {"attributes": {"address": "homeAddress", "phone": None}}})
    assert mapping.look_up == {"address": "homeAddress", "phone": "phone"}
    assert mapping.payload == {}
    with pytest.raises(MappingError):
        parse_mapping("rnp", {"name": name})
