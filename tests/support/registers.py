"""Registers that can be asked about a person: one that answers, which the sandbox plays, and one that is away."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from portal.sandbox.config import DEFAULT_RNP_KEY

AWAY_ADDRESS = "http://127.0.0.1:9"
"""Where nobody listens."""

MAPPINGS = {
    "rnp": """\
name: {ar: السجل الوطني للسكان, fr: Registre national de la population}
look_up:
  attributes: {address: address, phone: phone, birth_date: birth_date}
""",
    "cadastre": """\
name: {ar: السجل العقاري, fr: Registre foncier}
look_up:
  attributes: {plot: plotNumber}
""",
}


def with_registers(services: Path, folder: Path) -> Path:
    """A copy of the province's folder in which these registers can be asked."""
    copied = folder / "services"
    # A portal that is started again finds the folder it made.
    shutil.copytree(services, copied, dirs_exist_ok=True)
    for name, mapping in MAPPINGS.items():
        (copied / "platforms" / f"{name}.yaml").write_text(mapping, "utf-8")
    return copied


def addresses(register: str) -> Mapping[str, Mapping[str, str]]:
    """How an operator would say where the registers are."""
    return {"rnp": {"url": register, "key": DEFAULT_RNP_KEY}, "cadastre": {"url": AWAY_ADDRESS, "key": "unused"}}
