"""Paper is checked with no network at all: the page is kept on the device, with the keys and what was revoked."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from portal.i18n import translate
from tests.e2e import paper
from tests.e2e.conftest import ALONE, CHROMIUMS
from tests.e2e.person import PHONE, Somebody
from tests.e2e.running import Employee, RunningPortal
from tests.e2e.ways import file_without_lease, open_case, receipt_of

pytestmark = pytest.mark.e2e

CHIEF = Employee("chief.annexe2", "annexe-berkane-2", "chief", "فوزية بنحمو", "Fouzia Benhammou")
VECTORS = Path(__file__).resolve().parents[2] / "docs" / "seal-vectors.json"
HEAVIEST = 60_000
KEPT = """async () => {
    await navigator.serviceWorker.ready;
    return (await caches.keys()).length;
}"""


@pytest.fixture(scope="module")
def chief(portal: RunningPortal) -> Employee:
    portal.add_staff((CHIEF,))
    return CHIEF


@contextmanager
def camera_showing(film: Path, chromium: Browser) -> Iterator[BrowserContext]:
    """A telephone whose camera sees a film."""
    program = next(one for one in CHROMIUMS if Path(one).exists())
    args = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    browser = chromium.browser_type.launch(
        executable_path=program, args=[*ALONE, *args, f"--use-file-for-fake-video-capture={film}"]
    )
    context = browser.new_context(viewport=PHONE)
    context.grant_permissions(["camera"])
    yield context
    browser.close()


def offline_page(context: BrowserContext, portal: RunningPortal, language: str) -> Page:
    """The page as it stands once everything it needs is kept."""
    page = context.new_page()
    page.goto(f"{portal.url}/{language}/verify/offline")
    expect(page.locator("[data-part=age]")).to_be_visible()
    assert page.evaluate(KEPT) >= 2
    return page


def paste(page: Page, text: str) -> None:
    page.fill("#seal", text)
    page.locator("form button").click()


def verdict(page: Page) -> str:
    shown = page.locator("[data-verdict]:visible")
    expect(shown).to_have_count(1)
    return str(shown.get_attribute("data-verdict"))


def filed(person: Somebody, folder: Path) -> tuple[str, Path]:
    """A file of hers, and its receipt on paper."""
    reference = file_without_lease(person, "amine")
    receipt = folder / "receipt.pdf"
    receipt.write_bytes(receipt_of(person))
    return reference, receipt


def test_paper_is_checked_with_the_network_cut_and_revoked_after_a_renewal(
    portal: RunningPortal, somebody: Callable[..., Somebody], chief: Employee, tmp_path: Path
) -> None:
    citizen, boss = somebody(), somebody()
    reference, receipt = filed(citizen, tmp_path)
    link = paper.code_on(paper.first_page(receipt, 200))
    language, context = citizen.language, citizen.context
    page = offline_page(context, portal, language)
    context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_have_text(translate(language, "Check a paper without internet"))
    paste(page, link)
    assert verdict(page) == "valid"
    facts = page.locator("[data-part=facts]")
    expect(facts).to_contain_text({"ar": "وصل", "fr": "Récépissé"}[language])
    number = page.locator("[data-field=number]").inner_text()
    assert number.startswith("R-AB2-")
    # One letter of the seal changed, and a code that can only be looked up.
    turned = "B" if link[-20] != "B" else "C"
    paste(page, link[:-20] + turned + link[-19:])
    assert verdict(page) == "forged"
    expect(facts).to_be_hidden()
    paste(page, "7K3F-9Q2X-AB12-CD34")
    assert verdict(page) == "no-seal"

    open_case(boss, chief, reference)
    boss.follow(boss.page.locator(f"main a[href$='/documents/{number}/revoke']"))
    boss.choose("why", "fraud")
    boss.fill(reasons="Le bail présenté est un faux.")
    boss.follow(boss.page.locator("main form.form button.button"))
    paste(page, link)
    assert verdict(page) == "valid", "the device could not know it yet"
    context.set_offline(False)
    until_renewed(page, link)
    context.set_offline(True)
    page.reload()
    paste(page, link)
    assert verdict(page) == "revoked"


def until_renewed(page: Page, link: str) -> None:
    """The device renews what it knows as soon as it has a network; until then the button does."""
    for _ in range(20):
        page.locator("[data-part=again]").click()
        expect(page.locator("section [data-renewal=running]")).to_be_hidden()
        paste(page, link)
        if verdict(page) == "revoked":
            return
        page.wait_for_timeout(500)
    raise AssertionError("the device never learned of it")


# What came over the network, and not out of what the browser had already.
RECEIVED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((one) => one.transferSize > 0).map((one) => [new URL(one.name).pathname, one.encodedBodySize])"""


def test_what_a_telephone_receives_until_the_page_is_installed(
    portal: RunningPortal, somebody: Callable[..., Somebody]
) -> None:
    person = somebody()
    answers: list[Response] = []
    person.context.on("response", lambda answer: answers.append(answer))
    page = offline_page(person.context, portal, person.language)
    [worker] = person.context.service_workers
    base = f"/{person.language}/verify/offline"
    by_page, by_worker = page.evaluate(RECEIVED), worker.evaluate(RECEIVED)
    # Files with their hash in the address come once: what the page had is what the worker keeps.
    assert [path for path, _ in by_worker if path.startswith("/static/") and path in dict(by_page)] == []
    addresses = {urlsplit(one.url).path: one for one in answers}
    own = int(addresses[f"{base}/worker.js"].headers["content-length"])
    # The picture is for the system of the telephone, which asks for it when the page is installed.
    manifest = person.context.request.get(f"{portal.url}{base}/app.webmanifest").json()
    pictures = [one["src"] for one in manifest["icons"] if one["src"] not in addresses]
    assert len(pictures) == 1
    drawn = [int(person.context.request.get(portal.url + one).headers["content-length"]) for one in pictures]
    received = [*by_page, *by_worker]
    assert set(addresses) - {f"{base}/worker.js"} == {path for path, _ in received} - {f"{base}/worker.js"}
    weights = [size for path, size in received if path != f"{base}/worker.js"]
    assert sum(weights) + own + sum(drawn) <= HEAVIEST, (received, own, drawn)
    assert sum(weights) > HEAVIEST / 2


def test_the_script_agrees_with_every_published_vector(
    portal: RunningPortal, somebody: Callable[..., Somebody]
) -> None:
    vectors = json.loads(VECTORS.read_text("utf-8"))
    page = offline_page(somebody().context, portal, "fr")
    judged = page.evaluate(
        """async ({seals: all, keys, now}) => Promise.all(all.map(async ({seal}) => {
            try {
                const said = await seals.read(seal, keys);
                return said.expires && said.expires <= now ? "expired" : "valid";
            } catch { return "refused"; }
        }))""",
        vectors,
    )
    wrong = [
        (one["says"], found) for one, found in zip(vectors["seals"], judged, strict=True) if one["verdict"] != found
    ]
    assert wrong == []
    lists = page.evaluate(
        """async ({revocations, keys}) => Promise.all(revocations.map(async ({list, revoked, standing}) => {
            const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16));
            try {
                const said = await seals.revocations(bytes(list), keys);
                for (const [id, why] of Object.entries(revoked ?? {}))
                    if (said.reasons.get(await seals.markOf(bytes(id))) !== why) return "wrong";
                for (const id of standing ?? []) if (said.reasons.has(await seals.markOf(bytes(id)))) return "wrong";
                return "valid";
            } catch { return "refused"; }
        }))""",
        vectors,
    )
    assert lists == [one["verdict"] for one in vectors["revocations"]]


def lying_on_a_table(sheet: Image.Image, angle: float, corner: int) -> Image.Image:
    """A whole sheet as somebody photographs it: askew, on a darker table, with less light towards one corner."""
    table = Image.new("L", (sheet.width + 240, sheet.height + 300), 95)
    table.paste(sheet.convert("L"), (120, 150))
    seen = table.rotate(angle, expand=True, fillcolor=95, resample=Image.Resampling.BICUBIC)
    down = Image.linear_gradient("L").resize(seen.size)
    across = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90).resize(seen.size)
    light = Image.blend(down, across, 0.5).point(lambda one: round(255 - (255 - corner) * one / 255))
    return ImageChops.multiply(seen, light).filter(ImageFilter.GaussianBlur(0.8))


def test_a_photograph_of_a_whole_sheet_is_enough(
    portal: RunningPortal, somebody: Callable[..., Somebody], tmp_path: Path
) -> None:
    person = somebody()
    _, receipt = filed(person, tmp_path)
    sheet = paper.first_page(receipt, 200)
    page = offline_page(person.context, portal, person.language)
    photo = tmp_path / "sheet.jpg"
    for angle, corner in ((2, 150), (-4, 110), (7, 140), (178, 130)):
        lying_on_a_table(sheet, angle, corner).save(photo, quality=75)
        page.set_input_files("#photo", photo)
        assert verdict(page) == "valid", angle
        expect(page.locator("[data-part=searching]")).to_be_hidden()
    # A sheet without a code: that is said once all was tried.
    empty = Image.new("L", sheet.size, 235)
    empty.save(photo, quality=75)
    page.set_input_files("#photo", photo)
    assert verdict(page) == "no-code"
    expect(page.locator("[data-part=searching]")).to_be_hidden()


def test_the_camera_and_a_photograph_find_the_code(
    portal: RunningPortal, somebody: Callable[..., Somebody], chromium: Browser, tmp_path: Path
) -> None:
    person = somebody()
    _, receipt = filed(person, tmp_path)
    sheet = paper.first_page(receipt, 200)
    half = sheet.crop((sheet.width // 4, sheet.height // 2, 3 * sheet.width // 4, sheet.height))
    photo = tmp_path / "photo.jpg"
    half.rotate(4, expand=True, fillcolor="white").save(photo, quality=80)
    film = tmp_path / "film.mjpeg"
    frame = BytesIO()
    half.resize((half.width // 2 * 2, half.height // 2 * 2), Image.Resampling.BICUBIC).save(frame, "JPEG", quality=90)
    film.write_bytes(frame.getvalue() * 30)
    page = offline_page(person.context, portal, person.language)
    page.set_input_files("#photo", photo)
    assert verdict(page) == "valid"
    with camera_showing(film, chromium) as context:
        watching = offline_page(context, portal, person.language)
        watching.locator("[data-part=scan]").click()
        assert verdict(watching) == "valid"
        expect(watching.locator("video")).to_be_hidden()
