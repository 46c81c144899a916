"""Pins requirements*.in anew, with hashes, for every platform: ``python -m tools.lock``."""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The second names the first, so that what runs is tested in the very versions that are deployed.
PAIRS = (("requirements.in", "requirements.txt"), ("requirements-dev.in", "requirements-dev.txt"))
HEADER = "# Pinned by `make lock`, from {source}.\n"
OPTIONS = ("--generate-hashes", "--universal", "--python-version=3.11", "--upgrade", "--quiet")
ANONYMOUS = ("--no-header", "--no-emit-index-url", "--no-emit-find-links")


def index_options(python: Path) -> list[str]:
    """The package index this machine is told to use, which uv does not learn by itself from pip's settings."""
    told = (
        os.environ.get("PIP_INDEX_URL")
        or subprocess.run(
            [python, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True
        ).stdout.strip()
    )
    return [f"--default-index={told}"] if told else []


def with_header(source: str, pinned: str) -> str:
    """What is committed: how it was made, then the pins, and neither a package index nor a path of this machine."""
    for line in pinned.splitlines():
        if "://" in line or line.startswith("-"):
            raise SystemExit(f"{source}: names where a package came from: {line}")
    return HEADER.format(source=source) + pinned


def lock(tools: Path, folder: Path) -> None:
    """Writes both files, or neither."""
    made: dict[Path, str] = {}
    for source, target in PAIRS:
        output = folder / target
        command: list[str | Path] = [tools / "uv", "pip", "compile", source, "--output-file", output]
        subprocess.run([*command, *OPTIONS, *ANONYMOUS, *index_options(tools / "python")], cwd=folder, check=True)
        made[ROOT / target] = with_header(source, output.read_text(encoding="utf-8"))
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="lock-") as name:
        folder = Path(name)
        venv.create(folder / "venv", with_pip=True)
        tools = folder / "venv" / "bin"
        subprocess.run([tools / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
        for source, _ in PAIRS:
            (folder / source).write_text((ROOT / source).read_text(encoding="utf-8"), encoding="utf-8")
        lock(tools, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
