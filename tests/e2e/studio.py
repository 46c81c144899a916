"""What those who look after the services do in the studio, and a small service that they bring into force and change."""

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.e2e.person import Somebody
from tests.support import kiosk
from tests.support.forms_service import HANDOFF, SERVICE, WORKFLOW

FORM = """\
applicant: {name_ar: name_ar, name_fr: name_fr, place: place}
pages:
  - id: you
    title: {ar: من أنت؟, fr: Qui êtes-vous ?}
    fields:
      - {id: name_ar, type: name_ar, label: {ar: الاسم بالعربية, fr: Nom en arabe}, prefill: name_ar}
      - {id: name_fr, type: name_fr, label: {ar: الاسم باللاتينية, fr: Nom latin}, prefill: name_fr}
      - {id: place, type: place, label: {ar: الجماعة أو الحي, fr: Commune}, prefill: place}
  - id: plan
    title: {ar: تصميم المسكن, fr: Le plan du logement}
    fields:
      - {id: plan, type: file, label: {ar: التصميم, fr: Le plan}, accept: [jpeg, png], max_mb: 2, limits: {most: 2}}
      - {id: student, type: yes_no, label: {ar: هل أنت طالب؟, fr: Êtes-vous étudiant ?}}
  - id: copies
    title: {ar: النسخ, fr: Les copies}
    fields:
      - {id: copies, type: integer, label: {ar: عدد النسخ, fr: Combien de copies ?}, limits: {minimum: 1, maximum: 5}}
"""
EXAMPLE = """\
title: {ar: طلب عادي, fr: Une demande}
today: 2026-03-02
identity: low
answers:
  name_ar: أمينة العلوي
  name_fr: Amina El Alaoui
  place: 02.113.01.01
  plan: [{id: f1, name: plan.jpg}]
  student: false
  copies: 3
expect: {unit: annexe-ahfir, needed: [], state: lodged, fee: 6}
path:
  - {action: grant, by: chief, on: 2026-03-10}
final: granted
"""
HOUSEHOLD = {"service.yaml": SERVICE, "form.yaml": FORM, "workflow.yaml": WORKFLOW, "examples/plain.yaml": EXAMPLE}
"""A service of three questions, one of which takes a file."""

CHANGED = {
    **HOUSEHOLD,
    "service.yaml": SERVICE.replace("days: 30, silence", "days: 15, silence").replace("  amount: 2\n", "  amount: 5\n"),
    "form.yaml": FORM.replace(
        "      - {id: student,",
        "      - {id: rooms, type: integer, label: {ar: عدد الغرف, fr: Combien de pièces ?}, limits: {minimum: 1}}\n"
        "      - {id: student,",
    ),
    "examples/plain.yaml": EXAMPLE.replace("  student:", "  rooms: 3\n  student:").replace("fee: 6", "fee: 15"),
}
"""The same with another deadline, another fee, and one more question."""

MOVED = {"service.yaml": HANDOFF}
"""The same once it is done on a platform of its own."""

KIOSK = {
    "service.yaml": kiosk.SERVICE,
    "form.yaml": kiosk.FORM,
    "workflow.yaml": kiosk.WORKFLOW,
    "examples/refused.yaml": kiosk.EXAMPLE,
}
"""A service in which a partner is asked for its opinion."""


def zip_of(slug: str, version: int, files: Mapping[str, str]) -> bytes:
    """The folder of a version as a designer sends it; no two services may consist of the very same texts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{slug}/v{version}/{name}", f"# {slug}\n{text}" if name.endswith(".yaml") else text)
    return made.getvalue()


def sign_in_to_studio(person: Somebody, login: str, password: str) -> None:
    """The counter's sign-in leads those who work in the studio there."""
    person.go(f"/{person.language}/counter/sign-in")
    person.fill(login=login, password=password)
    person.press("Sign in", "main")
    assert person.path == f"/{person.language}/studio", person.text


def open_in_force(designer: Somebody, slug: str) -> None:
    """From the list of a service's versions to the one in force."""
    designer.go(f"/{designer.language}/studio/services/{slug}")
    row = designer.page.locator("main table tr", has=designer.page.locator(".tag.good"))
    designer.follow(row.locator("a[href*='/studio/versions/']").first)


def upload(designer: Somebody, archive: Path) -> str:
    """Sends a ZIP to be checked; where the version is shown that came of it."""
    designer.go(f"/{designer.language}/studio/upload")
    designer.attach("archive", archive)
    designer.press("Send and check", "main")
    return designer.path


def bring_into_force(designer: Somebody, publisher: Somebody, archive: Path) -> str:
    """The designer uploads and proposes a version, and the publisher publishes it."""
    version = upload(designer, archive)
    designer.press("Propose it", "main")
    publisher.go(version)
    publisher.press("Publish", "main")
    return version


def play(designer: Somebody, who: str, unit: str = "") -> None:
    """Inside a try-out: goes on as somebody else."""
    designer.fill(who=who)
    if unit:
        designer.fill(unit=unit)
    designer.press("Play", ".trying")


def move_on(designer: Somebody, days: int) -> None:
    """Inside a try-out: moves its date forward."""
    designer.fill(days=str(days))
    designer.press("Move on", ".trying")


def ask_for_appointment(designer: Somebody) -> str:
    """Inside a try-out of appointments, as the pretend citizen: asks for one and hands it in; the reference."""
    play(designer, "citizen")
    designer.press("Start", "main")
    designer.press("Start", "main")
    designer.press("Continue", "main")
    designer.fill(subject="commune_other", place="02.113.01.09/hay-salam")
    designer.press("Continue", "main")
    # Offices are closed at the end of the week, and the form says so.
    day = next(day for ahead in (10, 12) if (day := datetime.now(UTC) + timedelta(days=ahead)).weekday() < 5)
    designer.fill_date("slots-1-day", str(day.day), str(day.month), str(day.year))
    designer.choose("slots-1-half", "morning")
    designer.press("Continue", "main")
    designer.press("Continue", "main")
    designer.press("Hand in my file", "main")
    assert designer.path.endswith("/submitted"), designer.text
    return designer.path.split("/")[-2]


def ask_for_kiosk(designer: Somebody) -> str:
    """Inside a try-out, as the pretend citizen: asks for a kiosk and hands it in; the reference."""
    play(designer, "citizen")
    designer.press("Start", "main")
    designer.press("Start", "main")
    designer.press("Continue", "main")
    designer.fill(place="02.113.01.01")
    designer.press("Continue", "main")
    designer.choose("tax_record-consent")
    designer.press("Continue", "main")
    designer.press("Hand in my file", "main")
    assert designer.path.endswith("/submitted"), designer.text
    return designer.path.split("/")[-2]
