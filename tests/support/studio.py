"""What tests of the studio begin with: a small province's folder, its versions as ZIPs, and the two people it takes."""

import io
import re
import shutil
import zipfile
from pathlib import Path

import yaml

from portal.store import candidates
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD, add_staff
from tests.support.portal import SERVICES, TestPortal

KEPT = ("certificat-residence", "reclamation", "aides-techniques")
SLUG = "certificat-residence"
UNIT = "province-berkane"


def small_services(folder: Path) -> Path:
    """A province's folder with three services."""
    services = folder / "services"
    shutil.copytree(SERVICES, services)
    for version in (services / "catalogue").iterdir():
        if version.name not in KEPT:
            shutil.rmtree(version)
    for mapping in (services / "platforms").glob("*.yaml"):
        said = yaml.safe_load(mapping.read_text("utf-8"))
        if "services" in said:
            said["services"] = {slug: one for slug, one in said["services"].items() if slug in KEPT}
        mapping.write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), "utf-8")
    sheets = [path.read_text("utf-8") for path in (services / "catalogue").glob("*/v1/service.yaml")]
    listed = [found[1] for sheet in sheets if (found := re.search(r"^life_events: \[(.*)\]$", sheet, re.MULTILINE))]
    events = sorted({one.strip() for names in listed for one in names.split(",")})
    lines = [
        f"  - {{id: {one}, icon: house, title: {{ar: حدث, fr: {one}}}, text: {{ar: نص, fr: Texte}},"
        f" elsewhere: [{{title: {{ar: حدث, fr: {one}}}, who: {{ar: مكتب, fr: Bureau}}}}]}}"
        for one in events
    ]
    (services / "life_events.yaml").write_text("events:\n" + "\n".join(lines) + "\n", "utf-8")
    return services


def files_of(folder: Path) -> dict[str, bytes]:
    """A version's files by their path inside it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def zipped(files: dict[str, bytes], prefix: str = f"{SLUG}/v2/") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(prefix + name, content)
    return made.getvalue()


def edited(services: Path, old: str = "", new: str = "") -> dict[str, bytes]:
    """The residence certificate with its summary changed, or with something else replaced in its sheet."""
    files = files_of(services / "catalogue" / SLUG / "v1")
    sheet = files["service.yaml"].decode()
    if old:
        assert old in sheet
        files["service.yaml"] = sheet.replace(old, new).encode()
    else:
        files["service.yaml"] = sheet.encode() + b"\n# The second version.\n"
    return files


def studio_browser(portal: TestPortal, login: str, *roles: str) -> Browser:
    """Somebody of the province, signed in."""
    add_staff(portal, login, UNIT, *roles)
    browser = Browser(portal)
    browser.staff_sign_in(login, PASSWORD)
    return browser


def upload(browser: Browser, content: bytes, slug: str = "") -> str:
    """Sends an archive; the key of the candidate it became, or nothing."""
    browser.get("/fr/studio/upload")
    browser.post("/fr/studio/upload", {"slug": slug}, files={"archive": ("v2.zip", content, "application/zip")})
    return browser.url.rpartition("/")[2] if "/studio/versions/" in browser.url else ""


def state_of(portal: TestPortal, key: str) -> str:
    with portal.deps.reading() as work:
        found = candidates.get(work.connection, key)
    assert found is not None
    return found.state.value
