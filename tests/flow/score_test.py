"""From answers over the wire to scores on stdout: the numbers, the formats,
the exports, and every way to ask wrongly."""
import csv
import io
import json
import math
import os
import random

from gateway import (ROOT, Client, Collector, add_client, main, response, run)

OCTOBER = 1791302400000  # 2026-10-07 00:00 in Shanghai
PERIOD = ["--from", "2026-10-01", "--to", "2026-10-31"]
STORE = ["--store", "sqlite:store.db"]


def fill(client, count, seed, **fields):
    """Repairs rated at random; the same for the same seed."""
    draw = random.Random(seed)
    version = client.version()
    sent = []
    for i in range(count):
        level = draw.gauss(7, 1.5)
        rate = [min(10, max(low, round(level + draw.gauss(0, 1.5))))
                for low in (0, 0, 1, 1)]
        answers = bytes([rate[0], draw.choice([0, 1, 2]), *rate[1:], 2, 0])
        sent.append(response(**{
            "event_at": OCTOBER + i * 60000,
            "answered_at": OCTOBER + i * 60000 + 5000, "answers": answers,
            "province": draw.choice(["11", "31", "44"]),
            "channel": draw.choice(["web", "sms"]), **fields}))
    for at in range(0, count, 1000):
        reply = client.ask("submit", survey="repair", version=version,
                           responses=sent[at:at + 1000])
        assert reply["accepted"] == len(sent[at:at + 1000]), reply
    return sent


def start():
    add_client("web", "submit,describe", "--channels", "sms,web,agent",
               "--frames", "invited,open,test")
    collector = Collector().start()
    return collector, Client(collector, "web")


def score(*options, survey="repair", code=0):
    done = run("manyi-scorer", "score", *STORE, "--survey", survey, *options,
               code=code)
    return done if code else json.loads(done.stdout)


def index_of(sent, item=0):
    given = [r["answers"][item] for r in sent if r["answers"][item]]
    return 100 * (sum(given) / len(given) - 1) / 9, len(given)


def near(a, b):
    assert math.isclose(a, b, rel_tol=1e-12), (a, b)


def numbers():
    collector, client = start()
    sent = fill(client, 2000, 1)
    fill(client, 50, 2, frame="invited")
    fill(client, 50, 3, frame="test")
    whole = score("--frame", "open", "--format", "json", *PERIOD)
    assert [r["construct"] for r in whole] == ["TIM", "TEC", "SAT"]
    keys = ["survey", "form", "cell", "construct", "index", "n", "n_eff", "se",
            "low", "high", "method", "status", "weighting", "flags",
            "watermark", "query"]
    sat = whole[2]
    assert list(sat) == keys, sat
    index, n = index_of(sent)
    near(sat["index"], index)
    assert sat["n"] == n and sat["n_eff"] == n and sat["cell"] == {}
    assert 0.2 < sat["se"] < 1 and sat["low"] < index < sat["high"]
    assert sat["method"] == "own" and sat["status"] == "live"
    assert sat["weighting"] == "none" and sat["flags"] == []
    assert len(sat["query"]) == 32 and len(sat["form"]) == 64
    assert os.path.exists("store.db-cube.db")

    for r in score("--frame", "open", "--by", "province,channel",
                   "--construct", "SAT", "--format", "json", *PERIOD):
        part = [s for s in sent if s["province"] == r["cell"]["province"] and
                s["channel"] == r["cell"]["channel"]]
        index, n = index_of(part)
        near(r["index"], index)
        assert r["n"] == n

    thin = score("--by", "province", "--construct", "SAT", "--format", "json",
                 *PERIOD)
    assert len(thin) == 3 and sum(r["n"] for r in thin) <= 50
    assert all(r["flags"] == ["suppressed"] and r["index"] is None and
               r["se"] is None for r in thin), thin

    # what came later is in the next score, and nothing else changes
    more = fill(client, 500, 4)
    again = score("--frame", "open", "--construct", "SAT", "--format", "json",
                  *PERIOD)
    near(again[0]["index"], index_of(sent + more)[0])
    assert again[0]["watermark"] != sat["watermark"]
    same = score("--frame", "open", "--construct", "SAT", "--format", "json",
                 "--cube", "", *PERIOD)
    assert same == again
    client.close()
    collector.stop()
    assert sorted(os.listdir(".")) == sorted(
        ["clients.yaml", "log", "server.key", "server.key.pub", "store.db",
         "store.db-cube.db", "web.key", "web.key.pub"]), os.listdir(".")


def formats():
    collector, client = start()
    fill(client, 400, 5)
    ask = ["--frame", "open", "--by", "province", *PERIOD]
    table = run("manyi-scorer", "score", *STORE, "--survey", "repair", *ask,
                "--codes", ROOT + "/surveys/codes").stdout.split("\n")
    assert table[0].split()[:4] == ["survey", "province", "construct",
                                    "index"], table[0]
    assert "44 广东" in "\n".join(table), table
    records = score(*ask, "--format", "json")
    rows = list(csv.DictReader(io.StringIO(run(
        "manyi-scorer", "score", *STORE, "--survey", "repair", *ask,
        "--format", "csv").stdout)))
    assert len(rows) == len(records) == 9
    for row, record in zip(rows, records):
        assert float(row["index"]) == record["index"]
        assert row["province"] == record["cell"]["province"]
        assert row["query"] == record["query"]

    run("manyi-report", "export", "scores", *STORE, "--survey", "repair", *ask,
        "-o", "out.csv")
    run("manyi-report", "export", "scores", *STORE, "--survey", "repair", *ask,
        "--bom", "--output", "excel.csv")
    run("manyi-report", "export", "scores", *STORE, "--survey", "repair", *ask,
        "--format", "json", "-o", "out.json")
    with open("out.csv", "rb") as plain, open("excel.csv", "rb") as excel:
        text = plain.read()
        assert excel.read() == b"\xef\xbb\xbf" + text
    assert list(csv.DictReader(io.StringIO(text.decode()))) == rows
    with open("out.json") as f:
        assert json.load(f) == records
    # a file that is there is replaced whole, or stays as it is
    os.chmod("out.csv", 0o640)
    run("manyi-report", "export", "scores", *STORE, "--survey", "nobody",
        "-o", "out.csv", code=2)
    with open("out.csv", "rb") as f:
        assert f.read() == text
    run("manyi-report", "export", "scores", *STORE, "--survey", "repair",
        "-o", "no/such/folder.csv", code=2)
    client.close()
    collector.stop()


def wrong():
    collector, client = start()
    fill(client, 3, 6)
    client.close()
    collector.stop()
    for program in (["manyi-scorer", "score"],
                    ["manyi-report", "export", "scores"]):
        def refused(word, *options, code=2):
            done = run(*program, *options, code=code)
            assert done.stdout == "", done
            lines = done.stderr.strip().split("\n")
            assert len(lines) == 1 and word in lines[0], done.stderr
            assert lines[0].startswith(program[0] + ": "), done.stderr

        good = [*STORE, "--survey", "repair"]
        refused("--store", "--survey", "repair")
        refused("known: tcsi (family), ", *STORE, "--survey", "tcsi-moble")
        refused(", instant, internal, repair, tcsi-", *STORE, "--survey", "tcsi-moble")
        refused("dimension 'city'", *good, "--by", "city")
        refused("DIMENSION=CODE", *good, "--where", "11")
        refused("later", *good, "--from", "2026-10-02", "--to", "2026-10-01")
        refused("no construct 'XYZ'", *good, "--construct", "XYZ")
        refused("none.db", "--store", "sqlite:none.db", "--survey", "repair")
        refused("postgres", "--store", "postgres:x", "--survey", "repair")
        refused("clients.yaml", *good, "--cube", "clients.yaml")
        refused("web.key", "--store", "sqlite:web.key", "--survey", "repair")
        refused("xlsx", *good, "--format", "xlsx")
        refused("unexpected argument", *good, "more")
    # a code that no answer has is an empty one, and said
    ask = [*STORE, "--survey", "repair", "--frame", "open", *PERIOD]
    for program in (["manyi-scorer", "score", "--format", "json"],
                    ["manyi-report", "export", "scores", "--format", "json"]):
        done = run(*program, *ask, "--where", "province=99,98")
        assert json.loads(done.stdout) == [], done
        assert "met no answers: province=99, province=98\n" in done.stderr, done
    by_code = ["manyi-scorer", "score", *ask, "--by", "operator", "--codes",
               ROOT + "/surveys/codes", "--where"]
    done = run(*by_code, "channel=webb", code=2)
    assert "'webb' in the table of channel" in done.stderr, done
    assert (run(*by_code, "province=广东,Beijing,Shanghai").stdout ==
            run(*by_code, "province=44,11,31").stdout)
    done = run("manyi-scorer", "score", *STORE, "--survey", "tcsi",
               "--from", "2026-09-02", "--to", "2026-09-05")
    assert done.stdout != "", done
    assert done.stderr == (
        "manyi-scorer: no answers to tcsi were counted from 2026-09-02 to "
        "2026-09-05, frames invited\n"), done.stderr
    done = run("manyi-scorer", "score", *STORE, "--survey", "repair",
               "--from", "2026-09")
    assert "; there are some of 2026-10 (open)\n" in done.stderr, done
    assert run("manyi-report", "export", "tables", code=2).stdout == ""
    for words in (["manyi-scorer", "score"], ["manyi-report", "export"],
                  ["manyi-report", "export", "scores"], ["manyi-report"]):
        assert "--" in run(*words, "--help").stdout
    for program, command in (("manyi-scorer", "  fit  "),
                             ("manyi-scorer", "  score  "),
                             ("manyi-report", "  export scores  ")):
        assert command in run(program, "--help").stdout
        assert run(program, code=2).stderr == (
            program + ": a command is missing (--help tells more)\n")
    assert "csv or json: csv" not in run("manyi-report", "export",
                                         "--help").stdout
    assert run("manyi-report", "--version").stdout.startswith("manyi-report ")


def damaged_cube():
    collector, client = start()
    fill(client, 300, 7)
    ask = ["--frame", "open", "--format", "json", *PERIOD]
    before = score(*ask)
    with open("store.db-cube.db", "r+b") as f:
        f.seek(0)
        f.write(os.urandom(6000))
    done = run("manyi-scorer", "score", *STORE, "--survey", "repair", *ask)
    assert json.loads(done.stdout) == before
    assert done.stderr.count("event=cube_discarded") == 1, done.stderr
    client.close()
    collector.stop()


if __name__ == "__main__":
    main(numbers, formats, wrong, damaged_cube)
