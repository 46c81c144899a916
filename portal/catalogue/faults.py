"""What is wrong with a service, said to the person who wrote it: where, and which rule, in any language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.domain.text import Text
from portal.i18n import translate

LANGUAGES = ("ar", "fr")


class Sentence(str):
    """What is said to those who write services: itself in English, and by ``said`` in any language.

    The pattern's ``%(name)s`` are filled in by ``params``, which may be sentences too, or the province's own texts:
    those are English in none, and French then.
    """

    pattern: str
    params: dict[str, object]

    def __new__(cls, pattern: str, **params: object) -> "Sentence":
        plain = {name: one["fr"] if isinstance(one, Text) else one for name, one in params.items()}
        made = super().__new__(cls, pattern % plain if params else pattern)
        made.pattern, made.params = pattern, params
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.pattern,), self.params

    def said(self, language: str) -> str:
        """The sentence in a language."""
        return translate(language, self.pattern, {name: _said(one, language) for name, one in self.params.items()})


def _said(param: object, language: str) -> str:
    if isinstance(param, Sentence):
        return param.said(language)
    return param[language] if isinstance(param, Text) else str(param)


@dataclass(frozen=True, order=True)
class Fault:
    """One broken rule, at one line of one file."""

    file: str
    line: int
    message: Sentence

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"

    def said(self, language: str) -> str:
        """The same line in a language."""
        return f"{self.file}:{self.line}: {self.message.said(language)}"

    def under(self, folder: str) -> "Fault":
        """The same fault, with the file's path seen from outside its folder."""
        return Fault(f"{folder}/{self.file}", self.line, self.message)

    def plain(self) -> dict[str, Any]:
        """The fault as it is kept, and told to programs: ``file``, ``line``, ``message``, and ``said`` by language."""
        said = {language: self.message.said(language) for language in LANGUAGES}
        return {"file": self.file, "line": self.line, "message": str(self.message), "said": said}


class Unsound(Exception):
    """The files cannot be used; ``faults`` says why, in the order of files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))
