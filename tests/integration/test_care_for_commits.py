"""What was committed is there after a power cut: a paper may have been handed out since."""

import subprocess
import sys
from pathlib import Path

SAY = """
import sys
from portal.store.engine import make_engine, make_readers
made = make_engine(sys.argv[1])
for one in (made, make_readers(made)):
    with one.connect() as connection:
        print(*(connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "journal_mode")))
"""


def test_sqlite_waits_for_the_disk_at_each_commit(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    done = subprocess.run([sys.executable, "-c", SAY, url], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["2 wal", "2 wal"]  # 2 is FULL
