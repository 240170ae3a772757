"""webstore - a filled form, and what the collector's store has of it."""
import sqlite3

import msgpack

from gateway import wait_for

REPAIR = {"REP1": "9", "REP2": "1", "REP3": "7", "REP4A": "8", "REP4B": "-",
          "REP5": "2", "REP6": "很好 <b>谢谢</b> 13912345678"}
SAID = "很好 <b>谢谢</b> ***********"
BYTES = bytes([9, 1, 7, 8, 0, 2, 0])
OWN, WEB, INVITED, OPEN = 0, 1, 0, 1
FAST, ADAPTED, CORRECTED, FILLED = 4, 64, 1 << 16, 1 << 17


def query(text):
    db = sqlite3.connect("file:store.db?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in db.execute(text)]
    finally:
        db.close()


def log(count):
    wait_for(lambda: len(query("SELECT 1 FROM log")) >= count)
    rows = query("SELECT * FROM log ORDER BY seq")
    assert len(rows) == count, rows
    return rows


def events(kind):
    all = [msgpack.unpackb(r["value"]) for r in
           query("SELECT value FROM events WHERE length(key) = 16")]
    return [e for e in all if e["kind"] == kind]


