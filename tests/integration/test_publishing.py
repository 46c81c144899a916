"""Publishing: what a folder configures comes into force, and what was published stays as it is."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.actions import candidates as acting
from portal.actions.publish import differences, publish_all, read_publications
from portal.catalogue.loader import digest_of, territory_files
from portal.domain.case import Actor
from portal.domain.errors import NotAllowed, NotFound, SamePerson
from portal.domain.service import Role
from portal.store import calendar, candidates, publications
from portal.store.publications import Publication
from portal.store.tables_of_clock import RECOUNTS
from portal.store.tables_of_services import CANDIDATES
from tests.support.commands import call_portal, settings_for
from tests.support.portal import SERVICES, TestPortal, make_portal
from tests.support.studio import SLUG, edited, files_of, small_services, zipped

DESIGNER = Actor("designer", frozenset({Role.DESIGNER}))
PUBLISHER = Actor("publisher", frozenset({Role.PUBLISHER}))
BOTH = Actor("both", frozenset({Role.DESIGNER, Role.PUBLISHER}))


@pytest.fixture
def services(tmp_path: Path) -> Path:
    return small_services(tmp_path)


@pytest.fixture
def portal(database_url: str, tmp_path: Path, services: Path) -> Iterator[TestPortal]:
    made = make_portal(database_url, tmp_path, services)
    yield made
    made.close()


def publish_folder(portal: TestPortal, services: Path, *, demo: bool = False) -> list[str]:
    with portal.deps.store.engine.begin() as connection:
        changed = publish_all(connection, read_publications(services), portal.clock.now(), folder_wins=demo)
    portal.deps.registry.forget()
    return changed


def told(portal: TestPortal, services: Path) -> list[str]:
    with portal.deps.reading() as work:
        return differences(work.connection, services)


def edit(services: Path, version: str = "v1") -> None:
    sheet = services / "catalogue" / SLUG / version / "service.yaml"
    sheet.write_text(sheet.read_text("utf-8") + "\n# Edited.\n", "utf-8")


def next_version(services: Path) -> None:
    folder = services / "catalogue" / SLUG
    for name, content in edited(services).items():
        path = folder / "v2" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def in_force(portal: TestPortal) -> int:
    return portal.deps.registry.service(SLUG).version


def published_in_studio(portal: TestPortal, services: Path) -> str:
    """A second version, uploaded and proposed by one and published by another; its key."""
    candidate = acting.receive(portal.deps, DESIGNER, zipped(edited(services)))
    assert candidate.state.value == "sound", candidate.faults
    with portal.deps.unit_of_work() as work:
        acting.propose(work, DESIGNER, candidate.id, "Les mêmes règles, mieux dites.")
    acting.approve(portal.deps, PUBLISHER, candidate.id, "Relu.")
    return candidate.id


def test_a_new_version_of_the_folder_comes_into_force(portal: TestPortal, services: Path) -> None:
    next_version(services)
    assert publish_folder(portal, services) == [SLUG]
    assert in_force(portal) == 2
    assert told(portal, services) == []
    assert publish_folder(portal, services) == []


def test_a_published_version_stays_whatever_is_done_to_its_folder(portal: TestPortal, services: Path) -> None:
    before = portal.deps.registry.service(SLUG).digest
    edit(services)
    assert publish_folder(portal, services) == []
    assert portal.deps.registry.service(SLUG).digest == before
    [line] = told(portal, services)
    assert line.startswith(f"{SLUG}: version 1 is published with other files")
    publish_folder(portal, services)
    with portal.deps.reading() as work:
        [shown] = candidates.listed(work.connection, SLUG)
    assert (shown.origin.value, shown.state.value, shown.version) == ("folder", "faulty", 1)


def test_in_a_demonstration_the_edited_folder_wins(portal: TestPortal, services: Path) -> None:
    before = portal.deps.registry.service(SLUG).digest
    edit(services)
    assert publish_folder(portal, services, demo=True) == [SLUG]
    assert portal.deps.registry.service(SLUG).digest != before
    assert told(portal, services) == []


def test_what_the_studio_published_stays_in_force_over_an_older_folder(portal: TestPortal, services: Path) -> None:
    published_in_studio(portal, services)
    for demo in (False, True):
        assert publish_folder(portal, services, demo=demo) == []
        assert in_force(portal) == 2
    assert "`portal export certificat-residence`" in told(portal, services)[0]


def test_a_version_put_back_survives_a_restart(portal: TestPortal, services: Path) -> None:
    first = portal.deps.registry.service(SLUG).digest
    published_in_studio(portal, services)
    with portal.deps.unit_of_work() as work:
        back = acting.propose_put_back(work, DESIGNER, first, "La version 2 se trompe.")
    acting.approve(portal.deps, PUBLISHER, back.id, "")
    assert in_force(portal) == 1
    next_version(services)
    publish_folder(portal, services)
    assert in_force(portal) == 1
    assert any("put back in force" in line for line in told(portal, services))


def test_a_version_of_the_studio_that_was_put_back_is_still_told_of(portal: TestPortal, services: Path) -> None:
    first = portal.deps.registry.service(SLUG).digest
    published_in_studio(portal, services)
    with portal.deps.unit_of_work() as work:
        back = acting.propose_put_back(work, DESIGNER, first, "")
    acting.approve(portal.deps, PUBLISHER, back.id, "")
    (line,) = told(portal, services)
    assert "version 2 is published, and the folder does not have it" in line
    assert "`portal export certificat-residence --version 2`" in line


def test_an_edited_calendar_is_told_of_until_the_next_start(portal: TestPortal, services: Path) -> None:
    assert told(portal, services) == []
    calendar = services / "calendar.yaml"
    calendar.write_text(calendar.read_text("utf-8") + "\n# Edited.\n", "utf-8")
    assert told(portal, services) == ["calendar: what the folder says is not published yet"]
    publish_folder(portal, services)
    assert told(portal, services) == []


def test_a_service_of_the_studio_alone_is_still_offered_after_a_restart(portal: TestPortal, services: Path) -> None:
    files = files_of(services / "catalogue" / "reclamation" / "v1")
    files["service.yaml"] += b"\n# Another service.\n"
    candidate = acting.receive(portal.deps, DESIGNER, zipped(files, "suggestion/v1/"))
    with portal.deps.unit_of_work() as work:
        acting.propose(work, DESIGNER, candidate.id, "")
    acting.approve(portal.deps, PUBLISHER, candidate.id, "")
    publish_folder(portal, services)
    assert portal.deps.registry.service("suggestion").version == 1
    assert any(line.startswith("suggestion: version 1 was published in the studio") for line in told(portal, services))


def test_a_folder_that_disappears_is_no_longer_offered_and_its_version_is_still_known(
    portal: TestPortal, services: Path
) -> None:
    digest = portal.deps.registry.service(SLUG).digest
    (services / "catalogue" / SLUG).rename(services / "gone")
    publish_folder(portal, services)
    with pytest.raises(NotFound):
        portal.deps.registry.service(SLUG)
    assert portal.deps.registry.version(SLUG, digest).version == 1
    assert any("the folder is gone" in line for line in told(portal, services))


def test_whoever_uploaded_or_proposed_cannot_publish(portal: TestPortal, services: Path) -> None:
    candidate = acting.receive(portal.deps, BOTH, zipped(edited(services)))
    with portal.deps.unit_of_work() as work:
        acting.propose(work, DESIGNER, candidate.id, "")
    with pytest.raises(SamePerson):
        acting.approve(portal.deps, BOTH, candidate.id, "")
    another = Actor(DESIGNER.id, frozenset({Role.PUBLISHER}))
    with pytest.raises(SamePerson):
        acting.approve(portal.deps, another, candidate.id, "")
    with pytest.raises(NotAllowed):
        acting.approve(portal.deps, Actor("chief", frozenset({Role.CHIEF, Role.DESIGNER})), candidate.id, "")
    assert in_force(portal) == 1


def test_the_database_itself_wants_two_people(portal: TestPortal, services: Path) -> None:
    row = {
        "purpose": "publish",
        "slug": SLUG,
        "version": 2,
        "digest": "0" * 32,
        "files": {},
        "origin": "upload",
        "state": "published",
        "faults": [],
        "uploaded_at": portal.clock.now(),
        "note": "",
        "decision": "",
    }
    people = [("a", "a", "a"), ("a", "b", "a"), ("a", "b", "b"), ("a", "b", None), ("a", None, "c")]
    for uploaded, proposed, decided in people:
        who = {"uploaded_by": uploaded, "proposed_by": proposed, "decided_by": decided, "id": f"{uploaded}{proposed}"}
        with pytest.raises(IntegrityError), portal.deps.store.engine.begin() as connection:
            connection.execute(insert(CANDIDATES).values(**row, **who))
    with portal.deps.store.engine.begin() as connection:
        good = {"uploaded_by": "a", "proposed_by": "b", "decided_by": "c", "id": "good"}
        connection.execute(insert(CANDIDATES).values(**row, **good))


def test_of_two_proposals_of_one_version_the_second_is_refused(portal: TestPortal, services: Path) -> None:
    one = acting.receive(portal.deps, DESIGNER, zipped(edited(services)))
    more = edited(services)
    more["service.yaml"] += b"# Once more.\n"
    other = acting.receive(portal.deps, DESIGNER, zipped(more))
    for candidate in (one, other):
        with portal.deps.unit_of_work() as work:
            acting.propose(work, DESIGNER, candidate.id, "")
    acting.approve(portal.deps, PUBLISHER, one.id, "")
    with pytest.raises((acting.Overtaken, acting.NoLongerSound)):
        acting.approve(portal.deps, PUBLISHER, other.id, "")
    assert portal.deps.registry.service(SLUG).digest == one.digest


def test_a_proposal_that_was_taken_back_cannot_be_published(portal: TestPortal, services: Path) -> None:
    candidate = acting.receive(portal.deps, DESIGNER, zipped(edited(services)))
    with portal.deps.unit_of_work() as work:
        acting.propose(work, DESIGNER, candidate.id, "")
    with portal.deps.unit_of_work() as work:
        acting.withdraw(work, DESIGNER, candidate.id)
    with pytest.raises(acting.Overtaken):
        acting.approve(portal.deps, PUBLISHER, candidate.id, "")


def test_a_file_survives_byte_for_byte(portal: TestPortal, services: Path, tmp_path: Path) -> None:
    files = edited(services)
    files["form.yaml"] = b"\xef\xbb\xbf" + files["form.yaml"].replace(b"\n", b"\r\n")
    candidate = acting.receive(portal.deps, DESIGNER, zipped(files))
    assert candidate.state.value == "sound", candidate.faults
    with portal.deps.unit_of_work() as work:
        acting.propose(work, DESIGNER, candidate.id, "")
    acting.approve(portal.deps, PUBLISHER, candidate.id, "")
    with portal.deps.reading() as work:
        held = publications.get(work.connection, candidate.digest)
    assert held is not None
    assert acting.exported(SLUG, 2, held.files) == {f"{SLUG}/v2/{name}": data for name, data in files.items()}
    folder = services / "catalogue"
    for name, data in acting.exported(SLUG, 2, held.files).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    # The folder read again is the very same version: nothing was turned around on the way.
    found = {one.version: one for one in read_publications(services) if one.slug == SLUG}
    assert found[2].digest == candidate.digest == digest_of(held.files)
    assert told(portal, services) == []


def test_the_command_writes_a_version_out(
    portal: TestPortal, services: Path, database_url: str, tmp_path: Path
) -> None:
    published_in_studio(portal, services)
    settings = {**settings_for(database_url, tmp_path), "PORTAL_SERVICES_DIR": str(services)}
    assert call_portal(settings, "export", SLUG, str(tmp_path / "out")).returncode == 0
    assert files_of(tmp_path / "out" / SLUG / "v2") == edited(services)
    again = call_portal(settings, "export", SLUG, str(tmp_path / "out"))
    assert again.returncode == 1
    assert "is there already" in again.stderr
    assert call_portal(settings, "export", SLUG, str(tmp_path / "out"), "--version", "1").returncode == 0
    assert files_of(tmp_path / "out" / SLUG / "v1") == files_of(services / "catalogue" / SLUG / "v1")
    unknown = call_portal(settings, "export", SLUG, str(tmp_path / "out"), "--version", "9")
    assert (unknown.returncode, "there are 1, 2" in unknown.stderr) == (1, True)
    checked = call_portal(settings, "check")
    assert checked.returncode == 0
    assert "note: certificat-residence: version 2 was published in the studio" in checked.stdout
    as_json = call_portal(settings, "check", "--json")
    assert json.loads(as_json.stdout) == {"faults": [], "notes": [checked.stdout.removeprefix("note: ").strip()]}
    into_a_file = call_portal(settings, "export", SLUG, str(services / "calendar.yaml"))
    assert (into_a_file.returncode, into_a_file.stderr.count("\n")) == (1, 1)
    started = call_portal(settings, "publish")
    assert (started.returncode, started.stdout) == (0, "nothing is new\n")
    assert "version 2 was published in the studio" in started.stderr


def test_a_version_proposed_before_the_province_changed_is_proved_again(portal: TestPortal, services: Path) -> None:
    candidate = acting.receive(portal.deps, DESIGNER, zipped(edited(services)))
    with portal.deps.unit_of_work() as work:
        acting.propose(work, DESIGNER, candidate.id, "")
    units = services / "territory" / "units.yaml"
    text = units.read_text("utf-8")
    # Nobody is left to decide in Saidia: the certificate cannot be given everywhere any more.
    before, _, rest = text.partition("  - id: annexe-saidia\n")
    _, mark, after = rest.partition("\n  - id: ")
    units.write_text(before + mark.lstrip("\n") + after, "utf-8")
    changed = Publication("f" * 32, "territory", "territory", 1, territory_files(services))
    with portal.deps.store.engine.begin() as connection:
        publications.publish(connection, changed, portal.clock.now())
    portal.deps.registry.forget()
    with pytest.raises(acting.NoLongerSound):
        acting.approve(portal.deps, PUBLISHER, candidate.id, "")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE publications SET files = '{}'",
        "UPDATE publications SET version = 9, approved_by = 'nobody'",
        "DELETE FROM publications WHERE slug = 'certificat-residence'",
        "UPDATE candidates SET files = '{}', state = 'sound'",
        "UPDATE candidates SET digest = 'other'",
        "UPDATE candidates SET uploaded_by = 'nobody'",
    ],
)
def test_the_database_itself_keeps_what_was_published_and_proposed(
    portal: TestPortal, services: Path, change: str
) -> None:
    acting.receive(portal.deps, DESIGNER, zipped(edited(services)))
    with pytest.raises(DBAPIError, match="never changes"), portal.deps.unit_of_work() as work:
        work.connection.execute(text(change))


def test_of_two_first_versions_approved_at_once_one_is_told(
    portal: TestPortal, services: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = acting.receive(portal.deps, DESIGNER, zipped(edited(services)))
    with portal.deps.unit_of_work() as work:
        acting.propose(work, DESIGNER, candidate.id, "")
        work.connection.execute(update(CANDIDATES).where(CANDIDATES.c.id == candidate.id).values(base=None))
    before = portal.deps.registry.in_force.pointers
    # As whoever looked a moment before the other's approval was committed.
    monkeypatch.setattr(publications, "in_force", lambda *_args, **_options: None)
    with pytest.raises(acting.Overtaken):
        acting.approve(portal.deps, PUBLISHER, candidate.id, "")
    portal.deps.registry.forget()
    assert portal.deps.registry.in_force.pointers == before


def test_another_calendar_has_every_open_case_counted_anew(portal: TestPortal, services: Path) -> None:
    def asked() -> list[str]:
        with portal.deps.reading() as work:
            return [one.cause for one in calendar.latest_recounts(work.connection)]

    days_off = services / "calendar.yaml"
    publish_folder(portal, services)
    assert asked() == []
    days_off.write_text(f"{days_off.read_text('utf-8')}\nopen: [2026-08-14]\n", "utf-8")
    publish_folder(portal, services)
    publish_folder(portal, services)
    assert asked() == ["calendar"]
    # It can open days that have come, as nothing on the page can: so it stands in the same trail.
    with portal.deps.reading() as work:
        (change,) = calendar.latest_changes(work.connection)
    assert change.what == "published"
    assert change.before["digest"] != change.after["digest"]


def test_other_warnings_or_another_service_that_follows_have_every_case_looked_at(
    portal: TestPortal, tmp_path: Path
) -> None:
    services = tmp_path / "whole"
    shutil.copytree(SERVICES, services)
    appeal = next(services.glob("**/recours-administratif/**/service.yaml")).relative_to(services)
    units = Path("territory/units.yaml")

    def asked(path: Path | None = None, old: str = "", new: str = "") -> list[str]:
        """What is asked for once a file has been edited."""
        if path is not None:
            text = (services / path).read_text("utf-8")
            assert old in text
            (services / path).write_text(text.replace(old, new, 1), "utf-8")
        publish_folder(portal, services, demo=True)
        with portal.deps.unit_of_work() as work:
            causes = [one.cause for one in calendar.latest_recounts(work.connection)]
            work.connection.execute(delete(RECOUNTS))
        return causes

    # Beside another calendar.yaml nothing else needs to be asked for.
    assert asked() in (["calendar"], ["rules"])
    assert asked() == []
    assert asked(units, "warnings:", "# Nothing that time goes by.\nwarnings:") == []
    assert asked(units, "days: 3, warn: [agent, chief]", "days: 4, warn: [agent, chief]") == ["rules"]
    assert asked(appeal, "follows:", "# Nothing that time goes by.\nfollows:") == []
    assert asked(appeal, "days: 30", "days: 29") == ["rules"]
    shutil.rmtree((services / appeal).parent.parent)
    assert asked() == ["rules"]
