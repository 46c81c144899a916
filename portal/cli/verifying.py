"""``portal verify``: whether documents were issued here, unchanged and still standing."""

import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from portal.actions.deps import Deps
from portal.actions.revoking import MAX_REASONS, REASONS, revoke
from portal.actions.verdict import Checked, Known, Verdict, Verified
from portal.cli.context import UNAVAILABLE, fail, open_portal, told
from portal.cli.days_off import OPERATOR, account
from portal.cli.papers import Target, Unreadable, is_folder, is_there, of_input, of_paths, of_text
from portal.domain.case import Actor
from portal.domain.errors import CaseMoved, Invalid, JournalContradicts, NotFound, Unavailable
from portal.domain.issued import DocumentKind, RevokedFor
from portal.domain.service import Role
from portal.fields import cleaning
from portal.store.vault import Erased

NOT_ALL_GOOD, ONLY_BY_SEAL = 1, 3
"""Exit statuses: something does not stand, or could not be checked; all stands, but of some only the seal or code was judged."""

NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class _Revoking:
    """Why a document is revoked, in a word and in the operator's own, and whether another is issued in its place."""

    why: RevokedFor
    reasons: str
    again: bool


@dataclass(frozen=True)
class _Outcome:
    """What is counted of a verdict: the rest of it, pictures of pages even, is not held on to for a whole folder."""

    verdict: Verdict
    checked: Checked


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
    seal or code): compare the paper with it. The exit status is then 3 where nothing is wrong, and 1 where anything is or
    could not be checked.
    """
    paths = [Path(one) for one in what or () if one != "-"]
    for path in paths:
        if not is_there(path):
            fail(f"there is no file {visible(str(path))}")
    wanted = _revoking(why, reason, again=again) if revoking else None
    _, deps = open_portal()
    with told():
        named = of_paths(deps, paths)
        targets = [*named.targets, *(of_text(deps, one) for one in text or ())]
        targets += of_input(deps, sys.stdin.buffer.read()) if "-" in (what or ()) else []
        if not targets:
            left = f" ({_skipped(named.skipped)})" if named.skipped else ""
            fail(f"there is no document to check{left}: name files, folders, or --text")
        if wanted is not None:
            _revoke(deps, targets, wanted)
        several = len(targets) != 1 or any(is_folder(path) for path in paths)
        found = [_tell(target, as_json, named=several) for target in targets]
    if several and not as_json:
        print(_summary(found, named.skipped))
    elif named.skipped:
        # Standard output holds verdicts and nothing else.
        print(f"portal: {_skipped(named.skipped)}", file=sys.stderr)
    status = _status(found, revoking=revoking)
    if status:
        raise typer.Exit(status)


def _status(found: Sequence[_Outcome | None], *, revoking: bool) -> int:
    # What was revoked may have been replaced by now.
    good = {Verdict.REVOKED, Verdict.REPLACED} if revoking else {Verdict.VALID}
    if not all(one is not None and one.verdict in good for one in found):
        return NOT_ALL_GOOD
    by_seal = any(one is not None and one.checked is not Checked.FILE for one in found)
    return ONLY_BY_SEAL if by_seal and not revoking else 0


def _summary(found: Sequence[_Outcome | None], skipped: int) -> str:
    """How many there are of each verdict, those on a seal or code apart; what was not checked, and what was passed over."""
    checked = [one for one in found if one is not None]
    verdicts = Counter(" ".join(part for part in (one.verdict.value, _by(one.checked)) if part) for one in checked)
    counted = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    parts = [f"{len(checked)} checked" + (f": {counted}" if counted else "")]
    parts += [f"{len(found) - len(checked)} {NOT_CHECKED}"] if len(checked) < len(found) else []
    parts += [_skipped(skipped)] if skipped else []
    return "; ".join(parts)


def _skipped(count: int) -> str:
    return f"{count} skipped, neither PDF nor picture by name"


def _revoking(why: str, reason: str, *, again: bool) -> _Revoking:
    reasons = cleaning.paragraphs(reason)
    if why not in REASONS:
        fail(f"say why it is revoked: --why with one of {', '.join(REASONS)}")
    if not 0 < len(reasons) <= MAX_REASONS:
        fail(f"explain it to the applicant, in up to {MAX_REASONS} characters: --reason")
    return _Revoking(RevokedFor(why), reasons, again)


def _revoke(deps: Deps, targets: Sequence[Target], wanted: _Revoking) -> None:
    """Revokes a document as its chief would: in its case's journal, with word to the applicant."""
    if len(targets) != 1:
        fail("one document is revoked at a time")
    try:
        found = targets[0].check()
    except Unreadable as why:
        fail(f"{visible(targets[0].name)} {why}")
    if found.known is not None and found.verdict in {Verdict.REVOKED, Verdict.REPLACED}:
        # What was asked for is not in the journal: whoever asked must not take it for entered.
        fail(_already(found.known))
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
    except Invalid:
        fail(f"nothing takes the place of what was obtained by fraud: revoke {found.number} without --again")
    except (CaseMoved, NotFound):
        fail(f"{found.number} was just revoked by somebody else")


def _already(known: Known) -> str:
    replaced = f"replaced by {known.replaced_by}" if known.replaced_by else ""
    if known.revoked_at is None:
        return f"{known.number} is already {replaced}"
    why = f", for {known.revoked_for.value}" if known.revoked_for is not None else ""
    return f"{known.number} is already revoked{why}" + (f", and {replaced}" if replaced else "")


def _tell(target: Target, as_json: bool, *, named: bool) -> _Outcome | None:
    """Checks one and says what was found; None, and a line as well, where it cannot be checked now."""
    found, why = _checked(target)
    if as_json:
        # JSON has its own way of writing control characters, but none for a name that is not UTF-8.
        name = target.name.encode(errors="backslashreplace").decode()
        said = _plain(found) if found is not None else {**_NOTHING, "why": why}
        sys.stdout.write(orjson.dumps({"file": name, **said}).decode() + "\n")
    else:
        line = _line(found) if found is not None else f"{NOT_CHECKED} ({why})"
        print(f"{visible(target.name)}\t{line}" if named else line)
    return _Outcome(found.verdict, found.checked) if found is not None else None


def _checked(target: Target) -> tuple[Verified | None, str]:
    """The verdict, or why there is none: the others are checked all the same."""
    try:
        return target.check(), ""
    except Unreadable as unreadable:
        return None, str(unreadable)
    except Unavailable:
        return None, UNAVAILABLE


def visible(name: str) -> str:
    """A name of somebody else's choosing on one line: what could pass for more than a name is written as an escape."""
    return "".join(_escaped(one) if _misleads(one) else one for one in name)


def _misleads(character: str) -> bool:
    # Control characters, marks that turn words around, halves of a pair, ends of lines; and what escapes begin with.
    return character == "\\" or (character != " " and unicodedata.category(character)[0] in "CZ")


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _by(checked: Checked) -> str:
    return f"(by its {checked.value})" if checked is not Checked.FILE else ""


def _line(found: Verified) -> str:
    """A verdict in one line; of a copy of ours, that on the document whose QR it bears as well."""
    more = found.refused or found.why
    standing = found.known.standing if found.known is not None else Verdict.VALID
    instead = f"replaced by {found.known.replaced_by}" if found.known and found.known.replaced_by else ""
    details = (
        found.number,
        found.reference,
        _by(found.checked),
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


_NOTHING: dict[str, Any] = {
    "verdict": "not_checked",
    "checked": None,
    "why": None,
    "number": "",
    "reference": "",
    "standing": None,
    "replaced_by": "",
    "replaces": (),
    "shown": None,
}
"""What is answered in JSON for what was not checked: the same keys."""
