"""Reads the long lists of a service, lists/<name>.csv: what a question of type select offers."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from portal.catalogue.faults import Sentence
from portal.catalogue.reading import PLAIN, SCRIPTS, Reading
from portal.domain.service import Option, Text
from portal.domain.text import typeset

FOLDER = "lists/"
COLUMNS = ("value", "ar", "fr")
GROUPS = ("group_ar", "group_fr")
MOST_ROWS = 5_000
LONGEST = 200
NAME = re.compile(r"lists/([a-z][a-z0-9_]{0,39})\.csv")
VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
FORMULA = ("=", "+", "-", "@")
"""What a cell may not begin with: a spreadsheet would take it for a formula."""


class _Rows(Iterable[list[str]], Protocol):
    """The rows of a CSV, and the line they have been read to."""

    line_num: int


def read_lists(files: Mapping[str, str], reading: Reading) -> dict[str, tuple[Option, ...]]:
    """The lists among a service's files, by name; what is wrong with them is noted in the reading."""
    found: dict[str, tuple[Option, ...]] = {}
    for file in sorted(files):
        if file.startswith(FOLDER):
            if name := NAME.fullmatch(file):
                found[name[1]] = _read_list(file, files[file], reading)
            else:
                said = Sentence("a list is named in small letters a-z, digits and _, such as lists/schools.csv")
                reading.add(file, 1, said)
    return found


def _read_list(file: str, text: str, reading: Reading) -> tuple[Option, ...]:
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        header = tuple(cell.strip() for cell in next(rows, []))
        if header not in (COLUMNS, COLUMNS + GROUPS):
            said = Sentence("the first line of a list is value,ar,fr or value,ar,fr,group_ar,group_fr")
            reading.add(file, 1, said)
            return ()
        return _options(file, header, rows, reading)
    except csv.Error as error:
        reading.add(file, rows.line_num or 1, Sentence("this is not CSV: %(problem)s", problem=error))
        return ()


def _options(file: str, header: tuple[str, ...], rows: _Rows, reading: Reading) -> tuple[Option, ...]:
    options: dict[str, Option] = {}
    groups: dict[tuple[str, str], Text] = {}
    for number, cells in enumerate(rows, start=1):
        if not cells:
            continue
        if number > MOST_ROWS:
            reading.add(file, rows.line_num, Sentence("a list has at most %(most)s rows", most=MOST_ROWS))
            break
        row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        message = _fault(header, cells, row)
        if message is None and row["value"] in options:
            message = Sentence("the value '%(value)s' is given twice", value=row["value"])
        if message:
            reading.add(file, rows.line_num, message)
            continue
        heading = (row.get("group_ar", ""), row.get("group_fr", ""))
        if any(heading) and heading not in groups:
            groups[heading] = Text({"ar": heading[0], "fr": typeset("fr", heading[1])})
        label = Text({"ar": row["ar"], "fr": typeset("fr", row["fr"])})
        options[row["value"]] = Option(row["value"], label, groups.get(heading))
    if not options and not reading.faults:
        reading.add(file, 1, Sentence("a list has at least one row"))
    return tuple(options.values())


def _fault(header: tuple[str, ...], cells: list[str], row: dict[str, str]) -> Sentence | None:
    if len(cells) != len(header):
        return Sentence("this row has %(cells)s cells, the first line %(header)s", cells=len(cells), header=len(header))
    if not VALUE.fullmatch(row["value"]):
        return Sentence(
            "'%(value)s' cannot be a value: use letters a-z, digits, and . _ / - (at most 40)", value=row["value"][:40]
        )
    for column, cell in row.items():
        if message := _fault_of_cell(column, cell):
            return message
    if bool(row.get("group_ar")) != bool(row.get("group_fr")):
        return Sentence("a heading is given in both languages: group_ar and group_fr")
    return None


def _fault_of_cell(column: str, cell: str) -> Sentence | None:
    if column in COLUMNS and not cell:
        return Sentence("'%(column)s' is empty", column=column)
    if cell.startswith(FORMULA):
        return Sentence(
            "'%(cell)s' begins like a formula of a spreadsheet: begin with a letter or a digit", cell=cell[:40]
        )
    if len(cell) > LONGEST:
        return Sentence("'%(column)s' has more than %(most)s characters", column=column, most=LONGEST)
    if PLAIN.search(cell):
        return Sentence("'%(column)s' holds markup or a script: plain words only", column=column)
    if (script := SCRIPTS.get(column)) and not script.search(cell):
        return Sentence("'%(column)s' is not written in that language's letters", column=column)
    return None
