"""Real documents, as the portal issues them, and what is said of them once somebody has tampered with them."""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pikepdf
import pytest
from PIL import Image

from portal.actions.verdict import Checked, Verdict, Verified, Why
from portal.actions.verify import verify_file, verify_text
from portal.domain.errors import Unavailable
from portal.ports_of_documents import Unfit
from portal.store.documents import Issued
from tests.support import proving
from tests.support.databases import Databases
from tests.support.hostile import plain
from tests.support.interface import Interface
from tests.support.portal import make_portal

CHANCE = random.Random(55_19)  # noqa: S311 - which bytes are damaged is no secret


@dataclass(frozen=True)
class World:
    """A portal, and a receipt that it issued."""

    interface: Interface
    reference: str
    issued: Issued
    pdf: bytes

    def verdict(self, content: bytes) -> Verified:
        """What is said of a file; asked again where the machine had no time for it."""
        for _ in range(5):
            try:
                return verify_file(self.interface.deps, content)
            except Unavailable:
                continue
        raise AssertionError("no verdict is to be had")


@pytest.fixture(scope="module")
def world(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("portal")
    keys = proving.make_keys(tmp_path_factory.mktemp("keys"))
    with databases.lent("sqlite") as url, proving.real_checker(keys) as checker:
        portal = make_portal(url, folder)
        with proving.proving(portal, checker, keys) as interface:
            reference = interface.file("reclamation", "lighting")
            portal.run_effects()
            receipt = next(one for one in proving.issued_to(interface, reference) if one[0].document == "receipt")
            yield World(interface, reference, *receipt)
        portal.close()


def test_the_file_as_it_was_issued_is_valid_and_needs_no_look(world: World) -> None:
    found = verify_file(replace(world.interface.deps, checker=None), world.pdf)  # type: ignore[arg-type]
    assert (found.verdict, found.checked, found.number) == (Verdict.VALID, Checked.FILE, world.issued.number)
    assert found.known is not None
    assert found.known.unit is not None
    assert found.reference == world.reference


@pytest.mark.parametrize(
    "attack", [proving.drawn_over, proving.with_page_replaced, proving.with_note, proving.with_script]
)
def test_a_shadow_attack_is_a_change_and_what_was_there_before_is_shown(world: World, attack: object) -> None:
    assert callable(attack)
    tampered = attack(world.pdf)
    assert tampered.startswith(world.pdf)
    found = world.verdict(tampered)
    assert (found.verdict, found.number) == (Verdict.CHANGED, world.issued.number)
    assert found.before
    assert all(page.startswith(b"\x89PNG") for page in found.before)


@pytest.mark.parametrize("addition", [b"\n", b" ", b"%%EOF\n", b"\0" * 5000, b"<script>"])
def test_anything_behind_the_end_is_a_change(world: World, addition: bytes) -> None:
    found = world.verdict(world.pdf + addition)
    assert (found.verdict, found.number) == (Verdict.CHANGED, world.issued.number)


def test_a_whole_file_of_somebody_elses_behind_ours_is_a_change(world: World) -> None:
    assert world.verdict(world.pdf + plain()).verdict is Verdict.CHANGED
    # Ours behind theirs: readers show the last.
    assert world.verdict(plain() + world.pdf).verdict is Verdict.CHANGED


def test_a_byte_changed_anywhere_is_a_change(world: World) -> None:
    for at in CHANCE.sample(range(20, len(world.pdf)), 4):
        damaged = bytearray(world.pdf)
        damaged[at] ^= 1
        assert world.verdict(bytes(damaged)).verdict is Verdict.CHANGED, at


def test_what_somebody_added_is_a_change_even_if_it_seems_to_prove_it_for_longer(world: World) -> None:
    archived = proving.archived_by_somebody(world.pdf)
    for grown in (archived, proving.drawn_over(archived), proving.hidden_behind(world.pdf)):
        found = world.verdict(grown)
        assert (found.verdict, found.number) == (Verdict.CHANGED, world.issued.number)
        assert found.before


@pytest.mark.parametrize("user", ["", "secret"])
def test_a_copy_saved_with_a_password_is_refused_for_it_and_not_called_changed(world: World, user: str) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(world.pdf)) as ours:
        ours.save(out, encryption=pikepdf.Encryption(owner="owner", user=user, R=6))
    found = world.verdict(out.getvalue())
    assert (found.verdict, found.refused) == (Verdict.REFUSED, Unfit.PROTECTED)
    # Written anew without one, it is what it is.
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(world.pdf)) as ours:
        ours.save(out)
    assert world.verdict(out.getvalue()).verdict is Verdict.CHANGED


def test_our_signature_without_an_entry_in_the_register_is_unknown(world: World) -> None:
    signer = world.interface.deps.signer
    printed = world.pdf[: world.pdf.index(b"%%EOF") + 6]
    found = world.verdict(signer.sign(printed).pdf)
    assert (found.verdict, found.why) == (Verdict.UNKNOWN, Why.UNREGISTERED)
    assert found.signature is not None
    assert found.signature.signer == "Province de Berkane"


def test_a_foreign_file_is_unknown_and_a_hostile_one_refused(world: World) -> None:
    found = world.verdict(plain())
    assert (found.verdict, found.why, found.shown) == (Verdict.UNKNOWN, Why.FOREIGN, None)
    refused = world.verdict(proving.with_script(plain()))
    assert (refused.verdict, refused.refused) == (Verdict.REFUSED, Unfit.ACTIVE)
    assert world.verdict(b"%PDF-1.7" + bytes(10 * 1024 * 1024)).refused is Unfit.TOO_LARGE
    assert world.verdict(b"GIF89a").verdict is Verdict.NOT_A_PDF


@pytest.mark.parametrize(("kind", "dots"), [("JPEG", 150), ("PNG", 110), ("WEBP", 120)])
def test_a_picture_of_the_paper_is_checked_by_its_seal(world: World, kind: str, dots: int) -> None:
    picture = proving.picture_of(world.pdf, dots=dots).rotate(3, fillcolor="white")
    found = world.verdict(proving.saved(picture, kind))
    assert (found.verdict, found.checked, found.number) == (Verdict.VALID, Checked.SEAL, world.issued.number)
    assert found.seal is not None
    assert found.seal.number == world.issued.number


def test_a_picture_held_sideways_is_read_too(world: World) -> None:
    photo = proving.picture_of(world.pdf, dots=200).convert("L").rotate(90, expand=True)
    assert world.verdict(proving.saved(photo, "JPEG")).verdict is Verdict.VALID


def test_a_picture_without_a_code_says_so(world: World) -> None:
    found = world.verdict(proving.saved(Image.new("RGB", (800, 600), "white"), "PNG"))
    assert (found.verdict, found.why) == (Verdict.NOT_A_PDF, Why.NO_QR)


def test_a_scan_saved_as_pdf_is_never_valid_itself_but_tells_whose_qr_it_bears(world: World) -> None:
    """Whoever writes a PDF can put our QR under other words."""
    scan = proving.saved(proving.picture_of(world.pdf), "PDF")
    found = world.verdict(scan)
    assert (found.verdict, found.why, found.known) == (Verdict.UNKNOWN, Why.FOREIGN, None)
    assert found.shown is not None
    assert (found.shown.verdict, found.shown.number) == (Verdict.VALID, world.issued.number)


def test_the_seal_on_the_page_opens_the_page_that_reads_it(world: World) -> None:
    import zxingcpp

    (code,) = zxingcpp.read_barcodes(proving.picture_of(world.pdf, dots=200))
    assert code.text == code.text.upper()
    found = verify_text(world.interface.deps, code.text)
    assert (found.verdict, found.checked, found.number) == (Verdict.VALID, Checked.SEAL, world.issued.number)
    assert verify_text(world.interface.deps, code.text.lower()) == found
    path = "/V/" + code.text.rpartition("/V/")[2]
    answer = world.interface.client.get(path, headers={"accept-language": "fr"})
    assert "Le sceau" in answer.text or "The seal of this paper" in answer.text
    assert answer.headers["referrer-policy"] == "strict-origin"


def test_a_seal_with_another_letter_is_none_of_ours(world: World) -> None:
    import zxingcpp

    (code,) = zxingcpp.read_barcodes(proving.picture_of(world.pdf, dots=200))
    start, _, seal = code.text.rpartition("/")
    for at in CHANCE.sample(range(len(seal)), 20):
        other = "A" if seal[at] != "A" else "B"
        found = verify_text(world.interface.deps, f"{start}/{seal[:at]}{other}{seal[at + 1 :]}")
        assert (found.verdict, found.why, found.known) == (Verdict.UNKNOWN, Why.FORGED, None), at
