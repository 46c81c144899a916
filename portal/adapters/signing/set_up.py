"""How an installation signs: where the key is, and who stamps the time."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from portal.adapters.signing.time_authority import Authority

if TYPE_CHECKING:
    from portal.adapters.signing.signer import PadesSigner


class Source(StrEnum):
    """Where the signing key is."""

    FOLDER = "folder"  # signer.key.pem
    PKCS12 = "pkcs12"  # signer.p12
    PKCS11 = "pkcs11"  # a device, or a server that speaks as one


@dataclass(frozen=True)
class Signing:
    """``folder`` holds the public certificates, and the key itself unless it is on a device.

    ``passphrase`` is the key's, or the device's PIN; ``module`` is the device's library, ``token`` and ``key`` are labels.
    """

    folder: Path
    source: Source = Source.FOLDER
    passphrase: str = ""
    module: str = ""
    token: str = ""
    key: str = ""
    authority: Authority | None = None

    def signer(self) -> "PadesSigner":
        """What signs so. Nothing is read, opened or asked yet."""
        # Loaded here: pyHanko takes a third of a second, which processes that never sign should not pay for.
        from portal.adapters.signing.keys import FolderKeys, Pkcs12Keys
        from portal.adapters.signing.signer import PadesSigner

        match self.source:
            case Source.FOLDER:
                return PadesSigner(self.folder, FolderKeys(self.folder, self.passphrase), self.authority)
            case Source.PKCS12:
                return PadesSigner(self.folder, Pkcs12Keys(self.folder, self.passphrase), self.authority)
            case Source.PKCS11:
                from portal.adapters.signing.hardware import TokenKeys

                keys = TokenKeys(self.folder, self.module, self.token, self.passphrase, self.key)
                return PadesSigner(self.folder, keys, self.authority)
