"""Time-stamp tokens (RFC 3161), as a real authority makes them."""

import hashlib
import secrets
from datetime import UTC, datetime

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding

from portal.adapters.signing.certificates import Key
from portal.sandbox.authority import Keys

POLICY = "1.3.6.1.4.1.32473.1.1"
"""The policy stamped under; its arc is kept for examples (RFC 5612)."""

ACCURACY = 1
"""Seconds by which the time of a token may be wrong."""

SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
"""The digests that are stamped, and their lengths in bytes."""


class Reply(core.Sequence):  # type: ignore[misc]
    """TimeStampResp of RFC 3161, section 2.4.2; the library's own cannot be without a token."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]  # noqa: RUF012


class Refused(Exception):
    """The request will not be granted: ``failure`` is a PKIFailureInfo."""

    def __init__(self, failure: str, why: str) -> None:
        super().__init__(why)
        self.failure, self.why = failure, why


def reply_to(query: bytes, keys: Keys, now: datetime) -> bytes:
    """The answer (DER) to a request (DER), be it a token or the reason why there is none."""
    try:
        token = _token(_checked(query), keys, now)
    except Refused as refused:
        return refusal(refused.failure, refused.why)
    return bytes(Reply({"status": {"status": "granted"}, "time_stamp_token": token}).dump())


def refusal(failure: str, why: str) -> bytes:
    """An answer without a token."""
    status = tsp.PKIStatusInfo({"status": "rejection", "status_string": [why], "fail_info": {failure}})
    return bytes(Reply({"status": status}).dump())


def _checked(query: bytes) -> tsp.TimeStampReq:
    try:
        asked = tsp.TimeStampReq.load(query, strict=True)
        version, imprint = asked["version"].native, asked["message_imprint"]
        algorithm, digest = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
        policy, extensions = asked["req_policy"].native, asked["extensions"].native
        asked["nonce"].native  # noqa: B018  Read here, so that a broken one is refused here.
    except (ValueError, TypeError, KeyError) as error:
        raise Refused("bad_data_format", "this is no time-stamp request") from error
    if version != "v1":
        raise Refused("bad_request", "only version 1 is known")
    if algorithm not in SIZES:
        raise Refused("bad_alg", f"the digest must be one of {', '.join(SIZES)}")
    if len(digest) != SIZES[algorithm]:
        raise Refused("bad_data_format", "the digest has another length than its algorithm says")
    if policy not in (None, POLICY):
        raise Refused("unaccepted_policy", f"stamped under {POLICY} only")
    if extensions:
        raise Refused("unaccepted_extensions", "no extension is known")
    return asked


def _token(asked: tsp.TimeStampReq, keys: Keys, now: datetime) -> cms.ContentInfo:
    certificate = _parsed(keys.stamp.certificate)
    said = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": asked["message_imprint"],
        "serial_number": secrets.randbits(127) | 1 << 126,
        "gen_time": now.astimezone(UTC).replace(microsecond=0),
        "accuracy": {"seconds": ACCURACY},
        "tsa": asn1_x509.GeneralName(name="directory_name", value=certificate.subject),
    }
    if asked["nonce"].native is not None:
        said["nonce"] = asked["nonce"]
    info = tsp.TSTInfo(said).dump()
    signed = {
        "version": "v3",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(info)},
        "signer_infos": [_signer_info(info, certificate, keys.stamp.key, now)],
    }
    if asked["cert_req"].native:
        signed["certificates"] = [_parsed(each) for each in keys.chain]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def _signer_info(info: bytes, certificate: asn1_x509.Certificate, key: Key, now: datetime) -> cms.SignerInfo:
    attributes = cms.CMSAttributes(
        [
            _attribute("content_type", "tst_info"),
            _attribute("signing_time", cms.Time({"utc_time": core.UTCTime(now.astimezone(UTC))})),
            _attribute("message_digest", hashlib.sha256(info).digest()),
            _attribute("signing_certificate_v2", _named(certificate)),
        ]
    )
    elliptic = isinstance(key, ec.EllipticCurvePrivateKey)
    issuer = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer}),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa" if elliptic else "sha256_rsa"},
            "signature": _signature(key, attributes.dump()),
        }
    )


def _attribute(kind: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": (value,)})


def _named(certificate: asn1_x509.Certificate) -> tsp.SigningCertificateV2:
    """Names the certificate by its digest too (RFC 5816), so that no other can be put in its place."""
    digest = hashlib.sha256(certificate.dump()).digest()
    issuer = [asn1_x509.GeneralName(name="directory_name", value=certificate.issuer)]
    serial = {"issuer": issuer, "serial_number": certificate.serial_number}
    return tsp.SigningCertificateV2(
        {
            "certs": [
                {
                    "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                    "cert_hash": digest,
                    "issuer_serial": serial,
                }
            ]
        }
    )


def _signature(key: Key, content: bytes) -> bytes:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(content, ec.ECDSA(hashes.SHA256()))
    return key.sign(content, padding.PKCS1v15(), hashes.SHA256())


def _parsed(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
