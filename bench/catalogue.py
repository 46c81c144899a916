"""How long a large catalogue takes to prove: 500 services made of the province's own, at first and when unchanged.

``python -m bench.catalogue`` prints processor seconds of one core. The catalogue is made in a folder that is removed.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from portal.actions.publish import publish_all, read_publications
from portal.actions.registry import Registry
from portal.catalogue.kept_definitions import FOLDER, KeptDefinitions
from portal.catalogue.loader import Package, Proofs, check_folder, packages
from portal.catalogue.proof_cache import FILE
from portal.store.engine import make_engine
from portal.store.tables_of_services import PUBLICATIONS

ROOT = Path(__file__).parents[1]
SERVICES = ROOT / "services"
FIRST, UNCHANGED = 10.0, 1.0
"""The seconds that proving 500 services may take, at first and when nothing changed (issue 4)."""


def make_catalogue(root: Path, services: int) -> int:
    """A province with so many services: its own, then copies of these under other slugs; how many files they have."""
    for name in ("territory", "platforms", "calendar.yaml", "life_events.yaml"):
        (root / name).symlink_to(SERVICES / name)
    own = {package.slug: package for package in packages(SERVICES)}
    slugs = [*own, *(f"{slug}-{number}" for number, slug in enumerate(islice(cycle(own), services)))]
    return sum(_write(root, slug, own.get(slug) or own[slug.rpartition("-")[0]]) for slug in slugs[:services])


def _write(root: Path, slug: str, package: Package) -> int:
    for name, text in package.files.items():
        file = root / "catalogue" / slug / "v1" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        # Each has files of its own, so that nothing is remembered from one to the other.
        file.write_text(f"# {slug}\n{text}" if name.endswith(".yaml") else text, "utf-8")
    return len(package.files)


def seconds(work: Callable[[], object]) -> float:
    """The processor time some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, default=500)
    wanted = parser.parse_args().services
    root = Path(tempfile.mkdtemp(prefix="catalogue-"))
    try:
        files = make_catalogue(root, wanted)
        print(f"{wanted} services, {files} files")
        if faults := check_folder(root, Proofs(root / FILE))[:5]:
            print("\n".join(map(str, faults)))
            return 1
        _measure(root, wanted)
    finally:
        shutil.rmtree(root)
    return 0


def _measure(root: Path, wanted: int) -> None:
    held = root / FILE
    held.unlink()
    first = seconds(lambda: check_folder(root, Proofs(held)))
    unchanged = seconds(lambda: check_folder(root, Proofs(held)))
    first_start, later_start = _starts(root, Proofs(held))
    edited = next(root.glob("catalogue/*/v1/service.yaml"))
    edited.write_text(edited.read_text("utf-8") + "# A remark.\n", "utf-8")
    one = seconds(lambda: check_folder(root, Proofs(held)))
    scale = wanted / 500
    rows = (
        ("proved for the first time", first, FIRST * scale),
        ("unchanged since", unchanged, UNCHANGED * scale),
        ("a process that starts, first of all", first_start, None),
        ("a process that starts, unchanged", later_start, UNCHANGED * scale),
        ("one file changed", one, None),
    )
    for what, spent, most in rows:
        told = "" if most is None else f"  (at most {most:.1f}: {'met' if spent <= most else 'MISSED'})"
        print(f"{what:40} {spent:7.2f} s{told}")


def _starts(root: Path, proofs: Proofs) -> tuple[float, float]:
    """What it costs a process to know every definition that is published: the first one, and those that start later."""
    engine = make_engine(f"sqlite:///{root / 'portal.db'}")
    PUBLICATIONS.metadata.create_all(engine)
    with engine.begin() as connection:
        publish_all(connection, read_publications(root, proofs), datetime.now(UTC))
    first, later = (
        seconds(Registry(engine, KeptDefinitions(root / FOLDER, b"of this measurement")).services) for _ in range(2)
    )
    engine.dispose()
    return first, later


if __name__ == "__main__":
    sys.exit(main())
