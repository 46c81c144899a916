"""Replay: the closed cases of the version in force lived through under another, counted, and never shown."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.actions import previews
from portal.actions import replay as replaying
from portal.actions.effects import give_up, retry, run_effect
from portal.actions.perform import perform
from portal.domain.case import Actor
from portal.domain.service import Role
from portal.store import effects
from portal.store.studio_cases import closed
from portal.store.tables import CASES, JOURNAL
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD, RESIDENCE, file_residence
from tests.support.portal import TestPortal, make_portal
from tests.support.studio import SLUG, edited, small_services, studio_browser, upload, zipped

CHIEF = Actor("chief", frozenset({Role.CHIEF}), "annexe-ahfir", "Chief")


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


def close(portal: TestPortal, action: str, *, after_days: int = 1, inputs: dict[str, str] | None = None) -> str:
    """A case that was filed and decided; its reference."""
    browser = Browser(portal)
    browser.sign_in()
    reference = file_residence(browser)
    portal.clock.forward(days=after_days)
    with portal.deps.unit_of_work() as work:
        perform(work, portal.deps, CHIEF, reference, action, inputs or {})
    return reference


def replayed(portal: TestPortal, designer: Browser, content: bytes) -> dict[str, Any]:
    # Days have passed, and her session with them.
    designer.staff_sign_in("designer", PASSWORD)
    key = upload(designer, content)
    with portal.deps.unit_of_work() as work:
        effect_id = replaying.request(work, key)
        assert replaying.request(work, key) == effect_id
    return replaying.replay(portal.deps, key)


def with_flow(services: Path, change: Callable[[str], str]) -> bytes:
    files = edited(services)
    before = files["workflow.yaml"].decode()
    files["workflow.yaml"] = change(before).encode()
    assert files["workflow.yaml"].decode() != before
    # The examples tell of the version before.
    return zipped({name: data for name, data in files.items() if not name.startswith("examples/")})


def test_the_same_workflow_ends_every_case_the_same_way(portal: TestPortal, designer: Browser, services: Path) -> None:
    close(portal, "approve")
    close(portal, "refuse", inputs={"reasons": "L'adresse n'est pas du ressort de l'annexe."})
    found = replayed(portal, designer, zipped(edited(services)))
    assert found["kinds"] == {"same": 2, "otherwise": 0, "open": 0, "stuck": 0}
    assert (found["total"], found["replayed"], found["finished"], found["against"]) == (2, 2, True, 1)


def test_an_action_that_is_gone_leaves_cases_stuck(portal: TestPortal, designer: Browser, services: Path) -> None:
    close(portal, "approve")
    close(portal, "refuse", inputs={"reasons": "Hors du ressort."})

    def rename(flow: str) -> str:
        return flow.replace("action: approve", "action: grant")

    found = replayed(portal, designer, with_flow(services, rename))
    assert found["kinds"] == {"same": 1, "otherwise": 0, "open": 0, "stuck": 1}
    assert [place[1:] for place in found["stuck"]] == [["approve", 1]]


def test_a_shorter_deadline_is_missed_by_more_cases(portal: TestPortal, designer: Browser, services: Path) -> None:
    definition = portal.deps.registry.service(SLUG)
    close(portal, "approve", after_days=1)
    old = replace(definition.deadline, days=30)
    longer = replace(definition, deadline=old)
    with portal.deps.reading() as work:
        [case] = closed(work.connection, work.vault, SLUG, definition.digest, most=10, chunk=3)
    territory, calendar = portal.deps.registry.territory, portal.deps.registry.calendar
    later = replace(
        case,
        lines=[
            replace(line, at=line.at.replace(month=4)) if line.event.kind == "CaseDecided" else line
            for line in case.lines
        ],
    )
    ending = replaying.replay_case(longer, definition, later, territory, calendar)
    assert (ending.late, ending.kind) == (True, "same")
    assert replaying.replay_case(definition, longer, later, territory, calendar).was_late


def test_a_replay_changes_no_case_and_keeps_no_persons_words(
    portal: TestPortal, designer: Browser, services: Path
) -> None:
    reference = close(portal, "refuse", inputs={"reasons": "Le bail de madame Alaoui est échu."})
    with portal.deps.reading() as work:
        before = [work.connection.execute(select(table)).all() for table in (CASES, JOURNAL)]
    designer.staff_sign_in("designer", PASSWORD)
    key = upload(designer, zipped(edited(services)))
    designer.get(f"/fr/studio/versions/{key}/replay")
    designer.post(f"/fr/studio/versions/{key}/replay")
    assert "/replay" in designer.url
    with portal.deps.reading() as work:
        effect = replaying.latest(work, key)
    assert effect is not None
    run_effect(portal.deps, effect.id, effect.name)
    with portal.deps.reading() as work:
        after = [work.connection.execute(select(table)).all() for table in (CASES, JOURNAL)]
        kept = replaying.latest(work, key)
    assert before == after
    assert kept is not None
    shown = designer.get(f"/fr/studio/versions/{key}/replay").text
    for words in (reference, "Alaoui", "FB123456", RESIDENCE["home"]["address"], "échu"):
        assert words not in shown
        assert words not in str(kept.result)
    assert kept.result["replayed"] == 1
    assert "<svg" in shown


def test_cases_are_read_in_chunks_and_all_of_them(portal: TestPortal, designer: Browser, services: Path) -> None:
    for _ in range(5):
        close(portal, "approve")
    digest = portal.deps.registry.service(SLUG).digest
    with portal.deps.reading() as work:
        for chunk in (1, 2, 5, 9):
            assert len(list(closed(work.connection, work.vault, SLUG, digest, most=100, chunk=chunk))) == 5
        assert len(list(closed(work.connection, work.vault, SLUG, digest, most=3, chunk=2))) == 3


def test_a_replay_says_what_it_did_not_reach(
    portal: TestPortal, designer: Browser, services: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(portal, "approve")
    monkeypatch.setattr(replaying, "SECONDS", -1.0)
    found = replayed(portal, designer, zipped(edited(services)))
    assert (found["total"], found["replayed"], found["finished"]) == (1, 0, False)


def test_a_replay_that_waits_or_was_given_up_is_listed_for_the_operator(
    portal: TestPortal, designer: Browser, services: Path
) -> None:
    key = upload(designer, zipped(edited(services)))
    with portal.deps.unit_of_work() as work:
        effect_id = replaying.request(work, key)
        previews.request(work, key, "receipt")
    with portal.deps.reading() as work:
        assert {one.name for one, reference in effects.unfinished(work.connection) if reference is None} == {
            "replay",
            "preview.receipt",
        }
    give_up(portal.deps, effect_id, "replay", "TimeoutError: it took too long")
    with portal.deps.reading() as work:
        assert [one.id for one, _ in effects.unfinished(work.connection, given_up=True)] == [effect_id]
    assert retry(portal.deps, effect_id)
