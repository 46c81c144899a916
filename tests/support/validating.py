"""Other people's judgement of a signature: pyHanko's AdES validation (ETSI EN 319 102-1), Poppler's, and OpenSSL's."""

import asyncio
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import cms, crl, ocsp, pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESSubIndic
from pyhanko.sign.validation.ades import ades_basic_validation, ades_lta_validation, ades_with_time_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer


@dataclass(frozen=True)
class Judged:
    """What pyHanko finds, and since when it believes the signature to have been there."""

    finding: AdESSubIndic
    since: datetime | None
    why: str | None


def judged(pdf: bytes, root: Path, how: str, *, at: datetime | None = None, asks: bool = True) -> Judged:
    """The finding of ``basic``, ``time`` or ``lta`` validation; revocation is always checked, with what is in the file alone
    unless it ``asks``."""
    reader = PdfFileReader(BytesIO(pdf))
    signature = reader.embedded_regular_signatures[0]
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[_root(root)]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    rule = RevinfoOnlineFetchingRule.ALWAYS_FETCH if asks else RevinfoOnlineFetchingRule.LOCAL_ONLY
    spec = SignatureValidationSpec(
        cert_validation_policy=policy,
        revinfo_gathering_policy=RevocationInfoGatheringSpec(rule, RequestsFetcherBackend() if asks else None),
        local_knowledge=_in_the_file(reader),
    )
    moment = None if at is None else ValidationTimingInfo(at, at, point_in_time_validation=False)
    signature.compute_integrity_info()
    found: Any
    if how == "lta":
        found = asyncio.run(ades_lta_validation(signature, PdfSignatureValidationSpec(spec), timing_info=moment))
    else:
        validation = ades_with_time_validation if how == "time" else ades_basic_validation
        found = asyncio.run(
            validation(
                signature.signed_data,
                spec,
                timing_info=moment,
                raw_digest=signature.compute_digest(),
            )
        )
    return Judged(found.ades_subindic, getattr(found, "best_signature_time", None), found.failure_msg)


def _in_the_file(reader: PdfFileReader) -> LocalKnowledge:
    """The revocation data that the file brings along."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return LocalKnowledge()
    answers = [ocsp.OCSPResponse.load(each.get_object().data) for each in store.ocsps]
    lists = [crl.CertificateList.load(each.get_object().data) for each in store.crls]
    return LocalKnowledge(
        known_ocsps=[each for answer in answers for each in OCSPContainer.load_multi(answer)],
        known_crls=[CRLContainer(each) for each in lists],
        known_certs=list(store.load_certs()),
    )


def _root(path: Path) -> asn1_x509.Certificate:
    _, _, der = pem.unarmor(path.read_bytes())
    return asn1_x509.Certificate.load(der)


def pdfsig(path: Path) -> str:
    """What Poppler says, its own list of authorities left out of it."""
    return subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, timeout=30, check=True
    ).stdout


@dataclass(frozen=True)
class Contained:
    """A signature or document time stamp of a file: the bytes it covers, and its CMS."""

    covered: bytes
    cms: bytes


def contained(pdf: bytes) -> Sequence[Contained]:
    """The signatures of a file in order, found without any PDF library."""
    found = []
    position = 0
    while (position := pdf.find(b"/ByteRange", position)) >= 0:
        numbers = pdf[pdf.index(b"[", position) + 1 : pdf.index(b"]", position)].split()
        start, length, resume, rest = (int(number) for number in numbers)
        filled = bytes.fromhex(pdf[length + 1 : resume - 1].decode())
        signature = cms.ContentInfo.load(filled).dump()
        found.append(Contained(pdf[start:length] + pdf[resume : resume + rest], signature))
        position += 1
    return sorted(found, key=lambda each: len(each.covered))


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """OpenSSL's answer."""
    command = ["openssl", *(str(each) for each in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
