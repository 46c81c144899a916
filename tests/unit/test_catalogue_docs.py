"""What docs/services/language.md says is what the loader does."""

import re
from pathlib import Path

import pytest

from portal.catalogue.calendar import Feast
from portal.catalogue.cel_values import FUNCTIONS as OWN_FUNCTIONS
from portal.catalogue.conditions import CASE
from portal.catalogue.flow_proofs import ACTORS
from portal.catalogue.form import PERSON
from portal.catalogue.limits import MEASURED
from portal.catalogue.loader import load_service, read_territory
from portal.catalogue.output_proofs import PLACEHOLDERS
from portal.catalogue.questions import OF_TYPES
from portal.catalogue.sheet import FORMATS, WAYS_TO_PAY
from portal.domain.acts import Act
from portal.domain.clock import LAWS
from portal.domain.life_events import Pictogram
from portal.domain.service import (
    IdentityLevel,
    Mode,
    Occasion,
    Result,
    ResultKind,
    Silence,
    StateKind,
    UnitKind,
    Verdict,
)
from portal.fields import FIELD_TYPES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/services/language.md").read_text(encoding="utf-8")


def test_the_service_of_the_page_is_sound() -> None:
    files = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", PAGE, re.DOTALL))
    elsewhere = {"service.yaml": files.pop("handoff/service.yaml")}
    assert sorted(files) == ["examples/for_another.yaml", "form.yaml", "service.yaml", "workflow.yaml"]
    service = load_service("access", files, territory=read_territory(ROOT / "services"))
    assert service.title["fr"] == "Accès à l'information"
    assert load_service("building-permit", elsewhere, territory=read_territory(ROOT / "services")).handoff is not None


@pytest.mark.parametrize(
    "closed",
    [
        UnitKind,
        IdentityLevel,
        Silence,
        StateKind,
        Result,
        Act,
        Occasion,
        LAWS,
        FIELD_TYPES,
        PERSON,
        FORMATS,
        WAYS_TO_PAY,
        Feast,
        Pictogram,
        ACTORS,
        Mode,
        Verdict,
        ResultKind,
        OF_TYPES,
        [f"case.{name}" for name in CASE],
        [key for keys, _ in MEASURED.values() for key in keys],
    ],
)
def test_every_word_of_a_closed_list_is_on_the_page(closed: object) -> None:
    assert isinstance(closed, type) or hasattr(closed, "__iter__")
    for word in closed:
        assert f"`{word}`" in PAGE


def test_every_function_of_our_own_is_on_the_page() -> None:
    for name in (*OWN_FUNCTIONS, "age"):
        assert f"{name}(" in PAGE


def test_every_placeholder_is_on_the_page() -> None:
    for name in PLACEHOLDERS:
        assert f"`{{{name}}}`" in PAGE
