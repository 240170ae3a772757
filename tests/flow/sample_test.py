"""The generated national sample is what population.h says of it."""
import collections
import csv
import hashlib
import math
import os
import subprocess

SAMPLE = os.path.join(os.path.dirname(os.environ["BIN"]), "tests", "flow",
                      "sample")
ITEMS = ("IMG1 IMG2 IMG3 EXP1 EXP2 EXP3 QUA1 QUA2 QUA3 QUA4 QUA5 QUA6 QUA7 "
         "VAL1 VAL2 SAT1 SAT2 SAT3 COM0 COM1 COM2 LOY1 LOY2 LOY3").split()
SAT = ["SAT1", "SAT2", "SAT3"]
ROWS = 60000


def sample(*args, code=0):
    done = subprocess.run([SAMPLE, *args], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    assert done.returncode == code, (args, done)
    assert bool(done.stderr) == bool(code), (args, done.stderr)
    return done.stdout


def near(got, want, sd, what):
    """Within five standard deviations of chance."""
    assert abs(got - want) <= 5 * sd, (what, got, want, sd)


def share(got, n, want, what):
    near(got / n, want, math.sqrt(want * (1 - want) / n), what)


def refuses():
    for args in ([], ["--rows", "0", "--product", "MOB"],
                 ["--rows", "x", "--product", "MOB"], ["--rows", "5"],
                 ["--rows", "5", "--product", "IPT"],
                 ["--rows", "5", "--product", "MOB", "--month", "2026-13"],
                 ["--rows", "5", "--product", "MOB", "--month", "2026-10-01"],
                 ["--rows", "5", "--product", "MOB", "--channel", "fax"],
                 ["--rows", "5", "--product", "MOB", "more"]):
        assert sample(*args, code=2) == b"", args
    sample("--rows", "5", "--product", "MOB", "--out", "no/such", code=1)
    sample("--rows", "100000", "--product", "MOB", "--out", "/dev/full",
           code=1)


def repeats():
    one = sample("--rows", "500", "--product", "FIX", "--seed", "7")
    assert one == sample("--rows", "500", "--product", "FIX", "--seed", "7")
    assert one != sample("--rows", "500", "--product", "FIX", "--seed", "8")
    sample("--rows", "500", "--product", "FIX", "--seed", "7", "--out", "f")
    with open("f", "rb") as f:
        assert f.read() == one
    os.remove("f")
    # Whoever means to change the population makes this and the truth stored in
    # tests/bench/coverage_study.c again.
    answers = b"".join(line.split(b",", 14)[14]
                       for line in one.splitlines(keepends=True))
    digest = hashlib.sha256(answers).hexdigest()
    assert digest.startswith("af96998dc2c2ce2358f90c9eec5176e3"), digest
    # a row does not depend on how many there are
    assert one.startswith(
        sample("--rows", "200", "--product", "FIX", "--seed", "7"))


def read(*args):
    text = sample("--rows", str(ROWS), "--month", "2026-02", *args).decode()
    rows = list(csv.DictReader(text.splitlines()))
    assert list(rows[0])[-len(ITEMS):] == ITEMS
    return rows


def index(row):
    given = [int(row[i]) for i in SAT if row[i]]
    return given and 100 * (sum(given) / len(given) - 1) / 9


def mean_index(rows):
    values = [v for v in map(index, rows) if v != []]
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))


def context(rows):
    assert len({r["respondent"] for r in rows}) == ROWS
    assert all(len(r["respondent"]) == 32 for r in rows)
    for r in rows:
        assert r["operator"] == "CT" and r["product"] == "MOB", r
        assert r["org"] == "CT" + r["province"], r
        assert r["stratum"] == r["province"] + "-" + "UR"[
            int(r["AREA"]) - 1], r
        assert r["rate"] == "0.001", r
        assert r["frame"] == "invited" and r["entry"] == "own", r
        assert "2026-02-01" <= r["event_at"] < "2026-03-01", r
        assert r["event_at"] <= r["answered_at"], r
    channels = collections.Counter(r["channel"] for r in rows)
    for name, want in ("sms", 0.5), ("web", 0.3), ("agent", 0.2):
        share(channels[name], ROWS, want, name)
    share(sum(r["stratum"].endswith("-R") for r in rows), ROWS, 0.36, "rural")
    provinces = collections.Counter(r["province"] for r in rows)
    assert len(provinces) == 31
    share(provinces["44"], ROWS, 1260 / 14098, "Guangdong")
    share(provinces["54"], ROWS, 36 / 14098, "Xizang")


def answers(rows):
    full = [r for r in rows if r["channel"] != "sms"]
    for r in rows:
        if r["channel"] == "sms":
            assert r["SAT1"] and not any(
                r[i] for i in ITEMS if i not in SAT), r
        for i in ITEMS:
            assert r[i] == "" or 1 <= int(r[i]) <= (2 if i == "COM0" else 10)
    for i in ITEMS:
        missing = sum(r[i] == "" for r in full)
        share(missing, len(full), 0.04 if i == "COM1" else 0.02, i)
    assert not any(r["COM1"] for r in full if not r["COM0"])
    share(sum(r["COM0"] == "1" for r in full), len(full), 0.12, "complained")


def levels(rows):
    by = {c: mean_index([r for r in rows if r["channel"] == c])
          for c in ("sms", "web", "agent")}
    for name, (mean, sd) in by.items():
        assert 75 < mean < 81 and 13 < sd < 17, (name, mean, sd)
    assert by["sms"][0] < by["web"][0] < by["agent"][0], by
    broadband = mean_index(read("--product", "BBD", "--channel", "web"))
    assert 4 < by["web"][0] - broadband[0] < 7, broadband


refuses()
repeats()
mobile = read("--product", "MOB")
context(mobile)
answers(mobile)
levels(mobile)
