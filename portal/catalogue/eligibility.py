"""Reads the questions before sign-in: who may ask for the service, and where the others go."""

from portal.catalogue.conditions import Declared
from portal.catalogue.faults import Sentence
from portal.catalogue.questions import ELIGIBILITY as KIND
from portal.catalogue.questions import read_field
from portal.catalogue.reading import Section
from portal.catalogue.rules import read_condition
from portal.domain.service import Eligibility, EligibilityOutcome, Field, Instead, Verdict

TYPES = (
    "yes_no",
    "choice",
    "choices",
    "integer",
    "decimal",
    "money",
    "date",
    "month",
    "commune",
    "place",
    "select",
)
"""What can be asked of somebody whom the portal does not know yet, and of whom it keeps nothing."""

QUESTION, OUTCOME, WAY = Sentence("a question"), Sentence("an outcome"), Sentence("a way to go instead")


def read_eligibility(form: Section, declared: Declared) -> Eligibility | None:
    """The questions and what they lead to, None where the service asks none."""
    section = form.optional_section("eligibility")
    if section is None:
        return None
    rows = section.sections("fields", QUESTION)
    if section.has("fields") and not rows:
        section.fault(Sentence("'eligibility' needs at least one question"), "fields")
    fields = tuple(_question(row, declared) for row in rows)
    outcomes = tuple(_outcome(row, declared) for row in section.sections("outcomes", OUTCOME))
    section.reading.remember(KIND, "", section)
    _check_last(section, outcomes)
    section.close()
    return Eligibility(fields, outcomes)


def _question(section: Section, declared: Declared) -> Field:
    field = read_field(section, declared, KIND)
    if field.type and field.type not in TYPES:
        said = Sentence(
            "'eligibility' cannot ask a question of type %(type)s: use %(known)s",
            type=field.type,
            known=", ".join(TYPES),
        )
        section.fault(said, "type")
    if field.sensitive:
        section.fault(Sentence("'eligibility' asks nothing sensitive: whoever answers is not known yet"), "sensitive")
    return field


def _outcome(section: Section, declared: Declared) -> EligibilityOutcome:
    when, _ = read_condition(section, "when", declared)
    outcome = EligibilityOutcome(
        id=section.identifier("id"),
        verdict=section.choice("is", Verdict),
        title=section.text("title"),
        text=section.text("text"),
        when=when,
        instead=tuple(_instead(row) for row in section.sections("instead", WAY, required=False)),
    )
    section.reading.remember("outcome", outcome.id, section)
    section.close()
    return outcome


def _instead(section: Section) -> Instead:
    instead = Instead(section.text("title"), section.string("service", "") or None, section.address("url"))
    if bool(instead.service) == bool(instead.url) and not (section.has("url") and not instead.url):
        section.fault(Sentence("a way to go instead has either 'service' (a slug) or 'url'"))
    if instead.service:
        section.reading.remember("instead", instead.service, section, "service")
    section.close()
    return instead


def _check_last(section: Section, outcomes: tuple[EligibilityOutcome, ...]) -> None:
    rows = section.rows("outcomes", required=False)
    for number, row in enumerate(rows, start=1):
        given = "when" in getattr(row, "items", {})
        if given and number == len(rows):
            said = Sentence("the last outcome has no 'when': it holds for everybody else")
            section.reading.add(section.file, row.line, said)
        if not given and number < len(rows):
            said = Sentence("only the last outcome has no 'when': those after it would never be told")
            section.reading.add(section.file, row.line, said)
    if not any(outcome.verdict is Verdict.ELIGIBLE for outcome in outcomes):
        section.fault(Sentence("no outcome is 'eligible': nobody could ask for the service"), "outcomes")
