"""The score after a life of changes - an answer given in two submissions, one
replaced, one set aside and released, one set aside, one erased - is to the bit
that of a store that only ever saw the final state."""
import json
import os
import random

from gateway import Client, Collector, add_client, main, response, run

MONTHS = ["--from", "2026-10", "--to", "2026-10"]
OCTOBER = 1791302400000
EVERYTHING = "submit,describe,review,erase"


def people():
    """400 ratings of a department: five qualities that hang together, and an
    overall judgement."""
    draw = random.Random(20261007)
    made = []
    for i in range(400):
        level = draw.gauss(6.5, 1.6)
        answers = [min(10, max(1, round(level + draw.gauss(0, 1.2))))
                   if draw.random() > 0.03 else 0 for _ in range(6)]
        made.append(response(
            id=bytes([1, 0x9c, 0, 0, i >> 8, i & 255, 0x70, 1, 0x80]) +
            draw.randbytes(7), event_at=OCTOBER + i * 1000000,
            answered_at=OCTOBER + i * 1000000 + 5000, product=None,
            province=draw.choice(["11", "31"]), frame="open",
            answers=bytes(answers + [0])))
    return made


def submit(client, responses):
    reply = client.ask("submit", survey="internal",
                       version=client.version("internal"),
                       responses=responses)
    assert not reply["rejected"], reply
    return reply


def scores(store, *options):
    records = []
    for by in ([], ["--by", "province"], ["--by", "channel,province"]):
        done = run("manyi-scorer", "score", "--store", "sqlite:" + store,
                   "--survey", "internal", "--frame", "open", "--format",
                   "json", *by, *MONTHS, *options)
        records += json.loads(done.stdout)
    for r in records:
        del r["watermark"], r["query"]
    assert len(records) == 2 * (1 + 2 + 2), len(records)
    return records


def collect(store):
    collector = Collector(settings={"--store": "sqlite:" + store}).start()
    return collector, Client(collector, "web")


def review(client, r, action):
    reply = client.ask("review", reviews=[{
        "id": r["id"], "entry": "own", "action": action, "reason": "test"}])
    assert reply["accepted"] == 1, reply


def with_answers(r, answers, **more):
    return {**r, "answers": bytes(answers), **more}


def life_of_changes():
    final = people()
    filled, corrected, released, aside, erased = final[:5]
    final[0] = filled = with_answers(filled, [7, 5, 8, 6, 9, 7, 0])
    final[1] = corrected = with_answers(corrected, [2, 3, 1, 2, 4, 1, 0])
    final[2] = released = with_answers(released, [9, 9, 10, 9, 8, 10, 0])
    add_client("web", EVERYTHING, "--channels", "web", "--frames", "open")
    collector, client = collect("life.db")
    submit(client, [with_answers(filled, [7, 0, 8, 0, 0, 7, 0]),
                    with_answers(corrected, [9, 9, 9, 8, 7, 10, 0]),
                    released, aside, erased] + final[5:])
    first = scores("life.db")  # the sums hold all of it
    assert submit(client, [filled])["filled"] == 1
    assert submit(client, [{**corrected, "correction": True}])["filled"] == 1
    review(client, released, "set_aside")
    between = scores("life.db")
    review(client, released, "release")
    review(client, aside, "set_aside")
    reply = client.ask("erase", ids=[erased["id"]])
    assert reply["accepted"] == 1, reply
    last = scores("life.db")
    client.close()
    collector.stop()

    collector, client = collect("final.db")
    submit(client, final[:3] + final[:4:-1])
    client.close()
    collector.stop()
    want = scores("final.db")
    assert first != want and between != want
    assert last == want
    assert scores("life.db") == want                # from the saved cube
    assert scores("life.db", "--cube", "") == want  # and without it
    os.remove("life.db-cube.db")
    assert scores("life.db") == want
    assert want[1]["construct"] == "SAT" and want[1]["n"] > 380


if __name__ == "__main__":
    main(life_of_changes)
