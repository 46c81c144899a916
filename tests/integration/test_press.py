"""The press: processes that draw and sign for the worker, whatever becomes of one of them, or of the worker."""

import json
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.adapters.press_letters import Answer, Gone, Named, Outcome, Parts, PressFailed, receive_answer
from portal.adapters.press_pool import PASSED_ON, PressPool
from portal.domain.service import text
from portal.ports import Rejected, Unreachable
from portal.ports_of_documents import Level, PrintedDocument, Signed

ROOT = Path(__file__).resolve().parents[2]
ODD = Parts(Named("tests.support.press_parts:OddRenderer"), Named("tests.support.press_parts:OddSigner"))
BROKEN = Parts(Named("tests.support.press_parts:OddRenderer", {"broken": True}), ODD.signer)


def document(kind: str = "receipt") -> PrintedDocument:
    said = text("نص", "texte")
    at = datetime(2026, 4, 12, tzinfo=UTC)
    return PrintedDocument(kind, "R-1", "BRK-1", said, said, said, at, "0" * 16, "https://portal.example/v/0")


@contextmanager
def press(parts: Parts = ODD, processes: int = 1, patience: float = 60, documents: int = 100) -> Iterator[PressPool]:
    pool = PressPool(parts, processes, patience=patience, documents=documents)
    try:
        yield pool
    finally:
        pool.close()


def gone(process: int) -> bool:
    """Whether a process has ended: at the latest within some seconds."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_documents_are_drawn_signed_raised_and_stamped_elsewhere() -> None:
    with press() as pool:
        issued = pool.issue(document())
        assert issued.level is Level.T
        assert int(issued.pdf) != os.getpid()
        assert pool.render(document()) == issued.pdf
        assert pool.raised(b"%PDF", Level.LTA) == Signed(b"%PDF", Level.LTA)
        assert pool.stamp(b"digest") == b"stamped digest"


def test_errors_come_back_as_what_they_are_and_the_process_goes_on() -> None:
    with press() as pool:
        first = pool.render(document())
        with pytest.raises(Unreachable, match="the key is away"):
            pool.issue(document("unreachable"))
        with pytest.raises(Rejected, match="the emblem is no drawing"):
            pool.issue(document("rejected"))
        with pytest.raises(PressFailed, match="ZeroDivisionError: by nothing"):
            pool.issue(document("failed"))
        assert pool.render(document()) == first


def test_a_process_that_dies_is_replaced_and_its_document_is_tried_again_later() -> None:
    with press() as pool:
        first = pool.render(document())
        with pytest.raises(Unreachable):
            pool.issue(document("die"))
        assert pool.render(document()) != first


def test_a_process_is_told_nothing_of_the_portal_but_what_it_works_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """It lays out what anybody may have written: its secrets would be whoever's breaks in."""
    for name in ("PORTAL_SECRET_KEY", "PORTAL_DATABASE_URL", "DATABASE_PASSWORD", "PGPASSWORD", "SOFTHSM2_CONF"):
        monkeypatch.setenv(name, "of the worker")
    with press() as pool:
        told = json.loads(pool.render(document("environment")))
    assert told["variables"]["SOFTHSM2_CONF"] == "of the worker"
    assert set(told["variables"]) <= {*PASSED_ON, "TMPDIR", "PYTHONPATH", "MALLOC_ARENA_MAX", "MALLOC_TRIM_THRESHOLD_"}
    assert not told["dumpable"]


@pytest.fixture
def litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of everybody's temporary files, for this test alone."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("ends", ["closed", "replaced", "died", "hung"])
def test_a_process_leaves_no_file_behind(litter: Path, ends: str) -> None:
    """The engine copies fonts into a folder: a quarter of a megabyte for each specimen that an agent looks at."""
    with press(documents=1 if ends == "replaced" else 100, patience=3 if ends == "hung" else 60) as pool:
        pool.render(document("litter"))
        if ends != "replaced":
            assert list(litter.glob("*/*/font"))
        if ends in ("died", "hung"):
            with pytest.raises(Unreachable):
                pool.render(document("die" if ends == "died" else "hang"))
        if ends != "closed":
            assert not list(litter.glob("*/*"))
    assert not list(litter.iterdir())


class Opened:
    """What unpickling would run."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (1,)


@pytest.mark.parametrize(
    "content", [pickle.dumps(Opened()), b"", b"\x09" + bytes(11), b"\x00\x01\x77" + bytes(9), bytes(11)]
)
def test_an_answer_is_never_more_than_bytes(content: bytes) -> None:
    """Whoever broke into the press could answer anything: none of it is carried out, and what is no answer is none."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("!Q", len(content)) + content)
        with pytest.raises(Gone):
            receive_answer(ours, time.monotonic() + 5)


def test_an_answer_that_comes_drop_by_drop_has_no_more_time_than_none() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("!Q", 1000))
        over = threading.Event()

        def drip() -> None:
            with suppress(OSError):
                while not over.wait(0.05):
                    theirs.send(b".")

        dripping = threading.Thread(target=drip)
        dripping.start()
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            receive_answer(ours, begun + 0.5)
        assert time.monotonic() - begun < 5
        over.set()
        dripping.join()


def test_a_place_whose_next_process_cannot_be_started_starts_one_for_the_next_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start, refused = subprocess.Popen, [False, True, True]

    def unable(*arguments: object, **named: object) -> object:
        if refused and refused.pop(0):
            raise OSError(11, "Resource temporarily unavailable")
        return start(*arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr("portal.adapters.press_pool.subprocess.Popen", unable)
    with press(documents=1) as pool:
        # The answer at hand is not lost with the successor.
        assert pool.render(document())
        with pytest.raises(Unreachable, match="temporarily"):
            pool.render(document())
        assert pool.render(document())


def test_a_press_that_cannot_be_started_keeps_its_places(monkeypatch: pytest.MonkeyPatch) -> None:
    def unable(*_: object, **__: object) -> object:
        raise OSError(11, "Resource temporarily unavailable")

    with press(processes=2) as pool:
        with monkeypatch.context() as patched:
            patched.setattr("portal.adapters.press_pool.subprocess.Popen", unable)
            with pytest.raises(Unreachable):
                pool.start()
        assert pool.render(document())


def test_an_answer_without_end_is_not_waited_for() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("!Q", 1 << 60))
        with pytest.raises(Gone):
            receive_answer(ours, time.monotonic() + 5)


@pytest.mark.parametrize("level", list(Level))
def test_an_answer_arrives_as_it_was_sent(level: Level) -> None:
    for answer in (
        Answer(Outcome.DONE, Signed(b"%PDF", level), 1 << 40),
        Answer(Outcome.DONE, b"%PDF", 5, last=True),
        Answer(Outcome.REJECTED, "l’emblème".encode(), 0),
    ):
        assert Answer.read(answer.written()) == answer
    with pytest.raises(PressFailed, match="something else"):
        Answer(Outcome.DONE, b"unsigned", 0).result(Signed)


def test_a_process_that_hangs_is_stopped() -> None:
    with press() as pool:
        first = int(pool.render(document()))
        pool._patience = 0.6
        with pytest.raises(Unreachable, match="took longer than 1 s"):
            pool.issue(document("hang"))
        assert gone(first)
        pool._patience = 60
        assert int(pool.render(document())) != first


def test_a_process_makes_room_for_a_new_one_after_so_many_documents() -> None:
    with press(documents=2) as pool:
        drawn = [int(pool.render(document())) for _ in range(4)]
        assert drawn[0] == drawn[1] != drawn[2] == drawn[3]
        assert gone(drawn[0])


def test_a_press_that_cannot_be_made_says_why_each_time() -> None:
    with press(BROKEN) as pool:
        for _ in range(2):
            with pytest.raises(Unreachable, match="the fonts are away"):
                pool.issue(document())


def test_many_threads_share_few_processes() -> None:
    with press(processes=2) as pool, ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(lambda _: pool.render(document()), range(40)))
        assert 1 <= len(set(drawn)) <= 2


def test_a_closed_press_leaves_no_process_and_takes_nothing_more() -> None:
    with press() as pool:
        drawn = int(pool.render(document()))
    assert gone(drawn)
    with pytest.raises(Unreachable):
        pool.issue(document())


def test_telling_all_processes_to_stop_leaves_the_press_to_the_worker() -> None:
    with press() as pool:
        drawn = int(pool.render(document()))
        for number in (signal.SIGTERM, signal.SIGINT):
            os.kill(drawn, number)
        assert int(pool.render(document())) == drawn


WORKER = """
import sys, threading, time
from tests.integration.test_press import ODD, PressPool, document
pool = PressPool(ODD, 1)
print(int(pool.render(document("litter"))), flush=True)
if sys.argv[1] == "busy":
    threading.Thread(target=pool.issue, args=(document("hang"),), daemon=True).start()
    time.sleep(0.2)
print("ready", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_no_process_outlives_a_worker_that_is_killed(state: str, litter: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WORKER, state], stdout=subprocess.PIPE, cwd=ROOT) as worker:
        assert worker.stdout is not None
        drawn = int(worker.stdout.readline())
        assert worker.stdout.readline() == b"ready\n"
        left = list(litter.glob("*/*/font"))
        worker.kill()
        worker.wait()
        assert gone(drawn)
    assert left
    assert not list(litter.iterdir())


def test_the_worker_itself_loads_nothing_that_draws_or_signs(tmp_path: Path) -> None:
    told = (
        "import sys; import portal.working; from portal.settings import Settings; "
        "from portal.wiring import wire, wire_press, with_press; "
        f"settings = Settings(secret_key='x' * 40, database_url='sqlite:///{tmp_path}/portal.db'); "
        "with_press(wire(settings), wire_press(settings)); "
        "from portal.catalogue.days_off import by_law; assert by_law(2026, 2027); "
        "print([name for name in LOADED if name in sys.modules])"
    )
    loaded = (
        "LOADED = ('weasyprint', 'pyhanko', 'rich', 'typer', 'alembic', 'authlib', 'limits', 'starlette', "
        "'holidays.countries.france', 'PIL', 'pypdfium2'); "
    )
    said = subprocess.run([sys.executable, "-c", loaded + told], capture_output=True, check=True, cwd=ROOT, timeout=60)
    assert said.stdout == b"[]\n"


SPARED = """
import sys, tempfile
from pathlib import Path
from portal.adapters.spared import _FUNCTIONS, spare_memory
spare_memory()
from portal.adapters.pdf.reuse import ReusingRenderer
from portal.ports_of_documents import Level
from tests.support.printed_samples import SAMPLES
from tests.support.signing_keys import office
renderer = ReusingRenderer(Path("templates/documents").resolve(), Path("static/fonts/documents").resolve())
with tempfile.TemporaryDirectory() as folder, office(Path(folder)) as at:
    signed = at.signer().sign([renderer.render(one) for one in (*SAMPLES.values(),) * 2][0])
    print(signed.level, at.signer().raised(signed.pdf, Level.LTA).level)
print([name for name in _FUNCTIONS if type(sys.modules[name]).__name__ != "_Spared"], "aiohttp" in sys.modules)
from fontTools import subset
print(subset.Options().notdef_outline is not None, type(sys.modules["fontTools.subset"]).__name__)
from pyhanko.sign.timestamps import HTTPTimeStamper
print(HTTPTimeStamper("http://localhost").url, "aiohttp" in sys.modules)
"""


def test_a_process_that_draws_and_signs_loads_only_what_it_needs_and_the_rest_when_it_does() -> None:
    said = subprocess.run([sys.executable, "-c", SPARED], capture_output=True, cwd=ROOT, timeout=90, text=True)
    assert said.stdout.splitlines() == [
        "b-t b-lta",
        "[] False",
        "True module",
        "http://localhost True",
    ], said.stderr
