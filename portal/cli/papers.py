"""What ``portal verify`` is asked to check: files, folders of them, texts, and what comes on standard input."""

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from portal.actions.deps import Deps
from portal.actions.verdict import Verified
from portal.actions.verify import MAX_BYTES, verify_file, verify_text

SUFFIXES = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".webp"})
"""What is checked of a folder: documents, and pictures of papers."""

_FILES = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG", b"RIFF")


class Unreadable(Exception):
    """There is a file or folder, but it cannot be read now; says why."""


@dataclass(frozen=True)
class Target:
    """Something to check, and what it is called. ``check`` raises Unreadable, and Unavailable."""

    name: str
    check: Callable[[], Verified]


@dataclass(frozen=True)
class Named:
    """What paths lead to, and how many files in their folders are neither documents nor pictures."""

    targets: Sequence[Target]
    skipped: int


def _mode(path: Path) -> int:
    """What a path leads to; 0 where that cannot be told, which is then said when it is opened."""
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def is_folder(path: Path) -> bool:
    return stat.S_ISDIR(_mode(path))


def is_there(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        # It may well be there, where this account cannot look.
        return True
    return True


def of_paths(deps: Deps, paths: Sequence[Path]) -> Named:
    targets: list[Target] = []
    skipped = 0
    for path in paths:
        if is_folder(path):
            inside = _inside(deps, path)
            targets += inside.targets
            skipped += inside.skipped
        else:
            targets.append(_of_file(deps, path))
    return Named(targets, skipped)


def _inside(deps: Deps, folder: Path) -> Named:
    """The documents and pictures in a folder and below it, and each folder that cannot be opened."""
    closed: list[OSError] = []
    found: list[Path] = []
    for where, folders, names in os.walk(folder, onerror=closed.append):
        # A link to a folder is not followed, since it may lead back: it counts as passed over.
        found += [Path(where, one) for one in folders if Path(where, one).is_symlink()]
        found += [Path(where, one) for one in names]
    documents = sorted(one for one in found if _is_document(one))
    targets = [*(_of_file(deps, one) for one in documents), *(_of_closed(one) for one in closed)]
    return Named(targets, len(found) - len(documents))


def _is_document(path: Path) -> bool:
    mode = _mode(path)
    # Whoever opens a pipe waits for somebody at its other end.
    return path.suffix.lower() in SUFFIXES and (not mode or stat.S_ISREG(mode))


def _of_file(deps: Deps, path: Path) -> Target:
    def check() -> Verified:
        try:
            with path.open("rb") as file:
                # One byte more than is looked at: what is longer is refused without being read to its end.
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            _unreadable(error)
        return verify_file(deps, content)

    return Target(str(path), check)


def _of_closed(error: OSError) -> Target:
    return Target(str(error.filename), lambda: _unreadable(error))


def _unreadable(error: OSError) -> NoReturn:
    raise Unreadable(f"cannot be read: {error.strerror or type(error).__name__}") from error


def of_text(deps: Deps, text: str) -> Target:
    return Target(text if len(text) <= 40 else f"{text[:39]}…", lambda: verify_text(deps, text))


def of_input(deps: Deps, content: bytes) -> list[Target]:
    """A file, or texts one a line."""
    if not content or b"%PDF-" in content[:1024] or content.startswith(_FILES):
        return [Target("-", lambda: verify_file(deps, content))]
    lines = content.decode("utf-8", errors="replace").splitlines()
    return [of_text(deps, line.strip()) for line in lines if line.strip()]
