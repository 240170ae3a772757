"""importer - an import that is disturbed, and what must be there at its end.

Rows are made by this module: each carries its number as stratum and answers
that follow from it, so that a lost, doubled or mixed-up row shows.
"""
import os
import random
import sqlite3
import subprocess

from gateway import BIN, ROOT, Collector, add_client

ITEMS = ("IMG1 IMG2 IMG3 EXP1 EXP2 EXP3 QUA1 QUA2 QUA3 QUA4 QUA5 QUA6 QUA7 "
         "VAL1 VAL2 SAT1 SAT2 SAT3 COM0 COM1 COM2 LOY1 LOY2 LOY3").split()


def answers(row):
    rnd = random.Random(row)
    given = [rnd.randint(0, 10) for _ in ITEMS]
    given[ITEMS.index("COM0")] = 1 + row % 2
    return given


def make_file(name, rows):
    """Returns what the store must hold: {stratum: answers}."""
    want = {}
    with open(name, "w") as f:
        f.write("stratum,province," + ",".join(ITEMS) + "\n")
        for row in range(rows):
            given = answers(row)
            want["r%d" % row] = bytes(given)
            f.write("r%d,42,%s\n" % (row, ",".join(str(a or "")
                                                   for a in given)))
    return want


def make_collector(**settings):
    # a path, not a port that somebody else may get while nobody listens
    collector = Collector(settings={"--listen": "ipc://socket", **settings})
    add_client("agent", "submit,describe", "--channels", "agent", "--frames",
               "invited")
    return collector


def start_import(name, *options):
    return subprocess.Popen(
        [os.path.join(BIN, "manyi-agent"), "import", "--collector",
         "ipc://socket", "--server-key", "server.key.pub", "--key",
         "agent.key", "--survey", "tcsi-mobile", "--surveys",
         ROOT + "/surveys/definitions", *options, name],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def end_import(process):
    out, said = process.communicate(timeout=300)
    assert process.returncode == 0, (process.returncode, out, said)
    return dict(pair.split("=") for pair in out.split() if "=" in pair)


def rows_of(path):
    db = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    try:
        return db.execute("SELECT stratum, answers FROM log").fetchall()
    finally:
        db.close()


def is_whole(path):
    db = sqlite3.connect(path)
    try:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        db.close()


def holds(want, path="store.db"):
    """Each row is there, once, as it was given."""
    got = rows_of(path)
    assert len(got) == len(want), (len(got), len(want))
    assert dict(got) == want
    is_whole(path)
