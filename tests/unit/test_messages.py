"""Interface texts: found wherever they are marked, complete in each language, never written outside a mark."""

from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tools import messages
from tools.message_sources import in_python, in_template, loose_in_script, loose_text, loose_words

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


@pytest.mark.parametrize(
    "said",
    [
        'page.say(f"{count} files")',
        'page.say("File " + name)',
        'translate(language, "File of %s" % name)',
        'translate(language, {"late": "too late"}[state])',
        'page.say("File of {}".format(name))',
    ],
)
def test_a_saying_made_of_unmarked_pieces_is_refused(said: str) -> None:
    assert [found.problem is not None for found in in_python(said)] == [True]


@pytest.mark.parametrize(
    "said",
    [
        "page.say(title)",
        'page.say(MESSAGES["field.needed"])',
        "page.say(shown.title)",
        'page.say(words.get("x", other))',
    ],
)
def test_a_saying_of_what_was_marked_elsewhere_is_left_alone(said: str) -> None:
    assert in_python(said) == []


def test_the_parts_of_a_choice_are_texts_each() -> None:
    assert ids('page.say(name or "Nobody")') == ["Nobody"]


@pytest.mark.parametrize(
    "source",
    [
        'page.title = "Your files"',
        'page.title = "Files"',
        'Badge(label="Late", kind="late")',
        'ERROR = "The file is too large"',
        'TITLE = "ملفاتك"',
        'return f"Vos dossiers réunis: {n}"',
    ],
)
def test_words_of_a_module_that_no_mark_surrounds_are_caught(source: str) -> None:
    assert len(list(loose_words(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        '"""A module that says nothing."""',
        'raise ValueError("The key is too short")',
        'log.error("No such file", name=name)',
        'TITLE = N_("Your files")',
        'TITLE = text("ملفاتك", "Vos dossiers")',
        'page.say("Your files")',
        'render("public/home.html", kind="big green")',
        'answer.headers["vary"] = "Cookie, Accept-Language"',
        'ALIKE = {"أ": "ا"}',
    ],
)
def test_what_no_reader_is_shown_is_left_alone(source: str) -> None:
    assert list(loose_words(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        'say("Your answers are kept");',
        "note.textContent = 'saved';",
        "const told = `Wait ${n} seconds`;",
        'const told = "حُفظت أجوبتك";',
        'alert("no")',
    ],
)
def test_words_in_a_script_are_caught(source: str) -> None:
    assert len(list(loose_in_script(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "// Don't touch: it is the reader's own.\nnote.textContent = form.dataset.said;",
        'document.addEventListener("DOMContentLoaded", show); form.matches("[data-once] button")',
        'throw new Error("No such element");',
        'const shape = /it\'s "Quoted text"/; const clock = `${Math.floor(s / 60)}:${String(s % 60)}`;',
        'link.title = "";',
    ],
)
def test_what_a_script_does_not_say_is_left_alone(source: str) -> None:
    assert list(loose_in_script(source)) == []


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
        '{% set title = "Your files" %}',
        "{% set title = 'déjà envoyé' %}",
        '{% macro button(label="Send it") %}{{ label }}{% endmacro %}',
        '{{ hint("as it stands on the card.") }}',
        '<button data-say="Saved">{{ label }}</button>',
        '<p data-late="Your session ends soon"></p>',
        '<meta name="description" content="Services of the province">',
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
        '<div data-hx-trigger="load delay:2s" data-state="open">{{ label }}</div>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
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
        ("ar", Message("%(count)s %% of %(of)s", "%(count)s % من %(of)s"), "a percent sign"),
        ("zgh", Message("Address", "Tansa"), "written in the letters of another language"),
        ("zgh", Message("Address", "العنوان"), "written in the letters of another language"),
        ("ar", Message("Address", "ⵜⴰⵏⵙⴰ"), "written in the letters of another language"),
        ("fr", Message(("%(count)s day", "%(count)s days"), ("%(count)s jour",)), "1 plural forms instead of 2"),
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


def start_third(project: Path, text: str = "") -> Path:
    """A third language, labelled as begun."""
    path = po(project, "zgh")
    path.parent.mkdir(parents=True)
    path.write_text(f'msgid ""\nmsgstr ""\n"X-Status: started\\n"\n\n{text}', encoding="utf-8")
    return path


def test_a_language_that_is_only_begun_may_lack_texts(project: Path) -> None:
    fill_well(project)
    path = start_third(project)
    messages.update(project)
    assert messages.is_started(path)
    assert 'msgid "Your files"' in path.read_text(encoding="utf-8")
    assert told(project) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('#, fuzzy\nmsgid "Your files"\nmsgstr "ⵜⵉⵏⴰⴼⵓⵜⵉⵏ"\n', "marked fuzzy"),
        ('msgid "Your files"\nmsgstr "ⵜⵉⵏⴰⴼⵓⵜⵉⵏ %(name)s"\n', "its placeholders are"),
        ('msgid "Your files"\nmsgstr "Dossiers"\n', "written in the letters"),
        ('msgid "Gone"\nmsgstr "ⵢⴰⵀ"\n', "obsolete"),
    ],
)
def test_what_a_language_that_is_only_begun_says_is_checked_all_the_same(project: Path, text: str, fault: str) -> None:
    fill_well(project)
    start_third(project, text)
    (found,) = told(project)
    assert fault in found


def test_without_its_label_a_language_that_lacks_texts_is_refused(project: Path) -> None:
    fill_well(project)
    path = start_third(project)
    messages.update(project)
    path.write_text(path.read_text(encoding="utf-8").replace('"X-Status: started\\n"\n', ""), encoding="utf-8")
    assert len(told(project)) == 2


def test_a_header_with_other_plural_forms_is_told(project: Path) -> None:
    fill_well(project)
    path = po(project, "ar")
    said = path.read_text(encoding="utf-8")
    path.write_text(said.replace("n%100>=11 ? 4 : 5", "n%100>=0 ? 5 : 4"), encoding="utf-8")
    assert "locales/ar/LC_MESSAGES/messages.po: its header names other plural forms, run `make messages`" in told(
        project
    )


def test_words_in_a_module_and_in_a_script_are_told_with_their_lines(project: Path) -> None:
    fill_well(project)
    (project / "portal" / "other.py").write_text('\npage.title = "Your other files"\n', encoding="utf-8")
    (project / "portal" / "cli").mkdir()
    (project / "portal" / "cli" / "seed.py").write_text('NAME = "Fatima Benali"\n', encoding="utf-8")
    for folder in ("js", "vendor"):
        (project / "static" / folder).mkdir(parents=True)
        (project / "static" / folder / "a.js").write_text('\n\nsay("Your answers are kept");', encoding="utf-8")
    assert told(project) == [
        "portal/other.py:2: words that no N_ marks: Your other files",
        "static/js/a.js:3: words in a script, which takes them from the page's data attributes: Your answers are kept",
    ]
