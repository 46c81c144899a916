"""A small sound service with one of everything a workflow can have, for tests to break and to live through."""

from collections.abc import Mapping
from pathlib import Path

from portal.catalogue.faults import Unsound
from portal.catalogue.loader import load_service, read_folder, read_territory
from portal.domain.service import ServiceDefinition
from portal.domain.territory import Territory

SERVICES = Path(__file__).parents[2] / "services"
TERRITORY = read_territory(SERVICES)
PLATFORMS = frozenset({"jisr"})

FILES = read_folder(Path(__file__).parent / "market")
FLOW = FILES["workflow.yaml"]
EXAMPLE = FILES["examples/market.yaml"]
ELIGIBLE = FILES["examples/welcome.yaml"]
WITHOUT_A_STORY = {name: text for name, text in FILES.items() if name != "examples/market.yaml"}

Change = tuple[str, str]


def changed(text: str, *changes: Change) -> str:
    """A text with some of its words replaced, each once."""
    for old, new in changes:
        assert old in text, f"{old!r} is not in the service"
        text = text.replace(old, new, 1)
    return text


def load(files: Mapping[str, str], territory: Territory | None = TERRITORY) -> ServiceDefinition:
    return load_service("market", files, territory=territory, platforms=PLATFORMS)


def faults_of(files: Mapping[str, str], territory: Territory | None = TERRITORY) -> list[str]:
    """Everything the loader says of a service, as ``file:line: message``; nothing for a sound one."""
    try:
        load(files, territory)
    except Unsound as unsound:
        return [str(fault) for fault in unsound.faults]
    return []


def flow_faults(*changes: Change) -> list[str]:
    """What the loader says once words of the workflow are replaced; no example of a case, for it might no longer fit."""
    return faults_of({**WITHOUT_A_STORY, "workflow.yaml": changed(FLOW, *changes)})


def story_faults(*changes: Change) -> list[str]:
    """What the loader says once words of the example are replaced."""
    return faults_of({**FILES, "examples/market.yaml": changed(EXAMPLE, *changes)})
