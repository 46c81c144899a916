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

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from tools.message_sources import PLACEHOLDER, TAG, Found, in_python, in_template, loose_text

ROOT = Path(__file__).resolve().parent.parent
# «Largest number of files: 3» needs no plural; «3 files» does.
COUNTED_NOUN = re.compile(r"%\(count\)s [a-z]")
HEADER = """\
# Interface texts of Shubbak. Fill in what is empty; `make messages` adds what is new and drops what is gone.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals={count}; plural={rule};\\n"

"""


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
    for path in sorted([*(root / "portal").rglob("*.py"), *(root / "templates").rglob("*.html")]):
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


def write(path: Path, language: str, catalog: Catalog) -> None:
    """Writes a language's texts in their order; nothing in the file depends on when or where it was written."""
    count, rule = plural_of(language)
    with path.open("wb") as target:
        target.write(HEADER.format(language=language, count=count, rule=rule).encode())
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
        # Documents are laid out by the renderer, whose few words are bilingual by nature.
        if path.startswith("templates/") and not path.startswith("templates/documents/"):
            for line, words in loose_text(text):
                yield Fault(path, line, f"text outside {{% trans %}}: {words}")


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
    """Whether a text has Arabic letters exactly where its language is written in them; a text of signs alone passes."""
    words = TAG.sub("", PLACEHOLDER.sub("", said))
    arabic = any("\u0621" <= character <= "\u064a" for character in words)
    if Locale.parse(language).character_order == "right-to-left":
        return arabic or not any(character.isalpha() for character in words)
    return not arabic


def _form_fault(original: str, said: str, may_omit: int) -> str | None:
    wanted, given = set(PLACEHOLDER.findall(original)), set(PLACEHOLDER.findall(said))
    if given - wanted or len(wanted - given) > may_omit:
        return f"its placeholders are {sorted(given)}, not {sorted(wanted)}"
    if _skeleton(original) != _skeleton(said) or said.count("<bdi") != said.count("</bdi"):
        return "its tags are not those of the original"
    return None


def message_fault(language: str, message: Message) -> str | None:
    """What is wrong with one translated text, or None."""
    strings, ids = _strings(message), _ids(message)
    if message.fuzzy:
        return "marked fuzzy: read it again and remove the mark"
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
    catalog = read(path, language)
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
        elif fault := message_fault(language, message):
            yield Fault(shown, message.lineno, f"{fault}: {_ids(message)[0]}")
    for wanted in template:
        if wanted.id and catalog.get(wanted.id) is None:
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
