"""Answers picked from a list: options, places, boxes; and addresses, part of which is picked."""

import pytest

from portal.fields import FIELD_TYPES

from .field_samples import OPTIONS, SENTENCE, question, read, read_parts, refusal, refusal_of_parts, show

STREET = "حي السلام، زنقة 12"
SALAM = "02.113.01.09/hay-salam"


def test_a_choice_is_one_of_the_options() -> None:
    assert read("choice", " tenant ") == "tenant"
    assert refusal("choice", "squatter") == ("field.choice.unknown", {})
    assert show("choice", "tenant", "ar") == "مكتر"


def test_yes_and_no_are_true_and_false() -> None:
    assert read("yes_no", "yes") is True
    assert read("yes_no", "no") is False
    assert refusal("yes_no", "perhaps") == ("field.choice.unknown", {})


def test_a_place_is_one_of_the_territory_and_a_divided_commune_is_none() -> None:
    assert read("place", "02.113.01.09/hay-salam") == "02.113.01.09/hay-salam"
    assert refusal("place", "02.113.01.09") == ("field.place.unknown", {})
    assert show("place", "02.113.01.01", "ar") == "أحفير"
    assert show("place", "99.999", "ar") == "99.999"


@pytest.mark.parametrize("kind", ["statement", "consent"])
def test_a_statement_is_true_once_ticked_and_never_false(kind: str) -> None:
    assert read(kind, "yes") is True
    assert read(kind, "on") is True
    assert read(kind, "no") is None
    assert show(kind, True, "fr") == SENTENCE["fr"]


def test_a_pick_from_a_long_list_is_one_of_its_options() -> None:
    assert read("select", "tenant") == "tenant"
    assert refusal("select", "squatter") == ("field.choice.unknown", {})
    assert show("select", "tenant", "fr") == "Locataire"
    assert show("select", "gone since", "fr") == "gone since"


def test_boxes_are_kept_in_the_order_of_the_options_each_once() -> None:
    assert read("choices", "hosted\nowner\nhosted\n") == ["owner", "hosted"]
    assert read("choices", " tenant \r\n") == ["tenant"]
    assert read("choices", "\n") is None
    assert refusal("choices", "owner\nsquatter") == ("field.choice.unknown", {})


def test_boxes_keep_to_how_many_may_be_ticked() -> None:
    assert read("choices", "owner\ntenant", least=2, most=2) == ["owner", "tenant"]
    assert refusal("choices", "owner", least=2) == ("field.choices.too_few", {"min": "2"})
    assert refusal("choices", "owner\ntenant\nhosted", most=2) == ("field.choices.too_many", {"max": "2"})


def test_boxes_are_shown_by_their_labels() -> None:
    assert show("choices", ["owner", "hosted"], "fr") == "Propriétaire, Hébergé"
    assert show("choices", ["owner", "hosted"], "ar") == "مالك، عند قريب"
    assert show("choices", ["owner", "gone"], "fr") == "Propriétaire, gone"
    assert FIELD_TYPES["choices"].write(question("choices"), ["owner", "hosted"]) == {"q": "owner\nhosted"}
    assert [option.value for option in OPTIONS] == FIELD_TYPES["choices"].sample(question("choices"))[-1]


def test_a_commune_is_no_district_of_one() -> None:
    assert read("commune", " 02.113.01.09 ") == "02.113.01.09"
    assert refusal("commune", SALAM) == ("field.commune.unknown", {})
    assert show("commune", "02.113.01.09", "ar") == "بركان"
    assert show("commune", "99.999", "ar") == "99.999"


def test_an_address_is_a_place_and_what_people_say_of_it() -> None:
    parts = {"place": SALAM, "text": f" {STREET}\r\nقرب المسجد ", "postcode": "٦٣ ٣٠٠"}
    kept = {"place": SALAM, "text": f"{STREET}\nقرب المسجد", "postcode": "63300"}
    assert read_parts("address", parts) == kept
    assert read_parts("address", {**parts, "postcode": ""}) == {**kept, "postcode": ""}
    assert show("address", kept, "fr") == f"{STREET}\nقرب المسجد, 63300 Berkane – Hay Salam"
    assert show("address", {**kept, "text": STREET, "postcode": ""}, "ar") == f"{STREET}، بركان – حي السلام"


@pytest.mark.parametrize(
    ("parts", "key", "part"),
    [
        ({"text": STREET}, "field.place.needed", "place"),
        ({"place": "02.113.01.09", "text": STREET}, "field.place.unknown", "place"),
        ({"place": SALAM}, "field.address.text_missing", "text"),
        ({"place": SALAM, "text": "ش" * 201}, "field.too_long", "text"),
        ({"place": SALAM, "text": STREET, "postcode": "6330"}, "field.address.postcode", "postcode"),
        ({"postcode": "63300"}, "field.place.needed", "place"),
    ],
)
def test_an_unfinished_address_says_which_part_is_missing(parts: dict[str, str], key: str, part: str) -> None:
    refused, params = refusal_of_parts("address", parts)
    assert (refused, params["part"]) == (key, part)


def test_what_is_known_of_an_address_may_be_its_text_alone() -> None:
    written = FIELD_TYPES["address"].write(question("address"), STREET)
    assert written == {"q-place": "", "q-text": STREET, "q-postcode": ""}
    assert show("address", STREET) == STREET
