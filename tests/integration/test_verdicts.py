"""What is said of a document, whichever way it is asked: each verdict, its page, and no more than the paper says."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

import cbor2
import pytest
from sqlalchemy import update

from portal.actions.transparency import publish
from portal.actions.verdict import Checked, Verdict, Why
from portal.actions.verify import MAX_TEXT, verify_code, verify_file, verify_seal, verify_text
from portal.api.verify import described
from portal.api.verify_shapes import Verification
from portal.domain import merkle
from portal.domain.issued import DocumentKind, RevokedFor
from portal.domain.service import text
from portal.i18n import plain_date, translate
from portal.ports_of_documents import Integrity, Level, Looked, Sealed, Unfit
from portal.store import cases, documents, numbers
from portal.store.documents import Issued
from portal.store.numbers import code_bytes
from portal.store.tables import CASES, DOCUMENTS
from tests.support.browser import Browser
from tests.support.interface import Interface, check_problem, reach
from tests.support.portal import PlainChecker, TestPortal
from tests.support.revoking import revoke_alone

FILE = b"%PDF-1.7\nours\n%%EOF\n"
CODE = "7K3F9Q2XAB12CD34"
DIGEST = hashlib.sha256(b"the case as JSON").digest()
SEALED = Sealed(
    id=numbers.code_bytes(CODE),
    kind="certificate",
    number="A-AB1-2026-000007",
    title=text("شهادة السكنى", "Certificat de résidence"),
    name=text("أمينة ا…", "Amina E…"),
    identifier="•••456",
    outcome="granted",
    issued_at=datetime(2026, 3, 2, tzinfo=UTC),
    expires_on=None,
    digest=DIGEST,
)
ADDED = "Something was added to it. Do not rely on it: what it showed when the portal issued it stands below."
ADDED_TO_MORE = (
    "Something was added to it. Do not rely on it: the first pages of what it showed when the portal issued it "
    "stand below."
)
PAGES_SHOWN = "Pages 1 to %(shown)s of %(all)s are shown here, and no others."
PAGE_SHOWN = "Page 1 of %(all)s is shown here, and no other."


@pytest.fixture
def interface(portal: TestPortal) -> Iterator[Interface]:
    with reach(portal) as reached:
        yield reached


def enter(interface: Interface, code: str = CODE, content: bytes = FILE, expires_on: date | None = None) -> Issued:
    """A document in the register, as issuing leaves it."""
    with interface.deps.reading() as work:
        held = documents.by_code(work.connection, work.vault, CODE)
    reference = interface.file("certificat-residence", "tenant") if held is None else None
    number = f"A-AB1-2026-00000{7 if code == CODE else 8 if code[0] == 'Z' else 9}"
    with interface.deps.unit_of_work() as work:
        case_id = held.case_id if held is not None else _case_id(work, reference)
        issued = Issued(
            id=f"d-{code}",
            number=number,
            case_id=case_id,
            document="certificate",
            effect_id=f"{case_id}:{code}",
            code=code,
            sha256=None,
            status=None,
            issued_at=work.now,
            kind=DocumentKind.CERTIFICATE,
            unit="annexe-ahfir",
        )
        documents.reserve(work.connection, work.vault, issued)
        sha256 = hashlib.sha256(content).hexdigest()
        documents.finish(
            work.connection,
            work.vault,
            issued,
            sha256,
            Level.T,
            work.now,
            expires_on=expires_on,
            case_digest=DIGEST.hex(),
        )
        found = documents.by_code(work.connection, work.vault, code)
        assert found is not None
        return found


def _case_id(work: object, reference: str | None) -> str:
    from portal.store import cases

    assert reference is not None
    found = cases.find(work.connection, work.vault, reference)  # type: ignore[attr-defined]
    assert found is not None
    return found.case.id


def seal(interface: Interface, **changes: object) -> str:
    """A seal as the portal makes them, unless something is changed."""
    said = replace(SEALED, **{"issued_at": interface.clock.now().replace(microsecond=0), **changes})  # type: ignore[arg-type]
    return interface.deps.sealer.seal(said)


def test_a_document_of_the_register_is_valid_by_file_by_seal_and_by_code(interface: Interface) -> None:
    issued, sealed = enter(interface), seal(interface)
    by_file, by_code = verify_file(interface.deps, FILE), verify_code(interface.deps, CODE)
    by_seal = verify_seal(interface.deps, sealed)
    assert {one.verdict for one in (by_file, by_code, by_seal)} == {Verdict.VALID}
    assert [one.checked for one in (by_file, by_code, by_seal)] == [Checked.FILE, Checked.CODE, Checked.SEAL]
    assert {one.number for one in (by_file, by_code, by_seal)} == {issued.number}
    assert by_file.known is not None
    assert (by_file.known.level, by_file.known.kind) == (Level.T, DocumentKind.CERTIFICATE)
    assert by_file.known.unit is not None


@pytest.mark.parametrize(
    "written", ["{}", " {} ", "https://testserver/v/{}", "HTTPS://TESTSERVER/V/{}", "/v/{}?lang=fr"]
)
def test_a_code_and_a_seal_are_read_however_they_were_written(interface: Interface, written: str) -> None:
    enter(interface)
    for said in (CODE, seal(interface)):
        for one in (said, said.lower()):
            assert verify_text(interface.deps, written.format(one)).verdict is Verdict.VALID


def test_a_code_may_be_typed_with_dashes_and_arabic_digits(interface: Interface) -> None:
    enter(interface)
    assert verify_text(interface.deps, "7k3f-9q2x-ab12-cd34").verdict is Verdict.VALID
    assert (
        verify_text(interface.deps, CODE.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))).verdict is Verdict.VALID
    )


def test_what_nobody_issued_is_unknown(interface: Interface) -> None:
    found = verify_text(interface.deps, "AAAAAAAAAAAAAAAA")
    assert (found.verdict, found.checked, found.why) == (Verdict.UNKNOWN, Checked.CODE, Why.NO_SUCH_CODE)
    assert verify_file(interface.deps, b"%PDF-1.7\nsomebody's").verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("typed", ["BRK-26-7K3F-9Q2X-C", "A-AB1-2026-000007", "7K3F-9Q2X-AB12", "", "7"])
def test_what_is_no_code_is_told_from_one_that_nobody_issued(interface: Interface, typed: str) -> None:
    found = verify_text(interface.deps, typed)
    assert (found.verdict, found.checked, found.why) == (Verdict.UNKNOWN, Checked.CODE, Why.NOT_A_CODE)


@pytest.mark.parametrize(
    "typed", ["A" * 100, "A" * 600, "A" * (MAX_TEXT + 1), "7" * 100_000, "\0" * 50, "ⓐ" * 60, "ﬀ" * 50]
)
def test_what_is_no_seal_is_none_of_ours(interface: Interface, typed: str) -> None:
    found = verify_text(interface.deps, typed)
    assert (found.verdict, found.why) == (Verdict.UNKNOWN, Why.FORGED)


def test_a_seal_of_ours_that_the_register_does_not_know_says_so(interface: Interface) -> None:
    """As after the database was restored from an older copy."""
    found = verify_seal(interface.deps, seal(interface))
    assert (found.verdict, found.why, found.known) == (Verdict.UNKNOWN, Why.UNREGISTERED, None)
    assert found.seal is not None
    assert found.seal.name["fr"] == "Amina E…"


@pytest.mark.parametrize("changes", [{"number": "A-AB1-2026-000099"}, {"digest": bytes(32)}])
def test_a_seal_that_contradicts_the_register_is_forged(interface: Interface, changes: dict[str, object]) -> None:
    """It can only be made with our key: by whoever stole it."""
    enter(interface)
    found = verify_seal(interface.deps, seal(interface, **changes))
    assert (found.verdict, found.why, found.seal) == (Verdict.UNKNOWN, Why.FORGED, None)


def test_a_document_that_is_not_finished_is_not_vouched_for(interface: Interface) -> None:
    issued = enter(interface)
    with interface.deps.unit_of_work() as work:
        work.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == issued.id).values(sha256=None))
    assert verify_code(interface.deps, CODE).verdict is Verdict.UNKNOWN


def test_a_revoked_and_a_replaced_document_say_so(interface: Interface) -> None:
    issued = enter(interface)
    with interface.deps.unit_of_work() as work:
        documents.revoke(work.connection, issued, "chief", work.now, RevokedFor.ERROR)
    found = verify_file(interface.deps, FILE)
    assert (found.verdict, found.known and found.known.revoked_for) == (Verdict.REVOKED, RevokedFor.ERROR)
    successor = enter(interface, "ZZZZ9Q2XAB12CD34", FILE + b"new\n%%EOF\n")
    with interface.deps.unit_of_work() as work:
        documents.replaced(work.connection, issued.id, successor.id)
    for asked in (verify_file(interface.deps, FILE), verify_text(interface.deps, seal(interface))):
        assert asked.verdict is Verdict.REPLACED
        assert asked.known is not None
        assert asked.known.replaced_by == successor.number
    later = verify_code(interface.deps, "ZZZZ9Q2XAB12CD34").known
    assert later is not None
    assert later.replaces == (issued.number,)
    asked_by_partner = interface.client.post(
        "/api/v1/verify", json={"code": "ZZZZ9Q2XAB12CD34"}, headers=interface.bearer()
    ).json()
    assert asked_by_partner["document"]["replaces"] == [issued.number]


def test_a_chain_of_documents_leads_to_the_one_that_stands_now(interface: Interface) -> None:
    codes = (CODE, "ZZZZ9Q2XAB12CD34", "YYYY9Q2XAB12CD34")
    first, second, third = (enter(interface, code, FILE + code.encode()) for code in codes)

    def told() -> tuple[Verdict, str, str]:
        found = verify_code(interface.deps, CODE)
        with interface.deps.reading() as work:
            listed = {code: why for code, _, why, _ in documents.revoked(work.connection, work.vault)}
        return found.verdict, found.known.replaced_by if found.known else "", listed[numbers.code_bytes(CODE)]

    with interface.deps.unit_of_work() as work:
        documents.revoke(work.connection, first, "chief", work.now, RevokedFor.ERROR)
        documents.replaced(work.connection, first.id, second.id)
    assert told() == (Verdict.REPLACED, second.number, "replaced")
    with interface.deps.unit_of_work() as work:
        documents.revoke(work.connection, second, "chief", work.now, RevokedFor.FRAUD)
    assert told() == (Verdict.REVOKED, "", "error"), "nothing stands in its place"
    with interface.deps.unit_of_work() as work:
        documents.replaced(work.connection, second.id, third.id)
    assert told() == (Verdict.REPLACED, third.number, "replaced")


def test_a_document_of_a_case_whose_key_was_destroyed_is_told_from_the_register(
    interface: Interface, browser: Browser
) -> None:
    issued = enter(interface)
    with interface.deps.unit_of_work() as work:
        work.connection.execute(update(CASES).values(key_wrapped=None))
    for asked in (verify_file(interface.deps, FILE), verify_code(interface.deps, CODE)):
        assert (asked.verdict, asked.number) == (Verdict.VALID, issued.number)
        assert asked.reference.startswith("BRK-")
    assert issued.number in browser.get(f"/v/{CODE}?lang=fr").text


def test_a_document_expires_after_its_last_day_in_morocco(interface: Interface) -> None:
    until = interface.clock.now().date() + timedelta(days=10)
    enter(interface, expires_on=until)
    interface.clock.forward(days=10)
    assert verify_file(interface.deps, FILE).verdict is Verdict.VALID
    interface.clock.forward(days=1)
    assert verify_file(interface.deps, FILE).verdict is Verdict.EXPIRED
    assert verify_code(interface.deps, CODE).verdict is Verdict.EXPIRED


def test_whatever_ours_grew_into_is_told_by_its_beginning(interface: Interface) -> None:
    issued = enter(interface)
    for added in (b"\n", b" ", b"more\n%%EOF\n", b"%%EOF" * 500_000):
        found = verify_file(interface.deps, FILE + added)
        assert (found.verdict, found.number, found.before) == (Verdict.CHANGED, issued.number, (b"what was there",))


def test_an_older_file_of_a_raised_document_stays_valid(interface: Interface) -> None:
    issued, raised = enter(interface), FILE + b"raised\n%%EOF\n"
    with interface.deps.unit_of_work() as work:
        documents.raised(
            work.connection,
            work.vault,
            issued.id,
            hashlib.sha256(raised).hexdigest(),
            Level.LTA,
            work.now,
            instead_of=issued.sha256 or "",
        )
    levels = [one.known.level for one in (verify_file(interface.deps, file) for file in (FILE, raised)) if one.known]
    assert levels == [Level.T, Level.LTA]
    found = verify_file(interface.deps, raised + b" ")
    assert (found.verdict, found.known and found.known.level) == (Verdict.CHANGED, Level.LTA)


# The pages


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_each_way_of_asking_has_its_form_and_its_answer(interface: Interface, browser: Browser, language: str) -> None:
    issued = enter(interface)
    sealed = seal(interface)
    form = browser.get(f"/{language}/verify").text
    assert 'capture="environment"' in form
    assert "<textarea" in form
    for sent in ({"files": {"document": ("d.pdf", FILE)}}, {"data": {"code": CODE}}, {"data": {"code": sealed}}):
        browser.get(f"/{language}/verify")
        answer = browser.post(f"/{language}/verify", **sent)
        assert answer.status_code == 200
        assert 'class="verdict good"' in answer.text
        assert issued.number in answer.text
    # A seal says who holds the paper, with most of the name left out.
    assert "•••456" in browser.text
    assert "FB123456" not in browser.text
    assert sealed not in browser.text


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_what_no_head_tells_of_yet_is_said_to_enter_the_log_within_the_hour(
    interface: Interface, browser: Browser, language: str
) -> None:
    enter(interface)
    not_yet = translate(language, "Not yet: what is issued enters it within the hour")

    def shown() -> str:
        browser.get(f"/{language}/verify")
        return unescape(browser.post(f"/{language}/verify", files={"document": ("d.pdf", FILE)}).text)

    assert not_yet in shown()
    assert "proof.json" not in shown()
    # Where no head can be published for long, nothing is promised any more.
    interface.portal.clock.forward(hours=3)
    late = translate(language, "Not yet: it takes longer than usual")
    assert late in shown()
    assert not_yet not in shown()
    assert publish(interface.deps).head is not None
    assert late not in shown()
    assert "proof.json" in shown()


def test_a_document_in_the_log_stays_there_while_its_raised_file_waits(interface: Interface) -> None:
    issued = enter(interface)
    publish(interface.deps)
    raised = FILE + b"raised"
    interface.portal.clock.forward(hours=1)
    with interface.deps.unit_of_work() as work:
        new = hashlib.sha256(raised).hexdigest()
        old = hashlib.sha256(FILE).hexdigest()
        assert documents.raised(work.connection, work.vault, issued.id, new, Level.LTA, work.now, instead_of=old)
    by_code, by_file = verify_code(interface.deps, CODE).known, verify_file(interface.deps, raised).known
    assert by_code is not None
    assert by_code.place is not None
    assert by_code.place.sha256 == hashlib.sha256(FILE).hexdigest()
    assert by_file is not None
    assert (by_file.place, by_file.waits_since) == (None, interface.portal.clock.now())
    assert by_code.waits_since is None
    publish(interface.deps)
    later = verify_code(interface.deps, CODE).known
    assert later is not None
    assert later.place is not None
    assert later.place.sha256 == hashlib.sha256(raised).hexdigest()


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_revocation_has_its_own_place_in_the_log(interface: Interface, browser: Browser, language: str) -> None:
    issued = enter(interface)
    publish(interface.deps)
    row = translate(language, "Revocation in the public log")

    def shown() -> str:
        browser.get(f"/{language}/verify")
        return unescape(browser.post(f"/{language}/verify", files={"document": ("d.pdf", FILE)}).text)

    digest = hashlib.sha256(FILE).hexdigest()
    asked = f"/transparency/proof.json?revoked={digest}"
    assert row not in shown(), "nothing was revoked"
    assert browser.client.get(asked).status_code == 404
    with interface.deps.unit_of_work() as work:
        revoke_alone(work, issued, RevokedFor.ERROR)
    not_yet = translate(language, "Not yet: it enters the log within the hour")
    assert row in shown()
    assert not_yet in shown()
    assert asked not in shown()
    assert browser.client.get(asked).status_code == 404
    revoked_at = int(interface.portal.clock.now().timestamp())
    interface.portal.clock.forward(hours=3)
    late = translate(language, "Not yet: entering the revocation takes longer than usual")
    assert late in shown()
    assert not_yet not in shown()
    publish(interface.deps)
    assert late not in shown()
    assert asked in shown()
    assert f"/transparency/proof.json?sha256={digest}" in shown(), "that of the document stays"
    found = browser.client.get(asked).json()
    code = hashlib.sha256(code_bytes(issued.code)).digest()
    assert bytes.fromhex(found["entry"]) == cbor2.dumps(["revocation", code, "error", revoked_at])
    assert (found["kind"], found["sha256"]) == ("revocation", digest)
    proof, root = [bytes.fromhex(one) for one in found["proof"]], bytes.fromhex(found["head"]["root"])
    leaf = hashlib.sha256(b"\x00" + bytes.fromhex(found["entry"])).digest()
    assert merkle.is_included(leaf, found["position"], found["head"]["size"], proof, root)
    # One question at a time, and none without an answer.
    for query in (f"sha256={digest}&revoked={digest}", "revoked=", "revoked=abc", ""):
        assert browser.client.get(f"/transparency/proof.json?{query}").status_code == 422
    assert browser.client.get(f"/transparency/proof.json?revoked={'0' * 64}").status_code == 404
    # Partners are told the same.
    answer = described(verify_code(interface.deps, CODE))
    # What enters the log stays there, whatever becomes of the register.
    with interface.deps.store.engine.begin() as connection:
        connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == issued.id).values(code_sealed=b"damaged"))
    assert browser.client.get(asked).json() == found
    assert answer["document"]["revocation_log"]["proof"] == asked
    assert answer["document"]["revocation_log"]["number"] == found["number"]
    assert Verification.model_validate(answer).document is not None


def test_a_changed_file_shows_what_was_there_before(interface: Interface, browser: Browser) -> None:
    enter(interface)
    browser.get("/fr/verify")
    answer = browser.post("/fr/verify", files={"document": ("d.pdf", FILE + b" ")})
    assert 'class="verdict bad"' in answer.text
    assert 'src="data:image/png;base64,d2hhdCB3YXMgdGhlcmU="' in answer.text
    page = unescape(answer.text)
    assert translate("fr", ADDED) in page
    assert "telle que le portail" in page
    assert "sur 1" not in page


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize(("drawn", "count", "limits"), [(3, 5, PAGES_SHOWN), (1, 3, PAGE_SHOWN), (2, 2, None)])
def test_a_changed_file_says_which_pages_of_it_are_shown(
    interface: Interface,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    drawn: int,
    count: int,
    limits: str | None,
) -> None:
    enter(interface)
    looked = Looked(Integrity.CHANGED, pages=(b"a page",) * drawn, page_count=count)
    monkeypatch.setattr(PlainChecker, "look", lambda *_: looked)
    browser.get(f"/{language}/verify")
    page = words(browser.post(f"/{language}/verify", files={"document": ("d.pdf", FILE + b" ")}).text)
    assert browser.text.count("data:image/png") == drawn
    assert (words(translate(language, ADDED_TO_MORE)) in page) is (limits is not None)
    assert (words(translate(language, ADDED)) in page) is (limits is None)
    for one in (PAGES_SHOWN, PAGE_SHOWN):
        said = words(translate(language, one, {"shown": str(drawn), "all": str(count)}))
        assert (said in page) is (one == limits), one


def test_a_changed_file_of_which_no_page_could_be_drawn_says_nothing_of_pages(
    interface: Interface, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(interface)
    looked = Looked(Integrity.CHANGED, Unfit.TOO_COSTLY, page_count=4)
    monkeypatch.setattr(PlainChecker, "look", lambda *_: looked)
    browser.get("/fr/verify")
    page = words(browser.post("/fr/verify", files={"document": ("d.pdf", FILE + b" ")}).text)
    asked = "Do not rely on it. Ask whoever gave it to you for the file as the portal issued it."
    assert words(translate("fr", asked)) in page
    assert words(translate("fr", ADDED)) not in page
    assert "sur 4" not in page


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_copy_with_a_seal_of_ours_that_is_not_in_the_register_says_so(
    interface: Interface, browser: Browser, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    scan = Looked(Integrity.FOREIGN, texts=(f"HTTPS://TESTSERVER/V/{seal(interface)}",))
    monkeypatch.setattr(PlainChecker, "look", lambda *_: scan)
    found = verify_file(interface.deps, b"%PDF-1.7 a scan")
    assert found.shown is not None
    assert (found.verdict, found.why, found.shown.why) == (Verdict.UNKNOWN, Why.FOREIGN, Why.UNREGISTERED)
    browser.get(f"/{language}/verify")
    page = words(browser.post(f"/{language}/verify", files={"document": ("d.pdf", b"%PDF-1.7 a scan")}).text)
    assert 'class="verdict good"' not in browser.text
    assert words(translate(language, "This file is not the one that the portal issued")) in page
    unregistered = (
        "Its seal is ours, yet it is not in the register, which may have been restored from an older copy. Ask the "
        "office that issued it before you rely on it."
    )
    assert words(translate(language, unregistered)) in page
    # Of a copy whose document the register knows, no such thing is said.
    enter(interface)
    page = words(browser.post(f"/{language}/verify", files={"document": ("d.pdf", b"%PDF-1.7 a scan")}).text)
    assert words(translate(language, unregistered)) not in page


def words(page: str) -> str:
    """The words of a page, without its tags and the marks that isolate."""
    return " ".join(re.sub(r"[\u2066-\u2069]", "", unescape(re.sub(r"<[^>]+>", "", page))).split())


@pytest.mark.parametrize(
    ("verdict", "headline", "tone"),
    [
        (Verdict.REVOKED, "This document is no longer valid", "bad"),
        (Verdict.REPLACED, "This document was replaced", "bad"),
        (Verdict.EXPIRED, "This document has expired", "warn"),
        (Verdict.VALID, "This file is not the one that the portal issued", "warn"),
    ],
)
def test_a_copy_says_first_of_all_that_the_document_no_longer_stands(
    interface: Interface,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    verdict: Verdict,
    headline: str,
    tone: str,
) -> None:
    until = interface.clock.now().date() if verdict is Verdict.EXPIRED else None
    issued, sealed = enter(interface, expires_on=until), seal(interface)
    if verdict in (Verdict.REVOKED, Verdict.REPLACED):
        later = enter(interface, "ZZZZ9Q2XAB12CD34", FILE + b"new\n%%EOF\n")
        with interface.deps.unit_of_work() as work:
            documents.revoke(work.connection, issued, "chief", work.now, RevokedFor.ERROR)
            if verdict is Verdict.REPLACED:
                documents.replaced(work.connection, issued.id, later.id)
    interface.clock.forward(days=2)
    scan = Looked(Integrity.FOREIGN, texts=(f"HTTPS://TESTSERVER/V/{sealed}",))
    monkeypatch.setattr(PlainChecker, "look", lambda *_: scan)
    void = verdict is not Verdict.VALID
    found = verify_file(interface.deps, b"%PDF-1.7 a scan")
    assert (found.verdict, found.why) == (Verdict.UNKNOWN, Why.NO_LONGER_STANDS if void else Why.FOREIGN)
    browser.get("/fr/verify")
    page = unescape(browser.post("/fr/verify", files={"document": ("d.pdf", b"%PDF-1.7 a scan")}).text)
    assert f'class="verdict {tone}"' in page
    assert translate("fr", headline) in page
    assert issued.number in page
    copy = translate(
        "fr",
        "Nor is this file the one that the portal issued: it may be a copy or a scan, and nobody vouches for its words.",
    )
    assert (copy in page) is void
    pdf = {**interface.bearer(), "content-type": "application/pdf"}
    answer = interface.client.post("/api/v1/verify", content=b"%PDF-1.7 a scan", headers=pdf).json()
    assert (answer["verdict"], answer["shown"]["verdict"]) == ("unknown", verdict.value)
    assert answer["why"] == ("no_longer_stands" if void else "foreign")
    assert answer["shown"]["document"]["standing"] == verdict.value


def test_a_changed_file_of_a_void_document_says_both(interface: Interface, browser: Browser) -> None:
    issued = enter(interface)
    with interface.deps.unit_of_work() as work:
        documents.revoke(work.connection, issued, "chief", work.now, RevokedFor.ERROR)
    browser.get("/fr/verify")
    page = unescape(browser.post("/fr/verify", files={"document": ("d.pdf", FILE + b" ")}).text)
    assert translate("fr", "This document was changed after it was signed") in page
    assert "puis révoqué le" in page


@pytest.mark.parametrize("replaced", [False, True])
def test_what_stands_no_longer_is_not_said_to_be_valid_until_a_day(
    interface: Interface, browser: Browser, replaced: bool
) -> None:
    issued = enter(interface, expires_on=date(2026, 6, 2))
    until = translate("fr", "Valid until")

    def shown() -> str:
        browser.get("/fr/verify")
        return unescape(browser.post("/fr/verify", {"code": CODE}).text)

    assert until in shown()
    other = enter(interface, code="Z" * 16, content=FILE + b"2") if replaced else None
    with interface.deps.unit_of_work() as work:
        revoke_alone(work, issued, RevokedFor.ERROR)
        if other is not None:
            work.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == issued.id).values(replaced_by=other.id))
    assert until not in shown()


def test_an_expired_document_says_once_until_when_it_stood(interface: Interface, browser: Browser) -> None:
    until = interface.clock.now().date()
    enter(interface, expires_on=until)
    sealed = seal(interface, expires_on=until)
    standing = browser.get(f"/v/{sealed}?lang=fr").text
    interface.clock.forward(days=2)
    last = plain_date(until, "fr")
    # A day is not the moment of issue, which stands there with its hour.
    for gone in (browser.get(f"/v/{sealed}?lang=fr").text, browser.get(f"/v/{CODE}?lang=fr").text):
        assert translate("fr", "This document has expired") in gone
        assert f"jusqu’au {last}." in unescape(gone)
        assert translate("fr", "Valid until") not in unescape(gone)
    assert translate("fr", "Valid until") in unescape(standing)


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_an_empty_file_is_told_to_be_empty(interface: Interface, browser: Browser, language: str) -> None:
    for control in ("document", "photo"):
        browser.get(f"/{language}/verify")
        answer = browser.post(f"/{language}/verify", files={control: ("d.pdf", b"")})
        assert answer.status_code == 200
        assert translate(language, "The file is empty") in answer.text
        assert translate(language, "This file is not a PDF") not in answer.text
    found = verify_file(interface.deps, b"")
    assert (found.verdict, found.why) == (Verdict.NOT_A_PDF, Why.EMPTY)
    headers = interface.bearer()
    for sent in (
        interface.client.post("/api/v1/verify", content=b"", headers={**headers, "content-type": "application/pdf"}),
        interface.client.post("/api/v1/verify", files={"file": ("d.pdf", b"")}, headers=headers),
    ):
        check_problem(sent, 422, "invalid")
        assert sent.json()["detail"] == "the file is empty"


@pytest.mark.parametrize("prefix", ["/v/", "/V/"])
def test_the_address_in_a_qr_takes_a_code_and_a_seal(interface: Interface, browser: Browser, prefix: str) -> None:
    issued = enter(interface)
    for said in (CODE, CODE.lower(), seal(interface), seal(interface).lower()):
        answer = browser.get(f"{prefix}{said}?lang=fr")
        assert issued.number in answer.text
        assert answer.headers["referrer-policy"] == "strict-origin"
    assert browser.get(f"{prefix}{'A' * 5000}").status_code == 200


def test_the_log_of_requests_keeps_no_seal(
    interface: Interface, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(interface)
    sealed = seal(interface)
    browser.get(f"/V/{sealed}")
    told = capsys.readouterr()
    assert sealed not in told.out + told.err
    assert sealed[:30] not in told.out + told.err


def test_nothing_sent_is_asked_for_again(browser: Browser) -> None:
    for form, control in (({"code": ""}, "code"), ({}, "document")):
        browser.get("/fr/verify")
        answer = browser.post("/fr/verify", form)
        assert answer.status_code == 422
        assert f'href="#{control}"' in answer.text


# The partners' interface


def test_a_partner_checks_a_file_a_seal_and_a_code(interface: Interface) -> None:
    issued, headers = enter(interface), interface.bearer()
    pdf = {**headers, "content-type": "application/pdf"}
    ways = [
        interface.client.post("/api/v1/verify", content=FILE, headers=pdf),
        interface.client.post("/api/v1/verify", files={"file": ("d.pdf", FILE)}, headers=headers),
        interface.client.post("/api/v1/verify", json={"code": CODE}, headers=headers),
        interface.client.post(
            "/api/v1/verify", json={"seal": f"HTTPS://TESTSERVER/V/{seal(interface)}"}, headers=headers
        ),
    ]
    for answer, checked in zip(ways, ["file", "file", "code", "seal"], strict=True):
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert (found["verdict"], found["checked"], found["why"]) == ("valid", checked, None)
        assert (found["document"]["number"], found["document"]["level"]) == (issued.number, "b-t")
        assert answer.headers["cache-control"] == "no-store"
    assert ways[3].json()["seal"]["name"] == {"ar": "أمينة ا…", "fr": "Amina E…"}
    assert ways[3].json()["seal"]["digest"] == DIGEST.hex()


def test_a_partner_is_told_of_a_change_in_words_for_machines(interface: Interface) -> None:
    enter(interface)
    pdf = {**interface.bearer(), "content-type": "application/pdf"}
    found = interface.client.post("/api/v1/verify", content=FILE + b" ", headers=pdf).json()
    assert (found["verdict"], found["document"]["number"]) == ("changed", "A-AB1-2026-000007")
    found = interface.client.post("/api/v1/verify", content=b"%PDF-1.7 theirs", headers=pdf).json()
    assert (found["verdict"], found["why"], found["document"]) == ("unknown", "foreign", None)


def test_what_cannot_be_checked_is_a_problem(interface: Interface) -> None:
    headers = interface.bearer()
    pdf = {**headers, "content-type": "application/pdf"}
    ask = interface.client.post
    check_problem(ask("/api/v1/verify", json={"code": CODE}), 401, "token-needed")
    check_problem(ask("/api/v1/verify", content=bytes(10 * 1024 * 1024 + 1), headers=pdf), 413, "too-large")
    check_problem(ask("/api/v1/verify", content=b"", headers=pdf), 422, "invalid")
    for body in ({}, {"code": CODE, "seal": "A"}, {"code": 7}, {"code": ""}, {"code": "A" * 3000}, {"other": "A"}):
        check_problem(ask("/api/v1/verify", json=body, headers=headers), 422, "invalid")
    check_problem(ask("/api/v1/verify", data={"code": CODE}, headers=headers), 400, "bad-request")
    check_problem(ask("/api/v1/verify", files={"other": b"x"}, headers=headers), 422, "invalid")


def test_a_partner_that_asks_too_fast_is_slowed_down(interface: Interface) -> None:
    headers = interface.bearer()
    answers = [interface.client.post("/api/v1/verify", json={"code": CODE}, headers=headers) for _ in range(121)]
    assert {answer.status_code for answer in answers[:120]} == {200}
    check_problem(answers[120], 429, "too-many")
    # Others are not.
    other = interface.bearer("interior")
    assert interface.client.post("/api/v1/verify", json={"code": CODE}, headers=other).status_code == 200


def test_a_code_tells_what_the_seal_beside_it_does(interface: Interface, portal: TestPortal) -> None:
    reference = interface.file("certificat-residence", "tenant")
    portal.run_effects()
    with portal.deps.reading() as work:
        found = cases.find(work.connection, work.vault, reference)
        assert found is not None
        receipt = next(one for one in documents.of_case(work.connection, work.vault, found.case.id))
    drawn = next(one for one in portal.renderer.seen if one.number == receipt.number)
    beside = portal.deps.sealer.read(drawn.seal_link.rpartition("/")[2])
    by_code = verify_code(interface.deps, receipt.code)
    assert by_code.seal == beside
    page = Browser(portal).get(f"/v/{receipt.code}").text
    assert beside.name["ar"] in unescape(page)
    # What another release said in other words is not told in ours.
    with portal.deps.unit_of_work() as work:
        work.connection.execute(update(DOCUMENTS).values(case_digest="0" * 64))
    assert verify_code(interface.deps, receipt.code).seal is None
