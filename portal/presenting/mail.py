"""E-mails, drawn from ``templates/mail``: one folder each, with a subject, a text, and the same as HTML."""

from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment

from portal.presenting.isolation import isolated
from portal.presenting.templates import environment


class Mail(NamedTuple):
    """One e-mail in one language."""

    subject: str
    text: str
    html: str


def mail(kind: str, language: str, *, reference: str, date: str, link: str) -> Mail:
    """The e-mail of a folder; ``date`` is empty where none is known, and the folder's texts then name none."""
    drawn = _environment(language)
    context = {"reference": reference, "shown_reference": isolated(reference, language), "date": date, "link": link}

    def part(name: str) -> str:
        return drawn.get_template(f"mail/{kind}/{name}").render(context).strip()

    return Mail(part("subject.txt"), part("body.txt") + "\n", part("body.html") + "\n")


@lru_cache
def _environment(language: str) -> Environment:
    return environment(language, _nothing_to_load).overlay(autoescape=_is_html)


def _is_html(template: str | None) -> bool:
    # A macro asks without a name, and would rather be safe.
    return template is None or not template.endswith(".txt")


def _nothing_to_load(name: str) -> str:
    """Mails fetch nothing, from us or anybody: fetching would tell who opened which one, and when."""
    raise LookupError(f"a mail may not load {name}")
