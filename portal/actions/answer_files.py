"""Files brought as answers to questions: each belongs to the control it was chosen in, also inside a group."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.actions import bringing, uploads
from portal.actions.deps import Deps
from portal.actions.journey import Journey
from portal.domain.service import GROUP, Document, Field, Page, ServiceDefinition
from portal.fields.entries import Changed, remove_entry
from portal.fields.file import most_files
from portal.fields.group import MOST, entries_on_page, entry_fields
from portal.store import files
from portal.store.drafts import Draft
from portal.store.files import StoredFile
from portal.store.unit_of_work import Work

QUESTION = "question:"
"""What the document of a file begins with that answers a question; the question's path follows."""

Held = Mapping[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True)
class FileControl:
    """A control that takes files: the question as it stands there, and its path in the form (``children.certificate``)."""

    field: Field
    path: str

    @property
    def document(self) -> Document:
        """What is asked for, as the taking in of files knows it."""
        return Document(
            f"{QUESTION}{self.path}",
            self.field.label,
            accept=self.field.accept,
            max_mb=self.field.max_mb,
            optional=True,
        )


def has_files(page: Page) -> bool:
    """Whether a page asks for files."""
    return any(one.type == "file" for one in _inner(page.fields))


def _inner(fields: Iterable[Field]) -> Iterable[Field]:
    for one in fields:
        yield one
        yield from _inner(one.fields)


def file_controls(fields: Sequence[Field], typed: Mapping[str, str], path: str = "") -> dict[str, FileControl]:
    """The controls that take files on a page on which this is typed, by their names."""
    found: dict[str, FileControl] = {}
    for one in fields:
        here = f"{path}{one.id.rpartition('-')[2]}"
        if one.type == "file":
            found[one.id] = FileControl(one, here)
        elif one.type == GROUP:
            for number in range(1, entries_on_page(one, typed) + 1):
                found |= file_controls(entry_fields(one, number), typed, f"{here}.")
    return found


def question_of(definition: ServiceDefinition, document: str) -> Field | None:
    """The question that a file answers, by what its document is called; None for a file that is no answer."""
    return next(reversed(way_to(definition, document)), None)


def way_to(definition: ServiceDefinition, document: str) -> tuple[Field, ...]:
    """The question that a file answers, after the groups it stands in; nothing for a file that is no answer."""
    if not document.startswith(QUESTION):
        return ()
    way: tuple[Field, ...] = ()
    fields: Sequence[Field] = tuple(definition.fields.values())
    for name in document.removeprefix(QUESTION).split("."):
        found = next((one for one in fields if one.id == name), None)
        if found is None:
            return ()
        way, fields = (*way, found), found.fields
    return way


def held_in(fields: Sequence[Field], answers: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """The files that answers name, by the controls that show these answers."""
    held: dict[str, list[dict[str, str]]] = {}
    for one in fields:
        value = answers.get(one.id.rpartition("-")[2])
        if one.type == "file" and value:
            held[one.id] = value
        elif one.type == GROUP:
            for number, entry in enumerate(value or (), start=1):
                held |= held_in(entry_fields(one, number), entry)
    return held


def without_held(held: Held, fields: Sequence[Field]) -> dict[str, Sequence[Mapping[str, str]]]:
    """What is held for the questions of other pages."""
    ids = {one.id for one in fields}
    return {control: found for control, found in held.items() if control.partition("-")[0] not in ids}


def remove_entry_with_files(
    page: Page, typed: Mapping[str, str], held: Held, button: str, journey: Journey
) -> tuple[Changed, Held] | None:
    """What taking away an entry makes of what is typed and held: the files of later entries move up with them."""
    # Both are numbered by the same controls, so that one removal serves both.
    whole = {**typed, **{control: json.dumps([dict(one) for one in found]) for control, found in held.items()}}
    changed = remove_entry(page.fields, whole, button, journey.facts())
    if changed is None:
        return None
    controls = file_controls(page.fields, changed.typed)
    kept: dict[str, Sequence[Mapping[str, str]]] = dict(without_held(held, page.fields))
    kept |= {control: json.loads(changed.typed[control]) for control in controls if changed.typed.get(control)}
    left = {
        control: value for control, value in changed.typed.items() if control not in controls and control not in held
    }
    return Changed(left, changed.anchor), kept


def take_in(deps: Deps, draft: Draft, control: FileControl, upload: uploads.Upload, held: int) -> StoredFile:
    """Checks a file for a control that holds so many, and keeps it with the draft; raises BadFile, and CameTooLate where
    the draft was handed in meanwhile.

    Not to be called inside a transaction: files are large.
    """
    if held >= most_files(control.field):
        raise uploads.BadFile("file.too_many", count=str(most_files(control.field)))
    most = most_files(control.field) * MOST
    awaited = bringing.of_draft(draft.id)
    return uploads.take_in(deps, draft.seal, draft.id, control.document, upload, awaited=awaited, most=most)


def with_files(held: Held, brought: Mapping[str, Sequence[StoredFile]]) -> Held:
    """What is held once these files have come, each once in its control."""
    added = dict(held)
    for control, new in brought.items():
        there = {one["id"] for one in held.get(control, ())}
        fresh = [{"id": file.id, "name": file.name} for file in new if file.id not in there]
        added[control] = [*held.get(control, ()), *fresh]
    return added


def without_file(held: Held, file_id: str) -> Held:
    """What is held once a file was taken back."""
    left = {control: [one for one in found if one["id"] != file_id] for control, found in held.items()}
    return {control: found for control, found in left.items() if found}


def named_in(value: Any) -> set[str]:
    """The ids of the files that an answer, or the answers of a group, name."""
    if isinstance(value, Mapping):
        inner = set().union(*(named_in(one) for one in value.values())) if value else set()
        return inner | {str(value["id"])} if set(value) == {"id", "name"} else inner
    if isinstance(value, list):
        return set().union(*(named_in(one) for one in value)) if value else set()
    return set()


def drop_unnamed(work: Work, attached: Iterable[StoredFile], answers: Mapping[str, Any]) -> list[StoredFile]:
    """Takes out the files of questions that no answer names any more; their content is deleted after the commit."""
    named = set().union(*(named_in(one) for one in answers.values())) if answers else set()
    loose = [one for one in attached if one.document.startswith(QUESTION) and one.id not in named]
    if loose:
        files.remove(work.connection, loose)
    return loose
