"""manyi-scorer serve: what is asked over a connection is what the command line
says of the store, at once after the acknowledgement, and only to whom it may
be said."""
import json
import os
import random
import subprocess
import time

import msgpack
import zmq

from gateway import (BIN, Client, Collector, add_client, main, response, run,
                     wait_for)
from serving import Asker, Serve, add_asker

SEPTEMBER = 1788192000000  # 2026-09-01 00:00 in Shanghai
PERIOD = {"from": "2026-09", "to": "2026-10"}
DAYS = ["--from", "2026-09", "--to", "2026-10"]
LOCAL = ["--store", "sqlite:store.db", "--cube", ""]
# what a kind needs to have something to tell
WORDS = {"compare": [["--against", "2026-09..2026-09", "--from", "2026-10"],
                     ["--between", "province", "--by", "operator"]],
         "ranks": [["--over", "province"]],
         "adjusted": [["--over", "province", "--for", "attribute1"]],
         "areas": [["--over", "province"],
                   ["--over", "province", "--covariates", "areas.csv"]],
         "modes": [["--reference", "sms"]],
         "mend": [["--by", "province"]],
         "outside": [["--indicators", "indicators.csv"]]}
FILES = {"--covariates": ("areas.csv", "province,users\n11,5\n31,7\n44,9\n"),
         "--indicators": (
             "indicators.csv",
             "period,province,indicator,numerator,denominator,source,version\n"
             "2026-09,11,on_time,90,100,ops,1\n")}


def answers(draw):
    level = draw.gauss(6.5, 1.5)
    given = [min(10, max(1, round(level + draw.gauss(0, 1.2))))
             for _ in range(24)]
    given[18] = draw.choice([1, 2])  # COM0
    return bytes(g if draw.random() > 0.02 else 0 for g in given)


def person(draw, **fields):
    at = SEPTEMBER + draw.randrange(61 * 86400) * 1000
    return response(**{
        "event_at": at, "answered_at": at + 5000, "answers": answers(draw),
        "province": draw.choice(["11", "31", "44"]), "product": "MOB",
        "operator": draw.choice(["CT", "CM"]), "frame": "invited",
        "channel": draw.choice(["web", "sms"]), "rate": 20000, **fields})


def hand_in(client, sent, survey="tcsi-mobile"):
    version = client.version(survey)
    for at in range(0, len(sent), 500):
        reply = client.ask("submit", survey=survey, version=version,
                           responses=sent[at:at + 500])
        assert reply["accepted"] == len(sent[at:at + 500]), reply


def start(count=1500, seed=1, **settings):
    if not os.path.exists("web.key"):
        add_client("web", "submit,describe,review,erase", "--channels",
                   "sms,web,agent", "--frames", "invited,open,test")
    # clocks of other months: what came late is as good as any
    collector = Collector(settings=settings).start()
    client = Client(collector, "web")
    draw = random.Random(seed)
    hand_in(client, [person(draw) for _ in range(count)])
    return collector, client, draw


def both(serve, kind, words, code=None, program=("manyi-scorer",)):
    """The same question to the store and to the serve: (code, out, said)."""
    told = []
    for place in (LOCAL, serve.connected()):
        if place is not LOCAL:  # files are those of the configuration
            words = [w for i, w in enumerate(words) if w not in FILES and
                     (i == 0 or words[i - 1] not in FILES)]
        done = run_any(*program, *kind.split(), *place, *words)
        told.append((done.returncode, done.stdout, done.stderr))
    assert told[0] == told[1], (kind, words, told)
    assert code is None or told[0][0] == code, told
    return told[0]


def run_any(program, *args):
    return subprocess.run([os.path.join(BIN, program), *args], text=True,
                          capture_output=True, timeout=120)


def every_kind_says_the_same():
    collector, client, draw = start()
    hand_in(client, [person(draw, frame="open", province="65")])
    files = []
    for option, (name, text) in FILES.items():
        with open(name, "w") as f:
            f.write(text)
        if option in run("manyi-scorer", "serve", "--help").stdout:
            files += [option, name]
    serve = Serve().start()
    asker = Asker(serve)
    kinds = {k["name"]: k for k in asker.ask("describe")["kinds"]}
    assert "score" in kinds and "funnel" in kinds
    serve.stop()
    done = 0
    for with_files in (False, True):
        serve = Serve(*(files if with_files else [])).start()
        for kind in kinds:
            for words in WORDS.get(kind, [[]]):
                if any(w in FILES for w in words) != with_files:
                    continue
                for form in ("table", "csv", "json"):
                    code, out, said = both(serve, kind, [
                        "--survey", "tcsi-mobile", *DAYS, *words, "--format",
                        form])
                done += code == 0
        serve.stop()
    assert done >= 6, done

    serve = Serve().start()
    ask = ["--survey", "tcsi", *DAYS]
    both(serve, "score", [*ask, "--by", "province,channel,period"], 0)
    both(serve, "score", ["--survey", "tcsi", "--from", "2026-09", "--as",
                          "reader", "--by", "province"], 0)
    both(serve, "score", [*ask, "--item-weights", "frozen", "--base",
                          "2026-09..2026-09", "--weighting", "design"], 0)
    both(serve, "score", [*ask, "--codes",
                          os.environ["ROOT"] + "/surveys/codes", "--by",
                          "province", "--where", "province=Beijing,31",
                          "--where", "operator=CT"], 0)
    # what is not there is told in the same words
    for words in (["--where", "province=11,12", "--where", "operator=XX"],
                  ["--where", "province=12"], ["--frame", "third"],
                  ["--from", "2025-01", "--to", "2025-02"]):
        code, _, said = both(serve, "score", [*ask, *words], 0)
        assert "no answers" in said or "met no answers" in said, said
    both(serve, "score", ["--survey", "nothing"], 2)
    both(serve, "score", [*ask, "--construct", "XYZ"], 2)
    both(serve, "score", ["--survey", "tcsi", "--from", "2026-10", "--to",
                          "2026-09"], 2)
    for form in ("csv", "json"):
        both(serve, "export scores", [*ask, "--by", "province",
                               "--format", form], 0,
             program=("manyi-report",))
    serve.stop()
    collector.stop()


def place_and_keys():
    add_asker("boss", "analyst")
    run("manyi-keys", "server", "scorer.key")
    ask = ["manyi-scorer", "score", "--survey", "tcsi", "--store"]
    keys = ["--key", "boss.key", "--server-key", "scorer.key.pub"]
    for words, said in (
            (["tcp://127.0.0.1:1"], "--key and --server-key are needed"),
            (["tcp://127.0.0.1:1x", *keys], "not an address"),
            (["tcp://127.0.0.1:1", *keys, "--cube", "x"], "has its own"),
            (["tcp://127.0.0.1:1", *keys, "--rollup", "users",
              "--rollup-file", "x"], "file of this machine"),
            (["sqlite:x", *keys], "go with")):
        done = run_any(*ask, *words)
        assert done.returncode in (1, 2) and said in done.stderr, done


main(every_kind_says_the_same, place_and_keys)
