"""Makes the keys a portal signs with while it has no real ones: an authority, a document seal and a time stamp.

What was signed under earlier certificates stays valid when they are renewed: the root stays, and ``issuing.pem`` keeps
every authority there was.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from portal.adapters.key_folder import alone_in, write_whole
from portal.adapters.signing.certificates import (
    Algorithm,
    Holder,
    Key,
    identifier_of,
    issuing_under,
    names_addresses,
    root_of,
    seal_under,
    stamp_under,
)

__all__ = [
    "ISSUING",
    "RETIRED",
    "ROOT",
    "SIGNER",
    "SIGNERS",
    "SIGNER_KEY",
    "TSA",
    "TSA_KEY",
    "Algorithm",
    "make_authority",
]

ROOT = "root.pem"
ROOT_KEY = "root.key.pem"
ISSUING = "issuing.pem"
ISSUING_KEY = "issuing.key.pem"
SIGNER = "signer.pem"
SIGNER_KEY = "signer.key.pem"
SIGNERS = "signers.pem"
"""Every certificate that documents were ever signed with: whoever signs enters it there first."""

TSA = "tsa.pem"
TSA_KEY = "tsa.key.pem"
RETIRED = "retired.pem"
"""Certificates that were in use once; whoever answers for the authority still says how they stand."""

_RENEWED_BEFORE_ITS_END = timedelta(days=90)


def make_authority(
    folder: Path,
    organization: str,
    now: datetime,
    *,
    addresses: str = "",
    new_key: Callable[[], Key] = Algorithm.P256.new_key,
) -> None:
    """Fills ``folder`` with PEM files, for us alone to read, where some are missing, near their end, or of other addresses.

    ``addresses`` is where the state of the certificates is asked for, as ``http://127.0.0.1:8100``; without it they name
    none. ``root.pem`` is what people who verify documents are given, and never changes. A folder whose root has no key
    here is somebody else's: it stays as it is. An interrupted attempt is made again from where the root is.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone_in(folder):
        root = _holder(folder, ROOT, ROOT_KEY)
        if root is None:
            if (folder / SIGNER_KEY).exists():
                return
            root = _write_holder(folder, ROOT, ROOT_KEY, root_of(organization, now, new_key()))
        if not _stands(folder, root, now, addresses):
            _renew(folder, organization, now, root, addresses, new_key)


def certificates_in(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file, none where it is missing or cannot be read as one."""
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError):
        return ()


def key_in(path: Path) -> Key | None:
    """The private key of a PEM file, if it is there and of a kind we use."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        return None
    return key if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) else None


def _holder(folder: Path, name: str, key_name: str) -> Holder | None:
    """The first certificate of a file with its key, where both are there and belong together."""
    certificates, key = certificates_in(folder / name), key_in(folder / key_name)
    if not certificates or key is None or certificates[0].public_key() != key.public_key():
        return None
    return Holder(certificates[0], key)


def _stands(folder: Path, root: Holder, now: datetime, addresses: str) -> bool:
    """Whether everything in the folder belongs together, for a while yet, and names these addresses."""
    issuing = _holder(folder, ISSUING, ISSUING_KEY)
    seal, stamp = _holder(folder, SIGNER, SIGNER_KEY), _holder(folder, TSA, TSA_KEY)
    if issuing is None or seal is None or stamp is None:
        return False
    links = ((issuing, root), (seal, issuing), (stamp, issuing))
    return all(_is_good(under.certificate, above.certificate, now, addresses) for under, above in links)


def _is_good(certificate: x509.Certificate, issuer: x509.Certificate, now: datetime, addresses: str) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    # One that ends with the root's own life cannot be renewed for longer.
    lasts = certificate.not_valid_after_utc >= min(now + _RENEWED_BEFORE_ITS_END, issuer.not_valid_after_utc)
    return lasts and (not addresses or names_addresses(certificate, issuer, addresses))


def _renew(
    folder: Path, organization: str, now: datetime, root: Holder, addresses: str, new_key: Callable[[], Key]
) -> None:
    """Puts new certificates below the root. The signer's key is written last: until then the attempt is made again."""
    earlier = certificates_in(folder / ISSUING)
    _keep_old(folder)
    issuing = issuing_under(root, organization, len(earlier) + 1, now, new_key(), addresses)
    stamp = stamp_under(issuing, organization, now, new_key(), addresses)
    seal = seal_under(issuing, organization, now, new_key(), addresses)
    write_whole(folder / ISSUING_KEY, _key_pem(issuing.key))
    _write_certificates(folder / ISSUING, (issuing.certificate, *earlier))
    _write_holder(folder, TSA, TSA_KEY, stamp)
    _write_holder(folder, SIGNER, SIGNER_KEY, seal)


def _keep_old(folder: Path) -> None:
    """Keeps what is still asked for once other certificates are in use: theirs, and the key that vouches for them."""
    used = (*certificates_in(folder / SIGNER)[:1], *certificates_in(folder / TSA)[:1])
    retired = certificates_in(folder / RETIRED)
    added = [each for each in used if each not in retired]
    if added:
        _write_certificates(folder / RETIRED, (*retired, *added))
    issuing = _holder(folder, ISSUING, ISSUING_KEY)
    if issuing is not None:
        write_whole(folder / f"issuing-{identifier_of(issuing.certificate)}.key.pem", _key_pem(issuing.key))


def _write_holder(folder: Path, name: str, key_name: str, holder: Holder) -> Holder:
    _write_certificates(folder / name, (holder.certificate,))
    write_whole(folder / key_name, _key_pem(holder.key))
    return holder


def _write_certificates(path: Path, certificates: Iterable[x509.Certificate]) -> None:
    write_whole(path, b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates))


def _key_pem(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
