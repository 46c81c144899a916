"""Values that follow from other answers, files that were taken in, and texts between the questions."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.domain.service import Facts, Field, ResultKind
from portal.fields import FIELD_TYPES
from portal.fields.base import Wrong
from portal.fields.computed import Computed
from portal.fields.file import File

from .field_samples import AROUND, LABEL, question


def worked_out(result: ResultKind, value: Any) -> tuple[Any, str, str]:
    """The canonical value, and how it is shown in both languages."""

    def rule(_facts: Facts) -> Any:
        return value

    kind, field = Computed(), Field("q", "computed", LABEL, value=rule, result=result)
    kept = kind.value_of(field, {})
    assert kind.written(kind.write(field, kept)["q"]) == kept
    return kept, kind.show(field, kept, "ar", AROUND), kind.show(field, kept, "fr", AROUND)


@pytest.mark.parametrize(
    ("result", "value", "kept", "ar", "fr"),
    [
        (ResultKind.NUMBER, 3.0, 3, "3", "3"),
        (ResultKind.NUMBER, 12.5, 12.5, "12,5", "12,5"),
        (ResultKind.MONEY, 1500.505, 1500.51, "1.500,51\u00a0درهم", "1\u202f500,51\u00a0dirhams"),
        (ResultKind.MONEY, 0.1 + 0.2, 0.3, "0,30\u00a0درهم", "0,30\u00a0dirham"),
        (ResultKind.TEXT, "a", "a", "a", "a"),
        (ResultKind.DATE, date(2026, 8, 12), "2026-08-12", "12 غشت 2026", "12 août 2026"),
        (ResultKind.DATE, datetime(2026, 8, 12, tzinfo=UTC), "2026-08-12", "12 غشت 2026", "12 août 2026"),
        (ResultKind.TRUTH, True, True, "نعم", "Oui"),
        (ResultKind.NUMBER, None, None, "", ""),
        (ResultKind.NUMBER, float("nan"), None, "", ""),
        (ResultKind.MONEY, float("inf"), None, "", ""),
    ],
)
def test_a_computed_value_is_kept_and_shown_as_what_it_is(
    result: ResultKind, value: Any, kept: Any, ar: str, fr: str
) -> None:
    assert worked_out(result, value) == (kept, ar, fr)


def test_what_a_computed_value_was_not_written_as_is_no_value() -> None:
    assert Computed().written("12 oranges") is None
    assert Computed().written("") is None


PHOTOS = [{"id": f"f{number}", "name": f"photo {number}.jpg", "size": "9"} for number in range(1, 4)]


def test_files_are_kept_by_id_and_name_only() -> None:
    assert File().held(question("file"), PHOTOS[:1]) == [{"id": "f1", "name": "photo 1.jpg"}]
    assert File().held(question("file"), []) is None


def test_files_keep_to_how_many_are_taken() -> None:
    several = question("file", least=2, most=2)
    assert File().held(several, PHOTOS[:2])
    for question_, files, key in ((several, 3, "too_many"), (several, 1, "too_few"), (question("file"), 2, "too_many")):
        with pytest.raises(Wrong) as caught:
            File().held(question_, PHOTOS[:files])
        assert caught.value.key == f"field.file.{key}"


def test_files_are_shown_by_their_names() -> None:
    assert FIELD_TYPES["file"].show(question("file"), PHOTOS[:2], "fr", AROUND) == "photo 1.jpg, photo 2.jpg"


def test_a_text_between_the_questions_is_never_an_answer() -> None:
    info = replace(question("info"), text=LABEL)
    assert not info.asks
    assert FIELD_TYPES["info"].read(info, {"q": "x"}, AROUND) is None
    assert FIELD_TYPES["info"].write(info, "x") == {}
