"""Interface texts: found wherever they are marked, complete in each language, never written outside a mark."""

from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tools import messages
from tools.message_sources import in_python, in_template, loose_text

ROOT = Path(__file__).parents[2]


def ids(source: str) -> list[str | tuple[str, str]]:
    return [found.id for found in in_python(source) if found.problem is None]


def loose(source: str) -> list[str]:
    return [words for _, words in loose_text(source)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with one template, one module and both languages, brought up to date."""
    (tmp_path / "portal").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "portal" / "page.py").write_text('TITLE = N_("Your files")\n', encoding="utf-8")
    (tmp_path / "templates" / "page.html").write_text(
        "{% trans count=left %}{{ count }} day left{% pluralize %}{{ count }} days left{% endtrans %}", encoding="utf-8"
    )
    for language in ("ar", "fr"):
        path = tmp_path / "locales" / language / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True)
        path.write_text("", encoding="utf-8")
    messages.update(tmp_path)
    return tmp_path


def po(project: Path, language: str) -> Path:
    return project / "locales" / language / "LC_MESSAGES" / "messages.po"


def fill(project: Path, language: str, single: str, plural: tuple[str, ...]) -> None:
    path = po(project, language)
    catalog = messages.read(path, language)
    for message in catalog:
        if message.id:
            message.string = plural if isinstance(message.id, tuple) else single
    messages.write(path, language, catalog)


def fill_well(project: Path) -> None:
    fill(project, "fr", "Vos dossiers", ("%(count)s jour restant", "%(count)s jours restants"))
    arabic = (
        "لم يبق أي يوم",
        "بقي يوم واحد",
        "بقي يومان",
        "بقيت %(count)s أيام",
        "بقي %(count)s يوما",
        "بقي %(count)s يوم",
    )
    fill(project, "ar", "ملفاتك", arabic)


def told(project: Path) -> list[str]:
    return [str(fault) for fault in messages.faults(project)]


def test_the_portal_says_everything_in_every_language() -> None:
    assert [str(fault) for fault in messages.faults(ROOT)] == []


def test_marks_and_sayings_are_found_in_python() -> None:
    source = """
A = N_("One")
B = page.say("Two " "parts")
C = translate(language, N_("Three"))
D = translate(language, "Four")
E = say("Five" if late else "Six")
"""
    assert ids(source) == ["One", "Two parts", "Three", "Four", "Five", "Six"]


def test_a_number_makes_two_marks_side_by_side_one_text() -> None:
    source = """
A = translate_count(language, "%(count)s day", "%(count)s days", n)
one, many = N_("%(count)s file"), N_("%(count)s files")
B = left(N_("%(count)s week"), N_("%(count)s weeks"))
C = Words(N_("Too many files"), N_("Largest number: %(count)s."))
"""
    assert ids(source) == [
        ("%(count)s day", "%(count)s days"),
        ("%(count)s file", "%(count)s files"),
        ("%(count)s week", "%(count)s weeks"),
        "Too many files",
        "Largest number: %(count)s.",
    ]


def test_a_mark_around_what_is_not_a_text_is_refused() -> None:
    assert [found.problem is not None for found in in_python("A = N_(title)\nB = N_(f'{x} files')")] == [True, True]


def test_texts_of_a_template_have_the_ids_looked_up_when_it_is_compiled() -> None:
    source = "{% trans ref=case.reference %}\n  Request {{ ref }}\n  received{% endtrans %}{% trans %}100 % free{% endtrans %}"
    assert [found.id for found in in_template(source)] == ["Request %(ref)s received", "100 % free"]


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        "<p>{% if late %}late{% endif %}</p>",
        "<p>مرحبا</p>",
        '<a href="/" aria-label="Home page">{{ name }}</a>',
        '<input placeholder="{{ x }} days">',
        '<input type="submit" value="Send">',
        '{{ button("Send it") }}',
        "{{ notice(title='تنبيه') }}",
    ],
)
def test_text_outside_a_mark_is_caught(source: str) -> None:
    assert len(loose(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        '<p class="lead" id="a">{% trans %}Hello{% endtrans %} · {{ name }} &nbsp;</p>',
        "{# Said to nobody. #}<script>let words</script>",
        '<code translate="no">BRK-26-abcd</code>',
        "<small>(PDF)</small>",
        '<body class="{% block body_class %}dense{% endblock %}">',
        '{% macro attributes(x) %}{% if x %} aria-required="true"{% endif %}{% endmacro %}',
        '<input type="hidden" name="to" value="fr">',
        '{{ icon("check") }}{{ button(label, "primary big") }}',
    ],
)
def test_what_only_looks_like_text_is_left_alone(source: str) -> None:
    assert loose(source) == []


def test_a_complete_project_has_no_fault(project: Path) -> None:
    fill_well(project)
    assert told(project) == []


def test_updating_twice_changes_nothing_and_keeps_translations(project: Path) -> None:
    fill_well(project)
    before = po(project, "ar").read_bytes()
    messages.update(project)
    assert po(project, "ar").read_bytes() == before
    assert "بقيت %(count)s أيام".encode() in before


def test_an_empty_entry_is_told(project: Path) -> None:
    fill_well(project)
    fill(project, "fr", "", ("%(count)s jour restant", "%(count)s jours restants"))
    assert told(project) == ["locales/fr/LC_MESSAGES/messages.po:18: not translated: Your files"]


def test_new_and_vanished_texts_are_told_until_updated(project: Path) -> None:
    fill_well(project)
    (project / "portal" / "page.py").write_text('TITLE = N_("Your requests")\n', encoding="utf-8")
    assert [fault.partition(": ")[2] for fault in told(project)] == [
        "obsolete, run `make messages`: Your files",
        "missing, run `make messages`: Your requests",
    ] * 2
    messages.update(project)
    assert "Your files" not in po(project, "fr").read_text(encoding="utf-8")


def test_a_text_kept_only_as_obsolete_is_told(project: Path) -> None:
    fill_well(project)
    with po(project, "fr").open("a", encoding="utf-8") as file:
        file.write('\n#~ msgid "Gone"\n#~ msgstr "Parti"\n')
    assert [fault.partition(": ")[2] for fault in told(project)] == ["obsolete, run `make messages`: Gone"]


@pytest.mark.parametrize(
    ("language", "message", "fault"),
    [
        ("fr", Message("Until %(date)s", "Jusqu’au %(jour)s"), "its placeholders are ['jour'], not ['date']"),
        ("fr", Message("Until %(date)s", "Jusqu’à demain"), "its placeholders are [], not ['date']"),
        ("fr", Message("File", "Dossier", flags=["fuzzy"]), "marked fuzzy: read it again and remove the mark"),
        ("fr", Message("File", "ملف"), "written in the letters of another language"),
        ("ar", Message("File", "Dossier"), "written in the letters of another language"),
        ("fr", Message("<b>File</b>", "<b>Dossier"), "its tags are not those of the original"),
        ("ar", Message(("%(count)s day", "%(count)s days"), ("يوم", "أيام")), "2 plural forms instead of 6"),
        # In French the singular serves both none and one, so it must say which.
        ("fr", Message(("%(count)s day", "%(count)s days"), ("un jour", "%(count)s jours")), "its placeholders"),
    ],
)
def test_a_faulty_translation_is_told(language: str, message: Message, fault: str) -> None:
    found = messages.message_fault(language, message)
    assert found is not None
    assert found.startswith(fault)


def test_a_language_isolates_what_it_needs_to() -> None:
    assert messages.message_fault("ar", Message("Law 55-19", 'القانون <bdi dir="ltr">55-19</bdi>')) is None
