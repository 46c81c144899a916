"""What somebody may send to cost us dearly, and what an address or a key stands for."""

import io
import time

import pytest
from PIL import Image, ImageFile
from starlette.requests import Request

from portal.adapters.files import media
from portal.fields.cleaning import line, paragraphs
from portal.http.limiting import address_of
from portal.store.vault import Vault

OLD, NEW = "an old secret, long enough to be one....", "a new secret, long enough to be one....."


def picture(kind: str, width: int, height: int, **options: object) -> bytes:
    made = io.BytesIO()
    Image.new("L", (width, height)).save(made, kind, **options)
    return made.getvalue()


def test_a_photograph_of_very_many_scans_is_refused_unread() -> None:
    sound = picture("JPEG", 80, 60)
    assert media.is_sound(sound, "jpeg")
    assert not media.is_sound(sound[:-2] + b"\xff\xda" * 100 + sound[-2:], "jpeg")


def test_a_photograph_that_was_cut_short_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # As WeasyPrint leaves it.
    assert not media.is_sound(picture("JPEG", 800, 600)[:-200], "jpeg")


def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused() -> None:
    assert media.is_sound(picture("PNG", 2_000, 2_000), "png")
    assert not media.is_sound(picture("PNG", 6_000, 6_000), "png")
    assert not media.is_sound(picture("JPEG", 6_000, 6_000, progressive=True), "jpeg")


def test_a_page_that_cannot_be_drawn_says_so() -> None:
    with pytest.raises(media.Undrawable):
        media.draw_page(b"%PDF-1.7 nothing of the kind", "pdf", 1)


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::"),
    ],
)
def test_every_address_of_one_subscriber_counts_as_one(client: str, counted: str) -> None:
    assert address_of(Request({"type": "http", "client": (client, 1)})) == counted


def test_what_was_entered_before_a_rotation_of_keys_is_still_found() -> None:
    before, after = Vault(OLD), Vault(NEW, (OLD,))
    assert before.lookup("code", "ABC") in after.lookups("code", "ABC")
    assert before.lookup("code", "ABC") not in Vault(NEW).lookups("code", "ABC")


def test_thousands_of_joiners_are_cleaned_at_once() -> None:
    joiners = "\u200c" * 50_000
    began = time.thread_time()
    assert line(f"ا{joiners}ب") == f"ا{joiners}ب"
    assert paragraphs(f"ا{joiners} ب") == "ا ب"
    assert time.thread_time() - began < 1
