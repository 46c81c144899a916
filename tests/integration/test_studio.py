"""The studio: versions are uploaded, looked at and proposed by one person, and published by another."""

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from portal.actions.effects import run_effect
from portal.adapters.archives import MAX_FILES, BadArchive, read_archive, write_archive
from portal.domain.service import text
from portal.i18n import translate
from portal.store import candidates, effects
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.portal import SERVICES, TestPortal, make_portal
from tests.support.studio import SLUG, edited, files_of, small_services, state_of, studio_browser, upload, zipped

PARTS = ("sheet", "form", "workflow", "documents", "examples", "changes")


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


@pytest.fixture
def publisher(portal: TestPortal) -> Browser:
    return studio_browser(portal, "publisher", "publisher")


def send(browser: Browser, key: str, what: str, note: str = "") -> int:
    browser.get(f"/fr/studio/versions/{key}")
    browser.post(f"/fr/studio/versions/{key}/{what}", {"note": note})
    return int(browser.last.status_code)


def test_a_designer_is_led_to_the_studio_and_sees_no_queue(designer: Browser) -> None:
    designer.get("/fr/counter")
    assert designer.url == "/fr/studio"
    assert "Certificat de résidence" in designer.text
    assert designer.get("/fr/counter/services").status_code == 403


def test_a_version_goes_from_the_folder_to_being_in_force(
    portal: TestPortal, designer: Browser, publisher: Browser, services: Path
) -> None:
    key = upload(designer, zipped(edited(services, "amount: 20", "amount: 30")))
    assert state_of(portal, key) == "sound"
    assert send(designer, key, "propose", "Le timbre passe à 30 dirhams.") == 200
    assert state_of(portal, key) == "proposed"
    publisher.get(f"/fr/studio/versions/{key}")
    assert "Le timbre passe à 30 dirhams." in publisher.text
    assert send(publisher, key, "approve", "Vu.") == 200
    assert portal.deps.registry.service(SLUG).version == 2
    assert "30" in Browser(portal).get(f"/fr/services/{SLUG}").text
    publisher.get(f"/fr/studio/services/{SLUG}")
    assert "Fatima Benali" in publisher.text
    assert "Vu." in publisher.text


@one_database
def test_the_uploader_cannot_publish_even_with_both_roles(portal: TestPortal, services: Path) -> None:
    both = studio_browser(portal, "both", "designer", "publisher")
    key = upload(both, zipped(edited(services)))
    assert send(both, key, "propose") == 200
    assert send(both, key, "approve") == 403
    assert (state_of(portal, key), portal.deps.registry.service(SLUG).version) == ("proposed", 1)


@one_database
def test_a_publisher_alone_uploads_and_proposes_nothing(
    portal: TestPortal, designer: Browser, publisher: Browser, services: Path
) -> None:
    assert upload(publisher, zipped(edited(services))) == ""
    assert publisher.last.status_code == 403
    key = upload(designer, zipped(edited(services)))
    assert send(publisher, key, "propose") == 403
    assert send(publisher, key, "withdraw") == 403
    assert send(designer, key, "approve") == 403
    assert state_of(portal, key) == "sound"


@one_database
def test_a_refused_version_stays_out(portal: TestPortal, designer: Browser, publisher: Browser, services: Path) -> None:
    key = upload(designer, zipped(edited(services)))
    send(designer, key, "propose")
    assert send(publisher, key, "refuse", "Il manque la base légale.") == 200
    assert state_of(portal, key) == "refused"
    assert send(publisher, key, "approve") == 409
    assert "Il manque la base légale." in designer.get(f"/fr/studio/versions/{key}").text
    assert portal.deps.registry.service(SLUG).version == 1


@one_database
def test_faults_are_shown_where_they_stand_and_a_faulty_version_goes_nowhere(
    portal: TestPortal, designer: Browser, publisher: Browser, services: Path
) -> None:
    key = upload(designer, zipped(edited(services, 'law: "55-19"', 'law: "99-99"')))
    assert state_of(portal, key) == "faulty"
    assert re.search(r"service\.yaml:\d+", designer.text)
    assert send(designer, key, "propose") == 409
    assert send(publisher, key, "approve") == 409
    assert designer.get(f"/fr/studio/versions/{key}/form").status_code == 404


@one_database
def test_faults_are_said_in_the_language_of_the_page(designer: Browser, services: Path) -> None:
    key = upload(designer, zipped(edited(services, "identity: ", "identitee: ")))

    def faults_in(language: str) -> str:
        page = designer.get(f"/{language}/studio/versions/{key}").text
        shown = re.search(r'<ol class="faults">(.*?)</ol>', page, re.DOTALL)
        assert shown is not None
        return " ".join(unescape(re.sub(r"<[^>]+>", "", shown[1])).split())

    arabic, french = faults_in("ar"), faults_in("fr")
    assert "المفتاح «identitee» غير معروف في service.yaml، هل تقصد «identity»؟" in arabic
    assert "ينقص المفتاح «identity» في service.yaml" in arabic
    assert "clé inconnue « identitee » dans service.yaml, vouliez-vous dire « identity » ?" in french
    assert "il manque « identity » dans service.yaml" in french
    for said in (arabic, french):
        assert re.match(r"service\.yaml:\d+ ", said)
        assert "unknown key" not in said
        assert "needs" not in said


@one_database
def test_a_published_number_is_taken(portal: TestPortal, designer: Browser, services: Path) -> None:
    key = upload(designer, zipped(edited(services), f"{SLUG}/v1/"))
    assert state_of(portal, key) == "faulty"
    assert "nommez le dossier «\u00a0v2\u00a0»" in designer.text
    same = upload(designer, zipped(files_of(services / "catalogue" / SLUG / "v1")))
    assert state_of(portal, same) == "faulty"
    assert "exactement les fichiers de la version 1" in designer.text


@one_database
def test_the_files_of_another_service_are_refused_with_its_name(
    portal: TestPortal, designer: Browser, publisher: Browser, services: Path
) -> None:
    files = files_of(services / "catalogue" / SLUG / "v1")
    same = upload(designer, zipped(files, "another-service/v1/"))
    assert state_of(portal, same) == "faulty"
    assert f"exactement les fichiers de la version 1 de «\u00a0{SLUG}\u00a0»" in designer.text
    # Two services begun with the same files: the second to be published is told why it cannot be.
    new = edited(services, "amount: 20", "amount: 25")
    first, second = (upload(designer, zipped(new, f"{slug}/v1/")) for slug in ("first-one", "second-one"))
    assert (state_of(portal, first), state_of(portal, second)) == ("sound", "sound")
    assert (send(designer, first, "propose"), send(designer, second, "propose")) == (200, 200)
    assert send(publisher, first, "approve") == 200
    assert send(publisher, second, "approve") == 409
    assert state_of(portal, second) == "proposed"


@one_database
def test_an_id_is_never_used_again_for_another_type(portal: TestPortal, designer: Browser, services: Path) -> None:
    # Without its examples, which would stumble over the number before anything else is seen.
    files = files_of(services / "catalogue" / "reclamation" / "v1")
    files = {name: data for name, data in files.items() if not name.startswith("examples/")}
    form = files["form.yaml"].decode()
    kind = re.search(r"id: spot(.*?)type: short_text", form, re.DOTALL)
    assert kind is not None
    form = form.replace(kind[0], kind[0].replace("type: short_text", "type: integer"))
    files["form.yaml"] = form.replace("limits: {min_length: 3, max_length: 200}", "required: true").encode()
    key = upload(designer, zipped(files, "reclamation/v2/"))
    assert state_of(portal, key) == "faulty"
    assert "est de type integer, mais était de type short_text dans v1/form.yaml" in designer.text


@pytest.mark.parametrize("language", ["ar", "fr"])
@one_database
def test_every_part_of_every_version_is_shown(
    portal: TestPortal, designer: Browser, services: Path, language: str
) -> None:
    upload(designer, zipped(edited(services)))
    designer.get(f"/{language}/studio")
    links = set(re.findall(rf'href="(/{language}/studio/services/[^"]+)"', designer.last.text))
    assert len(links) == 3
    for link in links:
        designer.get(link)
        versions = set(re.findall(rf'href="(/{language}/studio/versions/[0-9a-f]+)"', designer.last.text))
        assert versions
        for version in versions:
            for address in (version, *(f"{version}/{part}" for part in PARTS)):
                assert designer.get(address).status_code == 200, address


@one_database
def test_the_changes_are_told_in_words(portal: TestPortal, designer: Browser, services: Path) -> None:
    key = upload(designer, zipped(edited(services, "amount: 20", "amount: 30")))
    page = designer.get(f"/fr/studio/versions/{key}/changes").text
    assert "30" in page.split("<main")[1]


@one_database
def test_every_document_of_a_version_is_shown_those_of_every_service_too(
    portal: TestPortal, designer: Browser, services: Path
) -> None:
    key = upload(designer, zipped(edited(services, "fr: Certificat de résidence", "fr: Certificat de domicile")))
    address = f"/fr/studio/versions/{key}/documents"
    page = designer.get(address).text
    shown = re.findall(r'<code dir="ltr">([a-z_-]+)</code>', page)
    standard = ["receipt", "receipt-incomplete", "completion", "request", "request-replacement", "request-originals"]
    assert shown == [*standard, "slip", "certificate", "refusal", "return_notice"]
    for title in ("Récépissé de dossier complet", "Demande de pièces ou d’informations", "Fiche de suivi du dossier"):
        assert title in page
    designer.post(address, {"document": "receipt-incomplete"})
    portal.run_effects()
    assert portal.renderer.seen[-1].status == text("ملف في طور الإيداع", "Dossier en cours de dépôt")
    assert designer.get(f"{address}/receipt-incomplete.pdf").content.startswith(b"%PDF")
    assert designer.get(f"{address}/receipt.pdf").status_code == 404


@one_database
def test_a_document_is_drawn_on_paper_by_the_worker(portal: TestPortal, designer: Browser, services: Path) -> None:
    key = upload(designer, zipped(edited(services, "fr: Certificat de résidence", "fr: Certificat de domicile")))
    address = f"/fr/studio/versions/{key}/documents"
    assert "Certificat de domicile" in designer.get(address).text
    assert designer.get(f"{address}/certificate.pdf").status_code == 404
    designer.get(address)
    designer.post(address, {"document": "certificate"})
    assert portal.renderer.seen == []
    with portal.deps.reading() as work:
        [waiting] = effects.of_case(work.connection, f"preview-{key}")
    run_effect(portal.deps, waiting.id, waiting.name)
    [printed] = portal.renderer.seen
    assert printed.notice is not None
    assert printed.reference == "BRK-00-0000-0000-0"
    # Whoever finds it on a desk reads what it is.
    assert printed.title == text("شهادة السكنى – نموذج", "Certificat de domicile – Spécimen")
    assert f"{address}/certificate.pdf" in designer.get(address).text
    assert designer.get(f"{address}/certificate.pdf").content.startswith(b"%PDF")
    designer.get(address)
    assert designer.post(address, {"document": "../receipt"}).status_code == 404


@one_database
def test_a_version_is_downloaded_as_the_folder_it_was(portal: TestPortal, designer: Browser, services: Path) -> None:
    digest = portal.deps.registry.service(SLUG).digest
    answer = designer.get(f"/fr/studio/versions/{digest}/export.zip")
    assert answer.headers["content-type"] == "application/zip"
    wanted = {f"{SLUG}/v1/{name}": data for name, data in files_of(services / "catalogue" / SLUG / "v1").items()}
    assert read_archive(answer.content) == wanted


@one_database
def test_an_earlier_version_is_put_back_by_two_people(
    portal: TestPortal, designer: Browser, publisher: Browser, services: Path
) -> None:
    first = portal.deps.registry.service(SLUG).digest
    key = upload(designer, zipped(edited(services)))
    send(designer, key, "propose")
    send(publisher, key, "approve")
    assert send(designer, first, "put-back", "La version 2 se trompe.") == 200
    back = designer.url.rpartition("/")[2]
    assert send(designer, back, "approve") == 403
    assert portal.deps.registry.service(SLUG).version == 2
    assert send(publisher, back, "approve", "D'accord.") == 200
    assert portal.deps.registry.service(SLUG).digest == first
    publisher.get(f"/fr/studio/services/{SLUG}")
    assert "D'accord." in publisher.text


def special(name: str, content: bytes = b"a: b\n", mode: int = stat.S_IFREG | 0o644, system: int = 3) -> bytes:
    """An archive with one entry that no tool would make."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("x")
        entry.filename = name
        entry.create_system = system
        entry.external_attr = mode << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)
    return made.getvalue()


def many(count: int) -> bytes:
    return write_archive({f"examples/{number}.yaml": b"a: b\n" for number in range(count)})


def twice() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("service.yaml", "a: b")
        archive.writestr("Service.yaml", "a: c")
    return made.getvalue()


HOSTILE = {
    "a way out": special("../service.yaml"),
    "a way out further in": special("v1/../../service.yaml"),
    "an absolute path": special("/etc/service.yaml"),
    "a path of Windows": special("v1\\service.yaml"),
    "a drive": special("C:service.yaml"),
    "a link": special("service.yaml", b"/etc/passwd", stat.S_IFLNK | 0o777),
    "a device": special("service.yaml", b"", stat.S_IFCHR | 0o666),
    "a link that says it is from another system": special("service.yaml", b"/etc/passwd", stat.S_IFLNK | 0o777, 19),
    "a strange name": special("ser vice.yaml"),
    "a name with an end": special("service.yaml\x00.png"),
    "a bomb": special("service.yaml", b"\0" * 60_000_000),
    "a file too large": special("service.yaml", bytes(range(256)) * 5000),
    "too many files": many(MAX_FILES + 1),
    "two files of one name": twice(),
    "no archive": b"%PDF-1.7",
    "half an archive": zipped({"service.yaml": b"a: b\n"})[:60],
    "nothing": b"",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=list(HOSTILE))
def test_an_archive_that_could_harm_is_refused(content: bytes) -> None:
    with pytest.raises(BadArchive):
        read_archive(content)


@pytest.mark.parametrize(
    "change",
    [
        {"run.py": b"import os\n"},
        {"templates/page.html": b"<script>"},
        {"examples/a.py": b""},
        {"examples/deep/a.yaml": b"a: b\n"},
        {"form.yaml": b"\xff\xfe\x00a"},
        {"other/service.yaml": b"a: b\n"},
    ],
    ids=lambda change: next(iter(change)),
)
@one_database
def test_what_is_no_text_of_a_service_is_refused_with_the_reason(
    portal: TestPortal, designer: Browser, services: Path, change: dict[str, bytes]
) -> None:
    assert upload(designer, zipped({**edited(services), **change})) == ""
    assert designer.last.status_code == 422
    assert 'class="error"' in designer.last.text
    assert portal.deps.registry.service(SLUG).version == 1
    with portal.deps.reading() as work:
        assert candidates.listed(work.connection) == []


@one_database
def test_ten_megabytes_are_refused_with_the_reason(designer: Browser, services: Path) -> None:
    content = zipped(edited(services)) + b"\0" * 10_000_000
    assert upload(designer, content) == ""
    assert designer.last.status_code == 422
    assert 'id="archive-error"' in designer.last.text


def write_archive_plain(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(f"{SLUG}/v2/{name}", content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("service.yaml", b"a: &a [x, x]\nb: [*a, *a]\n"),
        ("form.yaml", b"pages: " + b"[" * 5000 + b"]" * 5000),
        ("service.yaml", b"title: !!python/object/apply:os.system [id]\n"),
        ("service.yaml", b"a: b\n" * 100_000),
    ],
    ids=["a bomb", "a deep one", "an object", "a large one"],
)
@one_database
def test_a_text_that_could_harm_is_a_fault(
    portal: TestPortal, designer: Browser, services: Path, name: str, content: bytes
) -> None:
    # Not compressed, since the archive itself would be refused otherwise.
    key = upload(designer, write_archive_plain({**edited(services), name: content}))
    assert state_of(portal, key) == "faulty"
    assert portal.deps.registry.service(SLUG).version == 1


@one_database
def test_what_a_label_says_is_never_run(portal: TestPortal, designer: Browser, services: Path) -> None:
    key = upload(designer, zipped(edited(services, "fr: Certificat de résidence", 'fr: "<script>alert(1)</script>"')))
    for part in ("", "/sheet", "/form", "/workflow", "/changes"):
        assert "<script>alert" not in designer.get(f"/fr/studio/versions/{key}{part}").text


@one_database
def test_litter_of_desktops_is_left_out(portal: TestPortal, designer: Browser, services: Path) -> None:
    content = zipped(
        {**{f"{SLUG}/v2/{name}": data for name, data in edited(services).items()}, "__MACOSX/._x": b""}, ""
    )
    assert state_of(portal, upload(designer, content)) == "sound"


@one_database
def test_a_folder_without_its_name_says_whose_it_is_in_the_form(
    portal: TestPortal, designer: Browser, services: Path
) -> None:
    assert upload(designer, zipped(edited(services), "")) == ""
    key = upload(designer, zipped(edited(services), ""), SLUG)
    with portal.deps.reading() as work:
        found = candidates.get(work.connection, key)
    assert found is not None
    assert (found.slug, found.version, found.state.value) == (SLUG, 2, "sound")
    assert upload(designer, zipped(edited(services)), "reclamation") == ""


@one_database
def test_two_uploads_of_one_number_are_told_apart_and_only_one_comes_into_force(
    portal: TestPortal, designer: Browser, publisher: Browser, services: Path
) -> None:
    texts = [edited(services, "amount: 20", f"amount: {amount}") for amount in (25, 30, 35)]
    first, second, third = (upload(designer, zipped(files)) for files in texts)
    for key in (first, second):
        assert send(designer, key, "propose") == 200
    with portal.deps.reading() as work:
        known = {one.id: one.digest[:8] for one in candidates.listed(work.connection, SLUG)}
    marks = {key: known[key] for key in (first, second, third)}
    listed = designer.get(f"/fr/studio/services/{SLUG}").text
    waiting = publisher.get("/fr/studio").text
    for key, mark in marks.items():
        assert re.search(rf'href="/fr/studio/versions/{key}">.*?<code dir="ltr">{mark}</code>', listed, re.S)
        assert f'<code dir="ltr">{mark}</code>' in designer.get(f"/fr/studio/versions/{key}").text
        assert (mark in waiting) == (key != third)
    assert 'name="note"' in publisher.get(f"/fr/studio/versions/{second}").text
    assert send(publisher, first, "approve") == 200
    # The one that waits for a second person, and the one that was not proposed yet.
    for browser, key, gone, left in (
        (publisher, second, "approve", "refuse"),
        (designer, third, "propose", "withdraw"),
    ):
        page = browser.get(f"/fr/studio/versions/{key}").text
        assert f"/{gone}" not in page
        assert f"/studio/versions/{key}/{left}" in page
        assert re.search(r'class="notice warn".*?\bv3\b', page, re.S)
    assert translate("fr", "Number taken") in designer.get(f"/fr/studio/services/{SLUG}").text
    assert marks[second] not in publisher.get("/fr/studio").text
    # Whoever still has the old page before her is led back to the studio.
    assert send(publisher, second, "approve") == 409, publisher.text
    assert f'class="button primary" href="/fr/studio/versions/{second}"' in publisher.last.text
    assert 'href="/fr/studio"' in publisher.last.text
    assert 'href="/fr/counter"' not in publisher.last.text
    assert send(publisher, second, "refuse") == 200
    assert state_of(portal, second) == "refused"


@one_database
def test_files_published_meanwhile_leave_nothing_to_propose(
    designer: Browser, publisher: Browser, services: Path
) -> None:
    first, again = (upload(designer, zipped(edited(services))) for _ in range(2))
    assert send(designer, first, "propose") == 200
    assert send(publisher, first, "approve") == 200
    page = designer.get(f"/fr/studio/versions/{again}").text
    said = "Exactly these files are published already: nothing is left to propose or to publish here."
    assert translate("fr", said) in page
    assert "/propose" not in page


@one_database
def test_the_examples_of_what_is_done_elsewhere_show_what_they_come_to(portal: TestPortal, designer: Browser) -> None:
    files = files_of(SERVICES / "catalogue" / "carte-handicap" / "v1")
    sheet = files["service.yaml"].decode()
    files["service.yaml"] = re.sub(r"^(life_events|related): .*\n", "", sheet, flags=re.MULTILINE).encode()
    files["form.yaml"] = files["form.yaml"].replace(b"ecoute-orientation", b"reclamation")
    key = upload(designer, zipped(files, "carte-handicap/v1/"))
    assert state_of(portal, key) == "sound", designer.text
    page = designer.get(f"/fr/studio/versions/{key}/examples").text
    assert designer.last.status_code == 200
    for said in ("May ask for it", "May not ask for it", "Sent on elsewhere"):
        assert f">{translate('fr', said)}</span>" in page
    assert "Une dame aveugle d" in page
    # There is no case, hence neither an action nor an end.
    for said in ("Actions", "End"):
        assert f'<th scope="col">{translate("fr", said)}</th>' not in page
    assert not re.search(r"<td[^>]*>\s*</td>", page)
