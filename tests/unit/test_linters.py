"""Each rule of the two linters catches a planted fault, and leaves alone what only looks like one."""

from pathlib import Path

import pytest

from tools import lint_css, lint_templates

ROOT = Path(__file__).parents[2]


def css(text: str, name: str = "page.css") -> list[str]:
    return [fault.message for fault in lint_css.faults(Path(name), text)]


def template(text: str, name: str = "templates/web/page.html") -> list[str]:
    return [fault.message for fault in lint_templates.faults(Path(name), text)]


@pytest.mark.parametrize(
    "declaration",
    [
        "margin-left: 1px",
        "padding-right: 1px",
        "border-left-color: red",
        "border-top-right-radius: 1px",
        "left: 0",
        "top: 0",
        "scroll-margin-top: 0",
        "width: 3rem",
        "max-height: 3rem",
        "text-align: left",
        "float: right",
        "background: url(a.svg) left",
        "margin: 1px 2px 3px 4px",
        "inset: 0 auto 0 0",
        "border-top-left-radius: 1px",
        "border-radius: 1px 0 0 1px",
        "border-radius: 1px 2px",
        "transform: translateX(4px)",
        "transform: rotate(3deg) translate(-50%, 0)",
        "translate: 4px 0",
        "box-shadow: 0 0 1px var(--line), 3px 0 0 var(--ink)",
        "background: linear-gradient(90deg, var(--ink), var(--paper))",
        "background: linear-gradient(to right, var(--ink), var(--paper))",
        "clear: left",
        "color: red !important",
        "letter-spacing: 1px",
        "font-style: italic",
        "color: #abc",
        "border: 1px solid #aabbcc",
        "background: linear-gradient(#fff, var(--ink))",
    ],
)
def test_a_fault_planted_in_a_style_sheet_is_found_once(declaration: str) -> None:
    assert len(css(f"a {{ {declaration} }}")) == 1


@pytest.mark.parametrize(
    "sheet",
    [
        "a { margin-inline-start: 1px; inset-block-end: 0; text-align: start; border-start-end-radius: 1px }",
        "a { margin: 1px 2px 3px 2px; padding: 1px 2px 3px }",
        "@media (min-width: 44rem) { a { inline-size: 100% } }",
        "#left { color: var(--right) }",
        "a { border-radius: 1px 1px 0 0; box-shadow: inset 0 -3px var(--ink); translate: 0 2px }",
        "a { transform: translate(0, -50%); background: linear-gradient(180deg, var(--ink), var(--paper)) }",
        "[dir='rtl'] a { translate: 4px 0 }",
        "p:lang(fr), :lang(fr) em { letter-spacing: 1px; font-style: italic }",
        "a { letter-spacing: normal; content: 'left !important #fff' }",
        "/* margin-left: 1px */",
    ],
)
def test_a_style_sheet_that_serves_both_directions_has_no_fault(sheet: str) -> None:
    assert css(sheet) == []


def test_faults_inside_layers_media_and_nested_rules_are_found_at_their_lines() -> None:
    sheet = "@layer base {\n  @media print {\n    a {\n      &:hover {\n        left: 0;\n      }\n    }\n  }\n}\n"
    assert [str(fault) for fault in lint_css.faults(Path("static/css/a.css"), sheet)] == [
        "static/css/a.css:5: 'left' is physical: use its logical twin (inline-start, block-end, …)"
    ]


def test_colours_are_written_in_the_tokens_file() -> None:
    assert css(":root { --ink: #17211d }", "tokens.css") == []
    assert len(css(":root { --ink: #17211d }", "base.css")) == 1


def test_a_style_sheet_that_cannot_be_read_is_a_fault() -> None:
    assert css("a { color: red } }")


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: red">',
        "<p style=color:red>",
        "<style>",
        "<script>",
        '<script type="module">',
        '<button onclick="go()">',
        '<a href="javascript:go()">',
        '<td align="right">',
        '<a hx-get="/x">',
        '<div data-hx-on:click="go()">',
        '<input data-hx-trigger="keyup[key==1]">',
        '<a href="/x" target="_blank">',
        '<a href="/x" target="_blank" rel="help">',
        '<form method="post" action="/x"><button>x</button></form>',
        '<form method="POST" class="{% if a > b %}x{% endif %}"></form>{{ csrf(page) }}',
        '{{ _("Sign in") }}',
        '{{ gettext("Sign in") }}',
        '<p class="{% if a > b %}x{% endif %}" style="color: red">',
    ],
)
def test_a_fault_planted_in_a_template_is_found_once(html: str) -> None:
    assert len(template(html)) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<script src="{{ static("js/portal.js") }}" defer></script>',
        '<a data-hx-get="/x" data-style="a" class="onclick">style=x</a>',
        '<a href="/x" target="_blank" rel="noopener external">x</a>',
        '<form method="post">{{ csrf(page) }}</form>',
        '<form method="get"></form>',
        "{# <p style=x> _('x') #}",
        "{{ macro_(1) }}{% trans %}Sign in{% endtrans %}",
        '<input value="{{ "<style>" }}">',
    ],
)
def test_a_sound_template_has_no_fault(html: str) -> None:
    assert template(html) == []


def test_documents_and_mail_may_carry_their_own_styles_but_no_script() -> None:
    for folder in ("documents", "mail"):
        assert template('<style>a{}</style><p style="x">', f"templates/{folder}/a.html") == []
        assert len(template("<script>", f"templates/{folder}/a.html")) == 1


def test_a_fault_of_a_template_is_named_with_its_line() -> None:
    html = "{# one\ntwo #}\n<p\n  class='a'>\n<p style=x>\n"
    (fault,) = lint_templates.faults(Path("templates/web/a.html"), html)
    assert str(fault) == "templates/web/a.html:5: inline style: the content policy forbids it"


def test_the_commands_say_by_their_exit_code_whether_all_is_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "a.css").write_text("a { left: 0 }", encoding="utf-8")
    assert lint_css.main([str(tmp_path)]) == 0
    (tmp_path / "a.css").write_text("a { left: 0 }", encoding="utf-8")
    assert lint_css.main([str(tmp_path)]) == 1
    (tmp_path / "a.html").write_text("<style>", encoding="utf-8")
    assert lint_templates.main([str(tmp_path)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in printed] == [f"{tmp_path}/a.css:1", f"{tmp_path}/a.html:1"]


def test_our_own_style_sheets_and_templates_have_no_fault() -> None:
    assert lint_css.main([str(ROOT / "static")]) == 0
    assert lint_templates.main([str(ROOT / "templates")]) == 0
