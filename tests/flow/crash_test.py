"""kill -9 of the collector, the importer or both at random moments of an
import: at the end each row is there once.

ROUNDS (10) imports of ROWS (20000) rows; `make crash` does 200 of 100000.
SEED repeats a run's moments."""
import os
import random
import time

from gateway import main
from importer import end_import, holds, make_collector, make_file, start_import

ROUNDS = int(os.environ.get("ROUNDS") or 10)
ROWS = int(os.environ.get("ROWS") or (20000 if ROUNDS <= 10 else 100000))
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
STATE = ("store.db", "store.db-wal", "store.db-shm", "rows.csv.outbox",
         "rows.csv.outbox-wal", "rows.csv.outbox-journal")


def forget():
    for name in STATE:
        if os.path.exists(name):
            os.remove(name)


def undisturbed(collector, want):
    """How long an import takes that nobody kills."""
    collector.start()
    begun = time.monotonic()
    end_import(start_import("rows.csv"))
    took = time.monotonic() - begun
    collector.stop()
    holds(want)
    forget()
    return took


def disturbed(collector, want, rnd, took):
    """Returns who was killed while it worked."""
    killed = ""
    collector.start()
    importer = start_import("rows.csv")
    for _ in range(rnd.choice((1, 1, 2, 3))):
        time.sleep(rnd.uniform(0, took))
        whom = rnd.choice(("collector", "importer", "both"))
        if whom != "importer":
            collector.kill()
        if whom != "collector" and importer.poll() is None:
            importer.kill()
            importer.communicate()
            killed += "i"
        time.sleep(rnd.choice((0, 0, 0.05)))
        if whom != "importer":
            killed += "c"
            collector.start()
        if whom != "collector" and importer.returncode:
            importer = start_import("rows.csv")
    end_import(importer)
    collector.stop()
    holds(want)
    forget()
    return killed


def crash():
    want = make_file("rows.csv", ROWS)
    collector = make_collector()
    took = undisturbed(collector, want)
    rnd = random.Random(SEED)
    killed = ""
    for n in range(ROUNDS):
        killed += disturbed(collector, want, rnd, took)
        if n % 20 == 19:
            print("%d rounds" % (n + 1), flush=True)
    print("%d rounds of %d rows: killed the collector %d and the importer %d "
          "times, each row is there once" %
          (ROUNDS, ROWS, killed.count("c"), killed.count("i")))


print("SEED=%d" % SEED, flush=True)
main(crash)
