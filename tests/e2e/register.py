"""A small service that asks two registers about a person: one answers, the other is away."""

from collections.abc import Iterator
from pathlib import Path

from tests.e2e.person import Somebody
from tests.e2e.studio import EXAMPLE, FORM, bring_into_force, zip_of
from tests.e2e.ways import sign_in_and_start
from tests.support.forms_service import SERVICE, WORKFLOW

FORM_ASKING = FORM.replace(
    "  - id: plan\n",
    """\
  - id: home
    title: {ar: مسكنك, fr: Votre logement}
    fields:
      - {id: street, type: short_text, label: {ar: العنوان, fr: Adresse}, prefill: rnp.address}
      - {id: phone, type: phone, label: {ar: رقم الهاتف, fr: Téléphone}, required: false, prefill: rnp.phone}
      - {id: plot, type: short_text, label: {ar: رقم الرسم, fr: Titre foncier}, required: false, prefill: cadastre.plot}
  - id: plan
""",
    1,
)
ASKING = {
    "service.yaml": SERVICE.replace("identity: low", "identity: substantial"),
    "form.yaml": FORM_ASKING,
    "workflow.yaml": WORKFLOW,
    "examples/plain.yaml": EXAMPLE.replace("identity: low", "identity: substantial").replace(
        "  student: false\n", "  student: false\n  street: 12، شارع البرتقال\n"
    ),
}
"""A service for people whose card was read; registers of ``tests.support.registers`` may know some of the answers."""


def offer_service(designer: Somebody, publisher: Somebody, folder: Path) -> str:
    """Brings the service into force under a name of this language's own; its name."""
    slug = f"registre-{designer.language}"
    archive = folder / f"{slug}.zip"
    archive.write_bytes(zip_of(slug, 1, ASKING))
    bring_into_force(designer, publisher, archive)
    return slug


def ask_registers(citizen: Somebody, slug: str, who: str) -> Iterator[str]:
    """From the sheet to the page whose answers registers may know: one is away, the other answers."""
    language = citizen.language
    citizen.go(f"/{language}/services/{slug}")
    sign_in_and_start(citizen, who, slug)
    citizen.press("Continue", "main")
    yield "ask"
    citizen.follow(citizen.page.locator("main button[name=fetch][value=cadastre]"))
    yield "away"
    citizen.follow(citizen.page.locator("main button[name=fetch][value=rnp]"))
    yield "offer"
    citizen.follow(citizen.page.locator("main button[name=use][value=rnp]"))
    yield "used"
