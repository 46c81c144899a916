"""Numbers people write down: references, secrets, codes, and the running numbers of issued documents."""

import re
import secrets
import unicodedata
from datetime import date

from sqlalchemy import Connection, update
from stdnum import luhn

from portal.store.tables import NUMBERS
from portal.store.upsert import insert_or_ignore

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U to be misread or to spell words with."""

MOST_DIGITS = 18
"""A count of more is none: the database could not hold it either."""

_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
_REFERENCE = re.compile(r"^([A-Z]{3})(\d{2})([0-9A-HJKMNP-TV-Z]{8})([0-9A-HJKMNP-TV-Z])$")


def random_characters(count: int) -> str:
    """So many random characters of the alphabet: five bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def new_reference(province: str, filed_on: date) -> str:
    """A fresh reference, such as ``BRK-26-7K3F-9Q2X-C``; the last character is its Luhn mod 32 check."""
    year, body = f"{filed_on:%y}", random_characters(8)
    return _written(province, year, body, luhn.calc_check_digit(body, alphabet=ALPHABET))


def read_reference(typed: str) -> str | None:
    """The reference somebody typed, in its canonical form, or None where it cannot be one.

    Any case, with or without dashes and spaces, Arabic-Indic digits, and letters easily misread are all accepted.
    """
    plain = _plain(typed)
    match = _REFERENCE.match(plain[:5] + plain[5:].translate(_MISREAD))
    if match is None:
        return None
    province, year, body, check = match.groups()
    if not luhn.is_valid(body + check, alphabet=ALPHABET):
        return None
    return _written(province, year, body, check)


def read_code(typed: str) -> str:
    """A secret or a document's code as it was typed, in its canonical form."""
    return _plain(typed).translate(_MISREAD)


def code_bytes(code: str) -> bytes:
    """The ten bytes behind a document's code of sixteen characters."""
    return sum(ALPHABET.index(character) << 5 * place for place, character in enumerate(reversed(code))).to_bytes(10)


def code_of(identifier: bytes) -> str:
    """The code of sixteen characters that ten bytes are written as."""
    number = int.from_bytes(identifier)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(16)))


def _written(province: str, year: str, body: str, check: str) -> str:
    return f"{province}-{year}-{body[:4]}-{body[4:]}-{check}"


def _plain(typed: str) -> str:
    # NFKC leaves Arabic-Indic digits alone; their numeric value is what counts.
    characters = (str(unicodedata.digit(c)) if c.isdigit() else c for c in unicodedata.normalize("NFKC", typed))
    return "".join(c for c in "".join(characters).upper() if c.isascii() and c.isalnum())


def number_in(written: str) -> tuple[str, int] | None:
    """The series and the count of a document's number; None for what is not written as its number would be."""
    series, dash, count = written.rpartition("-")
    if not (dash and count.isascii() and count.isdigit() and 0 < len(count) < MOST_DIGITS):
        return None
    return (series, int(count)) if int(count) and written == numbered(series, int(count)) else None


def numbered(series: str, count: int) -> str:
    """How the number of a document is written."""
    return f"{series}-{count:06d}"


def next_number(connection: Connection, series: str) -> int:
    """The next number of a series, without gaps: it is taken back if the transaction is."""
    taken = connection.execute(
        update(NUMBERS).where(NUMBERS.c.series == series).values(last=NUMBERS.c.last + 1).returning(NUMBERS.c.last)
    ).scalar()
    if taken is not None:
        return int(taken)
    insert_or_ignore(connection, NUMBERS, series=series, last=0)
    return next_number(connection, series)
