"""``portal verify``: whether documents were issued here, unchanged and still standing."""

import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from portal.actions.deps import Deps
from portal.actions.revoking import MAX_REASONS, REASONS, revoke
from portal.actions.verify import MAX_BYTES, Checked, Verdict, Verified, verify_file, verify_text
from portal.cli.context import fail, open_portal, told
from portal.cli.days_off import OPERATOR, account
from portal.domain.case import Actor
from portal.domain.errors import CaseMoved, JournalContradicts, NotFound
from portal.domain.issued import DocumentKind, RevokedFor
from portal.domain.service import Role
from portal.fields import cleaning
from portal.store.vault import Erased

SUFFIXES = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".webp"})
"""What is checked of a folder: documents, and pictures of papers."""

_FILES = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG", b"RIFF")


@dataclass(frozen=True)
class _Target:
    """Something to check, and what it is called."""

    name: str
    check: Callable[[], Verified]


@dataclass(frozen=True)
class _Revoking:
    """Why a document is revoked, in a word and in the operator's own, and whether another is issued in its place."""

    why: RevokedFor
    reasons: str
    again: bool


def verify(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="PDF files, pictures of papers, folders of them, or - for standard input.", metavar="FILE…"
        ),
    ] = None,
    text: Annotated[
        list[str] | None, typer.Option("--text", help="What a QR says, or the code under it; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, one line each.")] = False,
    revoking: Annotated[
        bool,
        typer.Option(
            "--revoke", help="Declare for good that this document no longer stands; needs --why and --reason."
        ),
    ] = False,
    why: Annotated[str, typer.Option(help=f"Of a revocation: {', '.join(REASONS)}.")] = "",
    reason: Annotated[str, typer.Option(help="Of a revocation, in words that the applicant reads.")] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Have another issued in its place, where the law does not anyway.")
    ] = False,
) -> None:
    """Tell whether documents were issued here, unchanged and still standing; exit status 0 only if all are.

    A file is vouched for to its last byte. A picture, a text or a code only tells that there is such a document (valid, by its
    seal or code): compare the paper with it.
    """
    paths = [Path(one) for one in what or () if one != "-"]
    for path in paths:
        if not path.exists():
            fail(f"there is no file {visible(str(path))}")
    wanted = _revoking(why, reason, again=again) if revoking else None
    _, deps = open_portal()
    with told():
        targets = [*_of_paths(deps, paths), *(_of_text(deps, one) for one in text or ())]
        targets += _of_input(deps, sys.stdin.buffer.read()) if "-" in (what or ()) else []
        if not targets:
            fail("there is no document to check: name files, folders, or --text")
        if wanted is not None:
            _revoke(deps, targets, wanted)
        folders = len(targets) != 1 or any(path.is_dir() for path in paths)
        verdicts = Counter(_tell(target, as_json, named=folders) for target in targets)
    if folders and not as_json:
        counted = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
        print(f"{len(targets)} checked: {counted}")
    # What was revoked may have been replaced by now.
    good = {Verdict.REVOKED, Verdict.REPLACED} if revoking else {Verdict.VALID}
    if not good.issuperset(verdicts):
        raise typer.Exit(1)


def _of_paths(deps: Deps, paths: Sequence[Path]) -> Iterator[_Target]:
    for path in paths:
        if not path.is_dir():
            yield _of_file(deps, path)
            continue
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in SUFFIXES and one.is_file())
        yield from (_of_file(deps, one) for one in inside)


def _of_file(deps: Deps, path: Path) -> _Target:
    def check() -> Verified:
        try:
            with path.open("rb") as file:
                # One byte more than is looked at: what is longer is refused without being read to its end.
                return verify_file(deps, file.read(MAX_BYTES + 1))
        except OSError as error:
            fail(f"{visible(str(path))} cannot be read: {error.strerror or type(error).__name__}")

    return _Target(str(path), check)


def _of_text(deps: Deps, text: str) -> _Target:
    return _Target(text if len(text) <= 40 else f"{text[:39]}…", lambda: verify_text(deps, text))


def _of_input(deps: Deps, content: bytes) -> list[_Target]:
    """A file, or texts one a line."""
    if not content or b"%PDF-" in content[:1024] or content.startswith(_FILES):
        return [_Target("-", lambda: verify_file(deps, content))]
    lines = content.decode("utf-8", errors="replace").splitlines()
    return [_of_text(deps, line.strip()) for line in lines if line.strip()]


def _revoking(why: str, reason: str, *, again: bool) -> _Revoking:
    reasons = cleaning.paragraphs(reason)
    if why not in REASONS:
        fail(f"say why it is revoked: --why with one of {', '.join(REASONS)}")
    if not 0 < len(reasons) <= MAX_REASONS:
        fail(f"explain it to the applicant, in up to {MAX_REASONS} characters: --reason")
    return _Revoking(RevokedFor(why), reasons, again)


def _revoke(deps: Deps, targets: Sequence[_Target], wanted: _Revoking) -> None:
    """Revokes a document as its chief would: in its case's journal, with word to the applicant."""
    if len(targets) != 1:
        fail("one document is revoked at a time")
    found = targets[0].check()
    if found.verdict is not Verdict.VALID or found.known is None:
        return
    if found.known.kind is DocumentKind.REPORT:
        fail("a report on a year's figures is not revoked: a later one stands beside it")
    name = account()
    actor = Actor(OPERATOR, frozenset({Role.SYSTEM}), name=f"{OPERATOR} ({name})" if name else OPERATOR)
    try:
        with deps.unit_of_work() as work:
            revoke(work, deps, actor, found.reference, found.number, wanted.why, wanted.reasons, again=wanted.again)
    except JournalContradicts:
        fail(f"the journal of {found.reference} contradicts itself: see portal audit")
    except Erased:
        fail(f"the key of {found.reference} was destroyed: nothing more can be entered in its journal")
    except (CaseMoved, NotFound):
        fail(f"{found.number} was just revoked by somebody else")


def _tell(target: _Target, as_json: bool, *, named: bool) -> Verdict:
    found = target.check()
    if as_json:
        # JSON has its own way of writing control characters, but none for a name that is not UTF-8.
        name = target.name.encode(errors="backslashreplace").decode()
        sys.stdout.write(orjson.dumps({"file": name, **_plain(found)}).decode() + "\n")
        return found.verdict
    print(f"{visible(target.name)}\t{_line(found)}" if named else _line(found))
    return found.verdict


def visible(name: str) -> str:
    """A name of somebody else's choosing on one line: what could pass for more than a name is written as an escape."""
    return "".join(_escaped(one) if _misleads(one) else one for one in name)


def _misleads(character: str) -> bool:
    # Control characters, marks that turn words around, halves of a pair, ends of lines; and what escapes begin with.
    return character == "\\" or (character != " " and unicodedata.category(character)[0] in "CZ")


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _line(found: Verified) -> str:
    """A verdict in one line; of a copy of ours, that on the document whose QR it bears as well."""
    by = f"(by its {found.checked.value})" if found.checked is not Checked.FILE else ""
    more = found.refused or found.why
    standing = found.known.standing if found.known is not None else Verdict.VALID
    instead = f"replaced by {found.known.replaced_by}" if found.known and found.known.replaced_by else ""
    details = (
        found.number,
        found.reference,
        by,
        f"({more.value})" if more else "",
        f"({standing.value})" if found.verdict is Verdict.CHANGED and standing is not Verdict.VALID else "",
        instead,
        f"shown: {_line(found.shown)}" if found.shown is not None else "",
    )
    return " ".join(part for part in (found.verdict.value, *details) if part)


def _plain(found: Verified) -> dict[str, Any]:
    return {
        "verdict": found.verdict,
        "checked": found.checked,
        "why": found.refused or found.why,
        "number": found.number,
        "reference": found.reference,
        "standing": found.known.standing if found.known is not None else None,
        "replaced_by": found.known.replaced_by if found.known else "",
        "replaces": found.known.replaces if found.known else (),
        "shown": _plain(found.shown) if found.shown is not None else None,
    }
