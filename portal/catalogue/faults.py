"""What is wrong with a service, said to the person who wrote it: where, and which rule."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One broken rule, at one line of one file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"

    def under(self, folder: str) -> "Fault":
        """The same fault, with the file's path seen from outside its folder."""
        return Fault(f"{folder}/{self.file}", self.line, self.message)


class Unsound(Exception):
    """The files cannot be used; ``faults`` says why, in the order of files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))
