"""What pages draw: questions with what was typed, groups with their entries, and the answers to be checked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from portal.domain.service import Field, Limits, Option, Page, ResultKind, text
from portal.fields import FIELD_TYPES
from portal.fields.base import Told, Wrong
from portal.fields.forms import read_page
from portal.http.forms import Form
from portal.i18n import languages
from portal.presenting.check import sections_of
from portal.presenting.controls import Control, control_for, controls_of
from portal.presenting.templates import environment
from portal.presenting.uploads import Received
from portal.presenting.wrongs import beside, summary_of

from .field_samples import AROUND, CHILD, LABEL, TERRITORY, question

CHILDREN = replace(question("group", least=1, most=3), id="children", fields=CHILD, label=text("الأطفال", "Enfants"))
LAST = Field("last", "short_text", text("آخر سؤال", "Dernière question"))


def shown(field: Field, controls: Mapping[str, str], language: str = "fr", **rest: Any) -> Control:
    return control_for(field, controls, None, TERRITORY, language, **rest)


def drawn(control: Control, language: str = "fr") -> str:
    template = '{% from "components/control.html" import control %}{{ control(one) }}'
    return environment(language, lambda path: path).from_string(template).render(one=control)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_every_type_is_drawn_with_each_of_its_answers(kind: str, language: str) -> None:
    field = replace(question(kind), text=LABEL)
    for value in FIELD_TYPES[kind].sample(field):
        html = drawn(shown(field, controls_of(field, value), language), language)
        assert field.label[language] in html
        for control in FIELD_TYPES[kind].controls(field):
            assert f'name="{control}"' in html


@pytest.mark.parametrize("kind", [kind for kind in FIELD_TYPES if kind not in ("info", "computed")])
def test_what_is_wrong_stands_beside_the_question_and_is_tied_to_it(kind: str) -> None:
    field = question(kind)
    error = Wrong("field.required", part="text")
    html = drawn(control_for(field, {}, error, TERRITORY, "fr"))
    target = "q-text" if kind == "address" else "q"
    assert f'id="{target}-error"' in html
    assert f'{target}-error"' in html.replace(f'id="{target}-error"', "")
    assert f'id="{target}"' in html


def test_ticked_boxes_come_back_ticked() -> None:
    html = drawn(shown(question("choices"), {"q": "owner\nhosted"}))
    assert html.count("checked") == 2
    assert html.count('type="checkbox"') == 3


def test_a_long_list_stands_under_its_headings() -> None:
    town = text("بركان", "Berkane")
    options = (Option("z", text("أخرى", "Autre")), Option("a", LABEL, town), Option("b", LABEL, town))
    control = shown(replace(question("select"), options=options), {"q": "b"})
    assert control.options == [("z", "Autre")]
    assert control.groups == [("Berkane", [("a", "Question"), ("b", "Question")])]
    assert '<optgroup label="Berkane">' in drawn(control)


def test_a_group_is_drawn_with_its_entries_under_numbered_headings() -> None:
    raw = {"children-count": "2", "children-1-name": "Sara", "children-2-name": "", "children-2-born-day": "40"}
    reading = read_page([CHILDREN], raw, AROUND, lambda _field, _answers: True)
    control = shown(CHILDREN, reading.typed, errors=reading.errors)
    assert [entry.heading for entry in control.entries] == ["Enfant 1", "Enfant 2"]
    assert (control.minimum, control.maximum) == (1, 3)
    html = drawn(control)
    assert '<input type="hidden" name="children-count" value="2">' in html
    assert 'name="add" value="children"' in html
    assert 'name="remove" value="children-2"' in html
    assert 'id="children-2-name-error"' in html
    one = shown(CHILDREN, {})
    assert [entry.heading for entry in one.entries] == ["Enfant 1"]
    assert 'name="remove"' not in drawn(one)
    assert 'name="add"' not in drawn(shown(CHILDREN, {"children-count": "3"}))


def test_questions_hidden_in_an_entry_are_not_drawn() -> None:
    control = shown(CHILDREN, {}, visible=lambda field, _answers: field.id != "born")
    assert [one.id for one in control.entries[0].controls] == ["children-1-name", "children-1-aids"]


def test_files_are_listed_and_a_full_question_takes_no_more() -> None:
    photo = replace(question("file"), limits=Limits(most=2))
    held = [Received(f"f{number}", f"photo {number}.jpg", "9 Ko", f"/files/f{number}") for number in (1, 2)]
    some = drawn(shown(photo, {}, received={"q": held[:1]}))
    assert 'type="file"' in some
    assert 'name="remove" value="f1"' in some
    assert "multiple" not in some
    assert "multiple" in drawn(shown(photo, {}))
    full = drawn(shown(photo, {}, received={"q": held}))
    assert 'type="file"' not in full
    assert "photo 2.jpg" in full


def test_a_computed_value_and_a_text_are_drawn_without_any_control() -> None:
    total = question("computed")
    html = drawn(shown(total, controls_of(total, 20)), "fr")
    assert "20\u00a0dirhams" in html
    about = replace(question("info"), text=text("نص", "Un alinéa.\n\nUn autre."))
    paragraphs = drawn(shown(about, {}))
    assert "<p>Un alinéa.</p>" in paragraphs
    assert "<p>Un autre.</p>" in paragraphs
    for drawn_ in (html, paragraphs):
        assert "<input" not in drawn_


def test_a_limit_that_a_rule_gives_is_drawn_as_it_was_worked_out() -> None:
    ruled = replace(CHILDREN, limits=Limits(ruled={"least": lambda facts: facts["answers"]["least"]}))
    assert len(shown(ruled, {}, facts={"answers": {"least": 2.0}}).entries) == 2


def test_the_summary_names_the_entry_and_leads_to_its_control_in_the_order_of_the_page() -> None:
    rule = Told(text("القاعدة", "La fin vient après le début"))
    errors = {
        "last": rule,
        "children-10-name": Wrong("field.required"),
        "children-2-born": Wrong("field.date.year_short", part="year"),
        "stranger": Wrong("field.required"),
    }
    lines = summary_of([CHILDREN, LAST], errors, "fr")
    assert [(control, message.replace("\u00a0", " ")) for control, message in lines] == [
        ("children-2-born", "Enfant 2 : écrivez l’année entière, en quatre chiffres : 1985 et non 85"),
        ("children-10-name", "Enfant 10, Nom : indiquez votre réponse"),
        ("last", "La fin vient après le début"),
    ]
    assert beside(LAST, rule, "ar") == "القاعدة"


def test_the_summary_says_what_each_line_is_about_where_several_would_say_the_same() -> None:
    members = replace(
        CHILDREN,
        id="members",
        entry=text("العضو", "Membre"),
        fields=(
            replace(question("choice"), id="link", label=text("الصلة", "Lien")),
            replace(question("yes_no"), id="woman", label=text("هل هي امرأة؟", "Est-ce une femme ?")),
            replace(question("date"), id="born", label=text("تاريخ الازدياد", "Date de naissance")),
            replace(question("date"), id="joined", label=text("تاريخ الانخراط", "Date d’adhésion")),
        ),
    )
    errors = {
        "members-1-link": Wrong("field.choice.needed"),
        "members-1-woman": Wrong("field.choice.needed"),
        "members-1-born": Wrong("field.date.needed"),
        "members-1-joined": Wrong("field.date.needed"),
        "members-2-born": Wrong("field.date.needed"),
    }
    assert [message.replace("\u00a0", " ") for _, message in summary_of([members], errors, "fr")] == [
        "Membre 1, Lien : choisissez une réponse",
        "Membre 1 : Est-ce une femme ? Choisissez une réponse",
        "Membre 1, Date de naissance : indiquez la date : jour, mois et année",
        "Membre 1, Date d’adhésion : indiquez la date : jour, mois et année",
        "Membre 2 : indiquez la date : jour, mois et année",
    ]


def test_the_summary_leads_to_the_very_part_of_an_address() -> None:
    ((control, _),) = summary_of([question("address")], {"q": Wrong("field.place.needed", part="place")}, "fr")
    assert control == "q-place"


def test_the_answers_are_checked_with_each_entry_under_its_heading_and_without_texts() -> None:
    total = replace(question("computed"), id="total", value=lambda _facts: 20.0, result=ResultKind.MONEY)
    fields = (CHILDREN, total, question("info"), replace(question("file"), id="photo"))
    answers = {
        "children": [{"name": "Sara", "born": "2020-08-07", "aids": None}],
        "photo": [{"id": "f1", "name": "photo.jpg"}],
    }
    (section,) = sections_of([Page("p", LABEL, fields)], {}, answers, AROUND, "fr")
    group, computed, photo = section.rows
    (entry,) = group.entries
    assert entry.heading == "Enfant 1"
    assert [(row.label, row.value) for row in entry.rows] == [
        ("Nom", "Sara"), ("Date de naissance", "7 août 2020"), ("Appareils", "Non renseigné"),
    ]  # fmt: skip
    assert group.value == "Enfant 1, Sara, 7 août 2020"
    assert computed.value == "20\u00a0dirhams"
    assert photo.value == "photo.jpg"
    template = '{% from "components/check_answers.html" import check_answers %}{{ check_answers(sections) }}'
    html = environment("fr", lambda path: path).from_string(template).render(sections=[section])
    assert "<strong>Enfant 1</strong>" in html
    assert "<dt>Nom</dt><dd><bdi>Sara</bdi></dd>" in html


def test_a_form_joins_what_is_sent_several_times_under_one_name() -> None:
    form = Form([("q", "owner"), ("note", "x"), ("q", "hosted")])
    assert dict(form) == {"q": "owner\nhosted", "note": "x"}
    assert FIELD_TYPES["choices"].read(question("choices"), form, AROUND) == ["owner", "hosted"]
