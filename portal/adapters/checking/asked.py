"""What a file is sent with to where it is looked at: a line of JSON, then the file."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from portal.ports import Unreachable
from portal.ports_of_documents import Unfit

if TYPE_CHECKING:
    from portal.adapters.signing.trusted import Trusted

ISSUERS, ROOTS, SIGNERS = "issuing.pem", "root.pem", ("signer.pem", "signers.pem", "retired.pem")
"""The public files among the signing keys; without the first, none of our signatures is known."""


class Unusable(Exception):
    """The file is not looked at any further, and ``why``."""

    def __init__(self, why: Unfit) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Certificates:
    """What our signatures are known by, as PEM: the authorities above our signers, the roots, and all signers of ours."""

    issuers: bytes
    roots: bytes = b""
    signers: bytes = b""

    @cached_property
    def trusted(self) -> "Trusted":
        # Loaded where files are looked at, never where pages are served.
        from cryptography import x509

        from portal.adapters.signing.trusted import Trusted

        return Trusted(
            *(
                tuple(x509.load_pem_x509_certificates(one)) if one else ()
                for one in (self.issuers, self.roots, self.signers)
            )
        )


def read_certificates(folder: Path) -> Certificates:
    """The certificates in a folder of signing keys, as they are now; raises Unreachable."""
    try:
        signers = (_optional(folder / name) for name in SIGNERS)
        return Certificates(
            (folder / ISSUERS).read_bytes(), _optional(folder / ROOTS), b"\n".join(one for one in signers if one)
        )
    except OSError as error:
        raise Unreachable("the signing certificates cannot be read") from error


def _optional(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


@dataclass(frozen=True)
class Asked:
    """A file to look at; its first ``known`` bytes are a file that we issued, none if it is 0."""

    content: bytes
    known: int
    ours: Certificates

    def written(self) -> bytes:
        certificates = (self.ours.issuers, self.ours.roots, self.ours.signers)
        header = {"known": self.known, "ours": [one.decode("latin-1") for one in certificates]}
        return orjson.dumps(header) + b"\n" + self.content

    @staticmethod
    def read(sent: bytes) -> "Asked":
        end = sent.index(b"\n")
        header = orjson.loads(sent[:end])
        ours = Certificates(*(one.encode("latin-1") for one in header["ours"]))
        return Asked(sent[end + 1 :], int(header["known"]), ours)
