#!/usr/bin/python3
"""manyi-scorer fit --scores: scores and indices of every row, computed again
from the answers and the item weights."""
import csv
import json
import os
import statistics
import stat
import subprocess
import tempfile

ROOT, BIN = os.environ["ROOT"], os.environ["BIN"]
GOLD = ROOT + "/tests/gold/data/"
SURVEY = ROOT + "/surveys/definitions/ecsi-mobile.yaml"
BLOCKS = {"IMG": ["IMAG", 5], "EXP": ["CUEX", 3], "QUA": ["PERQ", 7],
          "VAL": ["PERV", 2], "SAT": ["CUSA", 3], "COM": ["CUSCO", 0],
          "LOY": ["CUSL", 3]}
BLOCKS = {c: [s + str(i + 1) for i in range(n)] or [s]
          for c, (s, n) in BLOCKS.items()}
work = tempfile.TemporaryDirectory(dir=".")
OUT = os.path.join(work.name, "scores.csv")


def run(*arguments, data, code=0):
    done = subprocess.run([BIN + "/manyi-scorer", "fit", "--survey", SURVEY,
                           "--data", data, "--format", "json", *arguments],
                          capture_output=True, text=True, check=False)
    assert done.returncode == code, (arguments, done.stderr)
    return done


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def scores(*arguments, data):
    """The result and the file; the result is that without the option."""
    done = run("--errors", "none", "--scores", OUT, *arguments, data=data)
    plain = run("--errors", "none", *arguments, data=data)
    assert done.stdout == plain.stdout
    return json.loads(done.stdout), rows_of(OUT)


def near(got, want, what):
    assert abs(float(got) - want) <= 1e-9, (what, got, want)


def moments(values, weights):
    n = sum(weights)
    mean = sum(v * w for v, w in zip(values, weights)) / n
    return mean, sum(w * (v - mean) ** 2 for v, w in zip(values, weights))


def check(result, answers, got, weights=None):
    """Means and standard deviations of the answers that count."""
    weights = weights or [1] * len(answers)
    assert [r["row"] for r in got] == [str(i + 1) for i in range(len(answers))]
    assert list(got[0]) == ["row", *(c + ".score" for c in BLOCKS),
                            *(c + ".index" for c in BLOCKS)]
    z, raw = {}, {}
    for item in sum(BLOCKS.values(), []):
        there = [(float(a[item]), w) for a, w in zip(answers, weights)
                 if a[item] and w]
        mean = sum(v * w for v, w in there) / sum(w for _, w in there)
        raw[item] = [float(a[item]) if a[item] else mean for a in answers]
        _, square = moments(raw[item], weights)
        sd = (square / scale(weights)) ** 0.5
        z[item] = [(v - mean) / sd for v in raw[item]], sd
    for c, items in BLOCKS.items():
        w = [result["weights"][i] for i in items]
        u = [a / z[i][1] for a, i in zip(w, items)]
        u = [a / sum(u) for a in u]
        for k, row in enumerate(got):
            if not weights[k]:
                assert row[c + ".score"] == row[c + ".index"] == ""
                continue
            near(row[c + ".score"], sum(a * z[i][0][k] for a, i in
                                        zip(w, items)), (c, k))
            near(row[c + ".index"], 100 / 9 * (sum(
                a * raw[i][k] for a, i in zip(u, items)) - 1), (c, k))
        scored = [float(r[c + ".score"] or 0) for r in got]
        index = [float(r[c + ".index"] or 0) for r in got]
        mean, square = moments(scored, weights)
        near(mean, 0, c)
        near(square / scale(weights), 1, c)
        near(moments(index, weights)[0], result["index"][c]["value"], c)


def scale(weights):
    """The divisor: n - 1 of the rows that count, for a mean weight of 1."""
    n = sum(w > 0 for w in weights)
    return sum(weights) * (n - 1) / n


def test_all_answers():
    result, got = scores(data=GOLD + "mobi.csv")
    check(result, rows_of(GOLD + "mobi.csv"), got)
    assert stat.S_IMODE(os.stat(OUT).st_mode) == 0o600
    # a path of one arrow is the correlation of two columns
    path = next(p for p in result["paths"] if p["to"] == "EXP")
    near(path["coefficient"], statistics.correlation(
        *([float(r[c + ".score"]) for r in got] for c in ("IMG", "EXP"))), path)


def test_missing():
    data = GOLD + "mobi_missing5.csv"
    answers = [{k: v if v != "NA" else "" for k, v in r.items()}
               for r in rows_of(data)]
    assert any("" in r.values() for r in answers)
    result, got = scores("--missing", "mean", data=data)
    check(result, answers, got)
    whole = [all(r[i] for i in sum(BLOCKS.values(), [])) for r in answers]
    result, got = scores("--missing", "complete", data=data)
    check(result, answers, got, weights=[int(w) for w in whole])
    assert result["n"] == sum(whole) < 250
    scores("--missing", "pairwise", data=data)


def test_weights():
    weights = [float(r["weight"]) for r in rows_of(GOLD + "mobi_weights.csv")]
    weights[3] = weights[200] = 0
    answers = rows_of(GOLD + "mobi.csv")
    data = os.path.join(work.name, "w.csv")
    with open(data, "w") as file:
        file.write(",".join([*answers[0], "w"]) + "\n")
        for a, w in zip(answers, weights):
            file.write(",".join([*a.values(), repr(w)]) + "\n")
    result, got = scores("--weight", "w", data=data)
    check(result, answers, got, weights=weights)


def test_whole_or_not():
    data = GOLD + "mobi.csv"
    scores(data=data)
    with open(OUT) as file:
        before = file.read()
    with open(data) as file:
        bad = os.path.join(work.name, "bad.csv")
        with open(bad, "w") as out:
            out.write(file.read().replace("7", "x", 1))
    run("--scores", OUT, data=bad, code=2)
    with open(OUT) as file:
        assert file.read() == before
    done = run("--scores", work.name, data=data, code=2)
    assert done.stdout == "" and work.name in done.stderr, done.stderr
    done = run("--scores", work.name + "/no/such", data=data, code=2)
    assert done.stdout == "" and "no/such" in done.stderr, done.stderr
    left = subprocess.run([BIN + "/manyi-scorer", "fit", "--survey", "x",
                           "--store", "x", "--scores", OUT],
                          capture_output=True, text=True, check=False)
    assert left.returncode == 2 and "--scores goes with --data" in left.stderr
    assert set(os.listdir(work.name)) <= {"scores.csv", "w.csv", "bad.csv"}


def main():
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            test()
    work.cleanup()


main()
