#!/usr/bin/python3
"""manyi-scorer fit: the kinds of intervals, the errors of a design, and the
errors of every measure, from the command line against the reference results."""
import csv
import json
import os
import pty
import subprocess
import sys
import tempfile

ROOT, BIN = os.environ["ROOT"], os.environ["BIN"]
GOLD = ROOT + "/tests/gold/data/"
SURVEY = ROOT + "/surveys/definitions/ecsi-mobile.yaml"
CODES = {"Image": "IMG", "Expectation": "EXP", "Quality": "QUA", "Value": "VAL",
         "Satisfaction": "SAT", "Complaints": "COM", "Loyalty": "LOY"}
work = tempfile.TemporaryDirectory(dir=".")


def run(*arguments):
    return subprocess.run([BIN + "/manyi-scorer", "fit", "--survey", SURVEY,
                           *arguments], capture_output=True, text=True,
                          check=False)


def fit(*arguments, data):
    done = run("--data", data, "--format", "json", *arguments)
    assert done.returncode == 0, (arguments, done.stderr)
    return json.loads(done.stdout)


def rows_of(name):
    with open(GOLD + name, newline="") as file:
        return list(csv.DictReader(file))


def near(got, want, tolerance, what):
    assert got is not None and abs(got - float(want)) <= tolerance, \
        f"{what}: got {got!r}, want {want}"


def write(name, lines):
    path = os.path.join(work.name, name)
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path


def weighted():
    """The answers with their weights, strata, units, and more columns."""
    with open(GOLD + "mobi.csv") as a, open(GOLD + "mobi_weights.csv") as w:
        answers, weights = a.read().split(), w.read().split()
    head, *rows = [a + "," + b.split(",", 1)[1]
                   for a, b in zip(answers, weights)]
    assert head.endswith(",weight,int_weight,stratum,psu,province,channel")
    return head, rows


def name_of(what, of):
    names = {v: k for k, v in CODES.items()}
    return ("->".join(names[c] for c in of) if what == "paths" else
            ("R2_" if what == "r2" else "index_") + names[of[0]])


def all_of(result, *measures):
    return {name_of(m, n["of"]): n for m in measures
            for n in result["intervals"][m]}


def test_designs():
    head, rows = weighted()
    data = write("w.csv", [head] + rows)
    want = {r["stat"]: r for r in rows_of("weighted_results_design_se.csv")}
    for more, se, fixed in (((), "se_JK1_rows", "se_lin_rows_fixed_weights"),
                            (("--strata", "stratum", "--cluster", "psu"),
                             "se_JKn_5strata_5psu",
                             "se_lin_strat_psu_fixed_weights")):
        result = fit("--weight", "weight", "--measures", "paths,r2,index,fixed",
                     *more, data=data)
        numbers = all_of(result, "paths", "r2", "index")
        assert len(numbers) == len(want) == 25
        for name, row in want.items():
            near(numbers[name]["value"], row["weighted"], 1e-10, name)
            near(numbers[name]["se"], row[se], 1e-8, se + name)
            if name.startswith("index_"):
                code = CODES[name[6:]]
                near(result["index"][code]["se"], row[se], 1e-8, name)
                near(result["fixed_weights"]["index"][code]["se_fixed"],
                     row[fixed], 1e-8, fixed + name)
        assert "were estimated" in result["fixed_weights"]["note"]
        # 20 degrees of freedom: t = 2.0860
        if more:
            sat = result["index"]["SAT"]
            near((sat["high"] - sat["low"]) / (2 * sat["se"]), 2.085963, 1e-5,
                 "t")


def test_population_sizes():
    """Half of each stratum drawn: errors are root a half of theirs."""
    head, rows = weighted()
    data = write("fpc.csv", [head + ",N"] + [r + ",10" for r in rows])
    part = write("part.csv", [head + ",N"] + [r + ",0.5" for r in rows])
    design = ("--weight", "weight", "--strata", "stratum", "--cluster", "psu")
    whole = fit(*design, data=data)
    half = fit(*design, "--fpc", "N", data=data)
    assert half == fit(*design, "--fpc", "N", data=part)
    for code in CODES.values():
        near(half["index"][code]["se"],
             whole["index"][code]["se"] * 0.5 ** 0.5, 1e-9, code)


def test_strata_of_rows():
    """Without clusters rows are the units; all in one stratum is none."""
    head, rows = weighted()
    data = write("one.csv", [head + ",all"] + [r + ",x" for r in rows])
    plain = fit("--weight", "weight", data=data)
    one = fit("--weight", "weight", "--strata", "all", data=data)
    for code in CODES.values():
        for field in "value", "se", "low", "high":
            near(one["index"][code][field], plain["index"][code][field], 1e-9,
                 code + field)
    unweighted = fit("--strata", "all", data=data)
    for code, index in fit(data=data)["index"].items():
        near(unweighted["index"][code]["se"], index["se"], 1e-9, code)


def refused(code, *words, data, more):
    done = run("--data", data, *more)
    assert done.returncode == code, (words, done.returncode, done.stderr)
    assert done.stdout == "" and done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr, (word, done.stderr)


def test_refusals():
    head, rows = weighted()
    data = write("w.csv", [head] + rows)
    lone = write("lone.csv", [head] + [r.replace(",3,", ",3,") for r in rows]
                 + [rows[0].replace(",1,1,", ",9,99,")])
    same = write("same.csv", [head + ",all"] + [r + ",x" for r in rows])
    hole = write("hole.csv", [head + ",h"] + [r + ("," if i == 6 else ",x%d"
                                                   % (i % 4))
                                              for i, r in enumerate(rows)])
    refused(2, "no column nowhere", data=data, more=("--strata", "nowhere"))
    refused(1, "stratum '9' has one sampling unit ('99')", data=lone,
            more=("--strata", "stratum", "--cluster", "psu"))
    refused(1, "fewer than two sampling units", data=same,
            more=("--cluster", "all"))
    refused(2, "answer 7 has no stratum", data=hole, more=("--strata", "h"))
    refused(2, "answer 7 has no cluster", data=hole, more=("--cluster", "h"))
    refused(2, "--errors jackknife", data=data,
            more=("--strata", "stratum", "--bootstrap", "9"))
    refused(2, "--interval", data=data, more=("--interval", "bca"))
    refused(2, "--level", data=data, more=("--level", "1"))
    refused(2, "--level", data=data, more=("--level", "0"))
    refused(2, "--measures: no 'gof'", "specific, htmt", data=data,
            more=("--measures", "paths,gof"))
    refused(2, "either --data or --store", data=data,
            more=("--store", "sqlite:x"))
    refused(2, "go with --store", data=data, more=("--where", "province=11"))
    zero = write("zero.csv", [head + ",z"] + [r + ",0" for r in rows])
    refused(1, "fewer than two rows with a weight", data=zero,
            more=("--weight", "z"))
    one = write("first.csv", [head, rows[0]])
    refused(1, "fewer than two rows", data=one, more=("--cluster", "psu"))


def test_bootstrap_intervals():
    """10 000 resamples, as many as the reference's; its quantiles are good to
    a twentieth of a standard error, and ours."""
    want = {r["stat"]: r for r in rows_of("boot10000_own_summary.csv")}
    data = GOLD + "mobi.csv"
    for kind, low, high, slack in (("percentile", "q025", "q975", 0.15),
                                   ("bca", "bca_lo", "bca_hi", 0.25)):
        numbers = all_of(fit("--bootstrap", "10000", "--interval", kind,
                             "--measures", "paths,r2,index", data=data),
                         "paths", "r2", "index")
        for name, got in numbers.items():
            se = float(want["boot_se"][name])
            near(got["se"] / se, 1, 0.05, kind + name)
            near(got["low"], want[low][name], slack * se, kind + low + name)
            near(got["high"], want[high][name], slack * se, kind + high + name)


def test_studentised():
    """Where the estimate is near normal it is near the other intervals; the
    draws are the same, so the error is."""
    data = GOLD + "mobi.csv"
    drawn = ("--bootstrap", "400", "--seed", "3")
    plain = fit(*drawn, data=data)
    t = fit(*drawn, "--interval", "studentised", data=data)
    for code, index in t["index"].items():
        near(index["se"], plain["index"][code]["se"], 1e-9, code)
        near(index["low"], plain["index"][code]["low"], 0.6 * index["se"], code)
        near(index["high"], plain["index"][code]["high"], 0.6 * index["se"],
             code)
    one = fit("--bootstrap", "40", "--interval", "studentised", "--threads",
              "1", data=data)
    assert one == fit("--bootstrap", "40", "--interval", "studentised",
                      "--threads", "5", data=data)


def test_levels():
    data = GOLD + "mobi.csv"
    plain, named = fit(data=data), fit("--level", "0.95", data=data)
    assert plain == named
    half = fit("--level", "0.5", data=data)["index"]["SAT"]
    near((half["high"] - half["low"]) / (2 * half["se"]), 0.6751, 1e-3, "level")
    wide = fit("--bootstrap", "500", "--level", "0.99", data=data)["index"]
    narrow = fit("--bootstrap", "500", "--level", "0.9", data=data)["index"]
    for code in CODES.values():
        assert wide[code]["low"] < narrow[code]["low"]
        assert wide[code]["high"] > narrow[code]["high"]


def test_measures():
    result = fit("--measures", "all", data=GOLD + "mobi.csv")
    got = result["intervals"]
    assert list(got)[:9] == ["paths", "r2", "index", "weights", "loadings",
                             "total", "indirect", "specific", "htmt"]
    assert list(map(len, got.values()))[:5] == [12, 6, 7, 24, 24]
    assert len(got["htmt"]) == 21
    for n in got["weights"]:
        near(n["value"], result["weights"][n["of"][0]], 0, n["of"])
    effects = {(n["from"], n["to"]): n["effect"]
               for n in result["total_effects"]}
    assert {tuple(n["of"]) for n in got["total"]} == set(effects)
    for n in got["total"]:
        near(n["value"], effects[tuple(n["of"])], 0, n["of"])
    # routes add up to what is indirect
    for n in got["indirect"]:
        near(sum(r["value"] for r in got["specific"]
                 if (r["of"][0], r["of"][-1]) == tuple(n["of"])), n["value"],
             1e-12, n["of"])
    assert "intervals" not in fit(data=GOLD + "mobi.csv")
    text = run("--data", GOLD + "mobi.csv", "--measures", "htmt,fixed").stdout
    assert "IMG - EXP" in text and "fixed/se" in text
    assert "they were\nestimated from the same answers." in text


def test_where_errors_come_from():
    head, rows = weighted()
    data = write("w.csv", [head] + rows)
    said = fit("--strata", "stratum", "--cluster", "psu", data=data)["errors"]
    assert said == {"kind": "jackknife", "interval": "t", "left_out": "units",
                    "strata": 5, "degrees_of_freedom": 20,
                    "finite_population": False, "level": 0.95,
                    "replicates": 25, "failed": 0, "signs": "construct"}, said
    said = fit("--bootstrap", "60", "--seed", "8", "--interval", "bca",
               "--level", "0.9", data=data)["errors"]
    assert said == {"kind": "bootstrap", "interval": "bca", "seed": 8,
                    "level": 0.9, "replicates": 60, "failed": 0,
                    "signs": "construct"}, said
    said = fit("--measures", "r2", data=data)["errors"]
    assert said["left_out"] == "rows" and said["replicates"] == 250
    assert "errors" not in fit("--bootstrap", "60", data=data)
    assert "errors" not in fit("--measures", "r2", "--errors", "none",
                               data=data)
    for more, words in ((("--fpc", "all"), "finite populations"),
                        (("--level", "0.9"), "each of 250 rows"),
                        (("--bootstrap", "9", "--interval", "bca"),
                         "9 resamples of seed 1; bca intervals, level 0.95")):
        path = write("all.csv", [head + ",all"] + [r + ",300" for r in rows])
        text = run("--data", path, *more).stdout
        assert words in text and "turned as a whole" in text, text
        assert max(map(len, text.split("\n"))) <= 100


def test_progress():
    """A bar for who sits before it, and nothing for who does not."""
    command = [BIN + "/manyi-scorer", "fit", "--survey", SURVEY, "--data",
               GOLD + "mobi.csv", "--bootstrap", "30000", "--threads", "1"]
    terminal, end = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=end) as fit_:
        os.close(end)
        seen = b""
        try:
            while True:
                seen += os.read(terminal, 1000)
        except OSError:  # it has ended
            pass
        assert b"replicates [" in seen, seen
        fit_.stdout.read()
    assert fit_.returncode == 0
    os.close(terminal)
    assert run(*command[4:]).stderr == ""


def main():
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            test()
    work.cleanup()


if __name__ == "__main__":
    sys.exit(main())
