#!/usr/bin/python3
"""manyi-scorer fit --report: t and p of each number, and a bootstrap's mean and
bias, worked out again from errors and replicates."""
import json
import math
import os
import statistics
import subprocess
import tempfile

ROOT, BIN = os.environ["ROOT"], os.environ["BIN"]
GOLD = ROOT + "/tests/gold/data/"
SURVEY = ROOT + "/surveys/definitions/ecsi-mobile.yaml"
work = tempfile.TemporaryDirectory(dir=".")


def run(*arguments, data=GOLD + "mobi.csv", code=0):
    done = subprocess.run([BIN + "/manyi-scorer", "fit", "--survey", SURVEY,
                           "--data", data, *arguments], capture_output=True,
                          text=True, check=False)
    assert done.returncode == code, (arguments, done.stderr)
    return done.stderr if code else done.stdout


def report(*arguments, **more):
    return json.loads(run("--report", "--format", "json", *arguments, **more))


def near(got, want, what, tolerance=1e-9):
    assert got is not None and abs(got - want) <= tolerance, (what, got, want)


def write(name, lines):
    path = os.path.join(work.name, name)
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path


def normal(t):
    return math.erfc(abs(t) / math.sqrt(2))


def student(t, freedom, steps=2000):
    """Two-sided, by Simpson's rule from 0 to |t|."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) \
        / math.sqrt(freedom * math.pi)
    width = abs(t) / steps
    inside = sum((1 if k in (0, steps) else 4 if k % 2 else 2) *
                 (1 + (k * width) ** 2 / freedom) ** (-(freedom + 1) / 2)
                 for k in range(steps + 1)) * width / 3
    return 1 - 2 * scale * inside


def check(got, p_of):
    assert list(got["tests"]) == ["paths", "total", "weights", "loadings"]
    tests = {m: {tuple(n["of"]): n for n in got["tests"][m]}
             for m in got["tests"]}
    for p in got["paths"]:
        n = tests["paths"][p["from"], p["to"]]
        assert (n["value"], n["se"]) == (p["coefficient"], p["se"])
    for e in got["total_effects"]:
        assert tests["total"][e["from"], e["to"]]["value"] == e["effect"]
    for m in "weights", "loadings":
        assert {k[0]: n["value"] for k, n in tests[m].items()} == got[m]
        # an item by itself is its construct: nothing varies
        alone = tests[m].pop(("CUSCO",))
        assert alone["t"] is None and alone["p"] is None, alone
    for m, numbers in tests.items():
        for of, n in numbers.items():
            near(n["t"], n["value"] / n["se"], of)
            near(n["p"], p_of(n["t"]), of)
    return tests


def test_jackknife():
    def p_of(t):
        return student(t, 249)

    got = report("--errors", "jackknife", "--measures",
                 "paths,total,weights,loadings")
    tests = check(got, p_of)
    for measure, numbers in tests.items():
        for n in got["intervals"][measure]:
            of = tuple(n["of"])
            if of in numbers:
                assert numbers[of]["se"] == n["se"], of
    assert "mean" not in tests["paths"]["IMG", "EXP"]


def test_design():
    with open(GOLD + "mobi.csv") as a, open(GOLD + "mobi_weights.csv") as w:
        data = write("w.csv", [x + "," + y.split(",", 1)[1] for x, y in
                               zip(a.read().split(), w.read().split())])
    got = report("--weight", "weight", "--strata", "stratum", "--cluster",
                 "psu", data=data)
    assert got["errors"]["degrees_of_freedom"] == 20
    check(got, lambda t: student(t, 20))


def test_bootstrap():
    """The means are those of the replicates, which are printed where the
    resamples are given."""
    state, draws = 12345, []
    for _ in range(40):
        line = []
        for _ in range(250):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
            line.append(str((state >> 33) % 250 + 1))
        draws.append(",".join(line))
    got = report("--resamples", write("resamples.csv", draws))
    tests = check(got, normal)
    for at, path in enumerate(got["paths"]):
        of = path["from"], path["to"]
        values = [r["paths"][at]["coefficient"] for r in got["replicates"]]
        mean = statistics.fmean(values)
        near(tests["paths"][of]["mean"], mean, of, 1e-12)
        near(tests["paths"][of]["bias"], mean - path["coefficient"], of, 1e-12)
        near(tests["paths"][of]["se"], statistics.stdev(values), of, 1e-12)
    check(report("--bootstrap", "60"), normal)


def test_who_gets_them():
    for how in ([], ["--errors", "none"], ["--errors", "auto"]):
        assert "tests" not in report(*how), how
    assert "tests" not in json.loads(run("--format", "json", "--bootstrap",
                                         "20"))
    text = run("--report", "--bootstrap", "200")
    assert "\nDifferent from 0?\n-----------------\n" in text
    assert "by the normal distribution.\n" in text and "<0.0001" in text
    assert "by Student's t.\n" in run("--report", "--errors", "jackknife")
    assert max(map(len, text.split("\n"))) <= 100


def test_refusals():
    for more in ["--bootstrap", "50"], ["--resamples", "none.csv"]:
        for kind in "jackknife", "none":
            said = run("--errors", kind, *more, code=2)
            assert f"--errors {kind} excludes --bootstrap and --resamples" in \
                said, said
        assert run("--errors", "bootstrap", "--bootstrap", "50",
                   "--seed", "3") == run("--bootstrap", "50", "--seed", "3")
    with open(GOLD + "mobi.csv") as file:
        head, first, *rows = file.read().split()
    for field in "NA", "99", "-1":
        data = write("na.csv", [head, field + "," + first.split(",", 1)[1],
                                *rows])
        said = run(data=data, code=2)
        assert "na.csv:2: " in said and \
            said.endswith("; a missing answer is an empty field\n"), said
    text = run("--consistent", "--errors", "none")
    assert max(map(len, text.split("\n"))) <= 80
    assert "Take care: the consistent correlations of LOY and the " in text


def main():
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            test()
    work.cleanup()


main()
