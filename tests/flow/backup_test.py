"""A backup is taken while answers come in; the store is lost; the backup is
restored and the outbox replayed: the same rows."""
import os
import time

from gateway import main, run
from importer import (end_import, holds, is_whole, make_collector, make_file,
                      rows_of, start_import)

ROWS = 60000


def backup():
    want = make_file("rows.csv", ROWS)
    collector = make_collector().start()
    importer = start_import("rows.csv")
    while not os.path.exists("store.db") or len(rows_of("store.db")) < 2000:
        assert importer.poll() is None
        time.sleep(0.01)
    run("manyi-collector", "backup", "--store", "sqlite:store.db", "copy.db")
    assert importer.poll() is None, "taken when all was over"
    end_import(importer)
    collector.stop()
    holds(want)
    is_whole("copy.db")
    copied = len(rows_of("copy.db"))
    assert 2000 <= copied < ROWS, copied

    for end in ("", "-wal", "-shm"):
        if os.path.exists("store.db" + end):
            os.remove("store.db" + end)
    run("manyi-collector", "restore", "--store", "sqlite:store.db", "copy.db")
    collector.start()
    counts = end_import(start_import("rows.csv"))
    assert counts["accepted"] == "0", "nothing is owed before the replay"
    run("manyi-agent", "outbox", "rows.csv.outbox", "replay")
    counts = end_import(start_import("rows.csv"))
    assert int(counts["duplicate"]) == copied, (counts, copied)
    assert int(counts["accepted"]) == ROWS - copied, counts
    collector.stop()
    holds(want)


main(backup)
