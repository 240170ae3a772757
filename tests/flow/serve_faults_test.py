"""manyi-scorer serve while things happen: answers that come late, are filled,
corrected, set aside or erased change what they should, to the bit; kills lose
nothing; a store that is gone, locked, or another one is told and survived."""
import os
import sqlite3
import time

from disk import SmallDisk, may_mount
from gateway import Client, Collector, main, run, wait_for
from serving import PERIOD, Asker, Serve, hand_in, person, run_any, start

KILLS = int(os.environ.get("KILLS", 8))
QUESTIONS = ({"kind": "score", "survey": "tcsi-mobile",
              "by": ["province", "channel"], **PERIOD},
             {"kind": "score", "survey": "tcsi", "by": ["period"], **PERIOD},
             {"kind": "score", "survey": "tcsi-mobile", "from": "2026-09-03",
              "to": "2026-09-20", "by": ["operator"]})


def told(asker):
    """What all of them say, without what names the watermark."""
    return [asker.ready(**q)["rows"] for q in QUESTIONS]


def told_of(store):
    """The same of a store without a past: a serve with a new cube."""
    for end in ("", "-wal", "-shm"):
        if os.path.exists("fresh-cube.db" + end):
            os.remove("fresh-cube.db" + end)
    serve = Serve("--cube", "fresh-cube.db", store=store,
                  log="fresh.log").start()
    asker = Asker(serve)
    got = told(asker)
    asker.close()
    serve.stop()
    return got


def review(client, r, action):
    got = client.ask("review", reviews=[{"id": r["id"], "entry": "own",
                                         "action": action, "reason": "x"}])
    assert got["accepted"] == 1, got


def only(answers, *places):
    return bytes(a if i in places else 0 for i, a in enumerate(answers))


def exact():
    collector, client, draw = start(0)
    version = client.version("tcsi-mobile")
    people = [person(draw) for _ in range(700)]
    asides, erased, filled, corrected, late = (
        people[0:20], people[20:40], people[40:60], people[60:80],
        people[80:120])
    hand_in(client, people[120:] + asides + erased)
    # by SMS three items, the rest by link
    hand_in(client, [{**r, "answers": only(r["answers"], 15, 16, 17)}
                     for r in filled])
    hand_in(client, [{**r, "answers": bytes([1] * 18 + [1] + [1] * 5)}
                     for r in corrected])
    serve = Serve().start()
    asker = Asker(serve)
    begun = told(asker)
    hand_in(client, late)
    got = client.ask("submit", survey="tcsi-mobile", version=version,
                     responses=filled)
    assert got["filled"] > 15, got
    told(asker)
    client.ask("submit", survey="tcsi-mobile", version=version,
               responses=[{**r, "correction": True} for r in corrected])
    for r in asides:
        review(client, r, "set_aside")
    told(asker)
    for r in asides[:5]:
        review(client, r, "release")
    got = client.ask("erase", ids=[r["id"] for r in erased])
    assert got["accepted"] == len(erased), got
    now = told(asker)
    assert now != begun
    assert "cause=erased" in serve.log()

    # a store that never held what is gone
    other = Collector(settings={"--store": "sqlite:other.db"})
    plain = Client(other.start(), "web")
    final = {r["id"]: bytes(a or 1 for a in r["answers"]) for r in corrected}
    hand_in(plain, [{**r, "answers": final.get(r["id"], r["answers"])}
                    for r in people if r not in erased and
                    r not in asides[5:]])
    other.stop()
    then = told_of("other.db")
    for a, b in zip(now, then):
        wrong = [pair for pair in zip(a, b) if pair[0] != pair[1]]
        assert len(a) == len(b) and not wrong, wrong[:2]
    asker.close()
    serve.stop()
    collector.stop()


def killed():
    """At random moments of folding, by hundreds of answers at a time."""
    collector, client, draw = start(500)
    serve = Serve().start()
    for i in range(KILLS):
        hand_in(client, [person(draw) for _ in range(400)])
        time.sleep(draw.random() * 0.15)
        serve.kill()
        if i % 2:  # and while it begins
            serve.start(ready=False)
            time.sleep(draw.random() * 0.05)
            serve.kill()
        serve.start(ready=False)
    asker = Asker(serve)
    got = told(asker)
    assert "damaged" not in serve.log(), serve.log()
    asker.close()
    serve.stop()
    collector.stop()
    assert got == told_of("store.db")


def state(serve, asker):
    got = asker.ask(**QUESTIONS[0])
    return got.get("code") or "answered"


def moved_and_restored():
    collector, client, draw = start(300)
    serve = Serve().start()
    asker = Asker(serve)
    few = told(asker)
    run("manyi-collector", "backup", "--store", "sqlite:store.db", "copy.db")
    hand_in(client, [person(draw) for _ in range(100)])
    many = told(asker)
    assert many != few
    collector.stop()

    os.rename("store.db", "away.db")
    wait_for(lambda: state(serve, asker) == "store")
    assert serve.get("/healthz")[0] == 503
    said = len(serve.log())
    time.sleep(2.5)
    assert len(serve.log()) < said + 500, "says it again and again"
    os.rename("away.db", "store.db")
    assert told(asker) == many  # ready() asks on while it is told "store"
    assert serve.get("/healthz")[0] == 200

    for end in ("", "-wal", "-shm"):
        if os.path.exists("store.db" + end):
            os.rename("store.db" + end, "away.db" + end)
    run("manyi-collector", "restore", "--store", "sqlite:store.db", "copy.db")
    wait_for(lambda: state(serve, asker) == "answered" and
             told(asker) == few)
    assert "event=store_moved" in serve.log(), serve.log()

    # a cube that went bad is made anew
    serve.stop()
    with open("store.db-cube.db", "r+b") as f:
        f.seek(4096)
        f.write(os.urandom(20000))
    serve.start(ready=False)
    assert told(Asker(serve)) == few
    serve.stop()
    with open("store.db-cube.db", "wb") as f:
        f.write(b"SQLite format 3\0" + os.urandom(5000))
    serve.start(ready=False)
    assert told(Asker(serve)) == few
    asker.close()
    serve.stop()


def locked():
    collector, _, _ = start(300)
    collector.stop()
    db = sqlite3.connect("store.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = DELETE")
    db.execute("BEGIN EXCLUSIVE")
    done = run_any("manyi-scorer", "serve", "--store", "sqlite:store.db",
                   "--key", "none")
    assert done.returncode == 2, done  # settings come first
    serve = Serve("--listen", "ipc://serve.ipc")
    done = run_any(*serve.words)
    assert done.returncode == 1 and "store.db" in done.stderr, done
    db.execute("COMMIT")
    db.close()
    serve.start()
    # who comes to a cube that is held is told by whom
    began = time.monotonic()
    done = run_any("manyi-scorer", "score", "--store", "sqlite:store.db",
                   "--survey", "tcsi")
    assert done.returncode == 1 and time.monotonic() - began < 5, done
    assert "manyi-scorer serve" in done.stderr, done
    assert str(serve.process.pid) in done.stderr, done
    serve.stop()


def full():
    collector, client, draw = start(300)
    disk = SmallDisk("disk", 16)
    try:
        serve = Serve("--cube", "disk/cube.db").start()
        asker = Asker(serve)
        told(asker)
        disk.fill(4096)
        hand_in(client, [person(draw) for _ in range(3000)])
        wait_for(lambda: state(serve, asker) == "store")
        assert serve.get("/healthz")[0] == 503
        disk.free()
        got = told(asker)
        asker.close()
        serve.stop()
    finally:
        disk.gone()
    collector.stop()
    assert got == told_of("store.db")


def full_if_may():
    if may_mount():
        full()
    else:
        print("   a full disk was not tried: no leave to mount a small one")


main(exact, killed, moved_and_restored, locked, full_if_may)
