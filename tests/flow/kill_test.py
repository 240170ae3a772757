"""kill_test - manyi-web, manyi-sms and the collector are killed at random
moments while customers answer: what was thanked for or taken is stored once,
and nobody is asked twice.

What a kill may take away, customers bring about when they write again, or
time does:
- a thanks is called once.  Who missed it and writes again hears that the survey
  is over;
- what a dead gateway had pulled and not written down is due again in a quarter
  of an hour;
- Kannel's smsbox 1.4.5 now and then ends itself when a callback breaks off
  between connecting and writing ("conn_unregister: Assertion `conn != NULL'"),
  and with it goes what it had in its memory.  It is started again, whoever
  hears nothing writes again, and a lost report may bring one question back in
  its time.

KILLS (10); `make crash` does 100 of the gateways.  SEED repeats a run's
moments.
"""
import os
import queue
import random
import threading
import time

import msgpack

from gateway import main
from house import (ITEMS, SAT, House, all_there, bring, history, packed,
                   phone)
from webstore import query

KILLS = int(os.environ.get("KILLS") or 10)
SEED = int(os.environ.get("SEED") or time.time())
TCSI = ITEMS["tcsi-mobile"]
FORMS, TALKS = 40 * KILLS, 5 * KILLS
REMIND = 15    # seconds until the gateway asks again
QUIET = 30     # seconds without a message until people write again
PATIENCE = 180  # and until nothing more is waited for
rnd = random.Random(SEED)


def form():
    return {i: str(rnd.randrange(1, 3 if i == "COM0" else 11)) for i in TCSI}


class Doors:
    """Customers at both doors, who insist."""

    def __init__(self, house, forms, seconds):
        self.house, self.forms = house, forms
        self.wrong, self.thanked = [], []
        self.texts = queue.Queue()
        self.begun, self.seconds = time.monotonic(), seconds
        order = list(forms)
        rnd.shuffle(order)
        self.threads = [threading.Thread(target=self.safely, args=(
            self.fill_in, order, k)) for k in range(3)]
        for t in self.threads:
            t.start()
        for _ in range(2):
            threading.Thread(target=self.safely, args=(self.text,),
                             daemon=True).start()

    def safely(self, what, *args):
        try:
            what(*args)
        except Exception as wrong:  # told by heed()
            self.wrong.append(wrong)

    def fill_in(self, order, first):
        visitor = self.house.visitor(order[first])
        for at in range(first, len(order), 3):
            due = self.begun + self.seconds * at / len(order)
            time.sleep(max(0, due - time.monotonic()))
            self.house.insist(order[at], self.forms[order[at]], visitor)
            self.thanked.append(order[at])
        visitor.close()

    def text(self):
        while True:
            bring(self.house, *self.texts.get())

    def say(self, number, text):
        if int(number) % 2:
            self.texts.put((number, text))
        else:
            self.house.centre.write(number, text)

    def heed(self):
        for wrong in (*self.wrong, self.house.people.wrong):
            if wrong:
                raise wrong

    def wait(self):
        for t in self.threads:
            t.join()
        self.heed()


def kill_some(house):
    """Until the gateways died KILLS times."""
    killed = {"web": 0, "sms": 0, "collector": 0}
    while killed["web"] + killed["sms"] < KILLS:
        time.sleep(rnd.uniform(0.05, 1.0))
        whom = rnd.choice((("web",), ("sms",), ("web", "sms"), ("collector",),
                           ("collector", rnd.choice(("web", "sms")))))
        for name in whom:
            house.kill(name)
            killed[name] += 1
        time.sleep(rnd.choice((0, 0, 0.1)))
        for name in whom:
            house.up(name)
        mend(house, killed)
    return killed


def mend(house, killed):
    if house.kannel.smsbox.process.poll() is not None:
        killed["smsbox"] = killed.get("smsbox", 0) + 1
        house.kannel.start_smsbox()


def a_quarter_later(house):
    """For the collector, whose leases have all run out."""
    house.kill("collector")
    house.collector.ahead("+16m")
    house.up("collector")


def heard(house, n):
    return [(when, what) for when, number, what in list(house.people.heard)
            if number == phone(n)]


def told(house, n):
    """That it is in: at once, or when they asked."""
    return any((phone(n), what) in house.people.count
               for what in ("thanks", "over"))


def write_again(house, doors, talks, waiting, killed):
    """Who hears nothing.  A text that was taken is lost by smsbox alone."""
    for n in waiting:
        what = heard(house, n)[-1][1] if heard(house, n) else None
        if what == SAT[-1] or what in SAT and "smsbox" in killed:
            doors.say(phone(n), talks[n][what])


def states(house, waiting):
    """Of talks that do not end: what is known of them on either side."""
    now = time.monotonic(), int(time.time() * 1000)
    kept = [msgpack.unpackb(row["value"]) for row in
            query("SELECT value FROM invitations")]
    events = [msgpack.unpackb(row["value"]) for row in
              query("SELECT value FROM events WHERE length(key) = 16")]
    for n in waiting:
        yield "    number %d heard %s\n" % (n, [
            "%s %.1f s ago" % (what, now[0] - when)
            for when, what in heard(house, n)])
        yield "      invitation %s\n" % [
            {k: v - now[1] if k in ("due_at", "leased_until") else v
             for k, v in i.items() if k in ("state", "due_at", "leased_until")}
            for i in kept if i["id"] == house.id(n)]
        yield "      events %s, stored %d\n" % (
            [(e["kind"], e.get("code"), e["at"] - now[1]) for e in events
             if e.get("invitation") == house.id(n)],
            sum(r["id"] == house.id(n) for r in query("SELECT id FROM log")))


def remember(house, doors, talks, killed):
    """Until all know that it is in; given up when nothing moves any more."""
    moved = wrote = time.monotonic()
    while True:
        mend(house, killed)
        doors.heed()
        waiting = [n for n in talks if not told(house, n)]
        if not waiting:
            return
        if house.people.heard:
            moved = max(moved, house.people.heard[-1][0])
        now = time.monotonic()
        assert now - moved < PATIENCE, "killed %s, and %d of %d talks stand:" \
            "\n%s" % (killed, len(waiting), len(talks),
                      "".join(states(house, waiting)))
        if now - max(moved, wrote) > QUIET:
            write_again(house, doors, talks, waiting, killed)
            wrote = now
        time.sleep(0.2)


def events_once(ids):
    """Each kind of event of an invitation once."""
    seen = {}
    for row in query("SELECT value FROM events WHERE length(key) = 16"):
        e = msgpack.unpackb(row["value"])
        key = e["invitation"], e["kind"], e.get("code")
        seen[key] = seen.get(key, 0) + 1
    twice = {k: n for k, n in seen.items() if n > 1}
    assert not twice, twice
    for id in ids:
        for kind in ("sent", "started"):
            assert any(k[:2] == (id, kind) for k in seen), (id, kind)


def killed_at_any_moment():
    seconds = KILLS * 0.7
    # an intent that was never called comes back when its time is there
    house = House(remind_hours="%.6f" % (REMIND / 3600), link="")
    talks = {n: form() for n in range(1, TALKS + 1)}
    forms = {n: form() for n in range(TALKS + 1, TALKS + FORMS + 1)}
    house.people.answers = {phone(n): {i: given[i] for i in SAT}
                            for n, given in talks.items()}
    # their gateway does not exist: they have their links already
    house.ask_all(forms, channel="web", gateway="letters")
    now = int(time.time() * 1000)
    for n in talks:
        house.ask_all([n], due_at=now + rnd.randrange(int(seconds * 1000)))
    doors = Doors(house, forms, seconds)
    house.people.say = doors.say
    killed = kill_some(house)
    doors.wait()
    assert sorted(doors.thanked) == sorted(forms)
    a_quarter_later(house)
    remember(house, doors, talks, killed)
    all_there(FORMS + TALKS)
    house.nothing_owed()
    missed = TALKS - house.people.got("thanks", [phone(n) for n in talks])
    assert missed <= TALKS // 5, missed
    twice = {k: n for k, n in house.people.asked_twice().items()
             if k[1] in SAT}
    assert not twice or "smsbox" in killed and max(twice.values()) == 2, twice
    house.stop()

    rows = history([house.id(n) for n in (*talks, *forms)])
    for n in forms:
        chain = rows[house.id(n)]
        assert len(chain) == 1, chain
        assert chain[0]["answers"] == packed("tcsi-mobile", forms[n]), chain
    for n in talks:
        want = packed("tcsi-mobile", {i: talks[n][i] for i in SAT})
        assert rows[house.id(n)][-1]["answers"] == want, (n, want)
    events_once([house.id(n) for n in talks])
    print("    killed", killed, "while %d filled in forms and %d wrote SMS, %d "
          "of whom missed the thanks" % (FORMS, TALKS, missed))


print("SEED=%d" % SEED, flush=True)
main(killed_at_any_moment)
