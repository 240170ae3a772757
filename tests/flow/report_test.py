#!/usr/bin/python3
"""manyi-scorer fit --report: its numbers against the reference results, what
it says of them, and that it leaves everything else as it is."""
import csv
import itertools
import json
import math
import os
import re
import statistics
import subprocess
import tempfile

ROOT, BIN = os.environ["ROOT"], os.environ["BIN"]
GOLD = ROOT + "/tests/gold/data/"
DEFINITIONS = ROOT + "/surveys/definitions/"
CODES = {"Image": "IMG", "Expectation": "EXP", "Quality": "QUA", "Value": "VAL",
         "Satisfaction": "SAT", "Complaints": "COM", "Loyalty": "LOY"}
SECTIONS = ["reliability", "fornell_larcker", "htmt", "cross_loadings",
            "vif_items", "arrows", "importance", "model_fit", "verdicts"]
work = tempfile.TemporaryDirectory(dir=".")


def run(*arguments, survey="ecsi-mobile.yaml", data=GOLD + "mobi.csv"):
    path = survey if "/" in survey else DEFINITIONS + survey
    return subprocess.run([BIN + "/manyi-scorer", "fit", "--survey", path,
                           "--data", data, *arguments],
                          capture_output=True, text=True, check=False)


def fit(*arguments, **more):
    done = run(*arguments, **more)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout


def report(*arguments, **more):
    return json.loads(fit("--report", "--format", "json", *arguments, **more))


def rows_of(name):
    with open(GOLD + name, newline="") as file:
        return list(csv.DictReader(file))


def near(got, want, what):
    assert got is not None and abs(got - float(want)) <= 1e-10, \
        f"{what}: got {got!r}, want {want}"


def check_measurement(full):
    columns = {"alpha": "alpha_std", "alpha_covariance": "alpha_cov",
               "rho_a": "rhoA", "rho_c": "rhoC_modeA", "ave": "AVE_modeA",
               "rho_c_plsc": "rhoC_plsc", "ave_plsc": "AVE_plsc",
               "rho_dg": "rhoDG_pca"}
    for row in rows_of("reliability.csv"):
        got = full["reliability"][CODES[row["construct"]]]
        for member, column in columns.items():
            near(got[member], row[column], member)
        near(got["eigenvalues"][0], row["eig1"], "eig1")
        near(got["eigenvalues"][1], row["eig2"], "eig2")
    for row in rows_of("fornell_larcker.csv"):
        got = full["fornell_larcker"][CODES[row["construct"]]]
        for name, code in CODES.items():
            assert (code in got) == (row[name] != "NA")
            if code in got:
                near(got[code], row[name], "fornell_larcker")
    for row in rows_of("modeA_path_crossloadings.csv"):
        for name, code in CODES.items():
            near(full["cross_loadings"][row["item"]][code], row[name],
                 "cross-loading")
    items = {code: vif for block in full["vif_items"].values()
             for code, vif in block.items()}
    for row in rows_of("vif_items.csv"):
        near(items[row["item"]], row["vif"], "vif " + row["item"])


def check_htmt(full):
    want = {(CODES[row["construct"]], code): row[name]
            for row in rows_of("htmt.csv") for name, code in CODES.items()}
    assert len(full["htmt"]) == 21
    for pair in full["htmt"]:
        near(pair["value"], want[pair["a"], pair["b"]], "htmt")


def check_structure(full):
    arrows = {(a["from"], a["to"]): a for a in full["arrows"]}
    assert len(arrows) == 12
    for file, column, member in [
            ("vif_inner.csv", "vif", "vif"),
            ("f2.csv", "fixed_scores", "f2_fixed_scores"),
            ("f2.csv", "reestimated", "f2_reestimated")]:
        for row in rows_of(file):
            start, end = row["path"].split("->")
            near(arrows[CODES[start], CODES[end]][member], row[column], member)
    for row in rows_of("modeA_path_R2.csv"):
        if row["adjR2"] != "NA":
            near(full["model_fit"]["r2_adjusted"][CODES[row["construct"]]],
                 row["adjR2"], "adjusted R2")
    gof = {row["metric"]: row["value"] for row in rows_of("gof.csv")}
    near(full["model_fit"]["gof"], gof["GoF_plspm_path_modeA"], "GoF")
    near(full["model_fit"]["srmr"]["plsc"]["estimated"],
         gof["SRMR_cSEM_plsc"], "SRMR")


def check_importance(full):
    got = full["importance"]
    assert got["target"] == "SAT" and "SAT" not in got["constructs"]
    for kind, key, file in [("constructs", "construct", "ipma_constructs.csv"),
                            ("items", "item", "ipma_indicators.csv")]:
        for row in rows_of(file):
            code = CODES.get(row[key], row[key])
            if code == "SAT":
                continue
            one = got[kind][code]
            near(one["performance"], row["performance"], code)
            near(one["importance"], row["importance_unstd_on_Satisfaction"],
                 code)
            if one["importance"]:
                assert one["low"] < one["importance"] < one["high"], code


def check_consistent(plain):
    """What is of the estimates follows them; what is of composites stays."""
    full = report("--consistent", "--errors", "none")
    for section in "reliability", "cross_loadings", "vif_items":
        assert full[section] == plain[section], section
    assert full["model_fit"]["srmr"] == plain["model_fit"]["srmr"]
    assert full["model_fit"]["gof"] == plain["model_fit"]["gof"]
    arrows = {(a["from"], a["to"]): a for a in full["arrows"]}
    for row in rows_of("f2.csv"):
        start, end = row["path"].split("->")
        near(arrows[CODES[start], CODES[end]]["f2_fixed_scores"],
             row["plsc_fixed"], "f2 under PLSc")
    # the one arrow to Expectation: without it nothing is explained
    near(arrows["IMG", "EXP"]["f2_reestimated"],
         arrows["IMG", "EXP"]["f2_fixed_scores"], "f2 re-estimated")
    for row in rows_of("reliability.csv"):
        code = CODES[row["construct"]]
        near(full["fornell_larcker"][code][code],
             math.sqrt(float(row["AVE_plsc"])), "sqrt(AVE) under PLSc")


def verdicts(full, measure):
    return {"-".join(v["of"]): v for v in full["verdicts"]
            if v["measure"] == measure}


def check_verdicts(full):
    ave = verdicts(full, "ave")
    assert {c for c in ave if ave[c]["grade"] == "poor"} == {"IMG", "EXP"}
    assert ave["IMG"]["below"] == 0.5 and ave["IMG"]["from"] is None
    assert ave["VAL"]["from"] == 0.5 and ave["VAL"]["below"] is None
    assert ave["IMG"]["source"] == "Fornell & Larcker 1981"
    assert "COM" not in ave  # a single item
    assert verdicts(full, "loading")["CUSL2"]["grade"] == "poor"
    assert verdicts(full, "htmt")["SAT-LOY"]["grade"] == "poor"
    assert verdicts(full, "f2")["EXP-QUA"]["words"] == "large effect"
    assert verdicts(full, "srmr_plsc")[""]["grade"] == "good"


def check_the_rest_stays():
    for how in [], ["--bootstrap", "60"], ["--errors", "none"]:
        plain = fit(*how)
        assert fit("--report", *how).startswith(plain)
        plain = json.loads(fit("--format", "json", *how))
        full = report(*how)
        assert all(full[key] == plain[key] for key in plain), how
        assert [k for k in full if k in SECTIONS] == SECTIONS


def check_text():
    text = fit("--report")
    assert max(map(len, text.split("\n"))) <= 100
    assert not re.search(r"\b(nan|inf)\b", text)
    for heading in ("Reliability of constructs", "In words"):
        assert f"\n\n{heading}\n{'-' * len(heading)}\n" in text, heading
    assert "\nAverage variance extracted (AVE) (Fornell & Larcker 1981)\n" \
        "  poor, below 0.5: its items are more error than construct:\n" \
        "    IMG  EXP\n" in text


def check_intervals():
    full = report("--bootstrap", "300", "--seed", "5")
    again = report("--bootstrap", "300", "--seed", "5", "--threads", "3")
    assert full["htmt"] == again["htmt"]
    for pair in full["htmt"]:
        assert pair["low"] < pair["value"] < pair["high"] and pair["se"] > 0
    high = verdicts(full, "htmt_high")
    assert len(high) == 21
    for pair in full["htmt"]:
        grade = high[pair["a"] + "-" + pair["b"]]["grade"]
        assert (grade == "good") == (pair["high"] < 0.9)
    full = report("--errors", "none")
    assert all(pair["se"] is None for pair in full["htmt"])
    assert not verdicts(full, "htmt_high")


def correlation(x, y):
    n, mx, my = len(x), sum(x) / len(x), sum(y) / len(y)
    cross = sum(a * b for a, b in zip(x, y)) - n * mx * my
    return cross / math.sqrt((sum(a * a for a in x) - n * mx * mx) *
                             (sum(b * b for b in y) - n * my * my))


def htmt_of(a, b):
    """Of two blocks of columns, as the paper has it but for the abs()."""
    def mean(pairs):
        values = [abs(correlation(x, y)) for x, y in pairs]
        return sum(values) / len(values)
    return mean(itertools.product(a, b)) / math.sqrt(
        mean(itertools.combinations(a, 2)) * mean(itertools.combinations(b, 2)))


def quantile(values, p):
    at = p * (len(values) - 1)
    low = int(at)
    return values[low] + (at - low) * (values[min(low + 1, len(values) - 1)] -
                                       values[low])


def check_given_resamples():
    """The interval of one ratio from 200 given resamples, computed here."""
    full = report("--resamples", GOLD + "boot200_indices.csv")
    got = next(p for p in full["htmt"] if (p["a"], p["b"]) == ("SAT", "LOY"))
    rows = rows_of("mobi.csv")
    with open(GOLD + "boot200_indices.csv", encoding="ascii") as file:
        resamples = [[int(n) - 1 for n in line.split(",")] for line in file]

    def columns(stem, draws):
        return [[int(rows[d][f"{stem}{i}"]) for d in draws] for i in (1, 2, 3)]
    values = sorted(htmt_of(columns("CUSA", draws), columns("CUSL", draws))
                    for draws in resamples)
    assert len(values) == 200
    near(got["se"], statistics.stdev(values), "se of HTMT")
    near(got["low"], quantile(values, 0.025), "low of HTMT")
    near(got["high"], quantile(values, 0.975), "high of HTMT")


def write(name, text):
    path = os.path.join(work.name, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def check_one_question():
    """A survey without a model: nothing to judge, and nothing made up."""
    survey = write("one.yaml", """survey: one
title: {en: One question}
items:
  - code: Q
    scale: {min: 0, max: 10}
    text: {en: "How satisfied are you? 0=not at all, 10=fully."}
""")
    data = write("one.csv", "Q\n" + "".join(f"{i % 11}\n" for i in range(50)))
    full = report(survey=survey, data=data)
    assert full["reliability"]["Q"]["alpha"] == 1
    assert "htmt" not in full and "arrows" not in full
    assert full["model_fit"]["gof"] is None
    assert full["verdicts"] == []
    fit("--report", survey=survey, data=data)


def check_distances(full):
    fitted = full["model_fit"]
    for model in "pls", "plsc":
        for structure, d in fitted["d_uls"][model].items():
            near(d, 300 * fitted["srmr"][model][structure] ** 2, structure)
            assert fitted["d_g"][model][structure] > 0
    # by Cholesky and LR iterations
    assert abs(fitted["d_g"]["pls"]["saturated"] - 2.2146935) < 1e-6


def check_refusals():
    rows = rows_of("mobi.csv")
    constant = ",".join(rows[0]) + "\n" + "".join(
        ",".join("7" if k == "CUSA1" else v for k, v in r.items()) + "\n"
        for r in rows)
    done = run("--report", data=write("constant.csv", constant))
    assert done.returncode == 1 and done.stdout == ""
    assert "CUSA1: constant" in done.stderr
    few = ",".join(rows[0]) + "\n" + "".join(
        ",".join(r.values()) + "\n" for r in rows[:10])
    done = run("--report", data=write("few.csv", few))
    assert done.returncode == 1 and "10 rows are fewer" in done.stderr


def main():
    full = report()
    check_measurement(full)
    check_htmt(full)
    check_importance(full)
    check_structure(full)
    check_distances(full)
    check_consistent(full)
    check_verdicts(full)
    check_the_rest_stays()
    check_text()
    check_intervals()
    check_given_resamples()
    check_one_question()
    check_refusals()
    work.cleanup()


main()
