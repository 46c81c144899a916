"""The days a person may propose for an appointment: an office that is closed receives nobody."""

from typing import Any

import pytest

from portal.catalogue.loader import load_service, packages
from tests.support.portal import SERVICES


@pytest.mark.parametrize(
    ("days", "open_then"),
    [
        (["2026-03-09", "2026-03-13"], True),
        (["2026-03-14"], False),
        (["2026-03-09", "2026-03-15"], False),
        ([None], True),
        ([], True),
    ],
)
def test_a_saturday_or_a_sunday_is_refused_with_what_to_do(days: list[str | None], open_then: bool) -> None:
    package = next(one for one in packages(SERVICES) if one.slug == "rendez-vous")
    definition = load_service(package.slug, package.files, version=package.version, proved=True)
    (rule,) = next(page for page in definition.pages if page.id == "when").rules
    facts: dict[str, Any] = {"answers": {"slots": [{"day": day, "half": "morning"} for day in days]}}
    assert rule.holds({**facts, "identity": {"level": "low"}, "case": {}, "today": "2026-03-02"}) is open_then
    assert rule.at == "slots"
    assert "الجمعة" in rule.says["ar"]
    assert "vendredi" in rule.says["fr"]
