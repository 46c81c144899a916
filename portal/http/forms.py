"""Reads what a form sent, whichever way it was encoded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from portal.domain.errors import Invalid

MAX_FIELDS = 400


@dataclass(frozen=True)
class SentFile:
    """One file of a multipart form."""

    control: str
    name: str
    content: bytes


class Form(Mapping[str, str]):
    """The controls of a form, the last value of each; ``files`` are the chosen files."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = (), files: Iterable[SentFile] = ()) -> None:
        self._pairs = tuple(pairs)
        self._values = dict(self._pairs)
        self.files = tuple(files)

    def __getitem__(self, key: str) -> str:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def all(self, key: str) -> list[str]:
        """Every value of a control that may be sent more than once."""
        return [value for name, value in self._pairs if name == key]


async def read_form(request: Request) -> Form:
    """The form a request carries; raises Invalid for one that cannot be read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _read_multipart(request)
    if kind != "application/x-www-form-urlencoded":
        return Form()
    try:
        text = (await request.body()).decode("utf-8")
        return Form(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"))
    except ValueError as error:
        raise Invalid(detail="the form cannot be read") from error


async def _read_multipart(request: Request) -> Form:
    pairs, files = [], []
    try:
        async with request.form(max_files=20, max_fields=MAX_FIELDS) as data:
            for name, value in data.multi_items():
                if isinstance(value, UploadFile):
                    content = await value.read()
                    if value.filename or content:
                        files.append(SentFile(name, value.filename or "", content))
                else:
                    pairs.append((name, value))
    except MultiPartException as error:
        raise Invalid(detail="the form cannot be read") from error
    return Form(pairs, files)
