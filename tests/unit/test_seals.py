"""The seal: what goes in comes out, nothing else is read, and a second COSE library agrees."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cwt import COSE, COSEKey
from cwt import decode as decode_cwt
from cwt.cose_key_interface import COSEKeyInterface
from hypothesis import given
from hypothesis import strategies as st

from portal.adapters.sealing import claims, cose, keys
from portal.adapters.sealing.sealer import FolderSealer
from portal.domain.flow import Result
from portal.domain.issued import DocumentKind
from portal.domain.service import text
from portal.i18n import OFFICE_ZONE
from portal.ports import Unreachable
from portal.ports_of_documents import NotASeal, Sealed, SealKey, Statement
from tests.support.portal import MovableClock
from tests.support.seals import START, publish, sealer_in
from tools.seal_vectors import CERTIFICATE, EARLIER, FOREIGN, OURS, RECEIPT, Key, flipped, written

SEEN = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
WORDS = st.text(SEEN, max_size=12)
# Where nothing is said in one language the other may stand in, so that nothing is not read again as nothing.
TEXTS = st.just(text("", "")) | st.builds(text, WORDS.filter(bool), WORDS.filter(bool))
SEALS = st.builds(
    Sealed,
    id=st.binary(min_size=10, max_size=10),
    kind=st.sampled_from([one.value for one in DocumentKind]),
    number=st.from_regex(r"\A[A-Z]-[A-Z0-9]{1,6}-20[0-9]{2}-[0-9]{6}\Z"),
    title=TEXTS,
    name=TEXTS,
    identifier=st.sampled_from(["", "•••", "•••456"]),
    outcome=st.sampled_from(["", *(one.value for one in Result)]),
    issued_at=st.integers(1, 7_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    expires_on=st.none() | st.dates(date(2000, 1, 1), date(2199, 1, 1)),
    digest=st.binary(min_size=32, max_size=32),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def sealer(folder: Path) -> FolderSealer:
    return sealer_in(folder)


def cwt_key(key: Key, *, private: bool = False) -> COSEKeyInterface:
    """The same key for the other library."""
    jwk = {name: base64.urlsafe_b64decode(value + "=") for name, value in key.jwk().items() if name in "xyd"}
    half = {-4: jwk["d"]} if private else {}
    return COSEKey.new({1: 2, 2: key.kid, 3: -7, -1: 1, -2: jwk["x"], -3: jwk["y"], **half})


@given(SEALS)
def test_what_is_sealed_is_read_again(sealer: FolderSealer, sealed: Sealed) -> None:
    seal = sealer.seal(sealed)
    assert sealer.read(seal) == sealed
    assert sealer.read(seal.lower()) == sealed


@given(SEALS)
def test_a_second_library_reads_our_seals(sealer: FolderSealer, sealed: Sealed) -> None:
    message = base64.b32decode(_padded(sealer.seal(sealed)))
    protected, unprotected, payload = COSE.new(verify_kid=True).decode_with_headers(message, cwt_key(OURS))
    assert protected == {1: -7, 4: OURS.kid}
    assert unprotected == {}
    assert payload == claims.payload_of(sealed)


def test_a_seal_is_a_cwt_whose_end_the_second_library_knows(sealer: FolderSealer) -> None:
    lasting = replace(CERTIFICATE, expires_on=date(2199, 1, 1), issued_at=datetime(2020, 1, 1, tzinfo=UTC))
    found: Any = decode_cwt(base64.b32decode(_padded(sealer.seal(lasting))), cwt_key(OURS))
    assert found[7] == lasting.id
    assert found[-65537][2] == lasting.number
    over = replace(lasting, expires_on=date(2020, 2, 1))
    with pytest.raises(Exception, match="expired"):
        decode_cwt(base64.b32decode(_padded(sealer.seal(over))), cwt_key(OURS))


@given(SEALS)
def test_we_read_what_a_second_library_seals(sealer: FolderSealer, sealed: Sealed) -> None:
    message = COSE.new(deterministic_header=True).encode_and_sign(
        claims.payload_of(sealed), cwt_key(OURS, private=True), protected={1: -7, 4: OURS.kid}
    )
    assert isinstance(message, bytes)
    assert sealer.read(written(message)) == sealed


@given(SEALS, st.data())
def test_no_bit_of_a_seal_can_be_turned_over(sealer: FolderSealer, sealed: Sealed, data: st.DataObject) -> None:
    message = base64.b32decode(_padded(sealer.seal(sealed)))
    at = data.draw(st.integers(0, len(message) - 1))
    bit = data.draw(st.sampled_from([1 << one for one in range(8)]))
    changed = message[:at] + bytes([message[at] ^ bit]) + message[at + 1 :]
    with pytest.raises(NotASeal):
        sealer.read(written(changed))


@given(st.text(max_size=80) | st.binary(max_size=300).map(written))
def test_whatever_else_is_typed_is_no_seal(sealer: FolderSealer, typed: str) -> None:
    with pytest.raises(NotASeal):
        sealer.read(typed)


@given(st.binary(max_size=200))
def test_nothing_that_is_framed_as_a_seal_is_more_than_that(sealer: FolderSealer, payload: bytes) -> None:
    with pytest.raises(NotASeal):
        sealer.read(written(FOREIGN.sign(payload, cose.header(OURS.kid))))


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=11),
    lambda inner: (
        st.lists(inner, max_size=11) | st.dictionaries(st.integers(-70000, 20) | st.floats(), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(_VALUES)
def test_even_our_own_key_makes_no_seal_of_anything_else(sealer: FolderSealer, value: Any) -> None:
    with pytest.raises(NotASeal):
        sealer.read(written(OURS.sign(cbor2.dumps(value, canonical=True))))


@given(st.binary(max_size=60))
def test_what_our_own_key_signed_is_still_read_strictly(sealer: FolderSealer, payload: bytes) -> None:
    with pytest.raises(NotASeal):
        sealer.read(written(OURS.sign(payload)))


def test_a_claim_named_by_a_fraction_is_no_claim(sealer: FolderSealer) -> None:
    plain = cbor2.loads(claims.payload_of(RECEIPT))
    with pytest.raises(NotASeal):
        sealer.read(written(OURS.sign(cbor2.dumps({float(k) if k == 6 else k: v for k, v in plain.items()}))))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "passport"},
        {"number": "r-1"},
        {"number": "N" * 49},
        {"title": text("ش" * 41, "")},
        {"name": text("", "N\u202eE")},
        {"name": text("", "N\nE")},
        {"identifier": "•••4567"},
        {"outcome": "perhaps"},
        {"digest": bytes(31)},
        {"id": bytes(11)},
        {"title": text("ش" * 40, "é" * 40), "name": text("ش" * 40, "é" * 40)},
    ],
)
def test_nothing_is_sealed_that_no_reader_would_take(sealer: FolderSealer, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        sealer.seal(replace(RECEIPT, **change))


@pytest.mark.parametrize("day", [date(2026, 2, 17), date(2026, 2, 18), date(2026, 3, 22), date(2026, 12, 31)])
def test_a_document_is_good_to_the_end_of_its_last_day_in_morocco(sealer: FolderSealer, day: date) -> None:
    sealed = replace(CERTIFICATE, expires_on=day)
    message = base64.b32decode(_padded(sealer.seal(sealed)))
    ends = datetime.fromtimestamp(cbor2.loads(cose.parse(message).payload)[4], OFFICE_ZONE)
    assert (ends.date(), ends.hour, ends.minute) == (day + timedelta(days=1), 0, 0)
    assert sealer.read(sealer.seal(sealed)).expires_on == day


def test_sealing_the_same_words_again_gives_the_same_seal(sealer: FolderSealer) -> None:
    assert sealer.seal(RECEIPT) == sealer.seal(RECEIPT)


@given(st.binary(max_size=400), st.sampled_from(Statement))
def test_a_statement_is_read_as_what_it_is_and_as_nothing_else(
    sealer: FolderSealer, payload: bytes, kind: Statement
) -> None:
    statement = sealer.state(kind, payload)
    assert sealer.stated(kind, statement) == payload
    other = next(one for one in Statement if one is not kind)
    for read in (lambda: sealer.stated(other, statement), lambda: sealer.read(written(statement))):
        with pytest.raises(NotASeal):
            read()
    with pytest.raises(NotASeal):
        sealer.stated(kind, base64.b32decode(_padded(sealer.seal(RECEIPT))))
    with pytest.raises(NotASeal):
        sealer.stated(kind, flipped(statement, len(statement) - 70))


def test_a_second_library_reads_our_statements_and_their_type(sealer: FolderSealer) -> None:
    statement = sealer.state(Statement.REVOCATIONS, b"\x80" * 70_000)
    protected, _, payload = COSE.new(verify_kid=True).decode_with_headers(statement, cwt_key(OURS))
    assert protected == {1: -7, 4: OURS.kid, 16: Statement.REVOCATIONS.value}
    assert payload == b"\x80" * 70_000


def test_after_a_change_of_keys_while_running_old_seals_are_read_and_new_ones_are_made_with_the_new_key(
    tmp_path: Path,
) -> None:
    clock = MovableClock(START)
    keys.ensure_key(tmp_path, START)
    running = FolderSealer(tmp_path, clock)
    (first,) = running.keys()
    old = running.seal(RECEIPT)
    clock.forward(days=1)
    second = keys.add_key(tmp_path, clock.now())
    new = running.seal(RECEIPT)
    assert new != old
    assert [running.read(one) for one in (old, new)] == [RECEIPT, RECEIPT]
    assert _kids(running) == [second.kid, first.kid]
    # The private key that is no longer needed is gone, and nobody else may read the one that is.
    assert [path.name for path in tmp_path.glob("*.key.pem")] == [keys.private_name(second.kid)]
    assert (tmp_path / keys.private_name(second.kid)).stat().st_mode & 0o777 == 0o600


def test_a_key_can_be_published_before_it_is_used(tmp_path: Path) -> None:
    clock = MovableClock(START)
    keys.ensure_key(tmp_path, START)
    running = FolderSealer(tmp_path, clock)
    (first,) = running.keys()
    coming = keys.add_key(tmp_path, START, START + timedelta(days=7))
    assert _kids(running) == [first.kid, coming.kid]
    assert _kid(running.seal(RECEIPT)) == first.kid
    clock.forward(days=7)
    assert _kid(running.seal(RECEIPT)) == coming.kid
    assert _kids(running) == [coming.kid, first.kid]


def test_nothing_made_with_a_withdrawn_key_is_believed_and_the_one_in_use_is_not_withdrawn(tmp_path: Path) -> None:
    clock = MovableClock(START)
    keys.ensure_key(tmp_path, START)
    running = FolderSealer(tmp_path, clock)
    (first,) = running.keys()
    seal, statement = running.seal(RECEIPT), running.state(Statement.TREE_HEAD, b"\x80")
    with pytest.raises(keys.InUse):
        keys.withdraw_key(tmp_path, first.kid, START)
    clock.forward(days=1)
    second = keys.add_key(tmp_path, clock.now())
    keys.withdraw_key(tmp_path, first.kid, clock.now())
    for read in (lambda: running.read(seal), lambda: running.stated(Statement.TREE_HEAD, statement)):
        with pytest.raises(NotASeal):
            read()
    assert _kids(running) == [second.kid]
    with pytest.raises(keys.NoSuchKey):
        keys.withdraw_key(tmp_path, first.kid, clock.now())
    # It is kept for the record, so that no other key is ever called the same.
    assert [one.kid for one in keys.read_keys(tmp_path)] == [first.kid, second.kid]


def test_ensuring_a_key_twice_makes_one(tmp_path: Path) -> None:
    keys.ensure_key(tmp_path / "keys", START)
    keys.ensure_key(tmp_path / "keys", START)
    assert len(keys.read_keys(tmp_path / "keys")) == 1


def _no_private(folder: Path) -> None:
    (folder / keys.private_name(OURS.kid)).unlink()


def _another_private(folder: Path) -> None:
    publish(folder, (EARLIER,))
    (folder / keys.private_name(EARLIER.kid)).rename(folder / keys.private_name(OURS.kid))
    (folder / keys.PUBLIC).write_text(keys.Kept(_key(OURS), OURS.private.public_key()).written(), "ascii")


def _damaged(folder: Path) -> None:
    (folder / keys.PUBLIC).write_text((folder / keys.PUBLIC).read_text("ascii")[:-40], "ascii")


def _misnamed(folder: Path) -> None:
    content = (folder / keys.PUBLIC).read_text("ascii")
    (folder / keys.PUBLIC).write_text(content.replace(OURS.kid.hex(), "00000000"), "ascii")


@pytest.mark.parametrize("spoil", [_no_private, _another_private, _damaged, _misnamed])
def test_a_key_that_cannot_be_used_now_is_worth_another_try(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    sealer_in(tmp_path)
    spoil(tmp_path)
    with pytest.raises(Unreachable):
        FolderSealer(tmp_path, MovableClock(START)).seal(RECEIPT)


def test_where_there_is_no_key_the_command_that_makes_one_is_named(tmp_path: Path) -> None:
    empty = FolderSealer(tmp_path, MovableClock(START))
    with pytest.raises(Unreachable, match="portal seal-key new"):
        empty.seal(RECEIPT)
    with pytest.raises(NotASeal):
        empty.read(written(OURS.sign(claims.payload_of(RECEIPT))))
    assert empty.keys() == ()


def _key(key: Key) -> Any:
    return SealKey(key.kid, key.spki, START)


def _kids(sealer: FolderSealer) -> list[bytes]:
    return [one.kid for one in sealer.keys()]  # noqa: SIM118  No dictionary.


def _kid(seal: str) -> bytes:
    return cose.kid_in(cose.parse(base64.b32decode(_padded(seal))).protected)


def _padded(seal: str) -> str:
    return seal + "=" * (-len(seal) % 8)
