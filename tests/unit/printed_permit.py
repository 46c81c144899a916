"""A permit that states answers of every kind, for the tests of what documents are filled in with."""

from collections.abc import Mapping
from pathlib import Path

from portal.catalogue.loader import read_folder

SLUG = "occupation-evenement"
FILES: Mapping[str, str] = read_folder(Path(__file__).parent / "services" / "printed_permit")
SHEET = FILES["service.yaml"]
