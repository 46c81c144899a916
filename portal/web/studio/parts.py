"""The parts of a version, each drawn by the code that will draw it for those it is meant for."""

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from portal.actions import previews
from portal.actions.previews import sample_documents
from portal.catalogue.examples import FOLDER, Example
from portal.catalogue.faults import Unsound
from portal.catalogue.loader import load_examples
from portal.domain.service import Field, ServiceDefinition, Verdict
from portal.http.pages import Page
from portal.i18n import N_, plain_date
from portal.presenting.controls import control_for
from portal.presenting.differences import differences
from portal.presenting.workflow_picture import workflow_svg
from portal.store import publications
from portal.web import services
from portal.web.studio import common
from portal.web.studio.common import Version

MAIN = re.compile(r'<main id="main"[^>]*>(.*)</main>', re.DOTALL)
LEADING = re.compile(r'\s(?:href|action|formaction|data-hx-(?:get|post))="/[^"]*"')


VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.ELIGIBLE: (N_("May ask for it"), "good"),
    Verdict.NOT_ELIGIBLE: (N_("May not ask for it"), "bad"),
    Verdict.SENT_ON: (N_("Sent on elsewhere"), "wait"),
}
"""What the questions before sign-in come to, with the kind of its tag."""


@dataclass(frozen=True)
class Part:
    """A part of a version: what its tab is called, and what its template needs."""

    label: str
    draw: Callable[[Page, Version, ServiceDefinition], Mapping[str, Any]]


def sheet(page: Page, version: Version, definition: ServiceDefinition) -> Mapping[str, Any]:
    """The procedure sheet by the very page that citizens get, without its links: they lead to what is in force."""
    return {"sheet": main_of(services.show_service(plainly(page), definition).body)}


def plainly(page: Page) -> Page:
    """The same request as another page of ours would see it, answered without compression."""
    headers = [(name, value) for name, value in page.request.scope["headers"] if name != b"accept-encoding"]
    found = copy.copy(page)
    found.request = Request({**page.request.scope, "headers": headers}, page.request.receive)
    return found


def main_of(body: bytes | memoryview) -> Markup:
    """The main part of a page of ours, its links and forms leading nowhere."""
    found = MAIN.search(bytes(body).decode())
    return Markup(LEADING.sub("", found[1])) if found else Markup()  # noqa: S704  Our own template drew it.


def form(page: Page, version: Version, definition: ServiceDefinition) -> Mapping[str, Any]:
    """Each page of the form as it is drawn, with the rules that decide whether it is shown."""
    eligibility = definition.eligibility
    sections = [
        {
            "title": one.title[page.language],
            "hint": one.hint[page.language] if one.hint else "",
            "when": _rule(one.when),
            "questions": [_question(page, field) for field in one.fields],
            "rules": [{"that": _rule(rule.holds), "says": rule.says[page.language]} for rule in one.rules],
        }
        for one in definition.pages
    ]
    first = [_question(page, field) for field in eligibility.fields] if eligibility else []
    outcomes = [
        {"title": one.title[page.language], "text": one.text[page.language], "when": _rule(one.when)}
        for one in (eligibility.outcomes if eligibility else ())
    ]
    return {"sections": sections, "first": first, "outcomes": outcomes}


def _question(page: Page, field: Field) -> dict[str, Any]:
    rules = [(page.say(N_("Shown if")), _rule(field.when)), (page.say(N_("Required if")), _rule(field.required_if))]
    rules += [(name, _rule(limit)) for name, limit in field.limits.ruled.items()]
    rules.append((page.say(N_("Computed as")), _rule(field.value)))
    return {
        "control": control_for(field, {}, None, page.deps.registry.territory, page.language),
        "id": field.id,
        "type": field.type,
        "rules": [(name, rule) for name, rule in rules if rule],
    }


def _rule(rule: object) -> str:
    """A rule as it is written in its file; nothing where there is none."""
    return str(getattr(rule, "expression", ""))


def workflow(page: Page, version: Version, definition: ServiceDefinition) -> Mapping[str, Any]:
    if not definition.states:
        return {"picture": Markup()}
    return {"picture": Markup(workflow_svg(definition, page.language))}  # noqa: S704  Built as a tree, its texts escaped.


def documents(page: Page, version: Version, definition: ServiceDefinition) -> Mapping[str, Any]:
    """Each document with the data of an example: its words as they will stand, not yet laid out on paper."""
    found = sample_documents(page.deps, definition, _examples(version))
    with page.reading() as work:
        asked = previews.states(work, version.key)
    return {
        "documents": [
            {"id": name, "printed": printed, "asked": name in asked, "drawn": asked.get(name, False)}
            for name, printed in found.items()
        ]
    }


def _examples(version: Version) -> tuple[Example, ...]:
    try:
        return load_examples(version.files)
    except Unsound:
        return ()


def examples(page: Page, version: Version, definition: ServiceDefinition) -> Mapping[str, Any]:
    """The stories that prove the service, and whether each came to the end its author expects."""
    faults = version.candidate.faults if version.candidate else []
    wrong = {str(fault["file"]) for fault in faults}
    outcomes = {one.id: one.title for one in definition.eligibility.outcomes} if definition.eligibility else {}
    cases, before = [], []
    for one in _examples(version):
        shown = {
            "file": one.file.removeprefix(FOLDER),
            "title": one.title[page.language],
            "today": plain_date(one.today, page.language),
            "good": one.file not in wrong,
        }
        if one.outcome is None:
            final = definition.states.get(one.final)
            steps = [getattr(step, "action", "") for step in one.path]
            cases.append({**shown, "steps": steps, "final": final.label[page.language] if final else ""})
        else:
            # No case comes of it: what is told before sign-in is all there is.
            told = outcomes[one.outcome][page.language] if one.outcome in outcomes else ""
            before.append({**shown, "told": told, "verdict": _verdict(page, one)})
    return {"cases": cases, "before": before}


def _verdict(page: Page, example: Example) -> common.Tag | None:
    return common.tag(page, VERDICTS[example.verdict]) if example.verdict is not None else None


def changes(page: Page, version: Version, definition: ServiceDefinition) -> Mapping[str, Any]:
    """What the version changes against the one in force; what is in force itself, against the one before it."""
    against = _before(page, version) if version.is_in_force else common.standing_of(page, version)
    if against is None:
        return {"against": None, "groups": []}
    found = differences(against, definition, page.language)
    groups = [
        (page.say(N_("For citizens")), found.citizens),
        (page.say(N_("For those who decide")), found.agents),
        (page.say(N_("For partners' systems")), found.partners),
    ]
    return {"against": against.version, "groups": groups}


def _before(page: Page, version: Version) -> ServiceDefinition | None:
    with page.reading() as work:
        earlier = [one for one in publications.versions(work.connection, version.slug) if one.version < version.number]
    return page.deps.registry.version(version.slug, earlier[-1].digest) if earlier else None


PARTS: Mapping[str, Part] = {
    "sheet": Part(N_("Sheet"), sheet),
    "form": Part(N_("Form"), form),
    "workflow": Part(N_("Workflow"), workflow),
    "documents": Part(N_("Documents"), documents),
    "examples": Part(N_("Examples"), examples),
    "changes": Part(N_("What changes"), changes),
}
"""The parts of a version, by the last word of their addresses."""
