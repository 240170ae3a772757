#!/usr/bin/python3
"""manyi-scorer fit --predict and --group, from files to JSON, against the
reference results; what is refused, and what people read."""
import csv
import json
import os
import random
import subprocess
import sys
import tempfile

ROOT, BIN = os.environ["ROOT"], os.environ["BIN"]
GOLD = ROOT + "/tests/gold/data/"
SURVEY = ROOT + "/surveys/definitions/ecsi-mobile.yaml"
CODES = {"Image": "IMG", "Expectation": "EXP", "Quality": "QUA", "Value": "VAL",
         "Satisfaction": "SAT", "Complaints": "COM", "Loyalty": "LOY"}
work = tempfile.TemporaryDirectory(dir=".")


def run(*arguments, data=GOLD + "mobi.csv", survey=SURVEY):
    return subprocess.run([BIN + "/manyi-scorer", "fit", "--survey", survey,
                           "--data", data, "--errors", "none", *arguments],
                          capture_output=True, text=True, check=False)


def fit(*arguments, **more):
    done = run("--format", "json", *arguments, **more)
    assert done.returncode == 0, (arguments, done.stderr)
    return json.loads(done.stdout)


def refused(status, words, *arguments, **more):
    done = run(*arguments, **more)
    assert done.returncode == status and words in done.stderr, \
        (words, done.returncode, done.stderr)
    assert done.stdout == ""


def rows_of(name):
    with open(GOLD + name, newline="") as file:
        return list(csv.DictReader(file))


def near(got, want, tolerance, what):
    assert got is not None and abs(got - float(want)) <= tolerance, \
        f"{what}: got {got!r}, want {want}"


def write(name, text):
    path = os.path.join(work.name, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def lines_of(name="mobi.csv"):
    with open(GOLD + name) as file:
        return file.read().splitlines()


def labelled(name, word):
    """The mobile answers with a column `area`; word(number, row) fills it."""
    header, *lines = lines_of()
    columns = header.split(",")
    out = [header + ",area"]
    for i, line in enumerate(lines):
        out.append(line + "," + word(i, dict(zip(columns, line.split(",")))))
    return write(name, "\n".join(out) + "\n")


def test_prediction_with_given_folds():
    got = fit("--predict", "--folds", GOLD + "plspredict_folds.csv")
    prediction = got["prediction"]
    assert prediction["technique"] == "direct"
    assert (prediction["folds"], prediction["repetitions"]) == (10, 1)
    items = {i["item"]: i for i in prediction["items"]}
    want = rows_of("plspredict_seminr_DA.csv")
    assert items.keys() == {r["item"] for r in want}
    for row in want:
        item = items[row["item"]]
        assert item["n"] == 250
        for column, got_one in (("PLS_in", item["in"]["pls"]["rmse"]),
                                ("PLS_out", item["out"]["pls"]["rmse"]),
                                ("LM_in", item["in"]["lm_all"]["rmse"]),
                                ("LM_out", item["out"]["lm_all"]["rmse"]),
                                ("PLS_out_MAE", item["out"]["pls"]["mae"])):
            near(got_one, row[column], 1e-10, row["item"] + " " + column)
        near(item["q2"], 1 - item["out"]["pls"]["rmse"] ** 2 /
             item["out"]["mean"]["rmse"] ** 2, 1e-12, "q2")
    overall = prediction["overall"]
    assert overall["items"] == 19 and overall["power"] == "medium"
    assert overall["validity"] == "strong"
    assert overall["cvpat"]["mean"]["p"] < 1e-6
    assert [c["construct"] for c in prediction["constructs"]] == \
        ["EXP", "QUA", "VAL", "SAT", "COM", "LOY"]
    assert got["blindfolding"]["omission_distance"] == 7
    near(got["blindfolding"]["q2"]["SAT"], 0.447132, 1e-6, "Q2 of SAT")
    assert "IMG" not in got["blindfolding"]["q2"]


def test_folds_drawn():
    one = fit("--predict", "--folds", "10", "--repetitions", "1")
    same = fit("--predict", "--repetitions", "1", "--seed", "1")
    other = fit("--predict", "--repetitions", "1", "--seed", "2")
    assert one["prediction"] == same["prediction"] != other["prediction"]
    assert fit("--predict", "--folds", "5")["prediction"]["repetitions"] == 10
    earliest = fit("--predict", "--technique", "earliest")["prediction"]
    assert earliest["technique"] == "earliest"
    rmse = {i["item"]: i["out"]["pls"]["rmse"] for i in earliest["items"]}
    assert rmse["CUSA1"] > 1.05  # Image alone tells less than all before it


def test_report_predicts_too():
    report = fit("--report", "--repetitions", "2")
    assert report["prediction"]["repetitions"] == 2
    assert "groups" not in report
    plain = fit()
    assert "prediction" not in plain and "blindfolding" not in plain


def test_weights_and_missing_answers():
    weighted = fit("--predict", "--missing", "mean", "--repetitions", "1",
                   data=GOLD + "mobi_missing5.csv")
    assert all(200 < i["n"] < 250 for i in weighted["prediction"]["items"])
    # rows without a weight are no rows, and their folds are passed over
    header, *lines = lines_of()
    some = [l + (",0" if i % 5 == 0 else ",2") for i, l in enumerate(lines)]
    left = [l for i, l in enumerate(lines) if i % 5]
    folds = ["row,fold"] + [f"{i + 1},{i % 4 + 1}" for i in range(250)]
    kept = [i for i in range(250) if i % 5]
    folds_left = ["row,fold"] + [f"{n + 1},{i % 4 + 1}"
                                 for n, i in enumerate(kept)]
    got = fit("--weight", "w", "--predict", "--folds",
              write("f.csv", "\n".join(folds) + "\n"),
              data=write("w.csv", "\n".join([header + ",w"] + some) + "\n"))
    want = fit("--predict", "--folds",
               write("g.csv", "\n".join(folds_left) + "\n"),
               data=write("l.csv", "\n".join([header] + left) + "\n"))
    assert got["prediction"]["folds"] == 4
    for a, b in zip(got["prediction"]["items"], want["prediction"]["items"]):
        assert a["n"] == b["n"] == 200
        near(a["out"]["pls"]["rmse"], b["out"]["pls"]["rmse"], 1e-9, a["item"])
    for code, q2 in want["blindfolding"]["q2"].items():
        near(got["blindfolding"]["q2"][code], q2, 1e-9, "Q2 of " + code)


def test_prediction_refused():
    def said(*arguments, **more):
        return fit("--predict", *arguments, **more)["prediction"]["refused"]

    assert "pairwise" in said("--missing", "pairwise",
                              data=GOLD + "mobi_missing5.csv")
    assert "without --consistent" in said("--consistent")
    assert "nothing to predict" in said(
        survey=ROOT + "/surveys/definitions/instant.yaml",
        data=write("one.csv", "INS1\n" + "".join(
            f"{random.Random(9 + i).randint(1, 10)}\n" for i in range(99))))
    # the rows are a multiple of the distance: told, and the rest stands
    header, *lines = lines_of()
    got = fit("--predict", data=write("245.csv", "\n".join(
        [header] + lines[:245]) + "\n"))
    assert "multiple of the omission distance 7" in \
        got["blindfolding"]["refused"]
    assert got["prediction"]["overall"]["items"] == 19
    got = fit("--predict", "--omission", "6",
              data=os.path.join(work.name, "245.csv"))
    assert got["blindfolding"]["q2"]["SAT"] > 0.3


def test_folds_refused():
    good = ["row,fold"] + [f"{i + 1},{i % 4 + 1}" for i in range(250)]
    for change, words in (
            (["line,fold"] + good[1:], ":1: the columns row and fold are needed"),
            (good[:-1], ": row 250 has no fold"),
            (good + ["7,1"], ":252: told before: row 7"),
            (good + ["251,1"], ":252: row: a whole number from 1 to 250"),
            (good + ["0,1"], ":252: row: a whole number"),
            (good[:-1] + ["250,101"],
             ":251: fold: a whole number from 1 to 100"),
            (good[:-1] + ["250,-1"], ":251: fold: a whole number"),
            (good[:-1] + ["250,1.5"], ":251: fold: a whole number"),
            (good[:-1] + ["250,"], ":251: fold: a whole number")):
        refused(2, words, "--predict", "--folds",
                write("bad.csv", "\n".join(change) + "\n"))
    refused(2, "nothing.csv: ", "--predict", "--folds", "nothing.csv")
    refused(2, "1 folds: 2 to 100", "--predict", "--folds", "1")
    refused(2, "omission", "--predict", "--omission", "1")
    refused(2, "technique", "--predict", "--technique", "late")


def test_groups():
    data = labelled("area.csv",
                    lambda i, row: "a low" if int(row["CUEX1"]) < 8 else "high")
    got = fit("--group", "area", "--threads", "2", data=data)["groups"]
    assert [m["group"] for m in got["members"]] == ["a low", "high"]
    assert [m["n"] for m in got["members"]] == [108, 142]
    assert (got["permutations"], got["resamples"]) == (1000, 1000)
    pair, = got["pairs"]
    assert (pair["one"], pair["two"]) == ("a low", "high")
    want = {r["stat"]: r for r in rows_of("mga_permutation_own.csv")}
    for path in pair["paths"]:
        name = "diff " + "->".join(
            next(k for k in CODES if CODES[k] == path[end])
            for end in ("from", "to"))
        near(path["difference"], want[name]["observed"], 1e-9, name)
        near(path["p_permutation"], want[name]["p_permutation"], 0.09, name)
    for name, code in CODES.items():
        row = want["micom_c " + name]
        near(pair["micom"][code]["c"], row["observed"], 1e-9, name)
        assert pair["micom"][code]["invariance"] == "partial"
        low, high = (pair["micom"][code]["mean"][k] for k in ("low", "high"))
        assert pair["micom"][code]["mean"]["difference"] < low < 0 < high
    members = {r["source"] + r["target"]: r
               for r in rows_of("mga_seminr_CUEX1_lt_8.csv")}
    for n, member in enumerate(got["members"]):
        for path in member["paths"]:
            name = "".join(next(k for k in CODES if CODES[k] == path[end])
                           for end in ("from", "to"))
            near(path["coefficient"], members[name][f"group{n + 1}_beta"], 1e-9,
                 name)
            assert path["se"] > 0
    assert pair["index"]["SAT"]["p_adjusted"] <= 0.05
    again = fit("--group", "area", "--threads", "1", data=data)["groups"]
    assert got == again


def test_more_groups():
    data = labelled("three.csv",
                    lambda i, row: ["north", "", "south", "east"][i % 4])
    got = fit("--group", "area", "--permutations", "99", "--bootstrap", "50",
              "--errors", "bootstrap", data=data)["groups"]
    assert [m["group"] for m in got["members"]] == ["east", "north", "south"]
    assert got["without_group"] == 63
    assert (got["permutations"], got["resamples"]) == (99, 50)
    assert [(p["one"], p["two"]) for p in got["pairs"]] == [
        ("east", "north"), ("east", "south"), ("north", "south")]
    done = run("--group", "area", "--permutations", "99", data=data)
    assert done.returncode == 0 and done.stderr == ""
    assert "63 answers are in no group" in done.stdout
    assert "north (one) and south (two)" in done.stdout


def test_groups_refused():
    def said(word, *arguments):
        data = labelled("refused.csv", word)
        return fit("--group", "area", *arguments, data=data)["groups"]["refused"]

    assert "fewer than two groups" in said(lambda i, row: "all")
    assert said(lambda i, row: "few" if i < 23 else "many") == \
        "few: 23 rows are fewer than the 24 items of the model"
    assert said(lambda i, row: "same" if row["CUEX1"] == "7" else "other") \
        .startswith("same: CUEX1: constant")
    assert "without --consistent" in said(lambda i, row: "ab"[i % 2],
                                          "--consistent")
    refused(2, "25 groups: 20 can be compared", "--group", "area",
            data=labelled("many.csv", lambda i, row: f"g{i % 25}"))
    refused(2, "no column nowhere", "--group", "nowhere")


def test_text():
    done = run("--predict", "--group", "area", "--permutations", "99",
               data=labelled("text.csv", lambda i, row: "ab"[i % 2]))
    assert done.returncode == 0 and done.stderr == ""
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80, max(lines, key=len)
    for words in ("10 folds, 10 times; from the constructs with an arrow",
                  "Predictive power is medium: closer than LM on",
                  "(CVPAT at 5 %: Liengaard et al. 2021; Sharma et al. 2023)",
                  "One answer in 7 left out in turn",
                  "a (one) and b (two)",
                  "Paths and indices that differ at 5 % after adjustment:"):
        assert any(words in line for line in lines), words


def main():
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            test()
    work.cleanup()


if __name__ == "__main__":
    sys.exit(main())
