"""Replay: the closed cases of the version in force lived through under another, counted, and never shown."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.actions import previews
from portal.actions import replay as replaying
from portal.actions.effects import give_up, retry, run_effect
from portal.actions.perform import perform
from portal.actions.replay import Lived
from portal.domain.case import Actor
from portal.domain.service import Role
from portal.i18n import translate
from portal.store import effects
from portal.store.studio_cases import closed
from portal.store.tables import CASES, JOURNAL
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD, RESIDENCE, add_staff, file_residence
from tests.support.portal import TestPortal, make_portal
from tests.support.studio import SLUG, UNIT, edited, small_services, studio_browser, upload, zipped

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


def replayed(portal: TestPortal, designer: Browser, content: bytes) -> Lived:
    # Days have passed, and her session with them.
    designer.staff_sign_in("designer", PASSWORD)
    return replaying.live_through(portal.deps, upload(designer, content))


def kinds(lived: Lived) -> dict[str, int]:
    return dict(Counter(one.kind for one in lived.endings))


def with_flow(services: Path, change: Callable[[str], str]) -> bytes:
    files = edited(services)
    before = files["workflow.yaml"].decode()
    files["workflow.yaml"] = change(before).encode()
    assert files["workflow.yaml"].decode() != before
    # The examples tell of the version before.
    return zipped({name: data for name, data in files.items() if not name.startswith("examples/")})


def test_the_same_workflow_ends_every_case_the_same_way(portal: TestPortal, designer: Browser, services: Path) -> None:
    close(portal, "approve")
    close(portal, "refuse", inputs={"ground": "not_here", "reasons": "L'adresse n'est pas du ressort de l'annexe."})
    found = replayed(portal, designer, zipped(edited(services)))
    assert kinds(found) == {"same": 2}
    assert (found.closed, found.finished, found.against) == (2, True, 1)


def test_an_action_that_is_gone_leaves_cases_stuck(portal: TestPortal, designer: Browser, services: Path) -> None:
    close(portal, "approve")
    close(portal, "refuse", inputs={"ground": "not_here", "reasons": "Hors du ressort."})

    def rename(flow: str) -> str:
        return flow.replace("action: approve", "action: grant")

    found = replayed(portal, designer, with_flow(services, rename))
    assert kinds(found) == {"same": 1, "stuck": 1}
    assert [one.step for one in found.endings if one.kind == "stuck"] == ["approve"]


def test_a_condition_that_fails_at_one_case_tells_nobody_that_there_is_one(
    portal: TestPortal, designer: Browser, services: Path
) -> None:
    close(portal, "approve")
    failing = "answers.cnie == 'FB123456' ? int('abc') == 1 : true"

    def ask(flow: str) -> str:
        return flow.replace("action: approve", f'action: approve\n    when: "{failing}"')

    designer.staff_sign_in("designer", PASSWORD)
    key = upload(designer, with_flow(services, ask))
    with portal.deps.unit_of_work() as work:
        replaying.request(work, key, "designer")
    portal.run_effects()
    with portal.deps.reading() as work:
        kept = replaying.latest(work, key)
    assert kept is not None
    assert kept.done_at is not None
    assert kinds(replaying.live_through(portal.deps, key)) == {"stuck": 1}


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
    reference = close(
        portal, "refuse", inputs={"ground": "not_established", "reasons": "Le bail de madame Alaoui est échu."}
    )
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
    assert kept.result["kinds"] == dict.fromkeys(("same", "otherwise", "open", "stuck"), 0)
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
    assert (found.closed, found.endings, found.finished) == (1, [], False)


def test_a_replay_that_waits_or_was_given_up_is_listed_for_the_operator(
    portal: TestPortal, designer: Browser, services: Path
) -> None:
    key = upload(designer, zipped(edited(services)))
    with portal.deps.unit_of_work() as work:
        effect_id = replaying.request(work, key, "designer")
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


def ask(designer: Browser, key: str) -> int:
    designer.get(f"/fr/studio/versions/{key}/replay")
    designer.post(f"/fr/studio/versions/{key}/replay")
    return int(designer.last.status_code)


def test_who_asked_for_a_replay_and_when_stands_in_the_history_of_the_service(
    portal: TestPortal, designer: Browser, services: Path
) -> None:
    key = upload(designer, zipped(edited(services)))
    another = add_staff(portal, "another", UNIT, "designer")
    other = Browser(portal)
    other.staff_sign_in("another", PASSWORD)
    told = translate("fr", "Closed files replayed under version %(number)s", {"number": "2"})
    assert told not in designer.get(f"/fr/studio/services/{SLUG}").text
    assert ask(designer, key) == 200
    # No request is lost for having come while another waited, or for having been carried out since.
    portal.clock.forward(minutes=1)
    assert ask(other, key) == 200
    with portal.deps.reading() as work:
        effect = replaying.latest(work, key)
    assert effect is not None
    assert effect.position == 1
    run_effect(portal.deps, effect.id, effect.name)
    portal.clock.forward(minutes=1)
    assert ask(designer, key) == 200
    with portal.deps.reading() as work:
        asked = replaying.asked(work, [key, "another version"])
    assert [one.key for one in asked] == [key] * 3
    assert [one.by == another.id for one in asked] == [False, True, False]
    assert [(one.at - asked[0].at).total_seconds() for one in asked] == [0, 60, 120]
    for path in (f"services/{SLUG}", f"versions/{key}"):
        lines = re.findall(r"<li><p>([^<]*) · <bdi>([^<]*)</bdi>", designer.get(f"/fr/studio/{path}").text)
        assert [who for what, who in lines if what == told] == ["Fatima Benali"] * 3


def test_one_designer_replays_one_service_only_so_often(portal: TestPortal, designer: Browser, services: Path) -> None:
    key = upload(designer, zipped(edited(services)))
    assert [ask(designer, key) for _ in range(7)] == [200] * 6 + [429]
    # Another version of the same service is no way around it; another designer has her own turns.
    designer.get("/fr/studio")
    assert ask(designer, upload(designer, zipped(edited(services, "amount: 20", "amount: 40")))) == 429
    other = studio_browser(portal, "another", "designer")
    assert ask(other, key) == 200


def test_the_page_of_a_replay_tells_no_count_closer_than_in_fives(
    portal: TestPortal, designer: Browser, services: Path
) -> None:
    key = upload(designer, zipped(edited(services)))
    with portal.deps.unit_of_work() as work:
        effect_id = replaying.request(work, key, "designer")
        # As one was kept before counts were coarse.
        kinds = {"same": 13, "otherwise": 3, "open": 7, "stuck": 1}
        found = {"kinds": kinds, "total": 24, "replayed": 24, "late": 2, "was_late": 1, "against": 1, "finished": True}
        places = {"changed": [["granted", "refused", 3]], "stuck": [["review", "approve", 1]], "open": [["review", 7]]}
        effects.done(work.connection, effect_id, work.now, {**found, **places})
    shown = designer.get(f"/fr/studio/versions/{key}/replay").text
    section = shown[shown.index('<svg class="bars"') :]
    words = " ".join(re.findall(r">([^<>]*\d[^<>]*)<", section))
    for short in ("10–14", "5–9", "< 5"):
        assert f">{short}<" in section.replace("&lt;", "<")
    steps = [
        translate("fr", "%(low)s to %(high)s", {"low": low, "high": high}) for low, high in (("10", "14"), ("5", "9"))
    ]
    for said in (*steps, translate("fr", "fewer than %(count)s", {"count": "5"})):
        assert said in words
    assert not {"13", "3", "7", "24", "2"} & set(re.findall(r"\d+", words))
