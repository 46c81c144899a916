"""The chapter of the tour that shows the studio: the catalogue, a version's parts, its comparison, and try-outs."""

import io
import zipfile
from collections.abc import Iterator

from tests.e2e.places import Places, Stop
from tests.e2e.running import DESIGNER, PASSWORD, PUBLISHER, ROOT
from tests.e2e.studio import (
    KIOSK,
    ask_for_appointment,
    ask_for_kiosk,
    move_on,
    open_in_force,
    play,
    sign_in_to_studio,
    upload,
    zip_of,
)
from tests.e2e.survey import Party, Tourist

FOLDER = ROOT / "services" / "catalogue" / "certificat-residence" / "v1"
OTHER_TITLE = ("fr: Certificat de résidence".encode(), b"fr: Certificat de domicile")
PARTS = ("sheet", "form", "workflow", "documents", "examples", "changes", "replay")


def studio(party: Party, places: Places) -> Iterator[Stop]:
    """A designer looks at a service, uploads a faulty version and a sound one, proposes it, and tries it out."""
    designer, publisher = party.member(places.portal), party.member(places.portal)
    language = designer.language
    sign_in_to_studio(designer, DESIGNER.login, PASSWORD)
    yield "studio", designer
    designer.go(f"/{language}/studio/services/certificat-residence")
    yield "studio-service", designer
    open_in_force(designer, "certificat-residence")
    yield "studio-version", designer
    version = designer.path
    for part in PARTS:
        designer.go(f"{version}/{part}")
        yield f"studio-{part}", designer
    designer.go(f"/{language}/studio/upload")
    designer.press("Send and check", "main")
    yield "studio-upload-wrong", designer
    _upload(designer, places, b"deadline: {days: many}\n")
    yield "studio-faulty", designer
    _upload(designer, places, b"")
    yield "studio-sound", designer
    version = designer.path
    designer.go(f"{version}/changes")
    yield "studio-compared", designer
    designer.go(f"{version}/replay")
    designer.press("Replay the closed files", "main")
    # The worker does it: the page is loaded again until it shows what came of it.
    designer.reload_until(lambda: designer.page.locator("main svg.bars").count() == 1, "the closed files are replayed")
    yield "studio-replayed", designer
    designer.go(version)
    designer.press("Propose it", "main")
    yield "studio-proposed", designer
    sign_in_to_studio(publisher, PUBLISHER.login, PASSWORD)
    publisher.go(designer.path)
    yield "studio-decide", publisher
    publisher.picture("studio-version")
    designer.press("Try it out", "main")
    yield "studio-try", designer
    designer.press("Begin at the sheet", "main")
    yield "studio-try-inside", designer
    inside = designer.path.partition("/at/")[0] + "/at"
    designer.go(f"{inside}/sign-in")
    yield "studio-try-sign-in", designer
    yield from days_later(designer)
    yield from asking_a_partner(designer, places)


def days_later(designer: Tourist) -> Iterator[Stop]:
    """What a try-out shows once its date was moved past what a step may take: the alert of a timer."""
    open_in_force(designer, "rendez-vous")
    designer.press("Try it out", "main")
    home = designer.path
    designer.press("Begin at the sheet", "main")
    ask_for_appointment(designer)
    yield "studio-try-submitted", designer
    move_on(designer, 7)
    play(designer, "chief", "commune-berkane")
    yield "studio-try-alert", designer
    designer.press("Files of the unit", "main")
    yield "studio-try-queue", designer
    designer.go(home)
    yield "studio-try-files", designer


def asking_a_partner(designer: Tourist, places: Places) -> Iterator[Stop]:
    """The opinion of a partner, which the designer gives herself in a try-out."""
    slug = f"kiosque-{designer.language}"
    archive = places.photo.with_name(f"{slug}.zip")
    archive.write_bytes(zip_of(slug, 1, KIOSK))
    upload(designer, archive)
    yield "studio-partner-unknown", designer
    designer.press("Try it out", "main")
    designer.press("Begin at the sheet", "main")
    reference = ask_for_kiosk(designer)
    play(designer, "chief")
    designer.follow(designer.page.locator("main a[href$='/actions/consult']"))
    designer.follow(designer.page.locator("main form.form button.button"))
    play(designer, "partner.min-sante")
    yield "studio-partner", designer
    designer.follow(designer.page.locator(f"main a[href$='/{reference}/hygiene']"))
    yield "studio-partner-opinion", designer
    opinion = designer.path
    designer.press("Give this opinion", "main")
    yield "studio-partner-wrong", designer
    designer.choose("clean", "yes")
    designer.press("Give this opinion", "main")
    designer.go(opinion)
    yield "studio-partner-given", designer


def _upload(designer: Tourist, places: Places, more: bytes) -> None:
    """Sends the residence certificate as another version, with another title and something more in its sheet."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path in sorted(FOLDER.rglob("*.*")):
            text = path.read_bytes()
            if path.name == "service.yaml":
                text = text.replace(*OTHER_TITLE) + b"\n# Another version.\n" + more
            archive.writestr(f"certificat-residence/v2/{path.relative_to(FOLDER).as_posix()}", text)
    file = places.photo.with_name(f"version-{designer.language}.zip")
    file.write_bytes(made.getvalue())
    upload(designer, file)
