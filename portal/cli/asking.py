"""Puts the questions of a form at a terminal: what is typed goes into the same controls as on a page."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import typer

from portal.cli.context import fail
from portal.domain.service import GROUP, Facts, Field
from portal.domain.territory import Territory
from portal.fields import FIELD_TYPES
from portal.fields.group import count_control, entry_fields, heading, least_entries, most_entries
from portal.i18n import N_, translate

MOST_SHOWN = 25
"""Choices that are listed one by one; of a longer list those are found that hold what is typed."""

PARTS = {
    "day": N_("Day"),
    "month": N_("Month"),
    "year": N_("Year"),
    "place": N_("Place"),
    "text": N_("Street, or how to find it"),
    "postcode": N_("Postcode"),
    "lat": N_("Latitude"),
    "lon": N_("Longitude"),
}
"""The controls of a question that has several, by the ends of their names."""

Choices = Sequence[tuple[str, str]]
"""What can be chosen: the value and the words."""


@dataclass
class Asking:
    """One sitting at the terminal: ``raw`` has what was typed into the controls, ``held`` the files named."""

    territory: Territory
    language: str
    raw: dict[str, str]
    held: dict[str, Sequence[Mapping[str, str]]]

    def say(self, message: str, **params: str) -> str:
        return translate(self.language, message, params)

    def ask(self, field: Field, facts: Facts) -> None:
        """Asks one question, and all that a group repeats."""
        typer.echo()
        optional = "" if field.required else f" ({self.say(N_('optional'))})"
        typer.secho(field.label[self.language] + optional, bold=True)
        if field.hint is not None:
            typer.echo(field.hint[self.language])
        if field.type == GROUP:
            self._ask_group(field, facts)
        elif field.type == "file":
            self._ask_files(field)
        elif field.type in ("statement", "consent"):
            typer.echo((field.statement or field.label)[self.language])
            self._choose(field.id, [("yes", self.say(N_("I agree")))])
        else:
            self._ask_controls(field)

    def _ask_group(self, field: Field, facts: Facts) -> None:
        least, most = least_entries(field), most_entries(field)
        count = self._typed(self.say(N_("How many? From %(least)s to %(most)s"), least=str(least), most=str(most)))
        self.raw[count_control(field)] = count
        number = int(count) if count.isascii() and count.isdigit() else least
        for entry in range(1, min(number, most) + 1):
            typer.echo()
            typer.secho(heading(field, entry, self.language), bold=True, underline=True)
            for one in entry_fields(field, entry):
                if one.type == "info":
                    self.inform(one)
                elif one.when(facts):
                    self.ask(one, facts)

    def _ask_files(self, field: Field) -> None:
        names = self._typed(self.say(N_("Names of files, with commas between them; none is read")))
        found = [name.strip() for name in names.split(",") if name.strip()]
        self.held[field.id] = [{"id": str(number), "name": name} for number, name in enumerate(found, start=1)]

    def _ask_controls(self, field: Field) -> None:
        controls = FIELD_TYPES[field.type].controls(field)
        for control in controls:
            part = control.removeprefix(f"{field.id}-") if len(controls) > 1 else ""
            words = self.say(PARTS[part]) if part in PARTS else part
            choices = self._choices(field, part)
            if choices:
                self._choose(control, choices, words, several=field.type == "choices")
            else:
                self.raw[control] = self._typed(words)

    def _choices(self, field: Field, part: str) -> Choices:
        if field.type == "yes_no":
            return [("yes", self.say(N_("Yes"))), ("no", self.say(N_("No")))]
        if field.type == "commune":
            return [(commune.code, commune.name[self.language]) for commune in self.territory.communes]
        if field.type == "place" or (field.type == "address" and part == "place"):
            return [(place.value, place.name[self.language]) for place in self.territory.places()]
        return [(option.value, option.label[self.language]) for option in field.options]

    def _choose(self, control: str, choices: Choices, words: str = "", *, several: bool = False) -> None:
        """A number of the list, or the value itself; of a long list, a part of the words finds what to choose from."""
        shown = choices
        while True:
            if len(shown) <= MOST_SHOWN:
                for number, (_, label) in enumerate(shown, start=1):
                    typer.echo(f"  {number}. {label}")
                prompt = self.say(N_("Numbers, with commas between them")) if several else self.say(N_("Number"))
            else:
                prompt = self.say(N_("A part of the name (%(number)s to choose from)"), number=str(len(shown)))
            typed = self._typed(f"{words} – {prompt}" if words else prompt)
            found = [one for one in choices if typed and typed.casefold() in one[1].casefold()]
            if len(shown) > MOST_SHOWN and len(found) > 1 and all(value != typed for value, _ in choices):
                shown = found
                continue
            self.raw[control] = "\n".join(_value(word, shown) for word in (typed.split(",") if several else [typed]))
            return

    def inform(self, field: Field) -> None:
        """A text that asks nothing."""
        typer.echo()
        typer.secho(field.label[self.language], bold=True)
        if field.text is not None:
            typer.echo(field.text[self.language])

    def _typed(self, words: str) -> str:
        try:
            return str(typer.prompt(words or ">", default="", show_default=False, prompt_suffix=": ")).strip()
        except typer.Abort:
            if sys.stdin.isatty():
                raise
            typer.echo()
            fail(self.say(N_("nobody can type here: write the answers in a file, and name it with --answers")))


def _value(typed: str, choices: Choices) -> str:
    """What was meant: the n-th choice, a value, or the only choice whose words hold it."""
    typed = typed.strip()
    if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(choices):
        return choices[int(typed) - 1][0]
    if any(value == typed for value, _ in choices):
        return typed
    found = [value for value, label in choices if typed and typed.casefold() in label.casefold()]
    return found[0] if len(found) == 1 else typed
