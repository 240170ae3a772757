"""channels_test - one invitation, two doors: answered by SMS and on the page at
the same moment, and begun by SMS and ended on the page.

RACES (150) invitations and PEOPLE (150); `make crash` does 2000 and 600.
SEED repeats a run.
"""
import json
import os
import queue
import random
import threading
import time

from gateway import main, run, sql, wait_for
from house import (ITEMS, SAT, House, all_there, forget, history, packed,
                   phone)
from webgate import answer

RACES = int(os.environ.get("RACES") or 150)
PEOPLE = int(os.environ.get("PEOPLE") or 150)
SEED = int(os.environ.get("SEED") or time.time())
TCSI = ITEMS["tcsi-mobile"]
rnd = random.Random(SEED)


def person():
    """Answers that hang together, some of them not known."""
    base = rnd.gauss(7, 1.6)
    given = {i: str(min(10, max(1, round(base + rnd.gauss(0, 1.2)))))
             for i in TCSI}
    given["COM0"] = str(rnd.choice((1, 2, 2, 2)))
    for i in TCSI:
        if i not in SAT and i != "COM0" and rnd.random() < 0.03:
            given[i] = "-"
    return given


def same_moment():
    """Whatever comes first stays; the other fills what is missing."""
    house = House()
    ns = range(1, RACES + 1)
    form = {n: person() for n in ns}
    talk = {n: {i: str(int(form[n][i]) % 10 + 1) for i in SAT} for n in ns}
    # at which of their messages they press the page's button, too
    moment = {phone(n): rnd.choice(SAT + SAT[2:]) for n in ns}
    jobs, thanked, wrong = queue.Queue(), set(), []

    def press():
        while True:
            n, when = jobs.get()
            time.sleep(max(0, when - time.monotonic()))
            try:
                assert house.post(n, form[n])
                thanked.add(n)
            except Exception as e:  # told by the test
                wrong.append(e)

    for _ in range(6):
        threading.Thread(target=press, daemon=True).start()

    def before(number, what):
        if moment[number] == what:
            jobs.put((int(number[4:]), time.monotonic() + rnd.choice(
                (0, rnd.uniform(0, 0.4)))))

    house.people.answers = {phone(n): talk[n] for n in ns}
    house.people.before = before
    house.ask_all(ns)
    numbers = [phone(n) for n in ns]
    house.people.all_got("thanks", numbers)
    wait_for(lambda: wrong or len(thanked) == RACES)
    assert not wrong, wrong[0]

    house.nothing_owed()
    assert not house.people.asked_twice(), house.people.asked_twice()
    house.stop()

    rows = history([house.id(n) for n in ns])
    by = {"form first": 0, "talk first": 0}
    for n in ns:
        own = packed("tcsi-mobile", form[n])
        texts = packed("tcsi-mobile", talk[n])
        chain = rows[house.id(n)]
        first = chain[0]["answers"]
        assert first in (own, texts), (first, own, texts)
        by["form first" if first == own else "talk first"] += 1
        want = bytes(x or y for x, y in zip(first, own))
        assert chain[-1]["answers"] == want, (n, chain)
        assert len(chain) <= 2, chain
    assert min(by.values()) > 0, by
    print("    %d races:" % RACES, by)


# ---- begun by SMS, ended on the page ----

def score():
    done = run("manyi-scorer", "score", "--store", "sqlite:store.db",
               "--survey", "tcsi-mobile", "--from", MONTH, "--cube", "cube.db",
               "--format", "json")
    os.remove("cube.db")
    records = json.loads(done.stdout, parse_float=str, parse_int=str)
    for r in records:
        del r["query"], r["watermark"]
    assert len(records) == 7, records
    n = {r["construct"]: int(r["n"]) for r in records}
    assert n["SAT"] == PEOPLE >= max(n.values()), n
    assert all(float(r["se"]) > 0 for r in records), records
    return records


def by_web(people, event_at):
    """One complete answer each."""
    house = House()
    house.ask_all(people, channel="web", event_at=event_at)
    house.people.all_got("link", [phone(n) for n in people])
    for n, given in people.items():
        v = house.visitor(n)
        answer(v, given)
        v.close()
    all_there(len(people))
    house.stop()
    rows = history([house.id(n) for n in people])
    assert all(len(chain) == 1 for chain in rows.values())
    return {id: chain[-1]["answers"] for id, chain in rows.items()}


def both(people, event_at):
    """Three answers by SMS, or two and then nothing more, the rest on the
    page."""
    house = House(timeout_hours="%.6f" % (12 / 3600), remind_hours=0)
    silent = {n for n in people if n % 3 == 0}
    house.people.answers = {
        phone(n): {i: given[i] for i in SAT if n not in silent or i != "SAT3"}
        for n, given in people.items()}
    house.ask_all(people, event_at=event_at)
    house.people.all_got("thanks", [phone(n) for n in people
                                    if n not in silent])
    all_there(len(people))
    for n, given in people.items():
        missing = [i for i in TCSI if i not in SAT or
                   n in silent and i == "SAT3"]
        v = house.visitor(n)
        v.get()
        shown = [i for i in TCSI if i in v.form.choices]
        # COM1 is asked in the way of its filter
        assert [i for i in missing if i != "COM1"] == \
            [i for i in shown if i != "COM1"], (n, shown)
        answer(v, {i: given[i] for i in missing})
        v.close()

    def filled():
        return int(sql("SELECT count(*) FROM log")) >= 2 * len(people)
    wait_for(filled)
    house.stop()
    rows = history([house.id(n) for n in people])
    for n in people:
        chain = rows[house.id(n)]
        assert len(chain) == 2, chain
        assert sum(map(bool, chain[0]["answers"])) == (2 if n in silent else 3)
        assert chain[0]["flags"] & 2 == (2 if n in silent else 0), chain
    return {id: chain[-1]["answers"] for id, chain in rows.items()}


def begun_and_ended():
    people = {n: person() for n in range(1, PEOPLE + 1)}
    event_at = int(time.time() * 1000) - 3600000
    global MONTH
    MONTH = time.strftime("%Y-%m", time.gmtime(event_at / 1000 + 8 * 3600))
    whole = by_web(people, event_at)
    assert sorted(whole.values()) == sorted(
        packed("tcsi-mobile", given) for given in people.values())
    once = score()
    forget()
    parts = both(people, event_at)
    assert parts == whole
    again = score()
    assert again == once, (once, again)
    index = [r for r in once if r["construct"] == "SAT"]
    print("    %d people, index %s, either way" % (PEOPLE, index[0]["index"]))


print("SEED=%d" % SEED, flush=True)
main(same_moment, begun_and_ended)
