"""What a reader is told when something cannot be done."""

import re
from pathlib import Path

import pytest

from portal.domain.errors import Invalid, NotFound, PortalError, RequestTooLate, SecondRequest
from portal.fields.base import Wrong
from portal.presenting.errors import MESSAGES, UNEXPECTED, explain_error
from portal.presenting.isolation import isolated

from .presenting_samples import LANGUAGES

PORTAL = Path(__file__).resolve().parents[2] / "portal"
# ``key = "a.b"``, ``status, key = 409, "a.b"`` and ``BadFile("a.b")``.
KEY = re.compile(r"(?:\bkey = (?:\d+, )?|BadFile\()\"([a-z_]+(?:\.[a-z_]+)+)\"")


class Elsewhere(PortalError):
    key = "elsewhere.unheard_of"


def test_every_error_of_the_portal_has_its_words() -> None:
    # The partners' interface words its own problems.
    sources = [path for path in PORTAL.rglob("*.py") if "api" not in path.relative_to(PORTAL).parts]
    used = {key for path in sources for key in KEY.findall(path.read_text("utf-8"))}
    assert {"error.not_found", "apply.not_ready", "file.broken", "catalogue.unsound"} <= used
    assert used <= set(MESSAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", MESSAGES)
def test_every_error_is_told_without_a_gap(key: str, language: str) -> None:
    params = {
        "article": "55-19/14",
        "until": "2026-05-22",
        "megabytes": "5",
        "kinds": "PDF",
        "count": "5",
        "most": "20",
    }
    params |= {"year": "2026", "first": "2024", "last": "2030", "expected": "2026-03-20"}
    params |= {"day": "2026-03-20", "since": "2026-03-20"}
    error = PortalError(**params)
    error.key = key
    shown = explain_error(error, language)
    assert shown.title
    assert shown.text
    assert "%(" not in shown.title + shown.text


def test_an_unlawful_act_is_refused_with_its_article() -> None:
    assert "article 14 de la loi n° 55-19" in explain_error(SecondRequest("55-19/14"), "fr").text
    assert "المادة 14 من القانون رقم \u206655.19\u2069" in explain_error(SecondRequest("55-19/14"), "ar").text


def test_a_date_in_an_error_is_written_out() -> None:
    assert "22 mai 2026" in explain_error(RequestTooLate("55-19/14", until="2026-05-22"), "fr").text


def test_an_error_without_words_is_ours() -> None:
    assert explain_error(Elsewhere(), "fr") == explain_error(PortalError(), "fr")
    assert MESSAGES["error.unexpected"] is UNEXPECTED


def test_technical_detail_is_not_shown() -> None:
    assert "unknown status" not in explain_error(Invalid(detail="unknown status 'x'"), "fr").text
    assert explain_error(NotFound(), "ar").title


def test_a_wrong_answer_is_told_with_its_own_message() -> None:
    assert explain_error(Wrong("field.required"), "fr").text != explain_error(Invalid(), "fr").text


def test_joined_numbers_are_isolated_in_arabic_only() -> None:
    assert isolated("المرجع BRK-26-7K3F و55.19.", "ar") == "المرجع \u2066BRK-26-7K3F\u2069 و\u206655.19\u2069."
    assert isolated("loi n° 55-19", "fr") == "loi n° 55-19"
