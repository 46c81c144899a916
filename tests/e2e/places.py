"""What a tour visits, and what it stops at."""

from dataclasses import dataclass
from pathlib import Path

from tests.e2e.running import Employee, RunningPortal
from tests.e2e.survey import Tourist

Stop = tuple[str, Tourist]
"""The name of a page in a state, and who has it in front of her."""


@dataclass(frozen=True)
class Places:
    """The portals that a tour visits, and what it takes along."""

    portal: RunningPortal
    """An empty one, complete with its worker."""
    province: RunningPortal
    """One full of cases, as a demonstration; nothing is signed there, and its identity provider is out of reach."""
    employees: dict[str, tuple[Employee, str]]
    """Those of the province by login, each with the password."""
    photo: Path
