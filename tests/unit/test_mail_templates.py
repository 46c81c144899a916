"""E-mails are folders of three files, and each says the same in every language without fetching anything."""

import re
from pathlib import Path

import pytest

from portal.presenting import messages
from portal.presenting.mail import Mail, mail
from portal.presenting.templates import ROOT

from .presenting_samples import LANGUAGES, REFERENCE

FOLDERS = sorted(path.name for path in (ROOT / "mail").iterdir() if path.is_dir())
LINK = "https://services.province-berkane.ma/fr/track"
TAGS = re.compile(r"<[^>]+>")


def drawn(kind: str, language: str, reference: str = REFERENCE) -> Mail:
    return mail(kind, language, reference=reference, date="30/09/2026", link=LINK)


def words(text: str) -> str:
    return re.sub(r"[\s\u2066\u2069]+", " ", text).strip()


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_folder_holds_a_subject_a_text_and_html(folder: str) -> None:
    assert sorted(path.name for path in Path(ROOT / "mail" / folder).iterdir()) == [
        "body.html",
        "body.txt",
        "subject.txt",
    ]


def test_every_kind_of_news_has_its_folder_and_every_folder_its_news() -> None:
    kinds = [one.mail for one in vars(messages).values() if isinstance(one, messages.News)]
    assert sorted(kinds) == FOLDERS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_text_and_html_say_the_same(folder: str, language: str) -> None:
    made = drawn(folder, language)
    shown = words(TAGS.sub("", made.html.partition("<body")[2].partition(">")[2]))
    for paragraph in made.text.strip().split("\n\n"):
        assert words(paragraph) in shown, paragraph
    assert words(made.subject).endswith(f"– {REFERENCE}")
    assert "\n" not in made.subject
    assert words(made.subject).partition(" –")[0] in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_html_mail_runs_the_right_way_and_fetches_nothing(folder: str, language: str) -> None:
    html = drawn(folder, language).html
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
    assert f">{REFERENCE}</bdi>" in html
    assert re.findall(r'href="([^"]*)"', html) == [LINK]
    assert not re.search(r"src\s*=|url\(|<(?:img|link|script|style|iframe|object|form)\b|@import", html)


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_put_in_stays_text(folder: str) -> None:
    made = drawn(folder, "fr", "<b>&")
    assert "<b>&" in made.subject
    assert "<b>&" in made.text
    assert "<b>" not in made.html
    assert "&lt;b&gt;&amp;" in made.html
