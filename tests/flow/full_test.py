"""The disk is full for a while, under the store or under the outbox, and the
store is locked by another process: nothing is lost and nothing told wrong, and
the import goes on when there is room again.

A full disk is a small tmpfs.  That needs root, or leave to make a user
namespace; without either that half is passed over, and says so."""
import os
import re
import sqlite3
import subprocess
import sys
import time

from disk import SmallDisk, may_mount
from gateway import main, wait_for
from importer import (end_import, holds, make_collector, make_file,
                      start_import)

ROWS = 20000


def store_on_full_disk():
    want = make_file("rows.csv", ROWS)
    disk = SmallDisk("disk", 64)
    collector = make_collector(**{"--store": "sqlite:disk/store.db"}).start()
    try:
        disk.fill(1 << 20)
        importer = start_import("rows.csv")
        wait_for(lambda: re.search(r"level=(error|warn)", collector.log()))
        assert importer.poll() is None
        assert collector.get("/healthz")[0] == 503
        said = len(collector.log())
        time.sleep(0.5)
        assert len(collector.log()) < said + 1000, "says it again and again"
        disk.free()
        counts = end_import(importer)
        assert int(counts["refused"]) == int(counts["owed_messages"]) == 0
        wait_for(lambda: collector.get("/healthz")[0] == 200)
        collector.stop()
        holds(want, "disk/store.db")
    finally:
        if collector.process:
            collector.kill()
        disk.gone()


def outbox_on_full_disk():
    want = make_file("rows.csv", ROWS)
    disk = SmallDisk("disk", 64)
    collector = make_collector().start()
    try:
        disk.fill(1 << 20)
        importer = start_import("rows.csv", "--outbox", "disk/outbox")
        time.sleep(1)
        assert importer.poll() is None, importer.communicate()
        disk.free()
        end_import(importer)
        collector.stop()
        holds(want)
    finally:
        if collector.process:
            collector.kill()
        disk.gone()


def locked_store():
    want = make_file("rows.csv", ROWS)
    collector = make_collector().start()
    lock = sqlite3.connect("store.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    importer = start_import("rows.csv")
    time.sleep(1.5)
    assert importer.poll() is None, importer.communicate()
    assert lock.execute("SELECT count(*) FROM log").fetchone() == (0,)
    lock.execute("ROLLBACK")
    lock.close()
    end_import(importer)
    collector.stop()
    holds(want)


if may_mount():
    main(locked_store, store_on_full_disk, outbox_on_full_disk)
elif os.environ.get("IN_NAMESPACE"):
    print("a full disk was not tried: no leave to mount a small one")
    main(locked_store)
else:
    os.environ["IN_NAMESPACE"] = "yes"
    words = [sys.executable, __file__]
    if subprocess.run(["unshare", "-rm", "true"], stderr=subprocess.DEVNULL
                      ).returncode == 0:
        words = ["unshare", "-rm"] + words
    os.execvp(words[0], words)
