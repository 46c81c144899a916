"""What a device knows of the portal grows old, is offered older, breaks, and is read under a wrong clock: it says so."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from portal.actions.revocations import GOOD_FOR, payload
from portal.adapters.sealing import claims, cose
from portal.i18n import translate
from portal.ports_of_documents import Statement
from portal.web.seals import KEYS, REVOCATIONS
from tests.e2e.person import Somebody
from tests.e2e.running import RunningPortal
from tests.e2e.test_offline import offline_page, paste, verdict
from tools.seal_vectors import CERTIFICATE, EARLIER, FOREIGN, OURS, RECEIPT, Key, written

pytestmark = pytest.mark.e2e

MADE = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
PAPER = written(OURS.sign(claims.payload_of(RECEIPT)))
ENDING = written(OURS.sign(claims.payload_of(CERTIFICATE)))
BY_THE_EARLIER = written(EARLIER.sign(claims.payload_of(RECEIPT)))
MADE_UP = written(FOREIGN.sign(claims.payload_of(RECEIPT)))
AS_OF = (
    'This holds as of <strong data-moment="made"></strong>: what was revoked since then is not known here. '
    "Connect to the internet, renew, and check again."
)
Said = tuple[Sequence[Key], bytes]


def said(made: datetime, *revoked: bytes, keys: Sequence[Key] = (OURS,)) -> Said:
    """What a portal publishes: its keys, and a list of revoked documents that the first of them signed."""
    signed = keys[0].sign(
        payload([(one, "fraud") for one in revoked], made), cose.header(keys[0].kid, Statement.REVOCATIONS.value)
    )
    return keys, signed


class Device:
    """A telephone with the page installed, what the portal tells it next, and what its clock shows."""

    def __init__(self, context: BrowserContext, portal: RunningPortal, language: str) -> None:
        self.context, self.language, self.told, self.alone = context, language, said(MADE), False
        context.route(f"**{KEYS}", lambda route: self._answer(route, json.dumps({"keys": self._keys()})))
        context.route(f"**{REVOCATIONS}", lambda route: self._answer(route, self.told[1]))
        self.page: Page = offline_page(context, portal, language)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.shows(MADE + timedelta(hours=1))

    def _keys(self) -> list[dict[str, str]]:
        return [key.jwk() for key in self.told[0]]

    def _answer(self, route: Route, body: str | bytes) -> None:
        # What is answered here needs no network, so a cut one must be told of here.
        route.abort() if self.alone else route.fulfill(body=body)

    def cut(self) -> None:
        self.alone = True
        self.context.set_offline(True)

    def reaches_the_portal(self) -> None:
        """The browser does not hear that there is a network again: it has to be asked to renew."""
        self.alone = False

    def shows(self, moment: datetime) -> None:
        self.page.clock.set_fixed_time(moment)

    def renews(self, told: Said) -> None:
        self.told = told
        self.page.locator("[data-part=again]").click()
        expect(self.page.locator("section [data-renewal=running]")).to_be_hidden()

    def verdict(self, seal: str) -> str:
        paste(self.page, seal)
        found = verdict(self.page)
        assert self.errors == []
        return found

    def comes_to_say(self, name: str) -> None:
        """Waits for a verdict that a renewal brings."""
        expect(self.page.locator("[data-verdict]:visible")).to_have_attribute("data-verdict", name)
        assert self.errors == []

    def says(self, words: str) -> None:
        """Waits until the page says so: what it asks the network for takes its time."""
        expect(self.page.locator("main")).to_contain_text(translate(self.language, words), use_inner_text=True)

    def no_longer_says(self, words: str) -> None:
        expect(self.page.locator("main")).not_to_contain_text(translate(self.language, words), use_inner_text=True)

    def keeps(self, entry: str | None) -> None:
        """Puts another thing into the place of what is kept."""
        self.page.evaluate(
            """async (entry) => {
                const store = await caches.open("shubbak-known");
                if (entry === null) return store.delete("/v/held");
                const held = await (await store.match("/v/held")).json();
                const [name, value] = JSON.parse(entry);
                await store.put("/v/held", new Response(name ? JSON.stringify({...held, [name]: value}) : value));
            }""",
            entry,
        )


@pytest.fixture
def device(portal: RunningPortal, somebody: Callable[..., Somebody]) -> Device:
    person = somebody()
    return Device(person.context, portal, person.language)


def test_a_list_made_before_the_one_held_is_never_taken_nor_are_its_keys(device: Device) -> None:
    assert device.verdict(PAPER) == "valid"
    later = MADE + timedelta(minutes=7)
    device.renews(said(later, RECEIPT.id))
    assert device.verdict(PAPER) == "revoked"
    not_taken = "What came was older than what is kept here, so it was not taken. Try again later."
    older = [said(MADE), said(MADE - timedelta(days=31)), said(later), said(MADE, RECEIPT.id, keys=(OURS, EARLIER))]
    for told in older:
        device.renews(told)
        device.says(not_taken)
        assert device.verdict(PAPER) == "revoked"
        assert device.verdict(BY_THE_EARLIER) == "unknown-key"
    # In the same second a list can only have grown; a later one may have lost what has expired, and brings its keys.
    device.renews(said(later, RECEIPT.id, CERTIFICATE.id))
    device.no_longer_says(not_taken)
    assert device.verdict(ENDING) == "revoked"
    device.shows(later + timedelta(days=1))
    device.renews(said(later + timedelta(days=1), CERTIFICATE.id, keys=(OURS, EARLIER)))
    assert device.verdict(BY_THE_EARLIER) == "valid"
    device.cut()
    device.page.reload()
    assert device.verdict(PAPER) == "valid"
    assert device.verdict(ENDING) == "revoked"


def test_a_key_that_the_portal_does_not_name_today_is_a_false_one(device: Device) -> None:
    # The page asks the portal by itself, and only what it hears after the paper was shown counts.
    paste(device.page, MADE_UP)
    device.comes_to_say("forged")
    device.cut()
    for _ in range(2):
        assert device.verdict(MADE_UP) == "unknown-key"
    device.page.locator("[data-part=renew]").click()
    device.says("Renewing did not work. Look whether this device has internet, then try again.")
    device.comes_to_say("unknown-key")
    device.reaches_the_portal()
    device.page.locator("[data-part=renew]").click()
    device.comes_to_say("forged")
    # A key that was published since, and one that was withdrawn.
    later = MADE + timedelta(minutes=7)
    device.told = said(later, keys=(OURS, EARLIER))
    paste(device.page, BY_THE_EARLIER)
    device.comes_to_say("valid")
    device.renews(said(later + timedelta(minutes=7)))
    device.comes_to_say("forged")


def test_a_renewal_does_not_bring_back_a_verdict_while_another_paper_is_looked_at(device: Device) -> None:
    assert device.verdict(PAPER) == "valid"
    device.page.evaluate("() => { camera.inPhoto = () => new Promise(() => {}); }")
    device.page.set_input_files("#photo", {"name": "sheet.jpg", "mimeType": "image/jpeg", "buffer": b"a photograph"})
    expect(device.page.locator("[data-part=searching]")).to_be_visible()
    later = MADE + timedelta(minutes=7)
    made = device.page.locator("[data-part=age] [data-moment=made]")
    before = made.inner_text()
    device.renews(said(later, RECEIPT.id))
    expect(made).not_to_have_text(before)
    # Judging takes its time: it would come after what is told of the renewal.
    device.page.wait_for_timeout(300)
    expect(device.page.locator("[data-part=verdict]")).to_be_hidden()


def test_a_list_older_than_its_next_says_so_in_the_verdict_itself(device: Device) -> None:
    device.cut()
    device.page.reload()
    device.shows(MADE + GOOD_FOR - timedelta(seconds=1))
    assert device.verdict(PAPER) == "valid"
    device.shows(MADE + GOOD_FOR)
    assert device.verdict(PAPER) == "valid-then"
    panel = "[data-verdict=valid-then]"
    made = device.page.locator("[data-part=age] [data-moment=made]").inner_text()
    assert "2026" in made
    holds = translate(device.language, AS_OF).replace('<strong data-moment="made"></strong>', made)
    assert holds in device.page.locator(panel).inner_text()
    assert "good" not in str(device.page.locator(panel).get_attribute("class"))
    # The button beside it renews, and judges the same paper anew.
    device.told = said(MADE + GOOD_FOR)
    device.reaches_the_portal()
    device.page.locator("[data-part=renew]").click()
    expect(device.page.locator("[data-verdict=valid]")).to_be_visible()
    assert device.errors == []


def test_a_clock_from_before_the_list_was_made_is_told_and_not_believed(device: Device) -> None:
    clock = device.page.locator("[data-part=clock]")
    device.renews(said(MADE + timedelta(days=200)))
    device.shows(MADE + timedelta(days=200) - timedelta(minutes=9))
    assert device.verdict(PAPER) == "valid"
    expect(clock).to_be_hidden()
    device.shows(MADE)
    assert device.verdict(ENDING) == "expired"
    assert device.verdict(PAPER) == "valid-then"
    expect(clock).to_be_visible()
    expect(clock.locator("[data-moment=now]")).to_contain_text("2026")
    device.cut()
    device.page.reload()
    expect(clock).to_be_visible()
    device.shows(MADE + timedelta(days=200))
    assert device.verdict(PAPER) == "valid"
    expect(clock).to_be_hidden()


BROKEN = {
    "keys of another moment": '["keys", []]',
    "no keys": '["keys", null]',
    "no list": '["list", null]',
    "half a list": '["list", [210, 132, 88]]',
    "half an entry": '["", "{\\"keys\\": ["]',
}


def test_what_cannot_be_read_is_told_and_fetched_again(device: Device) -> None:
    for what, entry in BROKEN.items():
        device.keeps(entry)
        device.cut()
        device.page.reload()
        expect(device.page.locator("[data-part=broken]")).to_be_visible()
        expect(device.page.locator("[data-part=nothing]")).to_be_hidden()
        assert device.verdict(PAPER) == "broken", what
        device.page.locator("[data-part=renew]").click()
        device.says("Renewing did not work. Look whether this device has internet, then try again.")
        device.reaches_the_portal()
        device.page.locator("[data-part=renew]").click()
        expect(device.page.locator("[data-verdict=valid]")).to_be_visible()
        expect(device.page.locator("[data-part=broken]")).to_be_hidden()
    device.keeps(None)
    assert device.verdict(PAPER) == "unready"
    expect(device.page.locator("[data-part=renew]")).to_be_visible()
