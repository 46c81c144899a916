"""Says at which line of a version's files a word stands that another service shows to be wrong."""

import re
from collections.abc import Collection

from portal.catalogue.faults import Fault, Sentence
from portal.catalogue.reading import closest
from portal.catalogue.service_files import Package


def no_service(slug: str, slugs: Collection[str]) -> Sentence:
    return Sentence("there is no service '%(slug)s'%(meant)s", slug=slug, meant=closest(slug, slugs))


def fault_in(package: Package, file: str, word: str, said: Sentence) -> Fault:
    """The fault, at the line where its word stands."""
    wanted = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w-])")
    lines = package.files.get(file, "").split("\n")
    candidates = [number for number, line in enumerate(lines, start=1) if wanted.search(line)]
    declaring = [number for number in candidates if re.search(rf"\bid:\s*['\"]?{re.escape(word)}\b", lines[number - 1])]
    return Fault(f"{package.folder}/{file}", next(iter(declaring or candidates), 1), said)
