"""Texts that come in every document are turned into HTML once."""

from markupsafe import Markup

from portal.adapters.pdf.isolate import isolate
from portal.adapters.pdf.page import _SHORT, _remembered


def test_short_texts_are_worked_out_once_and_long_ones_not_kept() -> None:
    asked: list[str] = []

    def noted(words: str) -> Markup:
        asked.append(words)
        return isolate(words, "ar")

    remembered, long = _remembered(noted), "ب" * (_SHORT + 1)
    for words in ("إقليم بركان", long, "إقليم بركان", long):
        assert remembered(words) == isolate(words, "ar")
    assert asked == ["إقليم بركان", long, long]
