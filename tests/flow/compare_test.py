"""Differences, ranks, case mix and effects of channels, as people ask for
them: the numbers against sums over the very answers, formats, and refusals."""
import csv
import io
import json
import math
import random

from gateway import Client, Collector, add_client, main, response, run

MONTH = {"2026-10": 1791302400000, "2026-11": 1793980800000}
STORE = ["--store", "sqlite:store.db", "--survey", "repair"]
ASK = [*STORE, "--frame", "open", "--from", "2026-10", "--construct", "SAT"]


def fill(client, month, count, level, seed):
    """Repairs rated at random: shares of provinces and channels by `level`."""
    draw = random.Random(seed)
    sent = []
    for i in range(count):
        province = draw.choices(["11", "31", "44"], [level, 1, 1])[0]
        channel = draw.choice(["web", "sms"])
        mean = {"11": 8.5, "31": 6, "44": 6}[province] + (channel == "sms")
        rate = [min(10, max(low, round(draw.gauss(mean, 1.2))))
                for low in (0, 0, 1, 1)]
        sent.append(response(
            event_at=MONTH[month] + i * 60000,
            answered_at=MONTH[month] + i * 60000 + 5000,
            answers=bytes([rate[0], draw.choice([0, 1, 2]), *rate[1:], 2, 0]),
            province=province, channel=channel))
    version = client.version()
    for at in range(0, count, 1000):
        reply = client.ask("submit", survey="repair", version=version,
                           responses=sent[at:at + 1000])
        assert reply["accepted"] == len(sent[at:at + 1000]), reply
    return sent


def ask(kind, *options):
    return json.loads(run("manyi-scorer", kind, *ASK, *options, "--format",
                          "json").stdout)


def index(sent, **where):
    given = [r["answers"][0] for r in sent if r["answers"][0] and
             all(r[k] == v for k, v in where.items())]
    return 100 * (sum(given) / len(given) - 1) / 9


def near(a, b, tolerance=1e-9):
    assert math.isclose(a, b, rel_tol=0, abs_tol=tolerance), (a, b)


def periods(october, november):
    row, = ask("compare", "--against", "2026-11..2026-11", "--mix", "province")
    assert row["first"] == "2026-10-01..2026-10-31", row
    near(row["difference"], index(october) - index(november))
    near(row["answers"] + row["weights"] + row["mix"], row["difference"],
         1e-12)
    assert row["weights"] == 0 and row["mix"] < -3 and row["p"] < 0.01, row
    assert row["low"] < row["difference"] < row["high"]
    assert row["p_adjusted"] == row["p"] and row["flags"] == []
    # the same question, the same numbers, the same id
    assert ask("compare", "--against", "2026-11..2026-11", "--mix",
               "province") == [row]
    for r in ask("compare", "--against", "2026-11..2026-11", "--by",
                 "province,channel"):
        near(r["difference"], index(october, **r["cell"]) -
             index(november, **r["cell"]))


def codes(october):
    rows = ask("compare", "--between", "province")
    assert [(r["first"], r["second"]) for r in rows] == [
        ("11", "31"), ("11", "44"), ("31", "44")]
    for r in rows:
        near(r["difference"], index(october, province=r["first"]) -
             index(october, province=r["second"]))
    rest = ask("compare", "--between", "province=44", "--versus", "rest")
    near(rest[0]["index_second"],
         index([r for r in october if r["province"] != "44"]))
    table = run("manyi-scorer", "compare", *ASK, "--between",
                "channel=web,sms").stdout
    assert table.split("\n")[0].split()[:5] == [
        "survey", "construct", "first", "second", "index_first"], table
    assert "Benjamini-Hochberg" in table
    text = run("manyi-scorer", "compare", *ASK, "--between", "channel",
               "--format", "csv").stdout
    row, = csv.DictReader(io.StringIO(text))
    near(float(row["difference"]), index(october, channel="sms") -
         index(october, channel="web"))


def ranks(october):
    rows = ask("ranks", "--over", "province")
    assert rows[0]["cell"] == {"province": "11"} and rows[0]["rank"] == 1
    assert rows[0]["rank_high"] == 1 and rows[0]["band"] == ["1"]
    assert rows[0]["p_above_next"] > 0.999
    assert rows[1]["rank_low"] == 2 and rows[2]["rank_high"] == 3
    for r in rows:
        near(r["index"], index(october, **r["cell"]))


def modelled(october):
    rows = ask("adjusted", "--over", "province", "--for", "channel")
    assert [r["method"] for r in rows] == ["modelled"] * 3
    for r in rows:
        near(r["index"], index(october, **r["cell"]))
        assert abs(r["index_adjusted"] - r["index"]) < 2
    web, sms = sorted(ask("modes", "--adjust"), key=lambda r: r["effect"])
    assert web["channel"] == "web" and web["effect"] == 0 and web["p"] is None
    assert 5 < sms["effect"] < 16 and sms["p_adjusted"] < 0.001, sms
    near(sms["index"], index(october))
    near(sms["index_adjusted"], sms["index"] - sms["share"] * sms["effect"])


def refused():
    for kind, word, code, *options in (
            ("compare", "either --against or --between", 2),
            ("compare", "2026-08-31: a period with no answers", 1,
             "--against", "2026-08..2026-08"),
            ("compare", "is none of pairs, rest", 2, "--between", "province",
             "--versus", "all"),
            ("compare", "province=98: no answers", 1, "--between",
             "province=11,98"),
            ("compare", "none.csv", 2, "--between", "province", "--links",
             "none.csv"),
            ("ranks", "--over", 2),
            ("adjusted", "--for", 2, "--over", "province"),
            ("adjusted", "operator: the same in all answers", 1, "--over",
             "province", "--for", "operator"),
            ("modes", "channel=agent: no answers", 1, "--reference", "agent"),
            ("modes", "--by channel", 2, "--by", "channel")):
        done = run("manyi-scorer", kind, *ASK, *options, code=code)
        assert done.stdout == "", done
        assert done.stderr.count("\n") == 1 and word in done.stderr, done


def questions():
    add_client("web", "submit,describe", "--channels", "sms,web,agent",
               "--frames", "invited,open,test")
    collector = Collector().start()
    client = Client(collector, "web")
    october = fill(client, "2026-10", 1500, 1, 1)
    november = fill(client, "2026-11", 1500, 4, 2)
    client.close()
    collector.stop()
    periods(october, november)
    codes(october)
    ranks(october)
    modelled(october)
    refused()
    for kind in ("compare", "ranks", "adjusted", "modes"):
        assert "--construct" in run("manyi-scorer", kind, "--help").stdout


if __name__ == "__main__":
    main(questions)
