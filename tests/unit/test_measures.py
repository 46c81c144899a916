"""What the sweep over Arabic pages takes for text of another script."""

import pytest

from tests.e2e.measures import loose_runs


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("القانون 55-19", ["55-19"]),
        ("يوم 12/03/2026", ["12/03/2026"]),
        ("اكتب nom@example.ma هنا", ["nom@example.ma"]),
        ("المرجع BRK-26-7K3F", ["BRK-26-7K3F"]),
        ("الهاتف 05 36 00 11 22", ["05 36 00 11 22"]),
        ("مثل FB123456.", ["FB123456"]),
        ("السيدة Fatima Zahra Benali هنا", ["Fatima Zahra Benali"]),
        ("ملف PDF، أو JPEG، PNG", ["JPEG", "PNG"]),
    ],
)
def test_what_may_be_carried_to_another_place_is_found(text: str, found: list[str]) -> None:
    assert loose_runs(text) == found


@pytest.mark.parametrize(
    "text",
    ["ملف PDF من فضلك", "تحت رمز QR.", "10 ميغابايت", "الساعة 10:30", "المرجع \u2066BRK-26-7K3F\u2069 هنا", "3 أيام"],
)
def test_what_stays_in_its_place_is_not(text: str) -> None:
    assert loose_runs(text) == []
