"""Codes, names and numbers keep their order inside Arabic."""

import pytest
from markupsafe import Markup

from portal.presenting.isolation import apart, quoted_on_page, whole, written


@pytest.mark.parametrize(
    ("words", "foreign"),
    [
        ("القانون رقم 55.19 المتعلق بتبسيط المساطر", ["55.19"]),
        ("اكتب الرقم مثل FB123456.", ["FB123456"]),
        ("PDF، JPEG، PNG، إلى حدود 10 ميغابايت", ["PDF", "JPEG", "PNG"]),
        ("اكتب رقما مثل 06 12 34 56 78 أو +212 612 345 678", ["06 12 34 56 78", "+212 612 345 678"]),
        ("اكتبه مثل nom@example.ma", ["nom@example.ma"]),
        ("أدخل مبلغا لا يتجاوز 5.000,50 درهم", ["5.000,50"]),
        ("اختر يوما من 1 إلى 31", []),
    ],
)
def test_what_is_of_another_script_is_set_apart(words: str, foreign: list[str]) -> None:
    expected = words
    for run in foreign:
        expected = expected.replace(run, f'<bdi dir="ltr">{run}</bdi>')
    assert apart(words) == Markup(expected)  # noqa: S704  Written above.


def test_what_is_set_apart_is_escaped() -> None:
    assert apart("<img src=x> & شيء") == '&lt;<bdi dir="ltr">img src</bdi>=<bdi dir="ltr">x</bdi>&gt; &amp; شيء'
    assert apart(Markup("<b>55.19</b>")) == "<b>55.19</b>"


@pytest.mark.parametrize("code", ["A-AB1-2026-000001", "BRK-26-HDWN-4S0W-Y"])
def test_a_number_of_a_document_or_file_stays_on_one_line(code: str) -> None:
    kept = f'<bdi class="num" dir="ltr">{code}</bdi>'
    assert whole(f"لم تعد صالحة: شهادة السكنى، {code}.") == f"لم تعد صالحة: شهادة السكنى، {kept}."
    assert whole(f"<b> {code}, {code}") == f"&lt;b&gt; {kept}, {kept}"
    assert whole(Markup("<b>A-AB1-2026-000001</b>")) == "<b>A-AB1-2026-000001</b>"
    assert whole("Fatima-Zahra, peut-être le 23-11-2026") == "Fatima-Zahra, peut-être le 23-11-2026"


def test_what_somebody_typed_keeps_its_references_whatever_the_page_is_in() -> None:
    assert written("عقد رقم 12/B-2024") == 'عقد رقم <bdi dir="ltr">12/B-2024</bdi>'
    assert written("Contrat n° 12/B-2024 <i>") == "Contrat n° 12/B-2024 &lt;i&gt;"
    assert quoted_on_page("عقد رقم 12/B-2024") == "\u2068عقد رقم \u206612/B-2024\u2069\u2069"
    assert quoted_on_page("Contrat n° 12/B-2024") == "\u2068Contrat n° 12/B-2024\u2069"
    # A mark that somebody typed ends no isolation early.
    assert quoted_on_page("عقد\u2069 12/3") == "\u2068عقد \u206612/3\u2069\u2069"
