"""Fills in the form of a service at a terminal, as a citizen would; nothing is stored."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from portal.catalogue.conditions import prepare
from portal.catalogue.counting import answers_that_count
from portal.catalogue.faults import Unsound
from portal.catalogue.hearing import Hearing, shown
from portal.catalogue.yaml_source import Entries, Items, Node, Scalar, parse
from portal.cli.asking import Asking
from portal.cli.context import fail
from portal.cli.designing import Folder, InLanguage, Language, Version, load, services_folder, territory_of
from portal.domain.service import Facts, Field, IdentityLevel, Page, ServiceDefinition, Source
from portal.domain.territory import Territory
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings, Wrong
from portal.fields.forms import read_page
from portal.i18n import N_, office_date, translate
from portal.presenting.check import sections_of
from portal.presenting.fees import due_words
from portal.presenting.wrongs import wrong_text
from portal.wiring import SystemClock

MOST_TRIES = 20
"""How often a question is asked again before the command gives up: nobody may be typing at all."""


def try_service(
    slug: Annotated[str, typer.Argument(help="The service, by the name of its folder.")],
    version: Version = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--answers",
            help="A YAML file of answers, as in an example, also to the questions before the form; what must be "
            "answered besides is asked.",
        ),
    ] = None,
    level: Annotated[IdentityLevel | None, typer.Option("--identity", help="How sure the identity is.")] = None,
    lang: InLanguage = Language.FR,
    services: Folder = None,
) -> None:
    """Fill in the form of a service at the terminal, page by page. Nothing is stored."""
    folder = services_folder(services)
    definition, territory = load(folder, slug, version), territory_of(folder)
    given, today = _given(answers, lang.value)
    trial = Trial(definition, territory, lang.value, level or definition.identity, given, today)
    if not trial.ask_before() or not definition.processed:
        return
    trial.fill_in()
    trial.conclude()


def _given(file: Path | None, language: str) -> tuple[dict[str, Any], date]:
    """The answers in a file, and the day they are given on: an example's own, otherwise today."""
    today = office_date(SystemClock().now())
    if file is None:
        return {}, today
    try:
        found = _plain(parse(file.name, file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, Unsound) as error:
        reason = str(error).splitlines()[0]
        fail(translate(language, N_("%(file)s cannot be read: %(reason)s"), {"file": str(file), "reason": reason}))
    given = found.get("answers", found) if isinstance(found, dict) else None
    if not isinstance(given, dict):
        fail(
            translate(
                language,
                N_("%(file)s holds no answers: write each on a line, as “question: answer”"),
                {"file": str(file)},
            )
        )
    with suppress(KeyError, ValueError):
        today = date.fromisoformat(str(found["today"]))
    return given, today


def _plain(node: Node) -> Any:
    match node:
        case Scalar():
            return node.value
        case Items():
            return [_plain(one) for one in node.items]
        case Entries():
            return {word: _plain(one) for word, one in node.items.items()}


class Trial:
    """One form filled in; it knows the answers so far and how to ask for the next."""

    def __init__(
        self,
        definition: ServiceDefinition,
        territory: Territory,
        language: str,
        level: IdentityLevel,
        given: Mapping[str, Any],
        today: date,
    ) -> None:
        self.definition, self.territory, self.language, self.given = definition, territory, language, given
        self.identity, self.today = {"level": level.value}, today
        self.around = Surroundings(territory, today)
        self.answers: dict[str, Any] = {}

    def say(self, message: str, **params: str) -> str:
        return translate(self.language, message, params)

    def facts(self, answers: Mapping[str, Any]) -> Facts:
        known = {"identity": self.identity, "case": {}, "today": self.today, "populations": self.territory.populations}
        return prepare({"answers": dict(answers), **known})

    def ask_before(self) -> bool:
        """The questions before the form, and what they lead to; whether there is any point in going on."""
        eligibility = self.definition.eligibility
        if eligibility is None:
            return True
        if self.definition.processed and self.given and not any(one.id in self.given for one in eligibility.fields):
            # The answers of an example begin with the form.
            typer.echo(self.say(N_("The questions before the form are left out: the file answers none of them.")))
            return True
        typer.secho(self.say(N_("Before you start")), bold=True, underline=True)
        answers: dict[str, Any] = {}
        for field in eligibility.fields:
            facts = self.facts(answers)
            if field.when(facts):
                answers[field.id] = self._answer(field, facts)
        outcome = eligibility.outcome(self.facts(answers))
        typer.echo()
        typer.secho(outcome.title[self.language], bold=True)
        typer.echo(outcome.text[self.language])
        for instead in outcome.instead:
            typer.echo(f"- {instead.title[self.language]}: {instead.service or instead.url}")
        return outcome.verdict.value == "eligible"

    def fill_in(self) -> None:
        for number, page in enumerate(self.definition.pages, start=1):
            if page.when(self.facts(self.answers)):
                typer.echo()
                typer.secho(f"{number}. {page.title[self.language]}", bold=True, underline=True)
                if page.hint is not None:
                    typer.echo(page.hint[self.language])
                self._fill_in_page(page)
        populations = self.territory.populations
        self.answers = answers_that_count(self.definition, self.answers, self.identity, self.today, populations)

    def _fill_in_page(self, page: Page) -> None:
        facts = self.facts(self.answers)
        for field in page.fields:
            if field.when(facts):
                self.answers[field.id] = self._answer(field, facts)
        fields = {field.id: field for field in page.fields}
        for _ in range(MOST_TRIES):
            broken = [rule for rule in page.rules if not rule.holds(self.facts(self.answers))]
            if not broken:
                return
            for rule in broken:
                self._object(rule.says[self.language])
                if rule.at in fields:
                    self.answers[rule.at] = self._ask(fields[rule.at], facts)
        self._give_up()

    def _answer(self, field: Field, facts: Facts) -> Any:
        """The answer given beforehand, if it can be taken; otherwise the one that is typed."""
        if field.id not in self.given:
            # Whoever brings her answers in a file wants to be asked only for what is missing there.
            left_out = self.given and field.asks and not field.settled(facts).required
            return None if left_out else self._ask(field, facts)
        hearing = Hearing(self.territory, self.today)
        heard = hearing.hear([field], {field.id: self.given[field.id]}, facts)
        for control, _ in heard.faults:
            self._object(self._refused(self.given[field.id], heard.wrongs.get(control)))
        return self._ask(field, facts) if heard.faults else heard.answers.get(field.id)

    def _refused(self, value: Any, wrong: Wrong | None) -> str:
        """Why an answer of the file cannot be taken, in the reader's language."""
        if wrong is None:
            message = N_("The answer in the file is not of the kind that this question takes: %(answer)s")
            return self.say(message, answer=shown(value))
        told = wrong_text(wrong, self.language)
        return self.say(N_("The portal would refuse “%(answer)s”: %(reason)s"), answer=shown(value), reason=told)

    def _ask(self, field: Field, facts: Facts) -> Any:
        asking = Asking(self.territory, self.language, {}, {})
        if field.type == "info":
            asking.inform(field)
            return None
        for _ in range(MOST_TRIES):
            if field.asks:
                asking.ask(field.settled(facts), facts)
            reading = read_page(
                [field], asking.raw, self.around, lambda one, _: one.when(facts), facts, held=asking.held
            )
            if not reading.errors:
                value = reading.answers.get(field.id)
                said = FIELD_TYPES[field.type].show(field, value, self.language, self.around)
                if said:
                    typer.echo(f"{field.label[self.language]}: {said}" if not field.asks else f"  → {said}")
                return value
            for wrong in reading.errors.values():
                self._object(wrong_text(wrong, self.language))
        return self._give_up()

    def _object(self, message: str) -> None:
        typer.secho(f"! {message}", fg=typer.colors.RED)

    def _give_up(self) -> None:
        fail(self.say(N_("no answer could be taken, although it was asked for %(tries)s times"), tries=str(MOST_TRIES)))

    def conclude(self) -> None:
        """What would be handed in, where it would go, and what it costs."""
        facts = self.facts(self.answers)
        typer.echo()
        typer.secho(self.say(N_("What would be handed in")), bold=True, underline=True)
        pages = [page for page in self.definition.pages if page.when(facts)]
        for section in sections_of(pages, facts, self.answers, self.around, self.language):
            typer.secho(section.title, bold=True)
            for row in section.rows:
                typer.echo(f"- {row.label}: {row.value}")
        self._tell_documents(facts)
        typer.echo(self.say(N_("Fee: %(fee)s"), fee=self._fee(facts)))
        typer.echo(self.say(N_("Office: %(office)s"), office=self._office()))

    def _tell_documents(self, facts: Facts) -> None:
        needed = [one for one in self.definition.documents if one.needed(facts)]
        for heading, source in (
            (N_("Documents to bring:"), Source.CITIZEN),
            (N_("Documents the administration obtains:"), Source.ADMINISTRATION),
        ):
            found = [one for one in needed if one.source is source]
            if found:
                typer.secho(self.say(heading), bold=True)
            for one in found:
                optional = f" ({self.say(N_('optional'))})" if one.optional else ""
                typer.echo(f"- {one.title[self.language]}{optional}")

    def _fee(self, facts: Facts) -> str:
        return due_words(self.definition, self.definition.fee.due(facts), self.language)

    def _office(self) -> str:
        by = self.definition.authority.by
        question = self.definition.applicant.get("place", "") if by == "residence" else by.removeprefix("answers.")
        found = self.answers.get(question)
        place = str((found.get("place") if isinstance(found, Mapping) else found) or "")
        try:
            return self.territory.unit_for(self.definition.authority.kinds, place).name[self.language]
        except LookupError:
            return self.say(N_("no office covers this place"))
