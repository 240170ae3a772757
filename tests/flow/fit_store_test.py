#!/usr/bin/python3
"""manyi-scorer fit on a store: the answers that count, and only those, are
its rows; a fit of a cell is that of the same rows in a file."""
import csv
import json

from gateway import ROOT, Client, Collector, add_client, main, response, run

OCTOBER = 1791302400000  # 2026-10-07 00:00 in Shanghai
SURVEY = ROOT + "/surveys/definitions/ecsi-mobile.yaml"
ASK = ["--survey", "ecsi-mobile", "--store", "sqlite:store.db", "--from",
       "2026-10", "--frame", "open"]


def fit(*options, code=0):
    done = run("manyi-scorer", "fit", *options, "--format", "json", code=code)
    return done.stderr if code else json.loads(done.stdout)


def answers_of_mobi():
    """The rows of the file, each item in the order of the questionnaire."""
    with open(ROOT + "/tests/gold/data/mobi.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    done = run("manyi-survey", "describe", SURVEY, "--format", "json")
    items = [i["code"] for i in json.loads(done.stdout)["items"]]
    return [bytes(int(row.get(code, 0)) for code in items) for row in rows]


def start():
    add_client("web", "submit,describe,erase", "--channels", "sms,web,agent",
               "--frames", "invited,open,test")
    collector = Collector().start()
    return collector, Client(collector, "web")


def send(client, answers, **fields):
    version = client.version("ecsi-mobile")
    sent = [response(**{"event_at": OCTOBER + i * 60000,
                        "answered_at": OCTOBER + i * 60000 + 5000,
                        "province": "31" if i % 2 else "11", "product": "MOB",
                        "answers": a, **fields})
            for i, a in enumerate(answers)]
    reply = client.ask("submit", survey="ecsi-mobile", version=version,
                       responses=sent)
    assert reply["accepted"] == len(sent), reply
    return sent


def write(name, keep):
    with open(ROOT + "/tests/gold/data/mobi.csv") as file:
        head, *rows = file.read().split()
    with open(name, "w") as file:
        file.write("\n".join([head] + [r for i, r in enumerate(rows)
                                       if keep(i)]) + "\n")
    return name


def same_as_file(store, keep, *options):
    want = fit("--survey", SURVEY, "--data", write("same.csv", keep), *options)
    got = fit(*store, *options)
    assert got == want, (options, got["n"], want["n"])
    return got


def test_rows():
    collector, client = start()
    sent = send(client, answers_of_mobi())
    # these count nowhere, or elsewhere: none is a row
    send(client, answers_of_mobi()[:50], frame="test")
    send(client, [b"\5\6\7" + bytes(len(sent[0]["answers"]) - 3)] * 3)

    whole = same_as_file(ASK, lambda i: True)
    assert whole["n"] == 250
    assert abs(whole["index"]["SAT"]["value"] - 72.4541179309101) < 1e-9
    same_as_file(ASK, lambda i: True, "--bootstrap", "200", "--interval",
                 "bca", "--measures", "htmt")
    same_as_file(ASK, lambda i: True, "--report")
    assert same_as_file(ASK + ["--where", "province=31"],
                        lambda i: i % 2)["n"] == 125
    assert same_as_file(ASK + ["--to", "2026-10-07"], lambda i: True,
                        "--errors", "none")["n"] == 250

    # erased: as if it had never been
    reply = client.ask("erase", ids=[sent[0]["id"]])
    assert reply["type"] != "error", reply
    assert same_as_file(ASK, lambda i: i != 0)["n"] == 249

    # strata of the store are dimensions
    by = fit(*ASK, "--strata", "province")
    assert by["index"]["SAT"]["se"] != whole["index"]["SAT"]["se"]
    refusals()
    collector.stop()


def refusals():
    def refused(code, word, *options):
        text = fit(*options, code=code)
        assert text.count("\n") == 1 and word in text, text

    refused(2, "no answers to ecsi-mobile", *ASK[:-2])  # nobody was invited
    refused(2, "as --where says", *ASK, "--where", "province=65")
    refused(2, "no survey 'nobody'", "--survey", "nobody", *ASK[2:])
    refused(2, "nowhere.db", "--survey", "ecsi-mobile", "--store",
            "sqlite:nowhere.db")
    refused(2, "rate", *ASK, "--weight", "design")
    refused(2, "'design' weights", *ASK, "--weight", "w")
    refused(2, "no dimension 'town'", *ASK, "--strata", "town")
    refused(2, "--fpc", *ASK, "--fpc", "province")
    refused(1, "has one sampling unit ('CT')", *ASK, "--strata", "province",
            "--cluster", "operator")


main(test_rows)
