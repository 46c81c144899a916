"""French texts are typed with ordinary spaces and printed with such as do not break, so that no line begins with a sign."""

import re

import pytest

from portal import i18n
from portal.catalogue.loader import load_service, packages
from portal.domain.text import curved, typeset
from tests.support.portal import SERVICES

BREAKING = re.compile(r"\S [?!;:»]|« ")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Êtes-vous étudiant ?", "Êtes-vous étudiant\u00a0?"),
        ("Le sigle « CNIE » : il suffit ; merci !", "Le sigle «\u00a0CNIE\u00a0»\u00a0: il suffit\u00a0; merci\u00a0!"),
        ("À 14:30, voir https://example.ma", "À 14:30, voir https://example.ma"),
    ],
)
def test_in_french_a_space_before_a_sign_does_not_break(typed: str, printed: str) -> None:
    assert typeset("fr", typed) == printed == typeset("fr", printed)
    assert typeset("ar", typed) == typed


def test_every_french_text_of_the_interface_is_typeset() -> None:
    assert i18n.translate("fr", "%(label)s: %(message)s", {"label": "Lien", "message": "x"}) == "Lien\u00a0: x"


def test_every_french_text_of_a_service_is_typeset() -> None:
    package = next(one for one in packages(SERVICES) if one.slug == "rendez-vous")
    assert any(BREAKING.search(text) for text in package.files.values())
    definition = load_service(package.slug, package.files, version=package.version, proved=True)
    questions = definition.fields.values()
    said = [*(one.label["fr"] for one in questions), *(one.hint["fr"] for one in questions if one.hint)]
    assert any("\u00a0?" in text for text in said)
    assert not [text for text in said if BREAKING.search(text)]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("8 heures d'ouverture, jusqu'au 3 mai", "8 heures d’ouverture, jusqu’au 3 mai"),
        ("L'autorité dit : l'« ordre » d'\u2068Ahfir\u2069", "L’autorité dit : l’« ordre » d’\u2068Ahfir\u2069"),
        ("L’administration", "L’administration"),
        ("'ainsi' et 5'", "'ainsi' et 5'"),
    ],
)
def test_on_paper_an_apostrophe_is_curved(typed: str, printed: str) -> None:
    assert curved(typed) == printed == curved(printed)
