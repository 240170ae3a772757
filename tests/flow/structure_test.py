"""What `manyi-scorer fit` says of the structure of a model: consistent
estimates, indirect effects, constructs of constructs, moderated paths.  Errors
are computed a second time, from a file a replicate."""
import csv
import io
import json
import math
import os
import statistics

from gateway import (ROOT, Client, Collector, add_client, main, response, run)

GOLD = ROOT + "/tests/gold/data/"
ECSI = ROOT + "/surveys/definitions/ecsi-mobile.yaml"
NAMES = {"Image": "IMG", "Expectation": "EXP", "Quality": "QUA", "Value": "VAL",
         "Satisfaction": "SAT", "Complaints": "COM", "Loyalty": "LOY"}
BLOCKS = {"IMG": ["IMAG%d" % i for i in range(1, 6)],
          "EXP": ["CUEX%d" % i for i in range(1, 4)],
          "QUA": ["PERQ%d" % i for i in range(1, 8)],
          "VAL": ["PERV1", "PERV2"],
          "SAT": ["CUSA%d" % i for i in range(1, 4)],
          "COM": ["CUSCO"],
          "LOY": ["CUSL%d" % i for i in range(1, 4)]}
ITEMS = sum(BLOCKS.values(), [])
AGAIN = BLOCKS["QUA"] + BLOCKS["VAL"]


def rows_of(name):
    with open(GOLD + name, newline="") as file:
        return list(csv.DictReader(file))


MOBI = rows_of("mobi.csv")
RESAMPLES = [[int(n) for n in line.split(",")]
             for line in open(GOLD + "boot200_indices.csv")][:30]


def write(name, text):
    with open(name, "w") as file:
        file.write(text)
    return name


def table(name, rows, items=ITEMS):
    out = io.StringIO()
    writer = csv.DictWriter(out, items, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return write(name, out.getvalue())


def fit(data, *options, survey=ECSI):
    done = run("manyi-scorer", "fit", "--survey", survey, "--data", data,
               "--format", "json", *options)
    return json.loads(done.stdout)


def refused(word, *options, survey=ECSI, data=GOLD + "mobi.csv", code=2):
    done = run("manyi-scorer", "fit", "--survey", survey, "--data", data,
               *options, code=code)
    assert done.stdout == "" and word in done.stderr, done
    assert done.stderr.count("\n") == 1, done.stderr


def near(got, want, tolerance=1e-9):
    assert got is not None and abs(got - float(want)) <= tolerance, (got, want)


def quantile(values, p):
    """Hyndman & Fan 1996, type 7."""
    values = sorted(values)
    at = p * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (at - low) * (values[high] - values[low])


def jackknife(values):
    n, middle = len(values), statistics.mean(values)
    return math.sqrt((n - 1) / n * sum((v - middle) ** 2 for v in values))


def check_bootstrap(got, replicates):
    near(got["se"], statistics.stdev(replicates), 1e-12)
    near(got["low"], quantile(replicates, 0.025), 1e-12)
    near(got["high"], quantile(replicates, 0.975), 1e-12)


def resampled(name, rows, *options):
    """The estimate of every resample, each from a file of its own."""
    return [fit(table(name, [rows[n - 1] for n in resample]), "--errors",
                "none", *options) for resample in RESAMPLES]


def write_resamples():
    return write("resamples", "".join(",".join(map(str, r)) + "\n"
                                      for r in RESAMPLES))


def consistent():
    got = fit(GOLD + "mobi.csv", "--consistent")
    plain = fit(GOLD + "mobi.csv")
    paths = {(p["from"], p["to"]): p for p in got["paths"]}
    for row in rows_of("plsc_paths.csv"):
        start, end = row["path"].split("->")
        near(paths[NAMES[start], NAMES[end]]["coefficient"], row["ref"])
    for row in rows_of("plsc_loadings.csv"):
        near(got["loadings"][row["item"]], row["ref"])
    for row in rows_of("plsc_R2.csv"):
        if row["R2_ref"] != "NA":
            near(got["r2"][NAMES[row["construct"]]], row["R2_ref"])
    for row in rows_of("reliability.csv"):
        near(got["consistent"]["rho_a"][NAMES[row["construct"]]], row["rhoA"])
    assert "not positive definite" in got["consistent"]["doubt"]
    assert got["index"] == plain["index"] and got["weights"] == plain["weights"]
    assert "consistent" not in plain
    # leaving out one row at a time, from a file without it
    left = [fit(table("left.csv", MOBI[:k] + MOBI[k + 1:]), "--consistent",
                "--errors", "none") for k in range(250)]
    for at, path in enumerate(got["paths"]):
        near(path["se"], jackknife([f["paths"][at]["coefficient"]
                                    for f in left]))
    text = run("manyi-scorer", "fit", "--survey", ECSI, "--data",
               GOLD + "mobi.csv", "--consistent", "--errors", "none").stdout
    assert "Take care: the consistent correlations of LOY" in text
    # two items that go apart, and both with satisfaction
    bad = [{**r, "PERV2": min(10, max(1, round(
        int(r["CUSA1"]) + int(r["CUSA2"]) - int(r["PERV1"]))))} for r in MOBI]
    refused("VAL: rho_A is -", "--consistent", data=table("bad.csv", bad), code=1)


def indirect():
    options = ["--resamples", write_resamples()]
    got = fit(GOLD + "mobi.csv", "--report", *options)
    effects = got["indirect_effects"]
    totals = {(t["from"], t["to"]): t["effect"] for t in got["total_effects"]}
    paths = {(p["from"], p["to"]): p["coefficient"] for p in got["paths"]}

    def product(route, paths):
        return math.prod(paths[a, b] for a, b in zip(route, route[1:]))

    def walk(route):
        found = []
        for a, b in paths:
            if a == route[-1]:
                found += [route + [b]] + walk(route + [b])
        return found

    routes = [r for c in BLOCKS for r in walk([c]) if len(r) > 2]
    assert len(routes) > 30, len(routes)
    assert sorted(routes) == sorted(s["route"] for s in effects["specific"])
    for s in effects["specific"]:
        near(s["effect"], product(s["route"], paths), 1e-15)
        check_bootstrap(s, [product(s["route"], {
            (p["from"], p["to"]): p["coefficient"] for p in r["paths"]})
            for r in got["replicates"]])
    for t in effects["total"]:
        arrow = t["from"], t["to"]
        inside = [r for r in routes if (r[0], r[-1]) == arrow]
        near(t["effect"], sum(product(r, paths) for r in inside), 1e-14)
        near(t["effect"], totals[arrow] - paths.get(arrow, 0), 1e-15)
        if t["share"] is not None:
            near(t["share"], t["effect"] / totals[arrow], 1e-14)
            assert 0 < t["share"] <= 1
        else:
            assert t["effect"] * paths[arrow] < 0
    assert len(effects["total"]) == len({(r[0], r[-1]) for r in routes})
    # under PLSc too, with the consistent paths
    plsc = fit(GOLD + "mobi.csv", "--report", "--consistent")
    paths = {(p["from"], p["to"]): p["coefficient"] for p in plsc["paths"]}
    for s in plsc["indirect_effects"]["specific"]:
        near(s["effect"], product(s["route"], paths), 1e-15)


def too_many():
    """Every one leads to all behind it: of 968 routes none is listed."""
    ten = ITEMS[:10]
    survey = write("ten.yaml", definition(
        "ten", ["code: C%d, items: [%s]" % (k, i) for k, i in enumerate(ten)],
        {"C%d" % a: ["C%d" % b for b in range(a + 1, 10)] for a in range(9)},
        index="C9", items=ten))
    got = fit(GOLD + "mobi.csv", "--report", survey=survey)["indirect_effects"]
    assert got["refused"] == "specific indirect effects: more than 500 routes"
    assert len(got["total"]) == 36 and "specific" not in got
    assert all(t["se"] > 0 for t in got["total"])
    done = run("manyi-scorer", "fit", "--survey", survey, "--data",
               GOLD + "mobi.csv", "--report", "--errors", "none").stdout
    assert "not computed: specific indirect effects: more than 500" in done


def definition(name, constructs, paths, index="SAT", items=ITEMS):
    text = "survey: %s\ntitle: {en: T}\nitems:\n" % name
    for item in items:
        text += "  - {code: %s, scale: {min: 1, max: 10}, text: {en: q}}\n" % item
    text += "model:\n  constructs:\n"
    for c in constructs:
        text += "    - {%s}\n" % c
    text += "  paths:\n"
    for start, ends in paths.items():
        text += "    - {from: %s, to: [%s]}\n" % (start, ", ".join(ends))
    return text + "  index: %s\n" % index


def blocks():
    return ["code: %s, items: [%s]" % (c, ", ".join(items))
            for c, items in BLOCKS.items()]


KINDS = {"reflective-reflective": {
             "IMG": ["EXP", "SAT", "LOY"], "EXP": ["PER", "SAT"],
             "PER": ["QUA", "VAL", "SAT"], "SAT": ["COM", "LOY"],
             "COM": ["LOY"]},
         "reflective-formative": {
             "IMG": ["EXP", "SAT", "LOY"], "EXP": ["QUA", "SAT"],
             "QUA": ["PER"], "VAL": ["PER"], "PER": ["SAT"],
             "SAT": ["COM", "LOY"], "COM": ["LOY"]}}


def higher():
    again = ["X" + i for i in AGAIN]
    wide = table("wide.csv", [{**r, **{"X" + i: r[i] for i in AGAIN}}
                              for r in rows_of("mobi_missing5.csv")],
                 ITEMS + again)
    for kind, paths in KINDS.items():
        for mode in "AB":
            one = write("one.yaml", definition("one", blocks() + [
                "code: PER, mode: %s, of: [QUA, VAL]" % mode], paths))
            two = write("two.yaml", definition("two", blocks() + [
                "code: PER, mode: %s, items: [%s]" % (mode, ", ".join(again))],
                paths, items=ITEMS + again))
            got = fit(wide, "--report", survey=one)
            want = fit(wide, "--report", survey=two)
            for key in ("n", "iterations", "paths", "r2", "total_effects",
                        "index", "indirect_effects"):
                assert got[key] == want[key], key
            for key in ("weights", "loadings"):
                assert list(got[key].values()) == list(want[key].values())
                assert [i.replace("PER.", "X") for i in got[key]] == \
                    list(want[key])
            assert len(got["cross_loadings"]) == 24
            assert got["higher_order"] == {
                "PER": {"of": ["QUA", "VAL"], "kind": kind}}
            assert "higher_order" not in want
    refused("higher-order construct", "--consistent", survey=one, code=1)
    done = run("manyi-scorer", "fit", "--survey", one, "--data", wide,
               "--report", "--errors", "none").stdout
    assert "PER        QUA VAL  reflective-formative" in done, done
    assert "PER.PERQ1" in done and "PER.CUSA1" not in done, done


def index_by_hand(weights, fitted, rows, items):
    """u = (w / s) / sum, s of the fitted rows with means for what lacks."""
    def known(rows, item):
        return [int(r[item]) for r in rows if r[item]]

    u = {}
    for i in items:
        given = known(fitted, i)
        middle = sum(given) / len(given)
        u[i] = weights[i] / math.sqrt(
            sum((v - middle) ** 2 for v in given) / (len(fitted) - 1))
    total = sum(u.values())
    value = sum(u[i] / total * statistics.mean(known(rows, i)) for i in items)
    return 100 * (value - 1) / 9


def score_of(rows):
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "open")
    collector = Collector(settings={"--surveys": "surveys"}).start()
    client = Client(collector, "web")
    sent = [response(answers=bytes(int(r[i] or 0) for i in ITEMS),
                     event_at=1791302400000 + k, answered_at=1791302460000 + k)
            for k, r in enumerate(rows)]
    reply = client.ask("submit", survey="one", version=client.version("one"),
                       responses=sent)
    assert reply["accepted"] == len(rows), reply
    client.close()
    collector.stop()
    return {r["construct"]: r for r in json.loads(run(
        "manyi-scorer", "score", "--store", "sqlite:store.db", "--survey",
        "one", "--from", "2026-10", "--to", "2026-10", "--frame", "open",
        "--format", "json").stdout)}


def higher_scored():
    """A row enters the fit that answers 80 % of the 24 items, however often
    they stand in the model; every row is in the means."""
    os.mkdir("surveys")
    one = write("surveys/one.yaml", definition("one", blocks() + [
        "code: PER, mode: A, of: [QUA, VAL]"], KINDS["reflective-reflective"]))
    others = [i for i in ITEMS if i not in AGAIN]
    rows = [dict(r) for r in MOBI]
    for k in range(0, 60, 2):
        for item in others[k % 7:k % 7 + 5]:  # 19 of 24, but 28 of 33
            rows[k][item] = ""
        for item in AGAIN[k % 5:k % 5 + 4]:   # 20 of 24, but 25 of 33
            rows[k + 1][item] = ""
    fitted = [r for r in rows if sum(r[i] != "" for i in ITEMS) >= 20]
    assert len(fitted) == 220
    got = score_of(rows)
    weights = fit(table("fitted.csv", fitted), survey=one)["weights"]
    assert list(got) == [*BLOCKS, "PER"]
    for c in ("QUA", "VAL", "SAT", "IMG"):
        near(got[c]["index"],
             index_by_hand(weights, fitted, rows, BLOCKS[c]), 1e-9)
    near(got["PER"]["index"], index_by_hand(
        {i: weights["PER." + i] for i in AGAIN}, fitted, rows, AGAIN), 1e-9)
    assert got["PER"]["n"] == 250
    low, high = sorted((got["QUA"]["index"], got["VAL"]["index"]))
    assert low < got["PER"]["index"] < high


def moderated():
    asked = ["--moderate", "IMG*VAL:SAT,SAT*COM:LOY"]
    got = fit(GOLD + "mobi.csv", *asked, "--resamples", write_resamples())
    first, second = got["interactions"]
    assert (first["from"], first["by"], first["to"]) == ("IMG", "VAL", "SAT")
    files = resampled("resampled.csv", MOBI, *asked)
    for at, interaction in enumerate(got["interactions"]):
        for key in ("product", "effect_low", "effect_mean", "effect_high",
                    "moderator"):
            check_bootstrap(interaction[key], [
                f["interactions"][at][key]["value"] for f in files])
        assert interaction["f2"]["se"] is None
        near(interaction["effect_high"]["value"] -
             interaction["effect_low"]["value"],
             2 * interaction["product"]["value"], 1e-14)
    # what is asked for does not change the rest
    plain = fit(GOLD + "mobi.csv")
    assert all(plain[k] == got[k] for k in ("weights", "loadings", "r2"))
    # any number of threads, every kind of error
    for errors in (["--errors", "jackknife"], ["--bootstrap", "50"],
                   ["--bootstrap", "50", "--interval", "bca"],
                   ["--bootstrap", "20", "--interval", "studentised"]):
        one, three = (fit(GOLD + "mobi.csv", *asked, *errors, "--threads", n)
                      for n in "13")
        assert one == three
        assert one["interactions"][0]["product"]["se"] > 0
    # leaving out a row, from a file without it; with weights and gaps
    items = ITEMS + ["weight"]
    part = [{**r, "weight": w["weight"]} for r, w in
            zip(rows_of("mobi_missing5.csv"), rows_of("mobi_weights.csv"))]
    options = [*asked, "--weight", "weight", "--missing"]
    for policy, kept in (("mean", part[:70]), ("pairwise", part[:120]),
                         ("complete", [r for r in part if all(
                             r[i] for i in ITEMS)])):
        got = fit(table("part.csv", part if policy == "complete" else kept,
                        items), *options, policy)
        left = [fit(table("left.csv", kept[:k] + kept[k + 1:], items),
                    *options, policy, "--errors", "none")
                for k in range(len(kept))]
        for at in (0, 1):
            near(got["interactions"][at]["product"]["se"], jackknife(
                [f["interactions"][at]["product"]["value"] for f in left]))
    for word, text in (("FROM*BY:TO", "IMG"), ("FROM*BY:TO", ""),
                       ("unknown construct 'IMA'", "IMA*VAL:SAT"),
                       ("no path leads from COM to SAT", "COM*VAL:SAT"),
                       ("cyclic model: LOY depends on SAT", "IMG*LOY:SAT"),
                       ("IMG moderates itself", "IMG*IMG:SAT"),
                       ("this product twice", "IMG*VAL:SAT,VAL*IMG:SAT")):
        refused(word, "--moderate", text)
    refused("--consistent", *asked, "--consistent")


if __name__ == "__main__":
    main(consistent, indirect, too_many, higher, higher_scored, moderated)
