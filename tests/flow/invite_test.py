"""manyi-invite: who is drawn, who is left in peace, and what the collector is
told of both."""
import json
import os
import random
import re
import time

from gateway import ROOT, Client, main, run, uuid7
from inviter import (COLUMNS, approved, command, draw, event, invitations,
                     invite, plan, samples, start, unseal, write_csv,
                     write_lines)

SEED = "seed: " + "5eed" * 16 + "\n"
HOUR = 3600 * 1000
rnd = random.Random(20261122)


def fails(collector, *words, code, says, **more):
    done = invite(collector, *words, code=code, **more)
    assert done.stderr.count("\n") == 1 + (" bad row" in done.stderr), \
        done.stderr
    assert says in done.stderr, (says, done.stderr)
    assert not re.search(r"139\d{8}", done.stderr), done.stderr
    return done


def drawn_people():
    return {i["respondent"] for i in invitations()}


# ---- campaigns ----

def campaigns():
    c = start()
    path = plan()
    feed = write_csv("feed.csv", [event(n) for n in range(30)])
    words = ("draw", "--campaign", path, feed)
    fails(c, *words, code=2, says="the collector knows no campaign 'repairs'")
    invite(c, "draft", path)
    fails(c, *words, code=1, says="nobody has approved it")
    fails(c, "approve", "repairs", code=1,
          says="campaign repairs: second (the key that drafted it")
    fails(c, "approve", "nothing", code=1, key="approver",
          says="campaign nothing: not_found (it knows none of that name)")
    invite(c, "approve", "repairs", key="approver")
    plan(more="# another\n")
    fails(c, "draft", path, code=1,
          says="campaign repairs: state (that name is taken by another file)")
    plan()
    with open(path, "a") as f:
        f.write("# one byte more\n")
    fails(c, *words, code=1, says="is not the file that was approved")
    plan()
    shown = invite(c, "pause", "repairs", "--reason", "a question").stdout
    assert "paused" in shown and "a question" in shown, shown
    draw(c, path, feed)  # invitations may be made, and are not sent
    assert "canary" in invite(c, "resume", "repairs").stdout or \
        "approved" in invite(c, "campaigns").stdout
    assert invite(c, "pause", "--all").stdout.count("paused") == 1
    fails(c, "pause", code=2, says="NAME, or --all")
    invite(c, "close", "repairs")
    fails(c, "resume", "repairs", code=1, says="campaign repairs: state (not")
    fails(c, *words, code=1, says="repairs: is closed")
    gateway = Client(c, "sms-1")
    for i in invitations():  # withdrawn
        told = gateway.ask("invitation", id=i["id"])
        assert told["state"] == "closed", told
    gateway.close()
    c.stop()


def wrong_files():
    c = start()
    feed = write_csv("feed.csv", [event(1)])
    for old, new, says in (
            ("purpose: instant", "purpose: fun", "repairs.yaml:3:10: purpose:"),
            ("channel: sms", "channel: fax", ":4:10: channel: sms or web"),
            ("gateway: sms-1", "gateway: SMS", "gateway: only a-z"),
            ("rate: 10%", "rate: 110%", "rate: a share is wanted"),
            ("by: [province]", "by: [AGE]", "neither a dimension"),
            ("bases: [consent, contract]", "bases: []", "bases: a list"),
            ("notice: n-1", "notices: n-1", "notices: unknown key"),
            ("bases: [consent, contract]\n", "", "no key 'bases'"),
            ("notice: n-1", "delay: {min: 10}", "min: a whole number of 30"),
            ("notice: n-1", "delay: {min: 90, max: 80}", "more than max"),
            ("notice: n-1", "seed: abc", "seed: 64 lower-case"),
            ("notice: n-1", "closes: soon", "closes: "),
            ("sms.contact.pub", "none.pub", "none.pub: "),
            ("sms.contact.pub", "clients.yaml", "clients.yaml: ")):
        path = plan(replace=[(old, new)])
        fails(c, "preflight", "--campaign", path, feed, code=2, says=says)
    fails(c, "draw", feed, code=2, says="--campaign FILE.yaml is missing")
    fails(c, "draw", "--campaign", plan(), "none.csv", code=2,
          says="none.csv: no such file")
    c.stop()


# ---- rows ----

def bad_rows():
    c = start()
    path = approved(c, plan())
    good = [event(n) for n in range(40)]
    for field, value, says in (
            ("event_id", "", "event_id: is missing"),
            ("event_at", "", "event_at: is missing"),
            ("event_at", "soon", "event_at: not a time"),
            ("event_at", "2099-01-01", "more than a day in the future"),
            ("event_at", "1999-01-01", "before the year 2000"),
            ("adult", "perhaps", "adult: yes or no"),
            ("basis", "what they said", "basis: not a code"),
            ("province", "99", "province: neither a code nor a name"),
            ("touchpoint", "CAR", "touchpoint: neither"),
            ("activated", "13912345678 or so", "activated: not a time"),
            ("fault_at", "2026-11-21", "fault_at: later than the event"),
            ("contact_changed_at", "x", "contact_changed_at: not a time")):
        feed = write_csv("feed.csv", good[:3] + [event(3, **{field: value})])
        fails(c, "draw", "--campaign", path, feed, code=2,
              says="feed.csv:5: " + field + ": ")
        done = fails(c, "draw", "--campaign", path, feed, code=2, says=says)
        assert "1 bad row: nothing is drawn" in done.stderr, done.stderr
    for text, says in (("", "is empty"), ("event_id,contact\n", "no column"),
                       ("event_id,contact,basis,adult\n", "no rows"),
                       ("event_id,contact,phone,basis,adult\n1,2,3,4,5\n",
                        "'contact' and 'phone' are the same thing"),
                       ('{"event_id": \n', "feed.csv:1: 1:"),
                       ('[1]\n', "no column"),
                       ('{"event_id": {}}\n', "event_id: one value")):
        with open("feed.csv", "w") as f:
            f.write(text)
        fails(c, "draw", "--campaign", path, "feed.csv", code=2, says=says)
    assert not invitations()
    # the others are drawn from when that is wished, and these kept aside
    rows = good[:39] + [event(39, adult="13912345678")]
    assert draw(c, path, write_csv("some.csv", rows), "--skip-bad")["bad"] == 1
    with open("some.csv") as f, open("some.bad.csv") as bad:
        assert bad.read().split("\n") == [f.readline().strip(),
                                          open("some.csv").read()
                                          .strip().split("\n")[-1], ""]
    lines = good[:2] + [event(50, adult=[1])]
    draw(c, path, write_lines("some.jsonl", lines), "--skip-bad")
    with open("some.bad.jsonl") as bad:
        assert "W000000050" in bad.read()
    fails(c, "draw", "--campaign", path, "--skip-bad", "-", code=2,
          says="it needs a file")
    c.stop()


def headers():
    """Chinese headers, names for codes, JSON lines and standard input."""
    c = start()
    path = approved(c, plan(more=SEED, replace=[
        ('rate: 10%, rates: {"31": 50%}', "rate: 50%")]))
    rows = [event(n) for n in range(200)]
    first = draw(c, path, write_csv("a.csv", rows))
    people = drawn_people()
    other = dict(zip(COLUMNS, COLUMNS))
    other.update(event_id="事件编号", event_at="办结时间", contact="联系电话",
                 account="账户", activated="入网日期", basis="合法性基础",
                 adult="是否成年", province="省份", staff="工号")
    names = {"44": "广东", "31": "上海市", "11": "北京"}
    renamed = [{other[k]: v for k, v in
                {**r, "province": names[r["province"]], "adult": "是",
                 "contact": "+86 " + r["contact"]}.items()} for r in rows]
    lines = [{**r, "staff_numbers": [r["staff_numbers"], "8001"],
              "adult": True} for r in rows]
    for make, file in ((lambda: write_csv("b.csv", renamed, other.values()),
                        None),
                       (lambda: write_lines("c.jsonl", lines), None),
                       (lambda: "-", "a.csv")):
        feed = make()
        stdin = open(file) if file else None
        words = ["draw", "--campaign", path, "--format", "json"]
        done = run("manyi-invite", *command(
            c, *words, feed, outbox="other.db"), code=1, stdin=stdin)
        assert "it is not the one that drew them" in done.stderr, done.stderr
        look = run("manyi-invite", *command(
            c, "preflight", "--campaign", path, feed, outbox="other.db"),
            stdin=open(file) if file else None)
        assert "drawn=%d" % first["drawn"] in look.stdout, look.stdout
        again = run("manyi-invite", *command(
            c, *words, feed), stdin=open(file) if file else None)
        assert '"seen": 200' in again.stdout, again.stdout
    assert drawn_people() == people
    c.stop()


# ---- who is left in peace ----

def exclusions():
    c = start()
    path = approved(c, plan(replace=[('rate: 10%, rates: {"31": 50%}',
                                      "rate: 1")]))
    wrong = ([event(n, basis="none") for n in range(0, 10)] +
             [event(n, basis="") for n in range(10, 15)] +
             [event(n, adult="no") for n in range(15, 22)] +
             [event(n, adult="") for n in range(22, 25)] +
             [event(n, contact="") for n in range(25, 29)] +
             [event(n, contact="N/A") for n in range(29, 32)] +
             [event(n, contact="021 5888 1234") for n in range(32, 34)] +
             [event(n, contact_kind="email") for n in range(34, 36)] +
             [event(n, staff_numbers="18911111111; +86139" + "%08d" % n)
              for n in range(36, 39)] +
             # the same unit twice in one feed: one of them
             [event(n, account="A1000") for n in range(39, 44)])
    good = [event(n) for n in range(100, 160)]
    rows = wrong + good
    rnd.shuffle(rows)
    got = draw(c, path, write_csv("feed.csv", rows))
    assert got["excluded"] == {
        "no_basis": 15, "not_adult": 10, "no_contact": 11, "staff_number": 3,
        "opted_out": 0, "too_recent": 4}, got
    assert got["eligible"] == got["drawn"] == 61, got
    assert got["events"] == len(rows)
    told = samples()
    assert sum(s["events"] for s in told) == len(rows)
    assert sum(s["eligible"] for s in told) == 61
    assert sum(s["drawn"] for s in told) == 61
    for word, number in got["excluded"].items():
        assert sum(s["excluded"].get(word, 0) for s in told) == number, word
    # every cell's events are excluded or eligible
    for s in told:
        assert s["events"] == s["eligible"] + sum(s["excluded"].values()), s
    c.stop()


def limits():
    """Relationship keeps from relationship; instant from all; a case's one
    confirmation and one follow-up are exempt; the account is the unit."""
    c = start()
    whole = ('rate: 10%, rates: {"31": 50%}', "rate: 1")

    def take(name, purpose, rows, more=""):
        path = approved(c, plan(name, more=more, replace=[
            whole, ("purpose: instant", "purpose: " + purpose)]))
        return draw(c, path, write_csv(name + ".csv", rows))

    def ids(a, b, **fields):
        return [event(n, **fields) for n in range(a, b)]

    assert take("rel", "relationship", ids(0, 50))["drawn"] == 50
    again = take("rel-2", "relationship", ids(0, 60))
    assert again["excluded"]["too_recent"] == 50, again
    assert again["drawn"] == 10
    now = take("now", "instant", ids(40, 80))
    assert now["excluded"]["too_recent"] == 20 and now["drawn"] == 20, now
    # an instant ask does not keep a relationship sample away
    assert take("rel-3", "relationship", ids(60, 80))["drawn"] == 20
    # another number of the same account is the same unit
    other = take("now-2", "instant", [
        event(n, contact="1370%07d" % n) for n in range(0, 10)])
    assert other["drawn"] == 0, other
    # a new account on the same number is another unit
    moved = take("now-3", "instant", [
        event(n, account="B%d" % n) for n in range(0, 10)])
    assert moved["drawn"] == 10, moved
    # without accounts the number and its activation date are
    bare = dict(account="")
    assert take("bare", "instant", ids(200, 220, **bare))["drawn"] == 20
    assert take("bare-2", "instant", ids(200, 220, **bare))["drawn"] == 0
    reissued = take("bare-3", "instant", [
        event(n, account="", activated="2026-11-01") for n in range(200, 220)])
    assert reissued["drawn"] == 20, reissued  # somebody else's now
    # confirmation and follow-up: once a case, whoever was asked what
    cases = [event(n, case="C%d" % n) for n in range(0, 10)]
    assert take("sure", "confirmation", cases)["drawn"] == 10
    assert take("after", "follow_up", cases)["drawn"] == 10
    twice = [{**r, "event_id": "X" + r["event_id"]} for r in cases]
    assert take("sure-2", "confirmation", twice)["drawn"] == 0
    # and an instant one keeps away from them
    fresh = [event(n, case="D%d" % n) for n in range(300, 310)]
    assert take("sure-3", "confirmation", fresh)["drawn"] == 10
    assert take("now-4", "instant", ids(300, 310))["drawn"] == 0
    # a reservation in the future counts as one in the past does
    assert take("later", "relationship", ids(400, 410),
                "start: %s\n" % day(20))["drawn"] == 10
    assert take("now-5", "instant", ids(400, 410))["drawn"] == 0
    assert take("far", "relationship", ids(410, 420),
                "start: %s\n" % day(40))["drawn"] == 10
    assert take("now-6", "instant", ids(410, 420))["drawn"] == 10
    c.stop()


def day(ahead):
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + ahead * 86400))


def opted_out():
    c = start()
    gateway = Client(c, "sms-1")
    whole = ('rate: 10%, rates: {"31": 50%}', "rate: 1")

    def say(kind, at=None, **who):
        ack = gateway.ask("event", events=[
            {"id": uuid7(), "kind": kind, "channel": "sms", "text": "TD",
             "at": at or int(time.time() * 1000), **who}])
        assert ack["accepted"] == 1, ack

    def take(name, rows, purpose="instant"):
        path = approved(c, plan(name, replace=[
            whole, ("purpose: instant", "purpose: " + purpose)],
            more="rest-days: 0\n"))
        return draw(c, path, write_csv(name + ".csv", rows))

    rows = [event(n) for n in range(30)]
    assert take("one", rows)["drawn"] == 30
    told = invitations()
    for i in told[:7]:
        say("opt_out", invitation=i["id"])
    got = take("two", rows)
    assert got["excluded"]["opted_out"] == 7 and got["drawn"] == 23, got
    assert not {i["respondent"] for i in told[:7]} & \
        {i["respondent"] for i in invitations() if i["campaign"] == "two"}
    # an opt-out wins over every purpose, and an opt-in takes it back
    got = take("three", rows, "confirmation")
    assert got["excluded"]["opted_out"] == 7, got
    for i in told[:2]:
        say("opt_in", respondent=i["respondent"])
    assert take("four", rows)["excluded"]["opted_out"] == 5
    # of a number that nobody invited: it is for who had the number then
    bare = [event(n, activated="", account="N%d" % n) for n in range(50, 54)]
    assert take("bare", bare)["drawn"] == 4
    numbers = [i["respondent"] for i in invitations()
               if i["campaign"] == "bare"]
    for n in numbers:
        say("opt_out", respondent=n, at=1767225600000)  # 2026-01-01
    old = [event(n, activated="2020-01-01") for n in range(50, 54)]
    assert take("old", old)["excluded"]["opted_out"] == 4
    new = [event(n, activated="2026-06-01", account="M%d" % n)
           for n in range(50, 54)]
    assert take("new", new)["excluded"]["opted_out"] == 0
    # more than one message of them
    many = [uuid7() for _ in range(2500)]
    for k in range(0, len(many), 500):
        ack = gateway.ask("event", events=[
            {"id": uuid7(), "kind": "opt_out", "channel": "sms",
             "respondent": m, "at": int(time.time() * 1000), "text": "T" * 150}
            for m in many[k:k + 500]])
        assert ack["accepted"] == 500, ack
    assert take("last", rows)["excluded"]["opted_out"] == 5
    # without the collector nobody knows who does not want to be asked
    path = approved(c, plan("away", replace=[whole]))
    before = len(invitations())
    gateway.close()
    c.stop()
    done = fails(c, "draw", "--timeout", "1", "--campaign", path, "one.csv",
                 code=1, says="")
    assert not done.stdout and len(invitations()) == before


# ---- the draw ----

def strata():
    c = start()
    path = approved(c, plan(more=SEED, replace=[
        ("by: [province]", "by: [province, class]"),
        ('rate: 10%, rates: {"31": 50%}',
         'rate: 1.5%, rates: {44-GLD: 100%, 31-_: 0, 11-BAS: 33.3333%}')]))
    rows = [event(n, **{"class": ("GLD", "BAS", "")[n % 9 // 3]})
            for n in range(9000)]
    got = draw(c, path, write_csv("feed.csv", rows))
    for s in got["strata"]:
        exact = s["eligible"] * s["rate"]
        assert s["eligible"] == 1000
        assert int(exact) <= s["drawn"] <= int(exact) + 1, s
        if exact == int(exact):
            assert s["drawn"] == exact, s
    by = {s["stratum"]: s["drawn"] for s in got["strata"]}
    assert by["44-GLD"] == 1000 and by["31-_"] == 0 and by["44-BAS"] == 15, by
    told = invitations()
    assert len(told) == got["drawn"]
    rates = {s["stratum"]: round(s["rate"] * 1e6) for s in got["strata"]}
    for i in told:
        assert i["rate"] == rates[i["stratum"]]
        assert i["stratum"] == i["province"] + "-" + i.get("class", "_")
        assert 30 * 60000 <= i["due_at"] - samples()[0]["at"] <= 24 * HOUR
        break
    at = samples()[0]["at"]
    waits = sorted(i["due_at"] - at for i in told)
    assert 30 * 60000 <= waits[0] and waits[-1] <= 24 * HOUR
    middle = waits[len(waits) // 2] / HOUR
    assert 11.2 < middle < 13.3, middle  # half of them before the middle
    assert all(i["expires_at"] > i["due_at"] + 7 * 24 * HOUR - HOUR
               for i in told)
    fails(c, "draw", "--campaign", approved(c, plan("long", replace=[
        ("by: [province]", "by: [touchpoint, operator, province, product]")])),
        write_csv("long.csv", [event(1, touchpoint="HALL_COOP")]), code=2,
        says="longer than 16 characters")
    c.stop()


def same_seed():
    """The same seed gives the same draw, ids and all, in any order of the
    feed and in any file; another seed another one."""
    rows = [event(n, account="A%d" % (n // 2)) for n in range(4000)]
    seen = []
    for k, seed in enumerate((SEED, SEED, SEED.replace("5eed", "0dd5"))):
        c = start()
        path = approved(c, plan(more=seed))
        order = list(rows)
        rnd.shuffle(order)
        feed = write_lines("feed", order) if k else write_csv("feed", order)
        got = draw(c, path, feed)
        assert got["excluded"]["too_recent"] == 2000, got
        seen.append(sorted((i["respondent"], i["id"][6:])
                           for i in invitations()))
        assert len(seen[-1]) == got["drawn"]
        c.stop()
        for name in ("store.db", "store.db-wal", "store.db-shm", "invite.db",
                     "invite.db-wal", "invite.db-shm"):
            if os.path.exists(name):
                os.remove(name)
    assert seen[0] == seen[1]
    # each seed takes its own, about as many of the other's as chance gives
    people = [{r for r, _ in s} for s in seen]
    share = len(people[0] & people[2]) / len(people[0])
    assert share < 0.5, share


def overlapping():
    """Events of an earlier feed have had their chance."""
    c = start()
    path = approved(c, plan(replace=[('rate: 10%, rates: {"31": 50%}',
                                      "rate: 25%")]))
    first = draw(c, path, write_csv("a.csv", [event(n) for n in range(1200)]))
    second = draw(c, path, write_csv("b.csv", [event(n)
                                               for n in range(600, 1800)]))
    assert (first["drawn"], second["drawn"]) == (300, 150), (first, second)
    assert second["seen"] == 600 and first["seed"] == second["seed"]
    assert len(invitations()) == 450 and len(drawn_people()) == 450
    twice = [event(n) for n in range(2000, 2100)] * 2
    got = draw(c, path, write_csv("c.csv", twice))
    assert got["events"] == 100 and got["seen"] == 100, got
    text = invite(c, "draws").stdout
    assert text.count("repairs: ") == 3 and first["seed"] in text, text
    c.stop()


# ---- what travels ----

def sealed():
    """Only the gateway can read who it is; what the survey's placeholders stand
    for goes along; the link's token is the invitation's."""
    c = start()
    path = approved(c, plan(replace=[('rate: 10%, rates: {"31": 50%}',
                                      "rate: 1")]))
    draw(c, path, write_csv("feed.csv", [
        event(1), event(2, language="en"), event(3, contact="+86 1370 0000 003",
                                                 activated="")]))
    opened = {}
    for i in invitations():
        found = unseal(i["contact"])
        opened[found["address"]] = (found, i)
    assert set(opened) == {"13900000001", "13900000002", "13700000003"}
    first, i = opened["13900000001"]
    assert first["activated"] == "2020-01-01"
    assert first["fills"] == {"date": "11月19日", "product": "宽带"}, first
    assert opened["13900000002"][0]["fills"] == {"date": "19 Nov",
                                                 "product": "Broadband"}
    assert "activated" not in opened["13700000003"][0]
    tokens = {found["token"] for found, _ in opened.values()}
    assert len(tokens) == 3 and all(len(t) == 20 for t in tokens)
    assert i["basis"] == "consent" and i["notice"] == "n-1"
    # no number, no account, no token on the disk in plain
    for name in os.listdir("."):
        if name.startswith(("invite.db", "store.db", "log")):
            with open(name, "rb") as f:
                data = f.read()
            for secret in ["13900000001", "A1\0", "W000000001", *tokens]:
                assert secret.encode() not in data, (name, secret)
    c.stop()


def shared_number():
    """A number on four accounts and more is limited by account and flagged,
    also when the accounts came in different feeds."""
    c = start()
    path = approved(c, plan(replace=[('rate: 10%, rates: {"31": 50%}',
                                      "rate: 1")]))
    one = [event(n, contact="13800000000") for n in range(3)]
    assert draw(c, path, write_csv("a.csv", one))["drawn"] == 3
    assert not any(i.get("flags") for i in invitations())
    two = [event(n, contact="13800000000") for n in range(3, 5)] + [event(9)]
    assert draw(c, path, write_csv("b.csv", two))["drawn"] == 3
    flags = [i.get("flags", 0) for i in invitations()]
    assert sorted(flags) == [0, 0, 0, 0, 32, 32], flags
    c.stop()


def looks_ahead():
    """Preflight: who, what, how much, until when, how exact."""
    c = start()
    feed = write_csv("feed.csv", [event(n) for n in range(3000)])
    path = plan(more="assume: {response: 0.25, sd: 20}\n")
    got = json.loads(invite(
        c, "preflight", "--campaign", path, "--format", "json", feed).stdout)
    assert got["drawn"] == 700 and got["excluded"]["no_basis"] == 0
    texts = {(t["item"], t["language"]): t for t in got["texts"]}
    assert set(texts) == {("REP1", "zh-CN"), ("REP1", "en"), ("REP2", "zh-CN"),
                          ("REP2", "en")}
    assert texts["REP1", "zh-CN"]["coding"] == "ucs2"
    assert texts["REP1", "zh-CN"]["parts"] == 1
    assert texts["REP1", "en"]["parts"] == 3  # the signature is Chinese
    parts = 700 * (1 + 0.25)
    assert abs(got["parts"] - parts) < 1e-6
    assert abs(got["cost"] - parts * 0.05) < 1e-6
    province = {p["province"]: p for p in got["provinces"]}
    assert province["31"]["drawn"] == 500
    assert abs(province["31"]["margin"] - 1.96 * 20 / 125 ** 0.5) < 1e-9
    assert abs(province["44"]["margin"] - 1.96 * 20 / 25 ** 0.5) < 1e-9
    at = time.gmtime(got["finish_at"] / 1000 + 8 * 3600)
    assert 8 <= at.tm_hour < 21, at
    assert got["finish_at"] > time.time() * 1000 + 23 * HOUR
    slow = plan(replace=[("per-second: 20", "per-second: 0.01")])
    late = json.loads(invite(
        c, "preflight", "--campaign", slow, "--format", "json", feed).stdout)
    days = (late["finish_at"] / 1000 - time.time()) / 86400
    # 770 parts at 36 an hour, 13 hours a day
    assert 1.3 < days < 3.5, days
    web = plan(replace=[("channel: sms", "channel: web")])
    text = invite(c, "preflight", "--campaign", web, feed).stdout
    assert re.search(r"link +zh-CN +UCS-2", text), text
    # nothing was made
    assert not invitations() and "campaign" not in invite(c, "draws").stdout
    assert "repairs" not in invite(c, "campaigns").stdout
    c.stop()


def qr_codes():
    for name in ("person.key", "token.key"):
        if not os.path.exists(name):
            run("manyi-keys", "hash", name)
    words = ["qr", "--codes", ROOT + "/surveys/codes", "--survey", "repair",
             "--base", "https://m.example.cn"]
    plain = run("manyi-invite", *words)
    assert plain.stderr == "https://m.example.cn/o/repair\n", plain.stderr
    hall = words + ["--province", "44", "--unit", "GD-01", "--touchpoint",
                    "HALL_OWN", "--operator", "CT"]
    done = run("manyi-invite", *hall)
    assert re.fullmatch(r"https://m\.example\.cn/o/repair\?p=44&u=GD-01&"
                        r"t=HALL_OWN&o=CT&s=[A-Za-z0-9]{11}\n", done.stderr), \
        done.stderr
    assert done.stdout.startswith("<svg xmlns=") and \
        done.stdout.endswith("</svg>\n") and "<script" not in done.stdout
    again = run("manyi-invite", *hall)
    assert again.stdout == done.stdout
    other = run("manyi-invite", *words, "--province", "31")
    assert other.stderr.split("s=")[1] != done.stderr.split("s=")[1]
    for more, says in ((["--province", "99"], "--province: no such code"),
                       (["--unit", "a|b"], "--unit: no such code"),
                       (["--base", "ftp://x"], "--base: "),
                       (["--survey", "A B"], "--survey CODE")):
        done = run("manyi-invite", *words, *more, code=2)
        assert says in done.stderr, done.stderr


def counters():
    c = start()
    path = approved(c, plan())
    draw(c, path, write_csv("feed.csv", [event(n) for n in range(30)] +
                            [event(99, adult="no")]),
         "--metrics-file", "invite.prom")
    draw(c, path, write_csv("more.csv", [event(n) for n in range(30, 60)]),
         "--metrics-file", "invite.prom")
    with open("invite.prom") as f:
        text = f.read()
    for line in ("manyi_invite_draws_total 2", "manyi_invite_events_total 61",
                 'manyi_invite_excluded_total{reason="not_adult"} 1',
                 "manyi_invite_owed_messages 0"):
        assert line + "\n" in text, text
    c.stop()


main(campaigns, wrong_files, bad_rows, headers, exclusions, limits, opted_out,
     strata, same_seed, overlapping, sealed, shared_number, looks_ahead,
     qr_codes, counters)
