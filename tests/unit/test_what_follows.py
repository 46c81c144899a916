"""Who can turn where after a refusal or a silence, and until when; and who then reads what."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.domain import policies
from portal.domain.case import Actor, Case
from portal.domain.clock import Calendar, LegalClock
from portal.domain.errors import NotFound
from portal.domain.events import CaseReopened, RemedyDecided, RemedyFiled
from portal.domain.flow import Count, Role, Term
from portal.domain.remedies import remedies, remind_until
from portal.domain.service import Follows, Occasion, Result, ServiceDefinition, Silence, StateKind, UnitKind
from tests.unit.presenting_samples import service

CALENDAR = Calendar(frozenset())
FILED = date(2026, 3, 2)
DECIDED = date(2026, 3, 20)
SILENT = date(2026, 5, 6)

APPEAL = Follows(
    on=(Occasion.REFUSED, Occasion.SILENCE),
    laws=("55-19",),
    silence=Silence.APPEAL,
    within=Term(30, Count.LEGAL),
    article="55-19/21",
)
CLAIM = Follows(on=(Occasion.SILENCE,), laws=("55-19",), silence=Silence.APPROVAL)
OMBUDSMAN = Follows(on=(Occasion.REFUSED, Occasion.SILENCE))


def following(slug: str, follows: Follows) -> ServiceDefinition:
    return replace(service(), slug=slug, follows=follows)


SERVICES = (following("appeal", APPEAL), following("claim", CLAIM), following("ombudsman", OMBUDSMAN))


def open_to(
    silence: Silence,
    outcome: Result | None,
    *,
    silent: bool = False,
    law: str = "55-19",
    kind: UnitKind = UnitKind.COMMUNE,
) -> list[tuple[str, Occasion]]:
    first = service()
    first = replace(first, deadline=replace(first.deadline, law=law, silence=silence))
    clock = LegalClock(
        law=law,
        days=60 if law == "55-19" else 20,
        calendar=CALENDAR,
        filed_on=FILED,
        complete_on=FILED,
        decided_on=DECIDED if outcome is not None else None,
        silent_on=SILENT if silent else None,
    )
    return [(one.service.slug, one.occasion) for one in remedies(first, clock, outcome, kind, SERVICES)]


@pytest.mark.parametrize(
    ("silence", "outcome", "silent", "expected"),
    [
        (Silence.APPEAL, None, False, []),
        (Silence.APPEAL, Result.GRANTED, False, []),
        (Silence.APPEAL, Result.WITHDRAWN, True, []),
        (Silence.APPEAL, Result.REFUSED, False, [("appeal", "refused"), ("ombudsman", "refused")]),
        (Silence.APPEAL, None, True, [("appeal", "silence"), ("ombudsman", "silence")]),
        # The answer has come after all: there is no silence left to appeal against, only what it says.
        (Silence.APPEAL, Result.GRANTED, True, []),
        (Silence.APPEAL, Result.REFUSED, True, [("appeal", "refused"), ("ombudsman", "refused")]),
        # What silence grants is claimed, never appealed against; a refusal in time is appealed like any other.
        (Silence.APPROVAL, Result.GRANTED, True, [("claim", "silence"), ("ombudsman", "silence")]),
        (Silence.APPROVAL, None, True, [("claim", "silence"), ("ombudsman", "silence")]),
        (Silence.APPROVAL, Result.REFUSED, False, [("appeal", "refused"), ("ombudsman", "refused")]),
    ],
)
def test_what_is_open_follows_from_what_happened(
    silence: Silence, outcome: Result | None, silent: bool, expected: list[tuple[str, str]]
) -> None:
    assert open_to(silence, outcome, silent=silent) == expected


def test_a_service_follows_the_laws_and_the_offices_that_it_names() -> None:
    assert open_to(Silence.APPEAL, Result.REFUSED, law="31-13") == [("ombudsman", "refused")]
    there = (following("there", replace(OMBUDSMAN, at=(UnitKind.ANNEXE,))),)
    clock = LegalClock("55-19", 60, CALENDAR, FILED, FILED, decided_on=DECIDED)
    assert not remedies(service(), clock, Result.REFUSED, UnitKind.COMMUNE, there)
    assert remedies(service(), clock, Result.REFUSED, UnitKind.ANNEXE, there)


def test_the_thirty_days_are_full_days_and_the_last_one_is_in_time() -> None:
    clock = LegalClock("55-19", 60, CALENDAR, FILED, FILED, decided_on=DECIDED)
    [appeal] = remedies(service(), clock, Result.REFUSED, UnitKind.COMMUNE, SERVICES[:1])
    # Day 0 is 20 March; thirty days count, the next one is 20 April, a Monday.
    assert appeal.until == date(2026, 4, 20)
    assert appeal.open(date(2026, 4, 20))
    assert not appeal.open(date(2026, 4, 21))


def test_she_is_reminded_until_she_has_turned_to_somebody_and_anew_after_a_reopening() -> None:
    clock = LegalClock("55-19", 60, CALENDAR, FILED, FILED, decided_on=DECIDED)
    found = remedies(service(), clock, Result.REFUSED, UnitKind.COMMUNE, SERVICES)
    assert remind_until(found, []) == date(2026, 4, 20)
    filed = RemedyFiled("appeal", "BRK")
    assert remind_until(found, [filed]) is None
    assert remind_until(found, [filed, CaseReopened("reconsider", "refused", "lodged")]) == date(2026, 4, 20)


def test_what_was_taken_back_or_returned_leaves_her_the_reminders_of_the_rest() -> None:
    clock = LegalClock("55-19", 60, CALENDAR, FILED, FILED, decided_on=DECIDED)
    found = remedies(service(), clock, Result.REFUSED, UnitKind.COMMUNE, SERVICES)
    filed, again = RemedyFiled("appeal", "BRK-1"), RemedyFiled("appeal", "BRK-2")
    for outcome in ("withdrawn", "returned"):
        undone = RemedyDecided("appeal", "BRK-1", outcome)
        assert remind_until(found, [filed, undone]) == date(2026, 4, 20)
        assert remind_until(found, [filed, undone, again]) is None
    for outcome in ("granted", "refused"):
        assert remind_until(found, [filed, RemedyDecided("appeal", "BRK-1", outcome)]) is None


def test_a_decision_that_refuses_a_part_is_followed_by_what_says_so() -> None:
    clock = LegalClock("55-19", 60, CALENDAR, FILED, FILED, decided_on=DECIDED)
    partial = following("partial", replace(APPEAL, on=(Occasion.REFUSED, Occasion.PARTLY)))
    services = (*SERVICES, partial)
    found = remedies(service(), clock, Result.GRANTED, UnitKind.COMMUNE, services, partly=True)
    assert [(one.service.slug, one.occasion, one.since) for one in found] == [("partial", Occasion.PARTLY, DECIDED)]
    assert remedies(service(), clock, Result.GRANTED, UnitKind.COMMUNE, services) == []


def test_the_time_against_a_decision_can_be_counted_from_the_day_she_received_it() -> None:
    clock = LegalClock("55-19", 60, CALENDAR, FILED, FILED, decided_on=DECIDED)
    appeal, ombudsman = remedies(
        service(), clock, Result.REFUSED, UnitKind.COMMUNE, (SERVICES[0], following("ombudsman", OMBUDSMAN))
    )
    assert appeal.counts_from_receipt
    assert appeal.until_if(DECIDED) == appeal.until == date(2026, 4, 20)
    assert appeal.until_if(date(2026, 4, 10)) == date(2026, 5, 11)
    assert not ombudsman.counts_from_receipt
    silent = LegalClock("55-19", 60, CALENDAR, FILED, FILED, silent_on=SILENT)
    [of_silence] = remedies(service(), silent, None, UnitKind.COMMUNE, SERVICES[:1])
    assert not of_silence.counts_from_receipt


CASE = Case(
    id="1",
    reference="BRK",
    service="any",
    digest="",
    state="refused",
    kind=StateKind.DECIDED,
    unit="commune-a",
    filed_at=datetime(2026, 3, 2, tzinfo=UTC),
    filed_on=FILED,
    citizen_id="amina",
)


@pytest.mark.parametrize("role", [Role.AGENT, Role.CHIEF])
def test_the_unit_that_decides_on_what_follows_reads_and_does_nothing(role: Role) -> None:
    reader = Actor("x", frozenset({role}), unit="province")
    with pytest.raises(NotFound):
        policies.check_can_see(reader, CASE)
    followed = replace(CASE, following=frozenset({"province"}), kind=StateKind.RUNNING)
    policies.check_can_read(reader, followed)
    assert not policies.can_take(reader, followed)
    assert not policies.can_file_after(reader, followed)
    assert not policies.may_hand_over(reader, followed)


@pytest.mark.parametrize(
    "role", [Role.CLERK, Role.DESIGNER, Role.PUBLISHER, Role.ADMIN, Role.COMMITTEE, Role.SECRETARY_GENERAL]
)
def test_others_of_that_unit_read_nothing(role: Role) -> None:
    other = Actor("x", frozenset({role}), unit="province")
    assert not policies.can_see(other, replace(CASE, following=frozenset({"province"})))


def test_who_may_file_what_follows() -> None:
    amina = Actor("amina", frozenset({Role.APPLICANT}))
    clerk = Actor("clerk", frozenset({Role.CLERK}), unit="commune-a")
    elsewhere = Actor("other", frozenset({Role.CLERK}), unit="commune-b")
    by_receipt = Actor("visitor:1", frozenset({Role.APPLICANT}), cases=frozenset({"1"}))
    assert policies.can_file_after(amina, CASE)
    assert policies.can_file_after(clerk, CASE)
    assert policies.can_file_after(elsewhere, replace(CASE, filed_by="other"))
    assert not policies.can_file_after(elsewhere, CASE)
    # The secret of a receipt opens what was filed without an account; of the rest it tells how it stands.
    assert not policies.can_file_after(by_receipt, CASE)
    assert policies.can_file_after(by_receipt, replace(CASE, citizen_id=None))


def test_whoever_files_an_appeal_at_a_counter_hands_its_receipt_over_that_day_and_sees_no_more_of_it() -> None:
    clerk = Actor("clerk", frozenset({Role.CLERK}), unit="commune-a")
    request = replace(CASE, unit="province", filed_by="clerk")
    appeal = replace(request, first_id="0")
    day_after = FILED + timedelta(days=1)
    # A request that another office decides stays in her sight.
    assert policies.can_see(clerk, request)
    assert policies.can_hand_over(clerk, request, day_after)
    assert not policies.can_see(clerk, appeal)
    assert not policies.may_hand_over(clerk, appeal)
    assert not policies.can_file_after(clerk, appeal)
    assert policies.can_hand_over(clerk, appeal, FILED)
    assert not policies.can_hand_over(clerk, appeal, day_after)
    # Nor does anybody who was there, or who no longer works at a counter.
    assert not policies.can_hand_over(replace(clerk, id="other"), appeal, FILED)
    assert not policies.can_hand_over(replace(clerk, roles=frozenset({Role.DESIGNER})), appeal, FILED)
    # Where her own office hears it, the appeal is a file of that office like any other.
    assert policies.can_see(clerk, replace(appeal, unit="commune-a"))


def test_who_reads_what_is_sensitive() -> None:
    escalated = replace(CASE, state="lodged", kind=StateKind.RUNNING, escalated=True, sitting=True)
    general = Actor("g", frozenset({Role.SECRETARY_GENERAL}), unit="province")
    assert policies.can_see(general, escalated)
    assert not policies.sees_sensitive(general, escalated)
    # Who is also an agent of an office reads that office's files, and those that an appeal before it is about.
    both = replace(general, roles=frozenset({Role.SECRETARY_GENERAL, Role.AGENT}))
    assert policies.sees_sensitive(replace(both, unit="commune-a"), escalated)
    assert not policies.sees_sensitive(both, escalated)
    assert policies.sees_sensitive(both, replace(escalated, following=frozenset({"province"})))
    for role in (Role.CLERK, Role.AGENT, Role.CHIEF, Role.COMMITTEE):
        assert policies.sees_sensitive(Actor("x", frozenset({role}), unit="commune-a"), escalated), role
        assert not policies.sees_sensitive(Actor("x", frozenset({role}), unit="commune-b"), escalated), role
    assert policies.sees_sensitive(Actor("amina", frozenset({Role.APPLICANT})), escalated)
