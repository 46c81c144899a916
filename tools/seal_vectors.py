"""Writes docs/seal-vectors.json: seals and revocation lists for those who write a reader, good ones and bad ones.

``python -m tools.seal_vectors`` writes the file anew; a test tells when it is no longer what this makes. The keys are
published here and nowhere believed.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from portal.actions.revocations import payload as list_payload
from portal.adapters.sealing import claims, cose, keys
from portal.domain.service import text
from portal.ports_of_documents import Sealed, Statement

FILE = Path(__file__).resolve().parent.parent / "docs" / "seal-vectors.json"
ISSUED = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
TODAY = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

RECEIPT = Sealed(
    id=bytes.fromhex("3a1f9b42c7d0e8556677"),
    kind="receipt",
    number="R-AB1-2026-000001",
    title=text("وصل الإيداع", "Récépissé de dépôt"),
    name=text("أمينة ا…", "Amina E… A…"),
    identifier="•••456",
    outcome="",
    issued_at=ISSUED,
    expires_on=None,
    digest=hashlib.sha256(b'{"number":"R-AB1-2026-000001"}').digest(),
)
CERTIFICATE = replace(
    RECEIPT,
    id=bytes.fromhex("90807060504030201000"),
    kind="certificate",
    number="A-AB1-2026-000017",
    title=text("شهادة السكنى", "Certificat de résidence"),
    outcome="granted",
    expires_on=date(2026, 9, 2),
)
EXPIRED = replace(CERTIFICATE, id=bytes.fromhex("90807060504030201001"), expires_on=date(2026, 5, 31))
REPORT = replace(
    RECEIPT,
    id=bytes.fromhex("00000000000000000001"),
    kind="report",
    number="S-BRK-2026-000003",
    title=text("مؤشرات الخدمات", "Indicateurs des services"),
    name=text("", ""),
    identifier="",
)


@dataclass(frozen=True)
class Key:
    """A key made for these vectors: its secret is the SHA-256 of its name."""

    name: str

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        secret = int.from_bytes(hashlib.sha256(self.name.encode()).digest()) % P256_ORDER
        return ec.derive_private_key(secret, ec.SECP256R1())

    @property
    def spki(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def kid(self) -> bytes:
        return keys.kid_of(self.spki)

    def jwk(self) -> dict[str, str]:
        numbers = self.private.private_numbers()
        point = numbers.public_numbers
        parts = {"x": point.x, "y": point.y, "d": numbers.private_value}
        return {"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": self.kid.hex()} | {
            name: base64.urlsafe_b64encode(value.to_bytes(32)).decode().rstrip("=") for name, value in parts.items()
        }

    def sign(self, payload: bytes, header: bytes | None = None) -> bytes:
        return cose.sign(self.private, header or cose.header(self.kid), payload)


OURS, EARLIER, FOREIGN = Key("shubbak test key 1"), Key("shubbak test key 2"), Key("shubbak test key 3")


def written(message: bytes) -> str:
    return base64.b32encode(message).decode().rstrip("=")


def flipped(message: bytes, at: int) -> bytes:
    """The message with the lowest bit of one octet turned over."""
    return message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :]


def with_the_twin(message: bytes) -> bytes:
    """The message with the other signature (r, n - s), which fits wherever the first one (r, s) does."""
    return message[:-32] + (P256_ORDER - int.from_bytes(message[-32:])).to_bytes(32)


def good_seals() -> list[dict[str, Any]]:
    long = replace(CERTIFICATE, title=text("ش" * 39 + "…", "T" * 40), name=text("م" * 24, "N" * 12))
    found = [
        ("a receipt, without an end", RECEIPT, OURS, "valid"),
        ("a certificate, before its end", CERTIFICATE, OURS, "valid"),
        ("a certificate, after its end", EXPIRED, OURS, "expired"),
        ("a report, which is about nobody", REPORT, OURS, "valid"),
        ("as long as a seal can be", long, OURS, "valid"),
        ("made with an earlier key", replace(RECEIPT, number="R-AB1-2025-000009"), EARLIER, "valid"),
    ]
    vectors = [
        _good(says, sealed, key.sign(claims.payload_of(sealed)), verdict) for says, sealed, key, verdict in found
    ]
    lower = _good("typed in small letters", RECEIPT, OURS.sign(claims.payload_of(RECEIPT)), "valid")
    twin = _good(
        "with the second signature that fits it", RECEIPT, with_the_twin(OURS.sign(claims.payload_of(RECEIPT))), "valid"
    )
    return [*vectors, lower | {"seal": lower["seal"].lower()}, twin]


def _good(says: str, sealed: Sealed, message: bytes, verdict: str) -> dict[str, Any]:
    payload = cbor2.loads(claims.payload_of(sealed))
    said = [one.hex() if isinstance(one, bytes) else one for one in payload[claims.DOCUMENT]]
    told = {"4": payload.get(4), "6": payload[6], "7": payload[7].hex(), str(claims.DOCUMENT): said}
    return {
        "says": says,
        "verdict": verdict,
        "seal": written(message),
        "message": message.hex(),
        "claims": {name: value for name, value in told.items() if value is not None},
    }


def bad_seals() -> list[dict[str, Any]]:
    payload = claims.payload_of(RECEIPT)
    message, seal = OURS.sign(payload), written(OURS.sign(payload))
    uneven = written(OURS.sign(claims.payload_of(CERTIFICATE)))
    at = message.index(payload)
    found: list[tuple[str, bytes | str]] = [
        ("a bit of the header is turned over", flipped(message, 7)),
        ("a bit of the number is turned over", flipped(message, message.index(b"000001"))),
        ("a bit of the signature is turned over", flipped(message, len(message) - 1)),
        ("its last octet is missing", message[:-1]),
        ("there is one octet too many", message + b"\x00"),
        ("it has no tag", message[1:]),
        ("it has something in the unprotected header", message.replace(b"\xa0", b"\xa1\x18\x63\x00", 1)),
        (
            "the length of its payload is written longer than needed",
            message[: at - 2] + b"\x59\x00" + message[at - 1 :],
        ),
        ("made with a key that is not published", FOREIGN.sign(payload)),
        ("it names a published key, and another made it", FOREIGN.sign(payload, cose.header(OURS.kid))),
        ("it is of another algorithm", OURS.sign(payload, b"\xa2\x01\x38\x22\x04\x44" + OURS.kid)),
        ("it is a revocation list", OURS.sign(payload, cose.header(OURS.kid, Statement.REVOCATIONS.value))),
        ("base 32 with its padding", uneven + "=" * (-len(uneven) % 8)),
        ("bits that mean nothing are set in its last letter", uneven[:-1] + _next_letter(uneven[-1])),
        ("a letter that base 32 has not", "1" + seal[1:]),
        ("nothing at all", ""),
    ]
    found += [(says, OURS.sign(content)) for says, content in _bad_payloads(payload)]
    return [_bad(says, one) for says, one in found]


def _next_letter(letter: str) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return letters[letters.index(letter) + 1]


def _bad_payloads(payload: bytes) -> list[tuple[str, bytes]]:
    """What our own key would have to sign, and no reader takes all the same."""
    issued = b"\x06\x1a" + int(ISSUED.timestamp()).to_bytes(4)
    ident = b"\x07\x4a" + RECEIPT.id
    plain = cbor2.loads(payload)

    def with_document(place: int, value: Any) -> bytes:
        document = list(plain[claims.DOCUMENT])
        document[place] = value
        return cbor2.dumps({**plain, claims.DOCUMENT: document}, canonical=True)

    return [
        (
            "a number in it is written longer than needed",
            payload.replace(issued, b"\x06\x1b\x00\x00\x00\x00" + issued[2:]),
        ),
        ("its claims are not in order", payload.replace(issued + ident, ident + issued)),
        ("a claim stands twice in it", b"\xa4" + payload[1:].replace(issued, issued + issued)),
        ("its array has no definite length", payload.replace(b"\x8a\x01", b"\x9f\x01") + b"\xff"),
        ("an octet follows its claims", payload + b"\xf6"),
        ("it is of version 2", with_document(0, 2)),
        ("its version is a truth", with_document(0, True)),
        ("its kind is unknown", with_document(1, "passport")),
        ("its number has small letters", with_document(2, "r-ab1-2026-000001")),
        ("its title has 41 characters", with_document(4, "T" * 41)),
        ("a mark in its name turns the direction around", with_document(6, "Amina \u202eE…")),
        ("its outcome is unknown", with_document(8, "perhaps")),
        ("its digest has 31 octets", with_document(9, bytes(31))),
        ("its document has eleven parts", cbor2.dumps({**plain, claims.DOCUMENT: [*plain[claims.DOCUMENT], 0]})),
        ("its id has nine octets", cbor2.dumps({**plain, 7: bytes(9)}, canonical=True)),
        ("its time is text", cbor2.dumps({**plain, 6: "2026-03-02"}, canonical=True)),
        ("it makes a claim more", cbor2.dumps({**plain, 1: "https://portal.example"}, canonical=True)),
        ("it does not say when it was made", cbor2.dumps({k: v for k, v in plain.items() if k != 6}, canonical=True)),
        ("titles and names take more than 205 octets", _too_wordy(plain)),
    ]


def _too_wordy(plain: dict[int, Any]) -> bytes:
    document = [*plain[claims.DOCUMENT][:3], "ش" * 40, "é" * 40, "م" * 40, "é" * 40, *plain[claims.DOCUMENT][7:]]
    return cbor2.dumps({**plain, claims.DOCUMENT: document}, canonical=True)


def _bad(says: str, given: bytes | str) -> dict[str, Any]:
    seal = written(given) if isinstance(given, bytes) else given
    return {"says": says, "verdict": "refused", "seal": seal}


def links() -> list[dict[str, Any]]:
    """Links, and whether a seal is to be read out of them, which is then a good one."""
    seal, code = written(OURS.sign(claims.payload_of(RECEIPT))), "3K3F9Q2XAB12CD34"
    opened = "HTTPS://PORTAL.EXAMPLE/V/"
    found = [
        ("as the QR code has it", f"{opened}{seal}", "valid"),
        ("with a path in front", f"HTTPS://PROVINCE.EXAMPLE/PORTAL/V/{seal}", "valid"),
        ("in small letters", f"{opened}{seal}".lower(), "valid"),
        ("followed by a question mark", f"{opened}{seal}?from=paper", "valid"),
        ("followed by a number sign", f"{opened}{seal}#top", "valid"),
        ("followed by a question mark and a code", f"{opened}{seal}?/v/{code}", "valid"),
        ("followed by a number sign and a code", f"{opened}{seal}#/v/{code}", "valid"),
        ("a code, and the seal behind a question mark", f"{opened}{code}?/V/{seal}", "refused"),
        ("a code, and the seal behind a number sign", f"{opened}{code}#/V/{seal}", "refused"),
        ("a code behind the seal", f"{opened}{seal}/V/{code}", "refused"),
        ("nothing", opened, "refused"),
    ]
    return [{"says": says, "verdict": verdict, "link": link} for says, link, verdict in found]


def lists() -> list[dict[str, Any]]:
    revoked = [(RECEIPT.id, "error"), (EXPIRED.id, "replaced"), (bytes(10), "")]
    payload = list_payload(revoked, TODAY)
    header = cose.header(OURS.kid, Statement.REVOCATIONS.value)
    head = cose.header(OURS.kid, Statement.TREE_HEAD.value)
    good = OURS.sign(payload, header)
    empty = OURS.sign(list_payload([], TODAY), header)
    return [
        {
            "says": "three documents",
            "verdict": "valid",
            "list": good.hex(),
            "issued_at": int(TODAY.timestamp()),
            "next_update": int(TODAY.timestamp()) + 86400,
            "revoked": {RECEIPT.id.hex(): 2, EXPIRED.id.hex(): 5, bytes(10).hex(): 0},
            "standing": [CERTIFICATE.id.hex(), REPORT.id.hex()],
        },
        {
            "says": "no document",
            "verdict": "valid",
            "list": empty.hex(),
            "issued_at": int(TODAY.timestamp()),
            "next_update": int(TODAY.timestamp()) + 86400,
            "revoked": {},
            "standing": [RECEIPT.id.hex()],
        },
        {"says": "a bit of an entry is turned over", "verdict": "refused", "list": flipped(good, good.index(payload) + 20).hex()},
        {"says": "the head of a log, not a list", "verdict": "refused", "list": OURS.sign(payload, head).hex()},
        {"says": "without a type, as a seal is", "verdict": "refused", "list": OURS.sign(payload).hex()},
        {"says": "made with a key that is not published", "verdict": "refused",
         "list": FOREIGN.sign(payload, cose.header(FOREIGN.kid, Statement.REVOCATIONS.value)).hex()},
        {"says": "its end is missing", "verdict": "refused", "list": good[: len(good) // 2].hex()},
        *({"says": says, "verdict": "refused", "list": OURS.sign(one, header).hex()} for says, one in _bad_lists(payload)),
    ]  # fmt: skip


def _bad_lists(payload: bytes) -> list[tuple[str, bytes]]:
    """What our own key would have to sign, and no reader takes for a list all the same."""
    version, made_at, next_at, entries = cbor2.loads(payload)
    one, another, *_ = (entries[at : at + 9] for at in range(0, len(entries), 9))
    found = [
        ("its entries are not in order", [version, made_at, next_at, another + one]),
        ("a document stands twice in it", [version, made_at, next_at, one + one]),
        ("its last entry is cut off", [version, made_at, next_at, entries[:-1]]),
        ("it is of version 2", [2, made_at, next_at, entries]),
        ("it does not say when it was made", [version, 0, next_at, entries]),
        ("it has five parts", [version, made_at, next_at, entries, 0]),
    ]
    return [(says, cbor2.dumps(content, canonical=True)) for says, content in found]


def vectors() -> dict[str, Any]:
    """Everything in the file."""
    return {
        "about": "docs/seal.md says what these are. Seals are to be judged as of `now` (seconds).",
        "now": int(TODAY.timestamp()),
        "keys": [OURS.jwk(), EARLIER.jwk()],
        "unpublished": [FOREIGN.jwk()],
        "seals": [*good_seals(), *bad_seals()],
        "links": links(),
        "revocations": lists(),
    }


def as_file() -> str:
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(as_file(), "utf-8")
    print(f"{FILE.name} is written")
