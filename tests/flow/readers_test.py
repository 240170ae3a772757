"""What readers see through the programs: hidden cells tell nothing in any
format, what they may not ask is refused, and what they have seen is kept; and
the questions with files, good and bad: areas, outside."""
import csv
import io
import json
import math
import os
import random
import sqlite3

from gateway import Client, Collector, add_client, main, response, run

OCTOBER = 1791302400000  # 2026-10-07 00:00 in Shanghai
ASK = ["--store", "sqlite:store.db", "--survey", "repair", "--from", "2026-10"]
READER = [*ASK, "--as", "reader"]
HIDDEN = ("index", "n", "n_eff", "se", "low", "high")
VOID = ["-"] * 5


class Repairs:
    """A collector, and customers who rate their repairs."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        add_client("web", "submit,describe", "--channels", "web",
                   "--frames", "invited,open")
        self.collector = Collector().start()
        self.client = Client(self.collector, "web")
        self.version = self.client.version("repair")

    def rate(self):
        level = self.draw.gauss(7, 1.5)
        a, b, c, d = (min(10, max(1, round(level + self.draw.gauss(0, 1.5))))
                      for _ in range(4))
        return bytes([a, self.draw.choice([1, 2]), b, c, d, 2, 0])

    def add(self, **provinces):
        sent = [response(event_at=OCTOBER + i * 60000, province=p[1:],
                         answered_at=OCTOBER + i * 60000 + 5000,
                         answers=self.rate(), frame="invited")
                for p, n in provinces.items() for i in range(n)]
        reply = self.client.ask("submit", survey="repair",
                                version=self.version, responses=sent)
        assert reply["accepted"] == len(sent), reply

    def stop(self):
        self.client.close()
        self.collector.stop()


def score(*options, code=0, who=READER, kind="score"):
    return run("manyi-scorer", kind, *who, *options, code=code)


def records(*options, who=READER):
    return json.loads(score("--format", "json", *options, who=who).stdout)


def by_province(*options, who=READER):
    found = records("--by", "province", "--construct", "SAT", *options,
                    who=who)
    return {r["cell"]["province"]: r for r in found}


def refused(word, *options, who=READER, kind="score"):
    done = score(*options, code=2, who=who, kind=kind)
    lines = done.stderr.strip().split("\n")
    assert done.stdout == "" and len(lines) == 1, done
    assert lines[0].startswith("manyi-scorer: ") and word in lines[0], done


def hidden():
    repairs = Repairs(1)
    repairs.add(p11=120, p31=80, p44=60, p65=15)
    seen, all = by_province(), by_province(who=ASK)
    assert list(seen) == list(all) == ["11", "31", "44", "65"]
    assert all["65"]["n"] == 15
    # 44 gives way to 65: the nation less the others would be both
    for p, shown in (("11", True), ("31", True), ("44", False), ("65", False)):
        if not shown:
            assert [seen[p][k] for k in HIDDEN] == [None] * 6, seen[p]
            assert seen[p]["flags"] == ["suppressed"]
            continue
        assert seen[p]["n"] == all[p]["n"]
        assert math.isclose(seen[p]["index"], all[p]["index"], abs_tol=0.05)
        for k in HIDDEN:
            assert round(seen[p][k], 1) == seen[p][k], (k, seen[p])
    assert records("--construct", "SAT")[0]["n"] == 275

    table = score("--by", "province", "--construct", "SAT").stdout
    lines = {line.split()[1]: line.split() for line in table.split("\n")[1:5]}
    assert lines["65"][3:8] == lines["44"][3:8] == VOID, table
    assert lines["31"][7] == "80" and lines["11"][7] == "120", table
    rows = list(csv.DictReader(io.StringIO(
        score("--by", "province", "--construct", "SAT", "--format",
              "csv").stdout)))
    assert [[r[k] for k in HIDDEN] for r in rows if r["province"] in
            ("44", "65")] == [[""] * 6] * 2, rows
    assert "15" not in [v for r in rows for v in r.values()], rows

    # nothing is told of nine, nor where they are; ten are in all cells
    repairs.add(p31=9)
    again = by_province()
    for p, r in seen.items():
        assert all_but(again[p]) == all_but(r), (r, again[p])
    repairs.add(p31=1)
    assert by_province()["31"]["n"] == 90
    assert records("--construct", "SAT")[0]["n"] == 285
    done = score("--to", "2026-11", "--by", "period", "--where",
                 "period=2026-11")
    assert "there are some" not in done.stderr, done

    # what was held stays so, whoever asks next and whatever became of the cube
    assert os.path.exists("store.db-readers.db")
    os.remove("store.db-cube.db")
    repairs.add(p44=60)  # no longer the smallest
    held = by_province()
    assert held["44"]["n"] is None and held["31"]["n"] == 90, held
    repairs.add(p65=20)  # nobody is left to protect
    shown = by_province()
    assert shown["44"]["n"] == 120 and shown["65"]["n"] == 35, shown
    repairs.stop()
    db = sqlite3.connect("store.db-readers.db")
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def all_but(record):
    return {k: v for k, v in record.items() if k not in ("watermark", "query")}


def not_for_readers():
    repairs = Repairs(2)
    repairs.add(p11=40)
    repairs.stop()
    with open("people.csv", "w") as f:
        f.write("province,population\n11,1\n")
    refused("nothing by touchpoint", "--by", "touchpoint")
    refused("province by channel", "--by", "operator,province,channel")
    refused("several provinces", "--where", "province=11,31")
    refused("nothing by org", "--where", "org=1")
    refused("whole months", "--from", "2026-10-02", who=READER)
    refused("by period only", "--to", "2026-11")
    refused("invited customers only", "--frame", "open")
    refused("unweighted", "--weighting", "population", "--population",
            "people.csv")
    refused("unweighted", "--weighting", "design")
    refused("item weights", "--item-weights", "frozen", "--base",
            "2026-10..2026-10")
    refused("'neighbour' is none of", "--as", "neighbour", who=ASK)
    for kind in ("areas", "compare", "mend", "rates", "funnel", "outside"):
        refused("for analysts", kind=kind)
    assert records("--construct", "SAT")[0]["n"] == 40


def write(name, text):
    with open(name, "w") as f:
        f.write(text)
    return name


def areas():
    repairs = Repairs(3)
    repairs.add(p11=120, p31=80, p44=60, p65=15, p32=50, p33=45)
    repairs.stop()
    ask = [*ASK, "--construct", "SAT"]
    found = {r["cell"]["province"]: r for r in records_of("areas", ask)}
    assert len(found) == 6
    thin, firm = found["65"], found["11"]
    assert thin["flags"] == ["modelled", "suppressed"]
    assert thin["modelled"] == round(thin["modelled"]) and thin["n"] is None
    assert [thin[k] for k in ("se", "low", "high", "direct", "se_direct",
                              "gamma")] == [None] * 6
    assert firm["n"] == 120 and 0 <= firm["gamma"] <= 1
    assert firm["low"] < firm["modelled"] < firm["high"]

    good = "province,lines\n11,9\n31,7\n44,6.5\n65,2\n32,5\n33,4\n34,3\n"
    path = write("lines.csv", good)
    found = {r["cell"]["province"]: r for r in records_of(
        "areas", ask, "--covariates", path)}
    assert found["34"]["flags"] == ["modelled", "synthetic"], found["34"]
    for text, word in (
            (good.replace("province", "city"), "lines.csv:1: no column"),
            (good.replace("6.5", "many"), "lines.csv:4: lines: 'many'"),
            (good.replace("31,7", "31"), "lines.csv:3: "),
            (good + "31,7\n", "lines.csv:9: 31 is told twice"),
            (good.replace("65,2\n", ""), "lines.csv: nothing of province"),
            ("province,lines\n", "lines.csv: tells of no area")):
        write(path, text)
        refused(word, "--covariates", path, who=ask, kind="areas")
    refused("none.csv", "--covariates", "none.csv", who=ask, kind="areas")
    refused("no dimension 'city'", "--over", "city", who=ask, kind="areas")
    refused("reml, ml, moments", "--estimator", "guess", who=ask,
            kind="areas")


def records_of(kind, who, *options):
    return json.loads(score("--format", "json", *options, who=who,
                            kind=kind).stdout)


def outside():
    repairs = Repairs(4)
    repairs.add(p11=120, p31=40)
    repairs.stop()
    head = "period,subject,indicator,numerator,denominator,source,version\n"
    good = (head + "2026-10,province=11,on_time_repair,80,100,BOSS,1\n"
            "2026-10,province=11,on_time_repair,90,100,BOSS,2\n"
            "2026-10,province=31,on_time_repair,50,50,BOSS,1\n")
    path = write("kept.csv", good)
    ask = [*ASK, "--by", "province"]
    found = records_of("outside", ask, "--indicators", path)
    assert [(r["cell"]["province"], r["value"], r["version"], r["n"])
            for r in found] == [("11", 90, 2, 120), ("31", 100, 1, 40)], found
    first = records_of("outside", ask, "--indicators", path, "--vintage", "1")
    assert first[0]["value"] == 80
    sat = records("--by", "province", "--construct", "SAT", who=ASK)
    assert [r["index"] for r in found] == [r["index"] for r in sat]
    for line, word in (
            ("2026-10-01,,churn,1,2,x,1", "kept.csv:5: period"),
            ("2026-10,town=1,churn,1,2,x,1", "kept.csv:5: subject"),
            ("2026-10,,churn,3,2,x,1", "kept.csv:5: numerator"),
            ("2026-10,,churn,1,2,x,0", "kept.csv:5: version"),
            ("2026-10,province=31,on_time_repair,1,2,x,1",
             "kept.csv:5: on_time_repair of 2026-10 is told again")):
        write(path, good + line + "\n")
        refused(word, "--indicators", path, who=ask, kind="outside")
    write(path, "period,subject\n")
    refused("kept.csv:1: no column 'indicator'", "--indicators", path, who=ask,
            kind="outside")
    refused("--indicators is needed", who=ask, kind="outside")
    write(path, good)
    columns = "standard,grade,touchpoint,item,indicator,limit,text\n"
    write("promised.csv", columns + "S1,,,SAT,on_time_repair,95,on time\n"
          "S1,,,SAT,on_time_repair,95,again\n")
    refused("promised.csv:3: standard: 'S1' is told twice", "--indicators",
            path, "--standards", "promised.csv", who=ask, kind="outside")


if __name__ == "__main__":
    main(hidden, not_for_readers, areas, outside)
