"""Copies the hub's database while the hub reads and writes it, and keeps the newest copies.

SQLite makes the copy itself, so that it holds one moment of the database, and none that was half written
(https://docs.python.org/3/library/sqlite3.html#sqlite3.Connection.backup). A copy counts only once it has been checked, and only then the
oldest ones go.

Usage: copy_database.py DATABASE FOLDER KEEP"""

import os
import sqlite3
import sys
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

# Seconds to wait for a write of the hub. Its transactions take milliseconds; we chose a minute.
PATIENCE = 60

COPIES = "jupyterhub-*.sqlite"


def copied(database: Path, folder: Path, keep: int) -> str:
    """Makes one copy, takes the oldest away, and says what is there now. Raises OSError, sqlite3.Error and ValueError."""
    part = folder / "unfinished"
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=PATIENCE)) as source:
        with closing(sqlite3.connect(part)) as target:
            source.backup(target)
            verdict = target.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise ValueError(f"the copy is not whole: {verdict}")
            users = target.execute("SELECT count(*) FROM users").fetchone()[0]
    with open(part, "rb") as file:
        os.fsync(file.fileno())
    whole = folder / f"jupyterhub-{datetime.now(timezone.utc):%Y%m%dT%H%M%S.%fZ}.sqlite"
    part.rename(whole)
    copies = sorted(folder.glob(COPIES))
    for old in copies[:-keep]:
        old.unlink()
    return "\n".join([f"{whole.name}: {users} users; all copies:", *(each.name for each in copies[-keep:])])


if __name__ == "__main__":
    try:
        print(copied(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
    except (OSError, sqlite3.Error, ValueError) as error:
        sys.exit(f"no copy of {sys.argv[1]}: {error}")
