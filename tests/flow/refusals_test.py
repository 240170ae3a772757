#!/usr/bin/python3
"""Answers from which no honest number follows, through every option of
`manyi-scorer fit` that would compute one, through weigh, and in a store: the
cause and the place, and never a number."""
import csv
import json

from gateway import Client, Collector, add_client, main, response
from refusals import DATA, ECSI, Done, lines, put, refuse, says, works, write

with open(DATA) as data:
    HEAD, *ROWS = data.read().splitlines()
with open(ECSI, encoding="utf-8") as file:
    DEFINITION = file.read()
MORE = ",g,s,c,w"  # group, stratum, cluster, weight
SMALL = ("--bootstrap", "20")
COMPUTES = (  # everything that makes a number of all the rows
    (), ("--report",), ("--report", "--format", "json"), ("--predict",),
    ("--errors", "none"), ("--scheme", "centroid"), ("--consistent",),
    ("--consistent", "--report"), ("--missing", "pairwise", "--report"),
    ("--missing", "complete", "--report"), ("--measures", "all"), SMALL,
    (*SMALL, "--interval", "bca"), (*SMALL, "--interval", "studentised"),
    (*SMALL, "--group", "g", "--permutations", "20"),
    ("--moderate", "IMG*EXP:SAT"), (*SMALL, "--moderate", "IMG*EXP:SAT"),
    ("--strata", "s"), ("--strata", "s", "--cluster", "c"))
WEIGHTED = (("--weight", "w"), ("--weight", "w", *SMALL, "--report"),
            ("--weight", "w", "--strata", "s", "--measures", "fixed"),
            ("--weight", "w", *SMALL, "--group", "g", "--permutations", "20"))
# random answers by which the weights never settle, found by search
WILD = ((8, 8, 5, 7, 4, 8), (1, 7, 5, 4, 4, 1), (5, 5, 6, 3, 10, 5),
        (1, 4, 10, 5, 1, 3), (10, 1, 8, 8, 10, 5), (4, 5, 6, 5, 7, 2),
        (6, 8, 7, 9, 3, 10))


def more(rows, weight=None):
    return [r + ",%s,s%d,c%d,%s" % ("ab"[i % 2], i % 5, i // 5,
                                    1 + i % 3 if weight is None else weight)
            for i, r in enumerate(rows)]


def first(value, row):
    return value + "," + row.split(",", 1)[1]


def twin(row):
    """The second item says what the first does."""
    one, _, rest = row.split(",", 2)
    return ",".join((one, one, rest))


def each(name, rows, cause, code=1, survey=ECSI, ways=COMPUTES + WEIGHTED):
    write(name + ".csv", lines(HEAD + MORE, *rows))
    for options in ways:
        refuse(code, name + ".csv: ", cause, "manyi-scorer", "fit",
               "--survey", survey, "--data", name + ".csv", *options)


def columns():
    """The item is named, and in the same words whatever sums are made."""
    each("constant", more([first("7", r) for r in ROWS]),
         "CUEX1: constant: all answers are the same")
    each("nobody", more([first("", r) for r in ROWS]), "CUEX1: no answers")
    write("b.yaml", DEFINITION.replace("mode: A", "mode: B"))
    each("twins", more([twin(r) for r in ROWS]),
         "EXP: CUEX2 is determined by the items before it (mode B)",
         survey="b.yaml")
    works("manyi-scorer", "fit", "--survey", ECSI, "--data", "twins.csv")
    for value in "inf", "-inf", "nan", "1e400", "∞":
        write("inf.csv", lines(HEAD, *ROWS[:40], first(value, ROWS[40])))
        refuse(2, "inf.csv:42: ", "CUEX1: not a whole number", "manyi-scorer",
               "fit", "--survey", ECSI, "--data", "inf.csv", "--report")


def too_few():
    for n in 2, 23:
        each("few", more(ROWS[:n]),
             "%d rows are fewer than the 24 items of the model" % n)
    each("one", more(ROWS[:1]), "fewer than two rows")
    each("empty", [], "fewer than two rows")


def weights():
    each("zero", more(ROWS, 0), "fewer than two rows with a weight",
         ways=WEIGHTED)
    for value in "-1", "inf", "-inf", "nan", "1e400", "":
        rows = more(ROWS)
        rows[7] = rows[7].rsplit(",", 1)[0] + "," + value
        write("w.csv", lines(HEAD + MORE, *rows))
        for options in WEIGHTED:
            refuse(2, "w.csv:9: ", "w: a weight is a number from 0 to",
                   "manyi-scorer", "fit", "--survey", ECSI, "--data", "w.csv",
                   *options)


def never_settles():
    codes = "A1", "A2", "B1", "B2", "C1", "C2"
    write("wild.yaml", lines(
        "survey: wild", "title: {en: Wild}", "items:",
        *["  - {code: %s, scale: {min: 1, max: 10}, text: {en: x}}" % c
          for c in codes],
        "model:", "  constructs:",
        *["    - {code: %s, items: [%s1, %s2]}" % (c, c, c) for c in "ABC"],
        "  paths:", "    - {from: A, to: [B, C]}", "    - {from: B, to: [C]}",
        "  index: C"))
    write("wild.csv", lines(
        ",".join(codes) + MORE,
        *more([",".join(map(str, r)) for r in WILD], 1)))
    for options in COMPUTES + WEIGHTED:
        if "centroid" not in options and "IMG*EXP:SAT" not in options:
            refuse(1, "wild.csv: ", "no convergence in 300 iterations",
                   "manyi-scorer", "fit", "--survey", "wild.yaml", "--data",
                   "wild.csv", *options)


def circles():
    write("circle.yaml", put(DEFINITION, "{from: SAT, to: [COM, LOY]}",
                             "{from: SAT, to: [COM, LOY, EXP]}"))
    write("data.csv", lines(HEAD + MORE, *more(ROWS)))
    for options in COMPUTES + WEIGHTED:
        refuse(2, "circle.yaml:", "cyclic path: ", "manyi-scorer", "fit",
               "--survey", "circle.yaml", "--data", "data.csv", *options)
    refuse(2, "--moderate: ", "cyclic model: LOY depends on SAT",
           "manyi-scorer", "fit", "--survey", ECSI, "--data", DATA,
           "--moderate", "IMG*LOY:SAT")


def designs():
    rows = [r + ",%s,s%d,5" % ("lone" if i == 7 else "all", i % 5)
            for i, r in enumerate(ROWS)]
    write("d.csv", lines(HEAD + ",s,t,n", *rows))
    fit = "manyi-scorer", "fit", "--survey", ECSI, "--data", "d.csv"
    for options in (), ("--report",), ("--measures", "all", "--consistent"):
        refuse(1, "stratum 'lone' ", "one sampling unit (answer 8)", *fit,
               "--strata", "s", *options)
    refuse(2, "stratum 's0': ", "'5' is neither a part", *fit, "--strata", "t",
           "--fpc", "n")
    for options in (("--strata", "s", *SMALL), ("--errors", "none",
                                                 "--cluster", "s")):
        refuse(2, "--strata, --cluster ", "--errors jackknife", *fit,
               *options)
    for options, cause in (
            (("--folds", "5"), "--predict or --report"),
            (("--omission", "7"), "--predict or --report"),
            (("--repetitions", "2", "--technique", "earliest"), "--predict"),
            (("--permutations", "9"), "--group"),
            (("--interval", "bca"), "--bootstrap N")):
        refuse(2, "--", cause, *fit, *options)


def replicates():
    """A replicate that cannot be estimated is told with its cause.  Without
    the one row that everything rests on there is no error at all; the
    estimate is there, and null are the errors."""
    write("rests.csv", lines(HEAD, *[first("8" if i == 3 else "7", r)
                                     for i, r in enumerate(ROWS)]))
    for options, part in (((), "1 of 250"), (SMALL, "of 20")):
        done = works("manyi-scorer", "fit", "--survey", ECSI, "--data",
                     "rests.csv", "--format", "json", *options)
        says(done, 0, "", part + " replicates failed (CUEX1: constant: all "
             "answers are the same): no standard errors")
        result = json.loads(done.out)
        assert result["index"]["SAT"]["value"] > 70
        for of in [*result["index"].values(), *result["paths"]]:
            assert of["se"] is of["low"] is of["high"] is None, of
    # a group that cannot be estimated is no reason to say nothing of all
    write("groups.csv", lines(HEAD + ",g", *[
        (first("7", r) if i % 2 else r) + "," + "ab"[i % 2]
        for i, r in enumerate(ROWS)]))
    done = works("manyi-scorer", "fit", "--survey", ECSI, "--data",
                 "groups.csv", "--group", "g", "--format", "json")
    assert json.loads(done.out)["groups"] == {
        "refused": "b: CUEX1: constant: all answers are the same"}, done


def negative():
    """A better answer must not lower an index: there is none, and it is said
    why; the model stands."""
    write("few.csv", lines(HEAD, *ROWS[:25]))
    for options in (), ("--report",), SMALL:
        done = Done(("manyi-scorer", "fit", "--survey", ECSI, "--data",
                     "few.csv", "--format", "json", *options))
        says(done, 0, "no index of LOY: ", "the weight of CUSL2 is negative")
        result = json.loads(done.out)
        assert result["index"]["LOY"] == dict.fromkeys(
            ("value", "se", "low", "high")), done
        assert result["weights"]["CUSL2"] < 0 < result["index"]["SAT"]["value"]


def margins():
    write("people.csv", lines(HEAD + MORE, *more(ROWS)))
    strata = "".join(",s%d,50\n" % s for s in range(5))
    for text, code, cause, options in (
            ("a,,100\nb,,149\n" + strata, 2, "a margin that does not match: g "
             "has 249 people, s has 250", ()),
            ("a,,250\n" + strata, 2, "g 'b' is in the sample and has no pop",
             ()),
            ("a,,90\nb,,90\nc,,70\n" + strata, 1, "nobody in the sample", ()),
            ("a,,240\nb,,10\n" + strata, 1, "is not hit after",
             ("--upper", "1.2"))):
        write("nation.csv", "g,s,population\n" + text)
        for ask in (), ("--mean", "CUSA1", "--format", "json"):
            refuse(code, "nation.csv: ", cause, "manyi-scorer", "weigh",
                   "--data", "people.csv", "--population", "nation.csv",
                   *options, *ask)
    write("nation.csv", "g,population\na,100\nb,150\n")
    for value, code, cause in (("0", 1, "all weights are zero"),
                               ("-1", 2, "no number from 0"),
                               ("inf", 2, "no number from 0")):
        write("people.csv", lines(HEAD + MORE, *more(ROWS, value)))
        refuse(code, "people.csv:", cause, "manyi-scorer", "weigh", "--data",
               "people.csv", "--population", "nation.csv", "--weight", "w")


AUGUST = 1785859200000  # 2026-08-05 00:00 in Shanghai
DAY = 86400000


def fill():
    """August: an item is constant; September: too few; October: nobody
    answers an item."""
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "open")
    collector = Collector().start()
    client = Client(collector, "web")
    version = client.version("ecsi-mobile")
    items = [i["code"] for i in json.loads(works(
        "manyi-survey", "describe", ECSI, "--format", "json").out)["items"]]
    with open(DATA, newline="") as f:
        rows = list(csv.DictReader(f))

    def send(month, people, value):
        at = AUGUST + month * 31 * DAY
        sent = [response(
            event_at=at, answered_at=at + 5000, product="MOB",
            province="31" if i % 2 else "11",
            answers=bytes(value if c == "CUEX1" and value is not None else
                          int(row[c]) for c in items))
            for i, row in enumerate(people)]
        reply = client.ask("submit", survey="ecsi-mobile", version=version,
                           responses=sent)
        assert reply["accepted"] == len(sent), reply

    send(0, rows, 7)
    send(1, rows[:20], None)
    send(2, rows, 0)
    collector.stop()


def months():
    """A fit refuses; a score has its rows, n and flag, and no number in
    them but that of a single item, which needs no model."""
    fill()
    ask = ("--store", "sqlite:store.db", "--survey", "ecsi-mobile", "--frame",
           "open", "--from")
    for month, cause in (("2026-08", "CUEX1: constant"),
                         ("2026-09", "20 rows are fewer than the 24 items"),
                         ("2026-10", "CUEX1: no answers")):
        for options in COMPUTES:
            if not {"--strata", "--group"} & set(options):
                refuse(1, "ecsi-mobile: ", cause, "manyi-scorer", "fit", *ask,
                       month, *options)
        refuse(1, "ecsi-mobile: ", cause, "manyi-scorer", "fit", *ask, month,
               "--strata", "province", "--report")
        done = works("manyi-scorer", "score", *ask, month, "--format", "json")
        assert cause in done.err and done.err.count("\n") == 1, done
        for row in json.loads(done.out):
            assert row["construct"] == "COM" or "no_weights" in row["flags"]
            for number in "index", "se", "low", "high":
                assert row[number] is None or row["construct"] == "COM", row
    for options in COMPUTES:
        if not {"--strata", "--group"} & set(options):
            refuse(2, "no answers to ecsi-mobile ",
                   "from 2026-03-01 to 2026-03-31", "manyi-scorer", "fit",
                   *ask, "2026-03", *options)
    done = works("manyi-scorer", "score", *ask, "2026-03", "--format", "json")
    says(done, 0, "no answers to ecsi-mobile were counted ",
         "from 2026-03-01 to 2026-03-31")
    assert json.loads(done.out) == [], done
    empty(ask, done.err)
    done = works("manyi-scorer", "rates", *ask, "2026-08")
    assert "no_weights" not in done.err, done
    done = Done(("manyi-scorer", "areas", *ask, "2026-08", "--construct", "SAT"))
    assert done.code == 1 and "no province has an index of its own, and 2 are " \
        "needed" in done.err, done


def empty(ask, remark):
    """Of a month without answers every kind says the same, below a bare head;
    but there is nothing to compare it with."""
    over = "--over", "province"
    for words in (("score",), ("funnel",), ("areas",), ("rates",), ("mend",),
                  ("exit",), ("ranks", *over), ("modes",),
                  ("adjusted", *over, "--for", "class")):
        done = works("manyi-scorer", *words, *ask, "2026-03")
        assert done.err == remark, done
        assert done.out.count("\n") == 1 and done.out.split(), done
    for what in (("--between", "province"), ("--against", "2026-10")):
        refuse(1, "2026-03-01..2026-03-31: ", "a period with no answers to "
               "ecsi-mobile", "manyi-scorer", "compare", *ask, "2026-03", *what)
    done = works("manyi-scorer", "funnel", *ask, "2026-08")
    says(done, 0, "nothing to tell of ecsi-mobile though there are answers ",
         "from 2026-08-01 to 2026-08-31, frames open")


if __name__ == "__main__":
    main(columns, too_few, weights, never_settles, circles, designs,
         replicates, negative, margins, months)
