"""What to mend first, rates, and who complains or leaves, as people ask for
them: the numbers against counting the very answers, formats, and refusals."""
import csv
import io
import json
import math
import random

from gateway import Client, Collector, add_client, main, response, run

OCTOBER = 1791302400000
ITEMS = ["IMG1", "IMG2", "IMG3", "EXP1", "EXP2", "EXP3", "QUA1", "QUA2",
         "QUA3", "QUA4", "QUA5", "QUA6", "QUA7", "VAL1", "VAL2", "SAT1",
         "SAT2", "SAT3", "COM0", "COM1", "COM2", "LOY1", "LOY2", "LOY3"]
AT = {code: i for i, code in enumerate(ITEMS)}
STORE = ["--store", "sqlite:store.db", "--survey", "tcsi-mobile"]
ASK = [*STORE, "--frame", "open", "--from", "2026-10"]


def person(draw, province):
    """Answers round a level; QUA5 is the trouble of province 31."""
    level = draw.gauss(7.2, 1.5)
    answers = [min(10, max(1, round(draw.gauss(level, 1.1)))) for _ in ITEMS]
    if province == "31":
        answers[AT["QUA5"]] = max(1, answers[AT["QUA5"]] - 3)
    answers[AT["COM0"]] = 1 if draw.random() < (0.4 if level < 6 else 0.1) \
        else 2
    for i in range(len(ITEMS)):
        if draw.random() < 0.03:
            answers[i] = 0
    return answers


def fill(client, count):
    draw = random.Random(3)
    sent = []
    for i in range(count):
        province = draw.choice(["11", "31", "44"])
        sent.append(response(event_at=OCTOBER + i * 60000, product="MOB",
                             answered_at=OCTOBER + i * 60000 + 5000,
                             answers=bytes(person(draw, province)),
                             respondent=draw.randbytes(16),
                             province=province))
    version = client.version("tcsi-mobile")
    for at in range(0, count, 1000):
        reply = client.ask("submit", survey="tcsi-mobile", version=version,
                           responses=sent[at:at + 1000])
        assert reply["accepted"] == len(sent[at:at + 1000]), reply
    return sent


def ask(kind, *options):
    return json.loads(run("manyi-scorer", kind, *ASK, *options, "--format",
                          "json").stdout)


def given(sent, code, province=None):
    return [r["answers"][AT[code]] for r in sent if r["answers"][AT[code]] and
            province in (None, r["province"])]


def mean(numbers):
    return sum(numbers) / len(numbers)


def near(a, b, tolerance=1e-9):
    assert math.isclose(a, b, rel_tol=0, abs_tol=tolerance), (a, b)


def mend(sent):
    rows = ask("mend", "--by", "province")
    assert len(rows) == 3 * 15  # IMG, EXP, QUA, VAL lead to SAT
    assert rows == ask("mend", "--by", "province")
    for r in rows:
        own = 100 * (mean(given(sent, r["item"], **r["cell"])) - 1) / 9
        nation = 100 * (mean(given(sent, r["item"])) - 1) / 9
        near(r["performance"], own)
        near(r["aim"], nation)
        assert (r["flags"] == ["reached"]) == (own >= nation)
        if own < nation:
            near(r["gain"], r["importance"] * (nation - own))
            assert r["gain_low"] < r["gain"] < r["gain_high"]
        else:
            assert r["gain"] is None
    worst = [r for r in rows if r["cell"]["province"] == "31"]
    assert worst[0]["item"] == "QUA5" and worst[0]["rank"] == 1, worst[0]
    assert worst[0]["behind"] < -8
    first = ask("mend", "--by", "province", "--sort", "weakest", "--top", "1",
                "--aim", "best", "--where", "province=31,44")
    assert [r["rank"] for r in first] == [1, 1]
    assert first[0]["item"] == "QUA5" and first[0]["aim_cell"] == "44"
    table = run("manyi-scorer", "mend", *ASK, "--of", "constructs", "--target",
                "LOY").stdout
    assert "no promise" in table and "nan" not in table.lower().split()


def rates(sent):
    rows = {(r["cell"]["province"], r["measure"]): r
            for r in ask("rates", "--by", "province")}
    assert len(rows) == 3 * 7
    for province in "11", "31", "44":
        sat = given(sent, "SAT1", province)
        near(rows[province, "satisfied"]["value"],
             100 * mean([x >= 9 for x in sat]))
        near(rows[province, "dissatisfied"]["value"],
             100 * mean([x <= 6 for x in sat]))
        near(rows[province, "mean"]["value"], mean(sat))
        near(rows[province, "complained"]["value"],
             100 * mean([x == 1 for x in given(sent, "COM0", province)]))
        nps = rows[province, "nps"]
        near(nps["value"], 100 * mean([(x >= 9) - (x <= 6)
                                       for x in given(sent, "LOY2", province)]))
        assert nps["flags"] == ["cut_1_10"] and nps["item"] == "LOY2"
        near(rows[province, "loyal"]["value"],
             100 * mean([x >= 9 for x in given(sent, "LOY1", province)]))
        assert nps["low"] < nps["value"] < nps["high"]
    shares = [r["value"] for r in ask("rates", "--distribution")
              if r["measure"] == "answer"]
    assert len(shares) == 10
    near(sum(shares), 100)
    text = run("manyi-scorer", "rates", *ASK, "--satisfied", "8", "--fair",
               "8", "--format", "csv").stdout
    row = next(csv.DictReader(io.StringIO(text)))
    near(float(row["value"]), 100 * mean([x >= 8 for x in
                                          given(sent, "SAT1")]))


def leave(sent):
    rows = {(r["satisfaction"], r["complained"], r["handling"]): r
            for r in ask("exit")}
    assert len(rows) == 4 * 6
    both = [r["answers"] for r in sent
            if r["answers"][AT["SAT1"]] and r["answers"][AT["COM0"]]]
    angry = [a for a in both if a[AT["SAT1"]] <= 6]
    silent = [a for a in angry if a[AT["COM0"]] == 2]
    row = rows["dissatisfied", "no", ""]
    assert row["n"] == len(silent)
    near(row["within"], 100 * len(silent) / len(angry))
    near(row["share"], 100 * len(silent) / len(both))
    quiet = mean([a[AT["LOY1"]] for a in both
                  if a[AT["COM0"]] == 2 and a[AT["LOY1"]]])
    well = [a[AT["LOY1"]] for a in both
            if a[AT["COM0"]] == 1 and a[AT["COM1"]] >= 9 and a[AT["LOY1"]]]
    row = rows["all", "yes", "well"]
    near(row["as_loyal"], 100 * mean([x >= quiet for x in well]))
    near(row["loyalty_gap"], (quiet - mean(well)) / 9 * 100)


def outcomes(sent):
    draw = random.Random(4)
    left = []
    with open("outcomes.csv", "w") as file:
        file.write("respondent,outcome,date\n" + "ab" * 16 + ",left,\n")
        for r in sent:
            risk = 1 / (1 + math.exp(0.8 * (r["answers"][AT["SAT2"]] - 4)))
            left.append(draw.random() < risk)
            file.write("%s,%s,2026-12-01\n" % (
                r["respondent"].hex(), "ported" if left[-1] else "stayed"))
    rows = {r["term"]: r for r in ask("exit", "--outcome", "outcomes.csv")}
    assert list(rows)[:4] == ["constant", "SAT", "LOY", "COM"]
    assert rows["SAT"]["high"] < 0 and rows["SAT"]["odds_ratio"] < 1
    near(rows["SAT"]["odds_ratio"], math.exp(10 * rows["SAT"]["value"]))
    assert rows["likelihood_ratio"]["p"] < 1e-6
    assert 0.5 < rows["auc_left_out"]["value"] < rows["auc"]["value"] < 1
    assert rows["SAT"]["left"] <= sum(left)
    cells = ask("exit", "--outcome", "outcomes.csv", "--tell", "cells", "--by",
                "province")
    assert sum(c["n"] for c in cells) == rows["SAT"]["n"]
    # the constant makes what is expected what there is
    near(sum(c["n"] * c["expected"] for c in cells),
         sum(c["n"] * c["observed"] for c in cells), 1e-5)
    table = run("manyi-scorer", "exit", *ASK, "--outcome", "outcomes.csv",
                "--tell", "calibration").stdout
    assert "lines that match no answer: 1;" in table


def refused():
    with open("bad.csv", "w") as file:
        file.write("id,outcome\n12,left\n")
    for kind, word, code, *options in (
            ("mend", "no construct 'NONE'", 2, "--target", "NONE"),
            ("mend", "is none of nation, best", 2, "--aim", "moon"),
            ("mend", "--top", 2, "--top", "0"),
            ("rates", "no item 'NONE'", 2, "--item", "NONE"),
            ("rates", "is no ITEM=CODE", 2, "--complaint", "COM0"),
            ("exit", "needs --outcome", 2, "--tell", "model"),
            ("exit", "bad.csv:2: '12' is not", 2, "--outcome", "bad.csv"),
            ("exit", "none.csv", 2, "--outcome", "none.csv")):
        done = run("manyi-scorer", kind, *ASK, *options, code=code)
        assert done.stdout == "", done
        assert done.stderr.count("\n") == 1 and word in done.stderr, done
    done = run("manyi-scorer", "exit", *STORE, "--frame", "open", "--from",
               "2026-08", "--to", "2026-08", "--format", "json")
    assert json.loads(done.stdout) == []
    assert "2026-10" in done.stderr, done.stderr  # where they are


def questions():
    add_client("web", "submit,describe", "--channels", "sms,web,agent",
               "--frames", "invited,open,test")
    collector = Collector().start()
    client = Client(collector, "web")
    sent = fill(client, 1500)
    client.close()
    collector.stop()
    mend(sent)
    rates(sent)
    leave(sent)
    outcomes(sent)
    refused()
    for kind in ("mend", "rates", "exit"):
        assert "--where" in run("manyi-scorer", kind, "--help").stdout


if __name__ == "__main__":
    main(questions)
