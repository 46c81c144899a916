"""Reads what a form sent, whichever way it was encoded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from portal.domain.errors import Invalid, TooLarge
from portal.http.edge import FORM_LIMIT

MAX_FIELDS = 1_000
"""Controls of one form: twenty entries of a group with ten questions of up to three controls each, and some."""

JOINED_BY = "\n"
"""What joins the values of boxes of one name, as ``fields.choices`` expects them."""


@dataclass(frozen=True)
class SentFile:
    """One file of a multipart form."""

    control: str
    name: str
    content: bytes


class Form(Mapping[str, str]):
    """The controls of a form; ``files`` are the chosen files.

    The values of a name sent several times, as boxes ticked under one question are, stand in one text of several lines.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]] = (), files: Iterable[SentFile] = ()) -> None:
        values: dict[str, list[str]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(value)
        self._values = {name: JOINED_BY.join(sent) for name, sent in values.items()}
        self.files = tuple(files)

    def __getitem__(self, key: str) -> str:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


async def read_form(request: Request) -> Form:
    """The form a request carries; raises Invalid for one that cannot be read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _read_multipart(request)
    if kind != "application/x-www-form-urlencoded":
        return Form()
    body = await request.body()
    if len(body) > FORM_LIMIT:
        # Also at an address that takes files: what is typed is kept, and read again at every showing of its page.
        raise TooLarge()
    try:
        text = body.decode("utf-8")
        return Form(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"))
    except ValueError as error:
        raise Invalid(detail="the form cannot be read") from error


async def _read_multipart(request: Request) -> Form:
    pairs, files, written = [], [], 0
    try:
        async with request.form(max_files=20, max_fields=MAX_FIELDS) as data:
            for name, value in data.multi_items():
                if isinstance(value, UploadFile):
                    content = await value.read()
                    if value.filename or content:
                        files.append(SentFile(name, value.filename or "", content))
                else:
                    written += len(name) + len(value)
                    pairs.append((name, value))
    except MultiPartException as error:
        raise Invalid(detail="the form cannot be read") from error
    if written > FORM_LIMIT:
        raise TooLarge()
    return Form(pairs, files)
