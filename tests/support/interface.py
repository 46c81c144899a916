"""The partners' interface as a test drives it, and ways to make things happen behind it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from argon2 import PasswordHasher
from standardwebhooks import Webhook
from starlette.testclient import TestClient

from portal.actions import apply, perform, submit
from portal.actions.apply import Journey, Owner
from portal.actions.deps import Deps
from portal.domain.case import SYSTEM, Actor, Person
from portal.domain.events import DocumentIssued
from portal.domain.service import Role
from portal.fields import FIELD_TYPES
from portal.ports_of_documents import Level
from portal.store import cases, documents, effects, journal, partners
from portal.store.documents import Issued
from tests.support.portal import BASE_URL, MovableClock, TestPortal

ROOT = Path(__file__).resolve().parents[2]
SECRET = "the ministry's secret: 50% + more"
CITIZEN = Actor("citizen-1", frozenset({Role.APPLICANT}))


@dataclass(frozen=True)
class Interface:
    """The interface of a portal, and ways to make things happen behind it."""

    portal: TestPortal
    client: TestClient

    @property
    def deps(self) -> Deps:
        return self.portal.deps

    @property
    def clock(self) -> MovableClock:
        return self.portal.clock

    def file(self, service: str, example: str) -> str:
        """Files an example's answers as a citizen would; the case's reference."""
        text = (ROOT / "services/catalogue" / service / "v1/examples" / f"{example}.yaml").read_text("utf-8")
        answers = {
            key: str(value) if hasattr(value, "isoformat") else value
            for key, value in yaml.safe_load(text)["answers"].items()
        }
        owner = Owner("citizen", CITIZEN.id)
        self.clock.forward(seconds=1)
        with self.deps.unit_of_work() as work:
            definition = self.deps.registry.service(service)
            draft = apply.start(work, definition, owner, "ar", identity={}, filer=Person(), applicant=Person())
            for page in definition.pages:
                journey = Journey(self.deps, draft)
                if not page.when(journey.facts()):
                    continue
                raw: dict[str, str] = {}
                for question in page.fields:
                    raw.update(FIELD_TYPES[question.type].write(question, answers.get(question.id)))
                draft, reading = apply.save_page(work, journey, page, raw)
                assert not reading.errors
            return submit.submit(work, self.deps, draft.id, (owner,), CITIZEN, "ar").reference

    def withdraw(self, reference: str) -> None:
        self.clock.forward(seconds=1)
        with self.deps.unit_of_work() as work:
            perform.perform(work, self.deps, CITIZEN, reference, "withdraw", {})

    def hand_over(self, reference: str) -> str:
        """Asks for the case to be pushed to Jisr, as granting does; the reference."""
        with self.deps.unit_of_work() as work:
            dossier = cases.find(work.connection, work.vault, reference)
            assert dossier is not None
            effects.request(work.connection, work.jobs, dossier.case.id, 1, ["dispatch.jisr"], work.now)
        return reference

    def issue(self, reference: str) -> Issued:
        """Enters a document in the register, as issuing does once the file is signed."""
        with self.deps.unit_of_work() as work:
            dossier = cases.find(work.connection, work.vault, reference, lock=True)
            assert dossier is not None
            case_id = dossier.case.id
            issued = Issued("d1", "BRK-R-2026-1", case_id, "receipt", f"{case_id}:1", "C" * 16, None, None, work.now)
            documents.reserve(work.connection, work.vault, issued)
            documents.finish(
                work.connection, work.vault, issued, hashlib.sha256(b"signed").hexdigest(), Level.T, work.now
            )
            cases.record(work.connection, dossier, [DocumentIssued("receipt", issued.number)], SYSTEM, work.now)
        return issued

    def events(self, reference: str) -> list[Any]:
        with self.deps.reading() as work:
            dossier = cases.find(work.connection, work.vault, reference)
            assert dossier is not None
            return [line.event for line in journal.read(work.connection, dossier.case.id, dossier.seal)]

    def ask_token(self, client_id: str = "msis", secret: str = SECRET, **more: str) -> Any:
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, **more}
        return self.client.post("/oauth/token", data=form)

    def bearer(self, client_id: str = "msis") -> dict[str, str]:
        return {"authorization": f"Bearer {self.ask_token(client_id).json()['access_token']}"}

    def callback(self, body: Mapping[str, Any], *, message: str = "msg_1", secret: str = "") -> Any:
        text = json.dumps(body)
        now = datetime.now(UTC)
        headers = {
            "webhook-id": message,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret or self.deps.platforms["jisr"].callback_secret).sign(
                message, now, text
            ),
        }
        return self.client.post("/api/v1/callbacks/jisr", content=text, headers=headers)


@contextmanager
def reach(portal: TestPortal) -> Iterator[Interface]:
    """The interface of a portal that two ministries were granted services of."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(SECRET)
    with portal.deps.unit_of_work() as work:
        known = {"msis": ("aides-techniques",), "interior": ("reclamation", "certificat-residence")}
        for partner_id, services in known.items():
            partner = partners.Partner(partner_id, f"Ministry {partner_id}", services)
            partners.add(work.connection, partner, quick, work.now)
    with TestClient(portal.app, base_url=BASE_URL) as client:
        yield Interface(portal, client)


def check_problem(response: Any, status: int, name: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["type"] == f"{BASE_URL}/api/v1/problems/{name}"
    assert {"title", "detail", "instance"} <= problem.keys()
    return problem
