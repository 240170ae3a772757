"""What is thanked for is kept: the collector away during answers and a
restart, manyi-web killed at random moments, a stop in the middle of posts."""
import http.client
import os
import random
import resource
import signal
import threading
import time

from gateway import main, wait_for
from webgate import Visitor, begin, links, today, token_id
from webstore import REPAIR, log, query

ROUNDS = int(os.environ.get("ROUNDS", "12"))


def thanked(v):
    """A 303 is the thanks: what follows only shows it."""
    return v.post({"do": "submit", "at": "REP1", **REPAIR}, follow=False) == 303


def press_on(web, made, done, stop=None):
    """Send each until it is thanked for, whatever happens meanwhile."""
    for link in made:
        v = Visitor(web, "/s/" + link)
        while not (stop and stop.is_set()):
            try:
                if thanked(v):
                    done.append(link)
                    break
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.01)
        v.close()


def side_by_side(web, made, done, threads=4, stop=None):
    all = [threading.Thread(target=press_on,
                            args=(web, made[i::threads], done, stop))
           for i in range(threads)]
    for t in all:
        t.start()
    return all


def all_stored_once(made, number, serials):
    rows = log(len(made))
    want = {token_id(s, number, today() + 10) for s in serials}
    assert {r["id"] for r in rows} == want
    assert len(rows) == len(want)


def collector_away():
    c, web, version, number, invite = begin()
    serials = range(1, 301)
    made = links(invite, version, number, serials)
    invite.close()
    c.kill()
    wait_for(lambda: web.metrics()[("collector_up", None)] == 0)
    done = []
    for t in side_by_side(web, made[:150], done):
        t.join()
    web.stop()  # a gateway that starts while nobody listens serves all the same
    web.start()
    for t in side_by_side(web, made[150:], done):
        t.join()
    assert sorted(done) == sorted(made)
    assert web.metrics()[("outbox_pending", None)] > 0
    v = Visitor(web, "/s/" + made[3])
    v.get("?show=copy")
    assert v.status == 200 and "谢谢" in v.body.decode()
    v.close()
    c.start()
    all_stored_once(made, number, serials)
    web.stop()
    c.stop()


def killed_again_and_again():
    c, web, version, number, invite = begin()
    serials = range(1, 1 + 40 * ROUNDS)
    made = links(invite, version, number, serials)
    invite.close()
    done = []
    threads = side_by_side(web, made, done)
    rnd = random.Random()
    for _ in range(ROUNDS):
        time.sleep(rnd.uniform(0.005, 0.3))
        web.kill()
        web.start()
    for t in threads:
        t.join()
    assert sorted(done) == sorted(made)
    all_stored_once(made, number, serials)
    assert len([1 for r in query("SELECT value FROM events WHERE "
                                 "length(key) = 16")]) == len(made)
    web.stop()
    c.stop()


def told_to_stop():
    """What was thanked for before the stop is there after it; nothing is
    left in between."""
    c, web, version, number, invite = begin()
    serials = range(1, 401)
    made = links(invite, version, number, serials)
    invite.close()
    done, stop = [], threading.Event()
    threads = side_by_side(web, made, done, stop=stop)
    time.sleep(0.15)
    web.stop()
    stop.set()
    for t in threads:
        t.join()
    first = len(done)
    web.start()
    rest = [m for m in made if m not in done]
    for t in side_by_side(web, rest, done):
        t.join()
    assert sorted(done) == sorted(made), first
    all_stored_once(made, number, serials)
    web.stop()
    c.stop()


def no_room():
    """Nobody is thanked for what could not be written; when there is room
    again it goes on by itself."""
    c, web, version, number, invite = begin()
    made = links(invite, version, number, range(1, 61))
    invite.close()
    web.stop()
    web.start(signal.SIGXFSZ)
    first = Visitor(web, "/s/" + made[0])
    assert thanked(first)
    size = max(os.path.getsize(name) for name in
               ("web.outbox", "web.outbox-wal"))
    resource.prlimit(web.process.pid, resource.RLIMIT_FSIZE,
                     (size + 4096, resource.RLIM_INFINITY))
    got = {}
    for link in made[1:]:
        v = Visitor(web, "/s/" + link)
        got[link] = thanked(v)
        assert got[link] or v.status == 503 and v.headers["Retry-After"], \
            v.status
        v.get()  # looking goes on
        assert v.status == 200
        v.close()
    assert not all(got.values())
    assert web.health() == 503
    assert web.metrics()[("refused_total", "busy")] > 0
    assert web.log().count("event=write_failed") <= 3, web.log()
    resource.prlimit(web.process.pid, resource.RLIMIT_FSIZE,
                     (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for link, done in got.items():
        v = Visitor(web, "/s/" + link)
        assert done or thanked(v)
        v.close()
    assert web.health() == 200
    all_stored_once(made, number, range(1, 61))
    web.stop()
    c.stop()


main(collector_away, killed_again_and_again, told_to_stop,
     no_room)
