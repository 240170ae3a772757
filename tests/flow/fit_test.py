#!/usr/bin/python3
"""manyi-scorer fit, from files to JSON, against the reference results; and
what it says to files that are not as they should be."""
import csv
import json
import math
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


def run(*arguments, stdin=None):
    return subprocess.run([BIN + "/manyi-scorer", "fit", *arguments],
                          input=stdin, capture_output=True, text=True,
                          check=False)


def fit(*arguments, survey=SURVEY, data="mobi.csv", **more):
    """The parsed result; fails the test when there is none."""
    path = data if "/" in data or data == "-" else GOLD + data
    done = run("--survey", survey, "--data", path, "--format", "json",
               *arguments, **more)
    assert done.returncode == 0, (arguments, done.stderr)
    return json.loads(done.stdout)


def rows_of(name):
    with open(GOLD + name, newline="") as file:
        return list(csv.DictReader(file))


def near(got, want, tolerance, what):
    assert got is not None and abs(got - float(want)) <= tolerance, \
        f"{what}: got {got!r}, want {want}"


def arrow(name):
    start, end = name.split("->")
    return CODES[start], CODES[end]


def by_arrow(paths, value="coefficient"):
    return {(p["from"], p["to"]): p[value] for p in paths}


def write(name, text):
    path = os.path.join(work.name, name)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path


def check_paths(result, rows, column, tolerance, what):
    got = by_arrow(result["paths"])
    assert len(got) == 12
    for row in rows:
        near(got[arrow(row["path"])], row[column], tolerance,
             what + " " + row["path"])


def check_items(got, rows, column, tolerance, what):
    assert len(got) == 24
    for row in rows:
        near(got[row["item"]], row[column], tolerance,
             what + " " + row["item"])


def check_r2(got, rows, column, what):
    want = {CODES[r["construct"]]: r[column] for r in rows
            if r[column] != "NA"}
    assert got.keys() == want.keys()
    for construct, value in want.items():
        near(got[construct], value, 1e-10, what + " R2 " + construct)


def inverse(matrix):
    """Gauss-Jordan with pivots: not how manyi does it."""
    n = len(matrix)
    a = [row[:] + [float(i == j) for j in range(n)]
         for i, row in enumerate(matrix)]
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(a[i][k]))
        a[k], a[pivot] = a[pivot], a[k]
        a[k] = [x / a[k][k] for x in a[k]]
        for i in range(n):
            if i != k:
                a[i] = [x - a[i][k] * y for x, y in zip(a[i], a[k])]
    return [row[n:] for row in a]


def check_total(result, what):
    names = list(CODES.values())
    paths = by_arrow(result["paths"])
    total = by_arrow(result["total_effects"], "effect")
    want = inverse([[float(to == start) - paths.get((start, to), 0.0)
                     for start in names] for to in names])
    for i, to in enumerate(names):
        for j, start in enumerate(names):
            near(total.get((start, to), 0.0), want[i][j] - (i == j), 1e-13,
                 f"{what} total {start} {to}")


def test_schemes():
    for scheme in "path", "centroid", "factorial":
        result = fit("--scheme", scheme, "--errors", "none")
        name = f"modeA_{scheme}_"
        assert (result["n"], result["scheme"], result["missing"],
                result["converged"]) == (250, scheme, "mean", True)
        check_items(result["weights"], rows_of(name + "weights.csv"), "ref",
                    1e-10, name)
        check_items(result["loadings"], rows_of(name + "loadings.csv"), "ref",
                    1e-10, name)
        check_paths(result, rows_of(name + "paths.csv"), "ref", 1e-10, name)
        check_r2(result["r2"], rows_of(name + "R2.csv"), "R2_ref", name)
        check_total(result, name)
        for row in rows_of("index_0_100.csv"):
            if row["scheme"] == scheme and \
                    row["variant"] == "unstd_weights_w_over_sd":
                near(result["index"][CODES[row["construct"]]]["value"],
                     row["index_0_100"], 1e-9, name + row["construct"])
    result = fit("--errors", "none")
    total = by_arrow(result["total_effects"], "effect")
    for row in rows_of("modeA_path_total_effects.csv"):
        for name, code in CODES.items():
            near(total.get((CODES[row["from"]], code), 0.0), row[name], 1e-10,
                 "total effects")
    near(result["index"]["SAT"]["value"], 72.4541179309101, 1e-9, "index")
    assert result["index"]["SAT"]["se"] is None
    assert list(result) == ["n", "scheme", "missing",
                            "missing_values", "iterations", "converged", "weights", "loadings", "paths", "r2",
                            "total_effects", "index"]


def test_mode_b():
    with open(SURVEY) as file:
        text = file.read()
    assert "mode: A" in text
    survey = write("b.yaml", text.replace("mode: A", "mode: B"))
    result = fit("--errors", "none", survey=survey)
    weights = rows_of("modeB_path_weights.csv")
    check_items(result["weights"], weights, "ref", 1e-10, "mode B")
    check_items(result["loadings"], weights, "loading_ref", 1e-10, "mode B")
    check_paths(result, rows_of("modeB_path_paths.csv"), "ref", 1e-10,
                "mode B")
    check_r2(result["r2"], rows_of("modeB_path_R2.csv"), "R2_ref", "mode B")


def test_missing():
    for policy, column in (("mean", "mean_replacement"),
                           ("complete", "listwise"),
                           ("pairwise", "pairwise_cor")):
        result = fit("--missing", policy, "--errors", "none",
                     data="mobi_missing5.csv")
        assert result["missing"] == policy
        assert result["missing_values"] == (
            0 if policy == "complete" else 300), result["missing_values"]
        assert (result["n"] < 250) == (policy == "complete")
        check_items(result["weights"], rows_of("missing5_weights.csv"),
                    column, 1e-9, policy)
        check_paths(result, rows_of("missing5_paths.csv"), column, 1e-9,
                    policy)


def check_numbers(paths, r2, index, row, tolerance, what):
    for name, want in row.items():
        if "->" in name:
            near(paths[arrow(name)], want, tolerance, what + name)
        elif name.startswith("R2_"):
            near(r2[CODES[name[3:]]], want, tolerance, what + name)
        elif name.startswith("index_"):
            near(index[CODES[name[6:]]], want, tolerance, what + name)


def test_resamples():
    result = fit("--resamples", GOLD + "boot200_indices.csv")
    want = rows_of("boot200_replicates.csv")
    assert len(result["replicates"]) == len(want) == 200
    for b, (got, row) in enumerate(zip(result["replicates"], want)):
        assert list(got) == ["paths", "r2", "index"]
        check_numbers(by_arrow(got["paths"]), got["r2"], got["index"], row,
                      1e-9, f"replicate {b} ")
    summary = {r["stat"]: r for r in rows_of("boot200_summary.csv")}
    index = result["index"]
    for key, field in (("se", "se"), ("q025", "low"), ("q975", "high")):
        for name, code in CODES.items():
            near(index[code][field], summary[key]["index_" + name], 1e-9, key)
    se = by_arrow(result["paths"], "se")
    for name, value in summary["se"].items():
        if "->" in name:
            near(se[arrow(name)], value, 1e-9, "bootstrap se " + name)


def test_weights():
    with open(GOLD + "mobi.csv") as answers, \
            open(GOLD + "mobi_weights.csv") as weights:
        joined = [a.rstrip("\n") + "," + ",".join(w.split(",")[1:3])
                  for a, w in zip(answers, weights)]
    data = write("weighted.csv", "\n".join(joined) + "\n")
    for column, ours in (("weight", "weighted"), ("int_weight",
                                                  "int_weighted")):
        result = fit("--weight", column, data=data)
        check_items(result["weights"], rows_of("weighted_outer_weights.csv"),
                    ours, 1e-10, column)
        rows = rows_of("weighted_results_design_se.csv")
        wanted = {r["stat"]: r[ours] for r in rows}
        check_numbers(by_arrow(result["paths"]), result["r2"],
                      {c: i["value"] for c, i in result["index"].items()},
                      wanted, 1e-10, column + " ")
        if column == "weight":
            se = {r["stat"]: r["se_JK1_rows"] for r in rows}
            check_numbers(by_arrow(result["paths"], "se"),
                          {}, {c: i["se"] for c, i in result["index"].items()},
                          {k: v for k, v in se.items() if "R2" not in k}, 1e-8,
                          "weighted se ")


def test_errors():
    result = fit()
    want = {r["stat"]: r for r in rows_of("boot10000_own_summary.csv")}
    se = by_arrow(result["paths"], "se")
    for name in want["jackknife_se"]:
        if "->" in name:
            near(se[arrow(name)], want["jackknife_se"][name], 1e-9, name)
    drawn = fit("--bootstrap", "2000", "--seed", "7")
    for name, code in CODES.items():
        near(result["index"][code]["se"], want["jackknife_se"]["index_" + name],
             1e-9, name)
        # a standard error from 2000 resamples is good to 1/sqrt(4000)
        ours = drawn["index"][code]
        near(ours["se"] / float(want["boot_se"]["index_" + name]), 1, 0.08,
             "bootstrap")
        for mine, theirs in (("low", "q025"), ("high", "q975")):
            near(ours[mine], want[theirs]["index_" + name], 0.25 * ours["se"],
                 theirs)
    assert "replicates" not in drawn


def test_threads_and_order_of_rows():
    one = fit("--bootstrap", "300", "--threads", "1")
    assert one == fit("--bootstrap", "300", "--threads", "5")
    assert one != fit("--bootstrap", "300", "--seed", "2")
    assert one == fit("--errors", "bootstrap", "--bootstrap", "300")
    with open(GOLD + "mobi.csv") as file:
        header, *lines = file.read().splitlines()
    shuffled = write("shuffled.csv", "\n".join([header] + lines[::-1]) + "\n")
    plain, turned = fit(), fit(data=shuffled)
    for key in "weights", "loadings", "r2", "total_effects":
        assert plain[key] == turned[key], key
    text = "\n".join([header] + lines) + "\n"
    assert fit(data="-", stdin=text) == plain


def test_many_rows():
    """Over 1 000 rows groups are left out, and the error is about what eight
    times as many rows make it."""
    with open(GOLD + "mobi.csv") as file:
        header, *lines = file.read().splitlines()
    lines *= 8
    random.Random(20080101).shuffle(lines)
    data = write("many.csv", "\n".join([header] + lines) + "\n")
    few, many = fit(), fit(data=data)
    assert many["n"] == 2000
    for code in CODES.values():
        near(many["index"][code]["value"], few["index"][code]["value"], 1e-9,
             code)
        ratio = many["index"][code]["se"] / few["index"][code]["se"]
        assert 0.2 < ratio < 0.55, (code, ratio)  # 1/sqrt(8) = 0.35


def test_what_spreadsheets_write():
    with open(GOLD + "mobi.csv") as file:
        text = file.read()
    plain = fit("--errors", "none")
    header, body = text.split("\n", 1)
    quoted = '\ufeff"备注";' + header.replace(",", ";") + "\r\n"
    for line in body.splitlines():
        quoted += '"a;""b""\n";' + line.replace(",", ".0;") + "\r\n"
    assert fit("--errors", "none", data=write("excel.csv", quoted)) == plain
    chinese = ("备注," + header + "\n" + "".join(
        "好," + line + "\n" for line in body.splitlines())).encode("gb18030")
    data = write("gb.csv", chinese)
    assert fit("--errors", "none", "--encoding", "gb18030",
               data=data) == plain
    refused(2, "--encoding gb18030", data=data)


def refused(code, *words, data=GOLD + "mobi.csv", survey=SURVEY, more=()):
    done = run("--survey", survey, "--data", data, *more)
    assert done.returncode == code, (words, done.returncode, done.stderr)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr, (word, done.stderr)


def test_refusals():
    with open(GOLD + "mobi.csv") as file:
        header, *lines = file.read().splitlines()

    def data(name, *rows, head=header):
        return write(name, "\n".join((head,) + rows) + "\n")

    def with_first(value):
        return ",".join([value] + lines[1].split(",")[1:])

    refused(2, "no.csv", "no such file", data="no.csv")
    refused(2, "column", "CUSA3",
            data=data("column.csv", *lines, head=header.replace("CUSA3", "X")))
    refused(2, "range.csv:3: CUEX1: ", "1-10",
            data=data("range.csv", lines[0], with_first("11"), *lines[2:]))
    refused(2, "fraction.csv:3: CUEX1: ",
            data=data("fraction.csv", lines[0], with_first("7.5")))
    refused(2, "word.csv:2: CUEX1: ", data=data("word.csv", with_first("ja")))
    refused(2, "short.csv:2: ", data=data("short.csv", "1,2,3"))
    refused(2, "empty.csv", "empty", data=write("empty.csv", ""))
    refused(2, "nul.csv:2: ", "NUL",
            data=write("nul.csv", (header + "\n1\0" + ",2" * 23 + "\n").encode()))
    refused(2, "latin.csv:2: ", "gb18030", data=write(
        "latin.csv", (header + "\n").encode() + b"\xe9" + b"," * 23 + b"\n"))
    refused(2, "no.yaml", survey="no.yaml")
    refused(2, "--errors", more=("--errors", "some"))
    refused(2, "--resamples", more=("--bootstrap", "9", "--resamples", "x"))
    refused(2, "--errors none", more=("--bootstrap", "9", "--errors", "none"))
    refused(2, "no column w", more=("--weight", "w"))
    refused(1, "10 rows are fewer than the 24 items",
            data=data("ten.csv", *lines[:10]))
    refused(1, "fewer than two rows", data=data("none.csv"))
    refused(1, "fewer than two rows", data=data("one.csv", lines[0]))
    refused(1, "CUEX1", "constant",
            data=data("constant.csv", *[",".join(["7"] + l.split(",")[1:])
                                        for l in lines]))
    refused(1, "CUEX1: no answers",
            data=data("missing.csv", *[",".join([""] + l.split(",")[1:])
                                       for l in lines]))


def test_refused_weights_and_resamples():
    with open(GOLD + "mobi.csv") as file:
        header, *lines = file.read().splitlines()
    for value in "-1", "x", "", "nan", "1e13", "inf":
        rows = [header + ",w"] + [l + ",2" for l in lines[:30]] + \
            [lines[30] + "," + value]
        refused(2, ":32: w: a weight is a number from 0",
                data=write("w.csv", "\n".join(rows) + "\n"),
                more=("--weight", "w"))
    for text, words in (("1,2,251\n", ":1: a row number that is not 1 to 250"),
                        ("1,2\n0\n", ":2: a row number"),
                        ("1,x\n", ":1: row numbers and commas"),
                        ("1,\n", ":1: row numbers and commas"),
                        ("1 2\n", ":1: row numbers and commas"),
                        ("", ":1: is empty"),
                        ("99999999999999999999999\n", ":1: a row number")):
        refused(2, words, more=("--resamples", write("r.csv", text)))
    # resamples that cannot be estimated are null, and no interval is given
    result = fit("--resamples", write("r.csv", "1,1,1\r\n2,3\r\n"))
    assert result["replicates"] == [None, None]
    assert result["index"]["SAT"]["low"] is None


def test_weight_zero_does_not_count():
    with open(GOLD + "mobi.csv") as file:
        header, *lines = file.read().splitlines()
    rows = [header + ",w"] + [l + (",0" if i % 5 == 0 else ",1.5")
                              for i, l in enumerate(lines)]
    without = [header] + [l for i, l in enumerate(lines) if i % 5]
    got = fit("--weight", "w", data=write("zero.csv", "\n".join(rows) + "\n"))
    want = fit(data=write("kept.csv", "\n".join(without) + "\n"))
    assert got["n"] == want["n"] == 200
    for code in CODES.values():
        for field in "value", "se", "low", "high":
            near(got["index"][code][field], want["index"][code][field], 1e-9,
                 code + field)


def test_text():
    done = run("--survey", SURVEY, "--data", GOLD + "mobi.csv")
    assert done.returncode == 0 and done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 80
    sat = next(l for l in lines if l.startswith("SAT")).split()
    assert sat[:3] == ["SAT", "72.45", "0.91"] and sat[5] == "0.681"
    assert math.isclose(float(sat[4]) - 72.45, 72.45 - float(sat[3]),
                        abs_tol=0.02)


def test_one_item_for_people():
    """No half-empty table, and one iteration is no iterations."""
    draw = random.Random(9)
    data = write("one.csv", "INS1\n" + "".join(
        f"{draw.randint(1, 10)}\n" for _ in range(200)))
    done = run("--survey", ROOT + "/surveys/definitions/instant.yaml",
               "--data", data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("200 answers, 1 iteration; intervals of 95 "), done.stdout
    assert done.stdout.count("loading") == 1, done.stdout
    whole = run("--survey", SURVEY, "--data", GOLD + "mobi.csv").stdout
    assert whole.count("loading") == 3, whole


def main():
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            test()
    work.cleanup()


if __name__ == "__main__":
    sys.exit(main())
