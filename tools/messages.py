"""Interface texts: ``python -m tools.messages update`` brings locales/ up to date with the code, ``check`` proves it.

A text is marked by ``N_("…")`` or said by one of ``SAYERS``; in templates it stands in ``{% trans %}``. Two marks side
by side that both hold ``%(count)s`` are one text that depends on a number.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from gettext import c2py
from pathlib import Path
from unicodedata import name

from babel import Locale
from babel.core import get_global
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from portal.i18n import STARTED
from tools.message_sources import (
    PLACEHOLDER,
    TAG,
    Found,
    in_python,
    in_template,
    loose_in_script,
    loose_text,
    loose_words,
)

ROOT = Path(__file__).resolve().parent.parent
# «Largest number of files: 3» needs no plural; «3 files» does.
COUNTED_NOUN = re.compile(r"%\(count\)s [a-z]")
# A percent sign that stands for itself, where placeholders are filled in.
BARE_PERCENT = re.compile(r"%(?!%|\(\w+\)s)")
OWN_WORDS = (
    "portal/adapters/",  # The paper is bilingual by nature; the rest is for operators.
    "portal/actions/trial.py",  # The name of the pretend citizen.
    "portal/api/",  # Programmers of partners read English.
    "portal/catalogue/",  # Proves and searches what the province wrote in its own languages.
    "portal/cli/",  # The operators' commands, and the demonstration's invented files.
    "portal/http/metrics.py",  # What the figures for operators' tools are called.
    "portal/fields/address.py",  # Samples for the proofs.
    "portal/fields/computed.py",  # Samples for the proofs.
    "portal/fields/date.py",  # The months as they may be typed.
    "portal/fields/money.py",  # The currency as it may be typed, and as Arabic counts it.
    "portal/fields/name_ar.py",  # Samples for the proofs.
    "portal/fields/words.py",  # Samples for the proofs.
    "portal/presenting/law.py",  # How jurists write laws, in both languages side by side.
    "portal/actions/previews.py",  # Sample words, on paper in both languages side by side.
    "portal/presenting/printed/",  # Printed in both languages side by side.
    "portal/sandbox/",  # Stands for other people's systems.
)
"""Modules with words that are no interface texts."""
OWN_TEMPLATES = (
    "templates/design/samples/",  # Invented persons, shown to builders only.
    "templates/documents/",  # The paper is bilingual by nature.
)
# What scripts of other people hold is theirs.
VENDORED = "static/vendor/"
# The letters of each script, as Unicode's own names begin.
SCRIPTS = {"Arab": "ARABIC", "Latn": "LATIN", "Tfng": "TIFINAGH"}
HEADER = """\
# Interface texts of Shubbak. Fill in what is empty; `make messages` adds what is new and drops what is gone.
{remark}msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals={count}; plural={rule};\\n"
{label}
"""
REMARK = """\
# Begun, not finished: offered only where PORTAL_LANGUAGES names it, and what is empty is shown in another language.
# Take the line X-Status away once everything is translated.
"""
LABEL = '"X-Status: started\\n"\n'


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where."""

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.path}{f':{self.line}' if self.line else ''}: {self.message}"


def sources(root: Path) -> Iterator[tuple[str, str]]:
    """Every file that may hold interface texts: its path from the root, and its text."""
    templates = (path for kind in ("*.html", "*.txt") for path in (root / "templates").rglob(kind))
    for path in sorted([*(root / "portal").rglob("*.py"), *templates]):
        yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def found_in(path: str, text: str) -> list[Found]:
    return in_python(text) if path.endswith(".py") else in_template(text)


def extract(root: Path) -> Catalog:
    """All the texts of the code, each with the files that say it."""
    catalog = Catalog(charset="utf-8")
    for path, text in sources(root):
        for found in found_in(path, text):
            if found.problem is None:
                # One line number for all: only the file is written, and a file that says a text twice is named once.
                catalog.add(found.id, locations=[(path, 1)])
    return catalog


def catalogues(root: Path) -> list[tuple[str, Path]]:
    """Each language and its file."""
    return [(path.parent.parent.name, path) for path in sorted((root / "locales").glob("*/LC_MESSAGES/messages.po"))]


def read(path: Path, language: str) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=language)


def plural_of(language: str) -> tuple[int, str]:
    """How many plural forms a language has, and the rule that chooses one.

    Babel's own rule for Arabic exchanges the forms of 11 to 99 and of 100 to 102; this one is CLDR's, which gettext uses.
    """
    if language == "ar":
        return 6, "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"
    plural = get_plural(language)
    return plural.num_plurals, plural.plural_expr


def is_started(path: Path) -> bool:
    """Whether a language is labelled as begun and not finished: it may lack texts, but those it has are right."""
    return path.exists() and STARTED.search(path.read_text(encoding="utf-8").partition("\n\n")[0]) is not None


def write(path: Path, language: str, catalog: Catalog) -> None:
    """Writes a language's texts in their order; nothing in the file depends on when or where it was written."""
    count, rule = plural_of(language)
    remark, label = (REMARK, LABEL) if is_started(path) else ("", "")
    with path.open("wb") as target:
        target.write(HEADER.format(language=language, count=count, rule=rule, remark=remark, label=label).encode())
        write_po(
            target,
            catalog,
            width=120,
            omit_header=True,
            sort_output=True,
            ignore_obsolete=True,
            include_lineno=False,
        )


def merged(path: Path, language: str, template: Catalog) -> Catalog:
    """A language's texts, with what is new added and what is gone dropped."""
    catalog = read(path, language) if path.exists() else Catalog(locale=Locale.parse(language))
    # Babel takes the new texts over as they are, and each language fills in its own.
    catalog.update(deepcopy(template), no_fuzzy_matching=True)
    return catalog


def update(root: Path) -> None:
    template = extract(root)
    for language, path in catalogues(root):
        write(path, language, merged(path, language, template))


def code_faults(root: Path) -> Iterator[Fault]:
    """Marks that cannot be translated, and text that never was marked."""
    for path, text in sources(root):
        for found in found_in(path, text):
            if found.problem is not None:
                yield Fault(path, found.line, found.problem)
            elif isinstance(found.id, str) and COUNTED_NOUN.search(found.id):
                yield Fault(path, found.line, f"a number needs a text for one and a text for many: {found.id}")
        if path.startswith("templates/") and not path.startswith(OWN_TEMPLATES):
            for line, words in loose_text(text):
                yield Fault(path, line, f"text outside {{% trans %}}: {words}")
        if path.startswith("portal/") and not path.startswith(OWN_WORDS):
            for line, words in loose_words(text):
                yield Fault(path, line, f"words that no N_ marks: {words}")
    yield from script_faults(root)


def script_faults(root: Path) -> Iterator[Fault]:
    """Words in our own scripts: those would be said in one language on every page."""
    for script in sorted((root / "static").rglob("*.js")):
        path = script.relative_to(root).as_posix()
        if not path.startswith(VENDORED):
            for line, words in loose_in_script(script.read_text(encoding="utf-8")):
                yield Fault(path, line, f"words in a script, which takes them from the page's data attributes: {words}")


def _strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, (list, tuple)) else [message.string or ""]


def _ids(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, (list, tuple)) else [message.id]


def _exact_forms(language: str) -> frozenset[int]:
    """The plural forms that serve one number only, such as the Arabic dual: these may say it as a word."""
    form_of = c2py(plural_of(language)[1])
    served = Counter(form_of(number) for number in range(1001))
    return frozenset(form for form, numbers in served.items() if numbers == 1)


def _skeleton(text: str) -> Counter[str]:
    """The tags of a text, without those that only isolate: each language isolates what it needs to."""
    return Counter(tag for tag in TAG.findall(text) if not tag.startswith(("<bdi", "</bdi")))


def _in_script(language: str, said: str) -> bool:
    """Whether a text is written in the letters of its language; one of signs alone passes."""
    letters = [character for character in TAG.sub("", PLACEHOLDER.sub("", said)) if character.isalpha()]
    likely = get_global("likely_subtags").get(language, "")
    scripts = {script: [name(one, "").startswith(letter) for one in letters] for script, letter in SCRIPTS.items()}
    own = next((script for script in SCRIPTS if script in likely), "Latn")
    # Latin abbreviations such as PDF stand in any text; other letters are at home in their own languages only.
    strange = any(any(found) for script, found in scripts.items() if script not in (own, "Latn"))
    return not letters or (any(scripts[own]) and not strange)


def _form_fault(original: str, said: str, may_omit: int) -> str | None:
    wanted, given = set(PLACEHOLDER.findall(original)), set(PLACEHOLDER.findall(said))
    if given - wanted or len(wanted - given) > may_omit:
        return f"its placeholders are {sorted(given)}, not {sorted(wanted)}"
    if wanted and BARE_PERCENT.search(said):
        return "a percent sign among placeholders is written twice"
    if _skeleton(original) != _skeleton(said) or said.count("<bdi") != said.count("</bdi"):
        return "its tags are not those of the original"
    return None


def message_fault(language: str, message: Message, *, may_lack: bool = False) -> str | None:
    """What is wrong with one translated text, or None."""
    strings, ids = _strings(message), _ids(message)
    if message.fuzzy:
        return "marked fuzzy: read it again and remove the mark"
    if may_lack and not any(said.strip() for said in strings):
        return None
    if len(ids) > 1 and len(strings) != (forms := plural_of(language)[0]):
        return f"{len(strings)} plural forms instead of {forms}"
    if not all(said.strip() for said in strings):
        return "not translated"
    if not all(_in_script(language, said) for said in strings):
        return "written in the letters of another language"
    exact = _exact_forms(language) if len(ids) > 1 else frozenset()
    for form, said in enumerate(strings):
        if fault := _form_fault(ids[-1], said, 1 if form in exact else 0):
            return fault
    return None


def catalogue_faults(path: Path, shown: str, language: str, template: Catalog) -> Iterator[Fault]:
    """What is wrong with the texts of one language."""
    catalog, may_lack = read(path, language), is_started(path)
    if (catalog.num_plurals, catalog.plural_expr) != plural_of(language):
        yield Fault(shown, None, "its header names other plural forms, run `make messages`")
    for gone in catalog.obsolete.values():
        yield Fault(shown, gone.lineno, f"obsolete, run `make messages`: {_ids(gone)[0]}")
    for message in catalog:
        if not message.id:
            continue
        wanted = template.get(message.id)
        if wanted is None:
            yield Fault(shown, message.lineno, f"obsolete, run `make messages`: {_ids(message)[0]}")
        elif _ids(wanted) != _ids(message):
            yield Fault(shown, message.lineno, f"its plural has changed, run `make messages`: {_ids(message)[0]}")
        elif fault := message_fault(language, message, may_lack=may_lack):
            yield Fault(shown, message.lineno, f"{fault}: {_ids(message)[0]}")
    for wanted in template:
        if wanted.id and not may_lack and catalog.get(wanted.id) is None:
            yield Fault(shown, None, f"missing, run `make messages`: {_ids(wanted)[0]}")


def faults(root: Path) -> list[Fault]:
    """Everything wrong with the interface texts below a folder."""
    found = list(code_faults(root))
    template = extract(root)
    for language, path in catalogues(root):
        found.extend(catalogue_faults(path, path.relative_to(root).as_posix(), language, template))
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.messages", description="Interface texts and their languages")
    parser.add_argument("command", choices=["update", "check"])
    if parser.parse_args(arguments).command == "update":
        update(ROOT)
        return 0
    found = faults(ROOT)
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
