"""Trying a version out: a whole case on a scratch store, driven by everybody it takes, and nothing of it anywhere else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from portal.actions import trial as trying
from portal.actions import trial_parts
from portal.actions.trial_parts import KeptMessages
from portal.actions.uploads import BadFile
from portal.i18n import translate
from portal.presenting.errors import explain_error
from portal.store.schema import METADATA
from portal.store.tables import SESSIONS
from portal.store.vault import Erased, Vault
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import PASSWORD, RESIDENCE, jpeg
from tests.support.portal import TestPortal, make_portal
from tests.support.studio import SLUG, edited, small_services, studio_browser, upload, zipped

pytestmark = one_database


@pytest.fixture
def services(tmp_path: Path) -> Path:
    return small_services(tmp_path)


@pytest.fixture
def portal(database_url: str, tmp_path: Path, services: Path) -> Iterator[TestPortal]:
    made = make_portal(database_url, tmp_path, services)
    yield made
    made.close()


@pytest.fixture
def designer(portal: TestPortal) -> Browser:
    return studio_browser(portal, "designer", "designer")


def begin(browser: Browser, services: Path, old: str = "", new: str = "") -> str:
    """Starts a try-out of an uploaded version; the address of everything inside it."""
    key = upload(browser, zipped(edited(services, old, new)))
    browser.get(f"/fr/studio/versions/{key}")
    browser.post(f"/fr/studio/versions/{key}/try")
    assert browser.last.status_code == 200, browser.text
    return browser.url


def play(browser: Browser, home: str, who: str, unit: str = "", **more: str) -> None:
    browser.get(home)
    browser.post(f"{home}/play", {"who": who, "unit": unit, **more})
    assert browser.last.status_code == 200, browser.text


def draft_inside(browser: Browser, home: str) -> str:
    """Fills in a draft for a residence certificate inside the try-out, as the pretend citizen; its address."""
    play(browser, home, "citizen")
    browser.get(f"{home}/at/services/{SLUG}/apply")
    browser.post(f"{home}/at/services/{SLUG}/apply")
    draft = browser.url.split("/drafts/")[1].split("/")[0]
    for page, values in RESIDENCE.items():
        browser.get(f"{home}/at/drafts/{draft}/{page}")
        browser.post(f"{home}/at/drafts/{draft}/{page}", values)
        assert browser.last.status_code == 200, browser.text
    return f"{home}/at/drafts/{draft}"


def file_inside(browser: Browser, home: str) -> str:
    """Files for a residence certificate inside the try-out, as the pretend citizen; the reference."""
    draft = draft_inside(browser, home)
    browser.get(f"{draft}/documents")
    files = {"lease": ("lease.jpg", jpeg(), "image/jpeg")}
    browser.post(f"{draft}/documents", files=files)
    browser.get(f"{draft}/check")
    browser.post(f"{draft}/submit")
    found = re.search(r"BRK-\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", browser.url)
    assert found is not None, browser.text
    return found[0]


def everything(portal: TestPortal) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the real store but the sessions, whose end moves with each request."""
    tables = [table for table in METADATA.sorted_tables if table is not SESSIONS]
    with portal.deps.reading() as work:
        return {table.name: [tuple(row) for row in work.connection.execute(select(table)).all()] for table in tables}


def test_a_pretend_case_is_filed_and_decided_and_leaves_the_real_store_alone(
    portal: TestPortal, designer: Browser, services: Path
) -> None:
    home = begin(designer, services)
    # Whoever never saw this address has no cookie of it.
    before = {name: rows for name, rows in everything(portal).items() if name != "rate_counters"}
    reference = file_inside(designer, home)
    assert "lease.jpg" in designer.get(f"{home}/at/cases/{reference}").text
    play(designer, home, "chief", next=f"{home}/at/cases/{reference}")
    assert designer.url == f"{home}/at/counter/cases/{reference}"
    action = re.search(rf'href="({re.escape(home)}/at/counter/cases/{reference}/actions/approve)"', designer.last.text)
    assert action is not None, designer.text
    designer.get(action[1])
    fields = dict(re.findall(r'<input type="hidden" name="(version)" value="(\d+)"', designer.last.text))
    designer.post(action[1], fields)
    assert designer.last.status_code == 200, designer.text
    designer.get(home)
    assert reference in designer.text
    assert "essai@example.org" in designer.text or "amina@example.ma" in designer.text
    after = {name: rows for name, rows in everything(portal).items() if name != "rate_counters"}
    assert after == before
    assert all(not outbox.sent for outbox in portal.outbox.values())
    assert portal.jisr.received == {}
    assert portal.renderer.seen == []


def test_what_is_tried_is_the_candidate_and_not_what_is_in_force(designer: Browser, services: Path) -> None:
    home = begin(designer, services, "fr: Certificat de résidence", "fr: Certificat de domicile")
    assert "Certificat de domicile" in designer.get(f"{home}/at/services/{SLUG}").text
    assert "Certificat de domicile" not in designer.get(f"/fr/services/{SLUG}").text


def test_a_try_out_is_its_designers_alone(portal: TestPortal, designer: Browser, services: Path) -> None:
    home = begin(designer, services)
    reference = file_inside(designer, home)
    other = studio_browser(portal, "another", "designer", "publisher")
    for path in (home, f"{home}/at/cases/{reference}", f"{home}/at/services/{SLUG}"):
        assert other.get(path).status_code == 404
    visitor = Browser(portal)
    assert visitor.get(home, follow_redirects=False).headers["location"].startswith("/fr/counter/sign-in")
    # Two designers at once do not see each other.
    theirs = begin(other, services, "amount: 20", "amount: 40")
    assert reference not in other.get(theirs).text


def test_no_cookie_leaves_a_try_out(designer: Browser, services: Path) -> None:
    home = begin(designer, services)
    play(designer, home, "visitor")
    designer.get(f"{home}/at/services/{SLUG}")
    for path in (f"{home}/at/services/{SLUG}/apply", f"{home}/at/cases", f"{home}/at/counter"):
        answer = designer.client.get(path, follow_redirects=False)
        assert "set-cookie" not in answer.headers
    assert designer.get("/fr/studio").status_code == 200


def who_is_played(browser: Browser, home: str) -> str:
    found = re.search(r'<option value="([^"]+)" selected>', browser.get(home).text)
    assert found is not None
    return found[1]


def test_signing_in_is_played(designer: Browser, services: Path) -> None:
    home = begin(designer, services)
    play(designer, home, "visitor")
    designer.get(f"{home}/at/sign-in?next=/fr/cases")
    designer.post(f"{home}/at/sign-in", {"next": "/fr/cases"})
    assert designer.url == f"{home}/at/cases"
    assert who_is_played(designer, home) == "citizen"
    designer.get(f"{home}/at/counter/sign-in")
    designer.post(f"{home}/at/counter/sign-in")
    assert "/at/counter" in designer.url or "/at/services" in designer.url
    assert who_is_played(designer, home) == "chief"


@pytest.mark.parametrize("path", ["sign-in?next=/fr/cases", "counter/sign-in", "sign-out", "counter/sign-out"])
def test_looking_at_a_sign_in_changes_nobody(portal: TestPortal, designer: Browser, services: Path, path: str) -> None:
    home = begin(designer, services)
    root = portal.deps.scratch_dir
    assert root is not None
    play(designer, home, "agent")
    [state] = root.glob("*/trial.json")
    before = state.read_bytes()
    answer = designer.get(f"{home}/at/{path}")
    assert answer.status_code == 200
    assert state.read_bytes() == before
    assert who_is_played(designer, home) == "agent"


def test_the_page_of_a_sign_in_leads_on_by_its_form(designer: Browser, services: Path) -> None:
    home = begin(designer, services)
    play(designer, home, "visitor")
    designer.get(f"{home}/at/cases")
    assert designer.url.startswith(f"{home}/at/sign-in?next=")
    form = re.search(
        r'<form class="form" method="post" action="([^"]+)".*?name="next" value="([^"]*)"', designer.text, re.S
    )
    assert form is not None
    designer.post(form[1], {"next": form[2]})
    assert designer.url == f"{home}/at/cases"


def test_the_form_that_signs_in_and_starts_leads_on(designer: Browser, services: Path) -> None:
    home = begin(designer, services)
    play(designer, home, "visitor")
    designer.get(f"{home}/at/services/{SLUG}/apply")
    target = re.search(r'name="next" value="([^"]*)"', designer.text)
    assert target is not None
    designer.post(f"{home}/at/sign-in", {"next": target[1]})
    assert designer.last.status_code == 200
    assert designer.url == f"{home}/at/services/{SLUG}/apply"
    assert who_is_played(designer, home) == "citizen"


def test_nothing_that_was_typed_into_a_try_out_lies_on_the_disk_in_plain(
    portal: TestPortal, designer: Browser, services: Path
) -> None:
    home = begin(designer, services)
    file_inside(designer, home)
    page = designer.get(home).text
    assert "essai@example.org" in page or "amina@example.ma" in page
    root = portal.deps.scratch_dir
    assert root is not None
    [folder] = root.iterdir()
    held = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert held["sent.jsonl"]
    for words in ("essai@example.org", "amina@example.ma", "Amina", "Citoyenne", "BRK-", RESIDENCE["home"]["address"]):
        assert words.encode() not in held["sent.jsonl"]
    for words in ("essai@example.org", "amina@example.ma", RESIDENCE["home"]["address"]):
        assert [name for name, content in held.items() if words.encode() in content] == [], words
    # Nor does what lies there open it: the try-out's key is sealed itself.
    sealed = bytes.fromhex(held["sent.jsonl"].decode().splitlines()[0])
    with pytest.raises((Erased, InvalidTag, UnicodeDecodeError)):
        Vault(held["key"].decode("ascii")).open(sealed, KeptMessages.CONTEXT)


def test_a_try_out_holds_only_so_much(designer: Browser, services: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = begin(designer, services)
    documents = f"{draft_inside(designer, home)}/documents"

    def full(megabytes: int = 50, count: int = 200) -> str:
        limits = {"megabytes": str(megabytes), "count": str(count)}
        return explain_error(BadFile("file.try_out_full", **limits), "fr").text

    def send(name: str) -> str:
        designer.get(documents)
        # Of another size, hence not the same file once more.
        designer.post(
            documents, {"upload": "lease"}, files={"lease": (name, jpeg(f"#0000{len(name):02}"), "image/jpeg")}
        )
        assert designer.last.status_code in (200, 422), designer.text
        return str(designer.text)

    assert full() not in send("lease.jpg")
    monkeypatch.setattr(trial_parts, "MOST_FILES", 3)
    told = send("another.jpg")
    assert full(count=3) in told
    assert "another.jpg" not in told
    assert "lease.jpg" in told
    monkeypatch.setattr(trial_parts, "MOST_FILES", 200)
    monkeypatch.setattr(trial_parts, "MOST_MEGABYTES", 0)
    assert full(megabytes=0) in send("the-third.jpg")
    monkeypatch.setattr(trial_parts, "MOST_MEGABYTES", 50)
    assert full() not in send("fourth.jpg")
    assert "fourth.jpg" in designer.text


@pytest.mark.parametrize("path", ["studio/upload", "verify", "design", "me", "session", "track", "counter/sign-out"])
def test_what_is_no_part_of_a_try_out_is_not_there(designer: Browser, services: Path, path: str) -> None:
    home = begin(designer, services)
    answer = designer.client.get(f"{home}/at/{path}", follow_redirects=False)
    assert answer.status_code in (303, 404)
    assert designer.get("/fr/studio").status_code == 200


def test_days_pass_and_the_deadline_comes_nearer(designer: Browser, services: Path) -> None:
    home = begin(designer, services)
    reference = file_inside(designer, home)
    play(designer, home, "chief")
    before = designer.get(f"{home}/at/counter/cases/{reference}").text
    designer.get(home)
    designer.post(f"{home}/forward", {"days": "30", "next": f"{home}/at/counter/cases/{reference}"})
    assert designer.url == f"{home}/at/counter/cases/{reference}"
    assert re.search(r'class="tag due late"', designer.last.text)
    assert not re.search(r'class="tag due late"', before)
    assert "avril 2026" in designer.text


def test_a_try_out_ends_after_an_hour_and_leaves_nothing_behind(
    portal: TestPortal, designer: Browser, services: Path
) -> None:
    home = begin(designer, services)
    file_inside(designer, home)
    root = portal.deps.scratch_dir
    assert root is not None
    assert len(list(root.iterdir())) == 1
    portal.clock.forward(minutes=50)
    assert designer.get(home).status_code == 200
    portal.clock.forward(minutes=11)
    assert designer.get(home).status_code == 404
    assert list(root.iterdir()) == []


def test_what_was_forgotten_is_swept_away(portal: TestPortal, designer: Browser, services: Path) -> None:
    begin(designer, services)
    root = portal.deps.scratch_dir
    assert root is not None
    trying.sweep(root, portal.clock.now())
    assert len(list(root.iterdir())) == 1
    portal.clock.forward(hours=2)
    trying.sweep(root, portal.clock.now())
    assert list(root.iterdir()) == []


def test_a_new_session_of_the_same_designer_has_no_part_in_it(
    portal: TestPortal, designer: Browser, services: Path
) -> None:
    home = begin(designer, services)
    again = Browser(portal)
    again.staff_sign_in("designer", PASSWORD)
    assert again.get(home).status_code == 404


def test_ending_it_erases_it(portal: TestPortal, designer: Browser, services: Path) -> None:
    home = begin(designer, services)
    designer.get(home)
    designer.post(f"{home}/end")
    assert designer.get(home).status_code == 404
    root = portal.deps.scratch_dir
    assert root is not None
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("unsafe", ["..%2F..%2Fportal", "x" * 32, "0" * 31])
def test_an_id_that_is_none_leads_nowhere(designer: Browser, unsafe: str) -> None:
    assert designer.get(f"/fr/studio/try/{unsafe}").status_code == 404


def test_the_language_is_switched_inside(designer: Browser, services: Path) -> None:
    home = begin(designer, services)
    page = designer.get(f"{home}/at/services/{SLUG}").text
    arabic = home.replace("/fr/", "/ar/", 1)
    assert f'"{arabic}/at/services/{SLUG}"' in page
    assert designer.get(f"{arabic}/at/services/{SLUG}").status_code == 200
    assert 'dir="rtl"' in designer.last.text


def test_a_try_out_says_that_nothing_is_signed_and_where_its_documents_are_shown(
    designer: Browser, services: Path
) -> None:
    home = begin(designer, services)
    reference = file_inside(designer, home)
    back = re.search(r'href="(/fr/studio/versions/[0-9a-f]+)"', designer.get(home).text)
    assert back is not None
    for page in ("submitted", "receipt-ready", ""):
        designer.get(f"{home}/at/cases/{reference}/{page}".rstrip("/"))
        assert designer.last.status_code == 200
        assert f'href="{back[1]}/documents"' in designer.last.text
        assert translate("fr", "The receipt is being signed: a few seconds.") not in designer.text
        assert "receipt-ready" not in designer.last.text
    assert designer.get(f"{back[1]}/documents").status_code == 200


def test_what_was_kept_of_a_message_says_its_way_in_words(designer: Browser, services: Path) -> None:
    home = begin(designer, services)
    file_inside(designer, home)
    page = designer.get(home).text
    assert f"<strong>{translate('fr', 'By e-mail')}</strong>" in page
    assert not re.search(r"<strong>(<bdi[^>]*>)?(email|sms)<", page)


def test_the_bar_folds_up_under_who_is_played_and_what_day_it_is(designer: Browser, services: Path) -> None:
    home = begin(designer, services)
    play(designer, home, "citizen")
    bar = re.search(r'<aside class="trying".*?</aside>', designer.get(home).text, re.S)
    assert bar is not None
    folded = re.search(r"<details>\s*<summary>(.*?)</summary>(.*)</details>", bar[0], re.S)
    assert folded is not None
    assert translate("fr", "Citizen, signed in") in folded[1]
    assert re.search(r"\b20\d\d\b", folded[1])
    for name in ("who", "unit", "days"):
        assert f'name="{name}"' in folded[2]
