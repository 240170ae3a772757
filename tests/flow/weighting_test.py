#!/usr/bin/python3
"""Weights of people from end to end: `weigh` on a file against R's survey
package, `score --weighting` on a store against sums over what was sent, and
what both say to a population that does not match."""
import csv
import io
import json
import math
import random

from gateway import ROOT, Client, Collector, add_client, main, response, run

GOLD = ROOT + "/tests/gold/data/"
SCHOOLS = GOLD + "apiclus1.csv"
POPULATION = """stype,sch.wide,population
E,,4421
H,,755
M,,1018
,No,1072
,Yes,5122
"""
OCTOBER = 1791302400000  # 2026-10-07 00:00 in Shanghai
RATES = {"near": 50000, "far": 2000}


def write(name, text):
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)
    return name


def people():
    return write("people.csv", POPULATION)


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def weigh(*options, code=0):
    return run("manyi-scorer", "weigh", *options, code=code)


def near(got, want, tolerance=1e-9):
    assert math.isclose(float(got), float(want), rel_tol=tolerance), (got, want)


# ---- a file ----

def weights():
    done = weigh("--data", SCHOOLS, "--population", people(), "--weight", "pw")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    want = rows_of(GOLD + "survey_weights_apiclus1.csv")
    assert len(rows) == len(want) == 183
    for row, reference in zip(rows, want):
        assert row["cds"] == reference["cds"]
        assert abs(float(row["final_weight"]) - float(reference["rake"])) < 1e-8
    assert "183 rows, design, raked stype+sch.wide" in done.stderr, done.stderr


def means():
    design = ["--cluster", "dnum", "--fpc", "fpc", "--weight", "pw"]
    want = {(r["design"], r["variable"]): r
            for r in rows_of(GOLD + "survey_means.csv")}
    for name, options in (
            ("apiclus1_raked_fpc", [*design, "--population", people()]),
            ("apiclus1_cluster_fpc", design),
            ("apiclus1_cluster_nofpc", design[:2] + design[4:])):
        done = weigh("--data", SCHOOLS, *options, "--mean", "api00,enroll",
                     "--format", "json")
        for got in json.loads(done.stdout):
            reference = want[name, got["variable"]]
            near(got["mean"], reference["mean"], 1e-6)
            near(got["se"], reference["se_mean"], 1e-6)
            near(got["total_se"], reference["se_total"], 1e-6)
            near(got["deff"], reference["deff"], 1e-6)
            near(got["n_eff"], 183 / float(reference["kish_deff"]), 1e-6)
    table = weigh("--data", GOLD + "apistrat.csv", "--weight", "pw", "--strata",
                  "stype", "--fpc", "fpc", "--mean", "api00").stdout
    assert "662.287" in table and "weights: design" in table, table


def limits():
    done = weigh("--data", SCHOOLS, "--population", people(), "--weight",
                 "pw", "--lower", "0.8", "--upper", "1.75")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    mean = 6194 / 183
    weights = [float(r["final_weight"]) for r in rows]
    assert min(weights) >= 0.8 * mean - 1e-9, min(weights)
    assert max(weights) <= 1.75 * mean + 1e-9
    for column, code, number in (("stype", "E", 4421), ("stype", "H", 755),
                                 ("sch.wide", "No", 1072)):
        near(sum(w for w, r in zip(weights, rows) if r[column] == code),
             number)
    assert "limits 0.8-1.75" in done.stderr


def file_refusals():
    def refused(population, *options, code=2):
        write("wrong.csv", population)
        done = weigh("--data", SCHOOLS, "--population", "wrong.csv", *options,
                     code=code)
        assert not done.stdout
        return done.stderr

    assert ("a margin that does not match: stype has 6194 people, sch.wide has "
            "6195") in refused(POPULATION.replace("1072", "1073"))
    assert ("stype 'M' is in the sample and has no population"
            in refused("stype,population\nE,5\nH,3\n"))
    assert ("stype 'X' has a population of 9 and nobody in the sample"
            in refused("stype,population\nE,5\nH,3\nM,1\nX,9\n", code=1))
    said = refused(POPULATION, "--upper", "1.3", code=1)
    assert "stype 'H' is not hit after 1000 rounds with weights of 1.3 times " \
        "the mean or less" in said and "too few" in said, said
    assert "no column 'region'" in refused("region,population\nN,5\n")
    assert "--data FILE is needed" in weigh("--population", "wrong.csv",
                                            code=2).stderr
    assert "go with --mean" in weigh(
        "--data", SCHOOLS, "--population", people(), "--strata", "stype",
        code=2).stderr
    write("zero.csv", "stype,w\nE,0\nH,0\n")
    assert "all weights are zero" in weigh(
        "--data", "zero.csv", "--weight", "w", "--mean", "w", code=1).stderr
    write("negative.csv", "stype,w\nE,1\nH,-2\n")
    assert "negative.csv:3: w: '-2' is no number from 0 on" in weigh(
        "--data", "negative.csv", "--weight", "w", "--mean", "w", code=2).stderr
    assert "stratum '413' has a single sampling unit" in weigh(
        "--data", SCHOOLS, "--strata", "dnum", "--mean", "ell", code=1).stderr


# ---- a store ----

def fill(client, count):
    draw = random.Random(5)
    version = client.version()
    sent = []
    for i in range(count):
        place = draw.choice(["11", "11", "31", "44"])
        stratum = draw.choice(["near", "far"])
        level = {"11": 5, "31": 6.5, "44": 8}[place] - (stratum == "far")
        rate = min(10, max(0, round(level + draw.gauss(0, 2))))
        sent.append(response(
            event_at=OCTOBER + i * 60000, answered_at=OCTOBER + i * 60000 + 5000,
            answers=bytes([rate, 1, 5, 5, 5, 2, 0]), province=place,
            stratum=stratum, rate=RATES[stratum], channel="web", frame="open"))
    for at in range(0, count, 1000):
        reply = client.ask("submit", survey="repair", version=version,
                           responses=sent[at:at + 1000])
        assert reply["accepted"] == len(sent[at:at + 1000]), reply
    return sent


def score(*options, code=0):
    done = run("manyi-scorer", "score", "--store", "sqlite:store.db",
               "--survey", "repair", "--from", "2026-10", "--frame", "open",
               "--construct", "SAT",
               *options, code=code)
    return done.stderr if code else json.loads(done.stdout)


def expected(sent, weights):
    given = [(r["answers"][0], w) for r, w in zip(sent, weights)
             if r["answers"][0]]
    total = sum(w for _, w in given)
    mean = sum(v * w for v, w in given) / total
    return 100 * (mean - 1) / 9, total ** 2 / sum(w * w for _, w in given)


def check(record, sent, weights):
    index, n_eff = expected(sent, weights)
    near(record["index"], index)
    near(record["n_eff"], n_eff)
    assert record["n"] == sum(1 for r in sent if r["answers"][0])
    assert 0 < record["se"] < 3 and record["low"] < index < record["high"]


def store(sent):
    design = [1e6 / r["rate"] for r in sent]
    cells = {("11", "near"): 900, ("11", "far"): 3000, ("31", "near"): 100,
              ("31", "far"): 20000, ("44", "near"): 7000, ("44", "far"): 2000}
    write("cells.csv", "period,province,stratum,population\n" + "".join(
        f"2026-10,{p},{s},{n}\n" for (p, s), n in cells.items()))
    count = {k: sum(1 for r in sent if (r["province"], r["stratum"]) == k)
            for k in cells}
    stratified = [cells[k] / count[k]
                  for k in ((r["province"], r["stratum"]) for r in sent)]
    check(score("--weighting", "none", "--format", "json")[0], sent,
          [1] * len(sent))
    record = score("--weighting", "design", "--format", "json")[0]
    check(record, sent, design)
    assert record["weighting"] == "design"
    options = ["--weighting", "population", "--population", "cells.csv",
               "--format", "json"]
    record = score(*options)[0]
    check(record, sent, stratified)
    assert record["weighting"].startswith(
        "design, post-stratified province*stratum "), record
    again = score(*options)[0]
    assert again == record
    write("cells.csv", open("cells.csv").read().replace("20000", "20001"))
    assert score(*options)[0]["query"] != record["query"]


def store_by_province(sent):
    write("cells.csv", "province,population\n11,5\n31,70.5\n44,9\n")
    design = [1e6 / r["rate"] for r in sent]
    for r in score("--weighting", "population", "--population", "cells.csv",
                   "--by", "province", "--format", "json"):
        place = r["cell"]["province"]
        check(r, *zip(*((s, w) for s, w in zip(sent, design)
                        if s["province"] == place)))


def store_refusals():
    asked = ["--weighting", "population", "--population", "wrong.csv"]

    def refused(text, code=2):
        write("wrong.csv", text)
        return score(*asked, code=code)

    assert "wrong.csv:1: channel: people are weighted by" in refused(
        "channel,population\nweb,5\n")
    assert "province '44' is in the sample and has no population" in refused(
        "province,population\n11,5\n31,5\n")
    assert "no population of repair in 2026-10" in refused(
        "period,province,population\n2026-09,11,5\n")
    assert ("is not hit after 1000 rounds with weights from 0.9 to 1.1 times"
            in score(*asked[:3], "cells.csv", "--weight-limits", "0.9,1.1",
                     code=1))
    assert "--weight-limits" in score(*asked, "--weight-limits", "3", code=2)
    assert "go together" in score("--weighting", "population", code=2)
    assert "go together" in score("--population", "cells.csv", code=2)


def in_a_store():
    add_client("web", "submit,describe", "--channels", "sms,web,agent",
               "--frames", "invited,open,test")
    collector = Collector().start()
    client = Client(collector, "web")
    sent = fill(client, 1500)
    store(sent)
    store_by_province(sent)
    store_refusals()
    client.close()
    collector.stop()


if __name__ == "__main__":
    main(weights, means, limits, file_refusals, in_a_store)
