"""outage_test - the collector is away while customers answer by SMS and on the
page: all are thanked, and all of it is stored once when it is back.

ANSWERS (1000) in AWAY (8) seconds; `make crash` does 10000 in 60.  Three in ten
come by SMS, half of them through Kannel, half as Kannel would bring them.
"""
import os
import random
import threading
import time

import msgpack

from gateway import main
from house import House, all_there, bring, history, packed, phone
from webstore import query

ANSWERS = int(os.environ.get("ANSWERS") or 1000)
SECONDS = float(os.environ.get("AWAY") or 8)
CLIENTS = 4
WORDS = "等候太久 阿里木说不错 师傅姓欧阳 黄河路三十八弄".split()


def person(rnd, n, texting):
    given = {"INS1": str(rnd.randrange(1, 11)), "INS3": ""}
    if int(given["INS1"]) <= 6:
        given["INS2"] = str(rnd.randrange(1, 6))
    if not texting and n % 3 == 0:
        given["INS3"] = WORDS[n % len(WORDS)]
    return given


class Crowd:
    """They answer one after the other, spread over the outage."""

    def __init__(self, house, given, texting):
        self.house, self.given, self.texting = house, given, texting
        self.wrong = []
        self.slowest = 0
        order = list(given)
        random.shuffle(order)
        self.begun = time.monotonic()
        self.threads = [threading.Thread(target=self.work,
                                         args=(order, first))
                        for first in range(CLIENTS)]
        for t in self.threads:
            t.start()

    def work(self, order, first):
        visitor = self.house.visitor(order[first])
        try:
            for at in range(first, len(order), CLIENTS):
                due = self.begun + SECONDS * at / len(order)
                time.sleep(max(0, due - time.monotonic()))
                self.one(order[at], visitor)
        except Exception as wrong:  # told by wait()
            self.wrong.append(wrong)
        visitor.close()

    def one(self, n, visitor):
        begun = time.monotonic()
        if n not in self.texting:
            assert self.house.post(n, self.given[n], visitor), visitor.status
        elif n % 2:
            bring(self.house, phone(n), self.given[n]["INS1"])
        else:
            self.house.centre.write(phone(n), self.given[n]["INS1"])
        self.slowest = max(self.slowest, time.monotonic() - begun)

    def wait(self):
        for t in self.threads:
            t.join()
        if self.wrong:
            raise self.wrong[0]


def collector_away():
    rnd = random.Random()
    house = House("instant")
    ns = range(1, ANSWERS + 1)
    texting = {n for n in ns if n % 10 < 3}
    given = {n: person(rnd, n, n in texting) for n in ns}
    house.secrets |= set(WORDS)
    numbers = [phone(n) for n in texting]
    house.people.answers = {phone(n): {"INS2": given[n].get("INS2")}
                            for n in texting}
    house.ask_all([n for n in ns if n not in texting], channel="web")
    house.ask_all(texting)
    house.people.all_got("INS1", numbers, 300)
    time.sleep(1.1)  # Kannel counts seconds
    house.kill("collector")
    away = time.monotonic()
    crowd = Crowd(house, given, texting)
    crowd.wait()
    house.people.all_got("thanks", numbers, 300)
    thanked = time.monotonic() - away
    assert house.web.metrics()[("outbox_pending", None)] > 0
    assert house.web.metrics()[("collector_up", None)] == 0
    house.up("collector")
    back = time.monotonic()
    all_there(ANSWERS, 300)
    stored = time.monotonic() - back
    house.nothing_owed()
    assert not house.people.asked_twice(), house.people.asked_twice()
    house.stop()
    rows = history([house.id(n) for n in ns])
    for n in ns:
        assert len(rows[house.id(n)]) == 1, rows[house.id(n)]
        row = rows[house.id(n)][0]
        assert row["answers"] == packed("instant", given[n]), (given[n], row)
        assert (row["comment"] or "") == given[n]["INS3"], row
        assert row["channel"] == (0 if n in texting else 1), row
    started = [msgpack.unpackb(r["value"]) for r in
               query("SELECT value FROM events WHERE length(key) = 16")]
    started = [e["invitation"] for e in started if e["kind"] == "started"]
    assert len(started) == len(set(started)) == ANSWERS, len(started)
    print("    %d on the page and %d by SMS in %.0f s without a collector "
          "(slowest %.2f s), stored %.1f s after it was back" %
          (ANSWERS - len(texting), len(texting), thanked, crowd.slowest,
           stored))


main(collector_away)
