"""sending_test - who is written to, and who is not any more: pause --all, a
collector that is gone, close and limits while invitations are due; and the
funnel, which tells afterwards what was done.

DUE (2400) invitations; `make crash` does 10000.
"""
import datetime
import json
import os
import subprocess
import time

from gateway import BIN, add_client, main, run, wait_for
from house import House, all_there, phone
from inviter import approved, command, event, invitations, invite, write_csv

DUE = int(os.environ.get("DUE") or 2400)
RATE = 150  # messages a second
FIRST = ("INS1", "link")  # messages to people who did not write


def ended(house, since):
    """How long after that the last first message came."""
    time.sleep(8)
    last = max(house.people.times(FIRST)) - since
    assert last <= 5, last
    return last


def some_more(house, count=RATE):
    before = len(house.people.heard)
    wait_for(lambda: len(house.people.heard) >= before + count)


def page(house, n):
    v = house.visitor(n)
    v.get()
    v.close()
    return v.status


def stopped_in_time():
    house = House("instant", rate=RATE)
    ns = range(1, DUE + 1)
    house.ask_all(ns)
    some_more(house)
    since = time.monotonic()
    told = invite(house.collector, "pause", "--all", key="chief").stdout
    assert "paused" in told, told
    paused = ended(house, since)
    some = next(n for n in ns if (phone(n), "INS1") in house.people.count)
    house.people.say(phone(some), "9")  # who was asked is heard
    house.people.all_got("thanks", [phone(some)])

    invite(house.collector, "resume", "autumn", key="chief")
    some_more(house)
    since = time.monotonic()
    house.kill("collector")
    gone = ended(house, since)
    house.up("collector")
    some_more(house)
    since = time.monotonic()
    invite(house.collector, "close", "autumn", key="chief")
    closed = ended(house, since)
    house.nothing_owed()

    asked = [n for n in ns if (phone(n), "INS1") in house.people.count]
    rest = [n for n in ns if n not in set(asked)]
    assert len(rest) > RATE, "too few to tell"
    assert not house.people.asked_twice(), house.people.asked_twice()
    now = house.state()
    assert now["state"] == "closed" and now["sent"] == len(asked), now
    withdrawn = sum(page(house, n) == 410 for n in rest)
    # but for those which the gateway held in its hands
    assert withdrawn >= max(DUE - now["leased"], 1), (withdrawn, now)
    assert all(page(house, n) == 200 for n in asked[-20:])
    house.stop()
    print("    after pause --all the last one came %.1f s later, after the "
          "end of the collector %.1f s, after close %.1f s; %d of %d asked, "
          "%d withdrawn" % (paused, gone, closed, len(asked), DUE, withdrawn))


def limits():
    """Too many TD: it pauses itself."""
    house = House("instant", rate=40, plan={"opt_out_ppm": 50000,
                                            "limit_after": 20})
    ns = range(1, 601)
    leaving = [n for n in ns if n % 5 == 0]
    house.people.answers = {phone(n): {"INS1": "TD"} for n in leaving}
    house.ask_all(ns)
    wait_for(lambda: house.state()["state"] == "paused", 120)
    last = ended(house, time.monotonic())
    now = house.state()
    assert "limit" in now["reason"] and "changed_by" not in now, now
    asked = house.people.got("INS1", [phone(n) for n in ns])
    gone = [n for n in leaving if (phone(n), "INS1") in house.people.count]
    house.people.all_got("stopped", [phone(n) for n in gone])
    assert now["sent"] == asked < len(ns), (now, asked)
    assert now["opted_out"] == len(gone), (now, len(gone))
    assert not house.people.asked_twice(), house.people.asked_twice()
    house.stop()
    print("    paused itself, %d of %d asked opted out; the last one came "
          "%.1f s after" % (len(gone), asked, max(0, last)))


# ---- the funnel ----

PLAN = """campaign: {name}
survey: instant
purpose: instant
channel: {channel}
gateway: sms-1
contact-key: contact.key.pub
bases: [consent]
strata: {{by: [province], rate: 60%}}
canary: {{share: 100%, minutes: 0}}
sending: {{signature: 【中国电信】, per-second: 1000}}
"""
EVENTS = 240
# of twenty, those that are left out
OUT = {15: ("too_recent", None), 16: ("staff_number", None),
       17: ("no_basis", {"basis": ""}), 18: ("not_adult", {"adult": "no"}),
       19: ("no_contact", {"contact": ""})}


def feed(first, at):
    rows = []
    for n in range(first, first + EVENTS):
        reason, fields = OUT.get(n % 20, (None, {}))
        if reason == "too_recent":  # two of one account
            fields = {"account": "A%d" % (n - 1), "activated": "2020-01-01"}
        elif reason == "staff_number":
            fields = {"staff_numbers": phone(n)}
        rows.append(event(n, event_at=at, fault_at="", **fields))
    return rows


def draw(house, name, channel, rows):
    """As of yesterday: nobody is asked sooner than half an hour after."""
    with open(name + ".yaml", "w", encoding="utf-8") as f:
        f.write(PLAN.format(name=name, channel=channel))
    path = write_csv(name + ".csv", rows)
    approved(house.collector, name + ".yaml")
    done = subprocess.run(
        ["faketime", "-f", "-25h", os.path.join(BIN, "manyi-invite"),
         *command(house.collector, "draw", "--campaign", name + ".yaml",
                  "--format", "json", path)], check=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # faketime stands before the sanitizer, which minds
        env={**os.environ, "ASAN_OPTIONS": "verify_asan_link_order=0"})
    house.logs.append(done.stderr + done.stdout)


class Links:
    """What people do with theirs."""

    def __init__(self, house):
        self.house = house
        self.answered, self.begun, self.deleted = set(), set(), set()

    def visit(self, n):
        v = self.house.visitor(n)
        v.path = v.path[:3] + self.token(n)
        if n % 4 == 1:
            v.get()
            v.press("next", {"INS1": 3})
            self.begun.add(n)
        elif n % 4 in (0, 3):
            for form in ({"do": "next", "at": "INS1", "INS1": "9"},
                         {"do": "next", "at": "INS3", "INS3": "不该见光"},
                         {"do": "submit"}):
                v.post(form)
            assert v.status == 200 and "谢谢" in v.body.decode(), v.body
            self.answered.add(n)
        if n % 4 == 3:
            v.post({"do": "delete"})
            self.deleted.add(n)
        v.close()

    def token(self, n):
        text = self.house.people.text[phone(n), "link"]
        token = text.split("/s/")[1][:20]
        self.house.secrets.add(token)
        return token


def funnel(day):
    done = run("manyi-scorer", "funnel", "--store", "sqlite:store.db",
               "--survey", "instant", "--from", day, "--to", day, "--by",
               "channel", "--format", "json")
    return {c["cell"]["channel"]: c for c in json.loads(done.stdout)}


def talk_of(n):
    return ({"INS1": "9"}, {"INS1": "3"}, {}, {"INS1": "TD"},
            {"INS1": "2", "INS2": "3"}, {"INS1": "10"})[n % 6]


def what_was_done():
    for name in ("drafter", "approver"):
        add_client(name, "invite,sample,campaign,campaigns,optouts,describe",
                   "--channels", "sms,web", "--frames", "invited")
    house = House("instant", timeout_hours="%.6f" % (12 / 3600),
                  remind_hours=0)
    house.secrets |= {"不该见光"}
    at = datetime.datetime.now(datetime.timezone(datetime.timedelta(
        hours=8))) - datetime.timedelta(hours=27)
    stamp, day = at.strftime("%Y-%m-%d %H:%M:%S"), at.strftime("%Y-%m-%d")
    texts, links = feed(1000, stamp), feed(2000, stamp)
    house.people.answers = {phone(n): talk_of(n)
                            for n in range(1000, 1000 + EVENTS)}
    draw(house, "links", "web", links)
    draw(house, "texts", "sms", texts)
    drawn = {name: sum(i["campaign"] == name for i in invitations())
             for name in ("links", "texts")}

    def all_asked():
        return len(house.people.times(FIRST)) == sum(drawn.values())
    wait_for(all_asked)
    by_link = [int(number[4:]) for _, number, what in house.people.heard
               if what == "link"]
    by_text = [int(number[4:]) for _, number, what in house.people.heard
               if what == "INS1"]
    assert (len(by_link), len(by_text)) == (drawn["links"], drawn["texts"])
    visits = Links(house)
    for n in by_link:
        visits.visit(n)
    replied = [n for n in by_text if n % 6 not in (2, 3)]
    half = [n for n in by_text if n % 6 == 1]
    left = [n for n in by_text if n % 6 == 3]
    all_there(len(replied) + len(visits.answered))
    house.people.all_got("stopped", [phone(n) for n in left])
    house.nothing_owed()
    house.stop()

    told = funnel(day)
    assert told.keys() == {"sms", "web"}, told
    out = EVENTS // 20
    eligible = EVENTS - 5 * out
    for channel, name in (("sms", "texts"), ("web", "links")):
        c = told[channel]
        assert (c["events"], c["eligible"], c["drawn"]) == (
            EVENTS, eligible, drawn[name]), c
        assert c["excluded"] == 5 * out, c
        assert c["opted_out"] == 0, c
        assert all(c[reason] == out for reason, _ in OUT.values()), c
        assert abs(c["drawn"] - 0.6 * eligible) < 3, c
        assert c["invited"] == c["delivered"] == c["drawn"], c
        assert c["waiting"] == c["unknown"] == 0, c
        parts = ("complete", "partial", "refusal", "noncontact")
        assert sum(c[p] for p in parts) == c["invited"], c

    def is_told(channel, **want):
        got = {k: told[channel][k] for k in want}
        assert got == want, (channel, got, want)
    is_told("sms", started=len(replied), answered=len(replied),
            counted=len(replied), complete=len(replied) - len(half),
            partial=len(half), refusal=len(left))
    stay = len(visits.answered) - len(visits.deleted)
    is_told("web", started=len(visits.answered | visits.begun),
            answered=len(visits.answered), counted=stay, complete=stay,
            partial=0, refusal=len(visits.deleted | visits.begun))
    print("    of %d events %d asked, %d counted: the funnel says so" % (
        2 * EVENTS, sum(drawn.values()), len(replied) + stay))


main(stopped_in_time, limits, what_was_done)
