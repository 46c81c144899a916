"""Gathers what proves that certificates were not revoked (OCSP, CRL), once for many documents."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from asn1crypto import crl, ocsp, pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.authority import Authority
from pyhanko_certvalidator.errors import (
    CRLFetchError,
    ExpiredError,
    InvalidCertificateError,
    OCSPFetchError,
    OCSPValidationError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.fetchers import CertificateFetcher, CRLFetcher, Fetchers, OCSPFetcher
from pyhanko_certvalidator.fetchers.common_utils import (
    enumerate_delivery_point_urls,
    format_ocsp_request,
    process_ocsp_response_data,
)
from pyhanko_certvalidator.util import get_ocsp_urls, get_relevant_crl_dps

from portal.adapters.signing.asking import Asker
from portal.adapters.signing.authority import ROOT
from portal.adapters.signing.trusted import Trusted
from portal.ports import Rejected, Unreachable

# An answer made just now is refused as one of the future by whose clock is a little behind its maker's.
_CLOCKS_APART = timedelta(minutes=1)
_NOTHING: tuple[asn1_x509.Certificate, ...] = ()


@dataclass(frozen=True)
class Used:
    """A certificate that something was signed with, and those that came along with it."""

    certificate: asn1_x509.Certificate
    others: tuple[asn1_x509.Certificate, ...]


@dataclass(frozen=True)
class Proof:
    """Certificates with their chains up to a root, and what says that none was revoked; gathered from ``at`` on."""

    at: datetime
    until: datetime
    certificates: tuple[asn1_x509.Certificate, ...]
    answers: tuple[ocsp.OCSPResponse, ...]
    lists: tuple[crl.CertificateList, ...]


class Proofs:
    """Gathers proofs, and hands the same one out for ``keep`` while nothing in it has run out.

    After a failure nothing is asked for ``rest``: of many documents only the first waits for it in vain.
    """

    def __init__(
        self,
        asker: Asker,
        trusted: Callable[[], Trusted],
        *,
        keep: timedelta = timedelta(minutes=10),
        rest: float = 15,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._asker, self._trusted, self._keep, self._now = asker, trusted, keep, now
        self._rest, self._resting_until = rest, 0.0
        self._lock = Lock()
        self._kept: dict[tuple[bytes, ...], Proof] = {}

    def of(self, used: Sequence[Used], since: datetime) -> Proof:
        """What proves these certificates, gathered after ``since``, the moment at which they were used.

        Raises Unreachable while it cannot be had, Rejected for a certificate that was revoked or has run out.
        """
        key = tuple(each.certificate.sha256 for each in used)
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.at < since or not kept.at <= self._now() < kept.until:
                # Of an older pair there will be no more documents: nothing piles up.
                self._kept = {**self._unended(), key: self._gathered_unless_resting(used)}
            return self._kept[key]

    def _unended(self) -> dict[tuple[bytes, ...], Proof]:
        now = self._now()
        return {key: each for key, each in self._kept.items() if now < each.until}

    def _gathered_unless_resting(self, used: Sequence[Used]) -> Proof:
        if time.monotonic() < self._resting_until:
            raise Unreachable("revocation data could not be had a moment ago")
        try:
            return self._gathered(used)
        except Unreachable:
            self._resting_until = time.monotonic() + self._rest
            raise

    def _gathered(self, used: Sequence[Used]) -> Proof:
        trusted = self._trusted()
        if not trusted.roots:
            raise Unreachable(f"There is no {ROOT} to prove signatures by")
        others = [other for each in used for other in each.others]
        lists = _Lists(self._asker)
        fetchers = Fetchers(_Answers(self._asker, lists), lists, _NoCertificates())
        context = ValidationContext(
            trust_roots=[_parsed(each) for each in trusted.roots],
            other_certs=[*(_parsed(each) for each in trusted.issuers), *others],
            allow_fetching=True,
            fetchers=fetchers,
            moment=self._now(),
            revocation_mode="require",
            time_tolerance=_CLOCKS_APART,
        )
        began = self._now()
        certificates = [found for each in used for found in asyncio.run(_path(each.certificate, context))]
        answers, revoked = tuple(context.ocsps), tuple(context.crls)
        ends = [began + self._keep, *(end for end in _ends(answers, revoked) if end is not None)]
        return Proof(began, min(ends), tuple(certificates), answers, revoked)


async def _path(certificate: asn1_x509.Certificate, context: ValidationContext) -> Iterable[asn1_x509.Certificate]:
    try:
        validator = CertificateValidator(certificate, validation_context=context)
        path: Iterable[asn1_x509.Certificate] = await validator.async_validate_usage(set())  # type: ignore[no-untyped-call]
        return path
    except (RevokedError, ExpiredError, InvalidCertificateError) as error:
        raise Rejected(f"a certificate is no longer good: {type(error).__name__}") from error
    except (PathValidationError, PathBuildingError, ValidationError) as error:
        raise Unreachable(f"the proof of a certificate is not complete: {error}") from error


def _parsed(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _ends(answers: Sequence[ocsp.OCSPResponse], lists: Sequence[crl.CertificateList]) -> Iterable[datetime | None]:
    for answer in answers:
        for each in answer.basic_ocsp_response["tbs_response_data"]["responses"]:
            yield each["next_update"].native
    for each in lists:
        yield each["tbs_cert_list"]["next_update"].native


class _Answers(OCSPFetcher):
    """Asks how a certificate stands; of an authority's own, the list is taken where there is one.

    An answer about it is often signed by the root itself, and years later validators want to see that this was not revoked
    either, which nobody can say of a root; of a list they do not.
    """

    def __init__(self, asker: Asker, lists: "_Lists") -> None:
        self._asker, self._lists = asker, lists
        self._found: dict[bytes, ocsp.OCSPResponse] = {}

    async def fetch(self, cert: asn1_x509.Certificate, authority: Authority) -> ocsp.OCSPResponse:
        if cert.ca and await self._is_on_a_list(cert):
            raise OCSPFetchError("There is a list")
        request = format_ocsp_request(cert, authority, certid_hash_algo="sha1", request_nonces=True)
        for url in get_ocsp_urls(cert):
            try:
                answer = self._asker.post(url, request.dump(), "application/ocsp-request", "application/ocsp-response")
                found = process_ocsp_response_data(answer, ocsp_request=request, ocsp_url=url)
            except (Unreachable, OCSPValidationError, ValueError, TypeError):
                continue
            self._found[cert.sha256] = found
            return found
        raise OCSPFetchError("No OCSP server answered")

    async def _is_on_a_list(self, cert: asn1_x509.Certificate) -> bool:
        try:
            await self._lists.fetch(cert)
        except CRLFetchError:
            return False
        return True

    def fetched_responses(self) -> Iterable[ocsp.OCSPResponse]:
        return self._found.values()

    def fetched_responses_for_cert(self, cert: asn1_x509.Certificate) -> Iterable[ocsp.OCSPResponse]:
        return [self._found[cert.sha256]] if cert.sha256 in self._found else []


class _Lists(CRLFetcher):
    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._found: dict[bytes, list[crl.CertificateList]] = {}

    async def fetch(
        self, cert: asn1_x509.Certificate, *, use_deltas: bool | None = None
    ) -> Iterable[crl.CertificateList]:
        if cert.sha256 in self._found:
            return self._found[cert.sha256]
        found = []
        for point in get_relevant_crl_dps(cert, use_deltas=False):
            for url in enumerate_delivery_point_urls(point):
                try:
                    found.append(_list_in(self._asker.get(url)))
                except (Unreachable, ValueError, TypeError):
                    continue
        if not found:
            raise CRLFetchError("No revocation list could be fetched")
        self._found[cert.sha256] = found
        return found

    def fetched_crls(self) -> Iterable[crl.CertificateList]:
        return [each for found in self._found.values() for each in found]

    def fetched_crls_for_cert(self, cert: asn1_x509.Certificate) -> Iterable[crl.CertificateList]:
        return self._found[cert.sha256]


def _list_in(content: bytes) -> crl.CertificateList:
    if pem.detect(content):
        _, _, content = pem.unarmor(content)
    return crl.CertificateList.load(content, strict=True)


class _NoCertificates(CertificateFetcher):
    """What is missing from a chain belongs into issuing.pem: an address in somebody's certificate is not followed."""

    async def fetch_cert_issuers(self, cert: asn1_x509.Certificate) -> AsyncGenerator[asn1_x509.Certificate, None]:
        for certificate in _NOTHING:
            yield certificate

    async def fetch_crl_issuers(
        self, certificate_list: crl.CertificateList
    ) -> AsyncGenerator[asn1_x509.Certificate, None]:
        for certificate in _NOTHING:
            yield certificate

    def fetched_certs(self) -> Iterable[asn1_x509.Certificate]:
        return _NOTHING
