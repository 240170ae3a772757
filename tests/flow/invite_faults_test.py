"""manyi-invite under stress: killed at any moment, twice at once, without the
collector, on a big feed; and whether the draw is fair."""
import json
import math
import os
import random
import re
import signal
import subprocess
import time

from gateway import BIN, main, run, wait_for
from inviter import (approved, command, draw, event, invitations, invite, plan,
                     samples, start, unseal, write_csv)

# The full size is a million: EVENTS=1000000
EVENTS = int(os.environ.get("EVENTS", "50000"))
RATE = ('rate: 10%, rates: {"31": 50%}', "rate: 20%")
rnd = random.Random(20261122)


def begin(collector, *words, **more):
    return subprocess.Popen(
        [os.path.join(BIN, "manyi-invite"),
         *command(collector, *words, **more)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def owed():
    done = run("manyi-agent", "outbox", "invite.db", "list")
    return int(re.search(r"pending_messages=(\d+)", done.stdout).group(1))


def killed():
    """kill -9 at any moment, again and again, and then once to the end: the
    invitations are those of one draw."""
    c = start()
    path = approved(c, plan(replace=[RATE], more="seed: " + "ab" * 32 + "\n"))
    rows = [event(n) for n in range(4500)]
    feed = write_csv("feed.csv", rows)
    words = ("draw", "--campaign", path, "--format", "json", feed)
    begun = time.monotonic()
    whole = begin(c, "preflight", "--campaign", path, feed)
    assert whole.wait() == 0
    whole.communicate()
    span = 1.5 * (time.monotonic() - begun)
    stopped = 0
    for k in range(int(os.environ.get("ROUNDS", "25"))):
        p = begin(c, *words)
        time.sleep(rnd.random() * span)
        p.send_signal(signal.SIGTERM if k % 5 == 4 else signal.SIGKILL)
        p.communicate()
        stopped += p.returncode != 0
    assert stopped, "none was stopped in the middle"
    last = json.loads(run("manyi-invite", *command(c, *words)).stdout)
    assert last["owed_messages"] == 0 and last["refused"] == 0, last
    told = invitations()
    assert len(told) == 900, len(told)
    assert len({i["respondent"] for i in told}) == 900
    assert len({i["id"] for i in told}) == 900
    assert sum(s["drawn"] for s in samples()) == 900
    assert sum(s["events"] for s in samples()) == 4500
    c.stop()


def twice_at_once():
    c = start()
    path = approved(c, plan(replace=[RATE]))
    other = approved(c, plan("other", replace=[RATE]))
    feed = write_csv("feed.csv", [event(n) for n in range(3000)])
    runs = [begin(c, "draw", "--campaign", p, feed)
            for p in (path, path, other)]
    said = [p.communicate() for p in runs]
    assert [p.returncode for p in runs] == [0, 0, 0], said
    assert sum("event=waiting" in err for _, err in said) >= 1, said
    told = invitations()
    # the first draw takes a fifth of all, that of the other campaign a fifth of
    # the rest, and the second of one campaign nobody
    each = [sum(i["campaign"] == name for i in told)
            for name in ("repairs", "other")]
    assert sorted(each) == [480, 600], each
    assert len({i["respondent"] for i in told}) == len(told)
    assert len({i["id"] for i in told}) == len(told)
    c.stop()


def collector_away():
    """What was drawn while the collector went away is owed, and sent later."""
    c = start()
    path = approved(c, plan(replace=[RATE]))
    feed = write_csv("feed.csv", [event(n) for n in range(15000)])
    p = begin(c, "draw", "--campaign", path, "--timeout", "2", feed)
    wait_for(lambda: os.path.exists("invite.db-wal") and
             os.path.getsize("invite.db-wal") > 1 << 20)
    c.process.send_signal(signal.SIGSTOP)
    out, err = p.communicate()
    c.process.send_signal(signal.SIGCONT)
    if p.returncode:
        assert "`manyi-invite send` goes on" in err, (out, err)
        assert owed()
    invite(c, "send")
    assert not owed()
    assert len(invitations()) == 3000
    c.kill()
    done = invite(c, "send", "--timeout", "1")  # nothing is owed: nothing to do
    assert "owed_messages=0" in done.stdout
    done = invite(c, "campaigns", "--timeout", "1", code=1)
    assert not done.stdout and done.stderr.count("\n") == 1, done


def lost_state():
    """Numbers of the lost file would be given out again: no draw without it."""
    c = start()
    path = approved(c, plan(replace=[RATE]))
    feed = write_csv("feed.csv", [event(n) for n in range(100)])
    draw(c, path, feed)
    for name in os.listdir("."):
        if name.startswith("invite.db"):
            os.remove(name)
    done = invite(c, "draw", "--campaign", path, feed, code=1)
    assert "it is not the one that drew them" in done.stderr, done.stderr
    c.stop()


def fair():
    """Everybody has the same chance, whatever their place in the feed, their
    number or how many events they have; and the rate is kept exactly."""
    c = start()
    times, people, rate = 24, 500, 0.3
    hits = [0] * people
    alone = many = 0
    for k in range(times):
        rows = []
        for n in range(people):
            # one in five has three events, of which one may count
            for e in range(3 if n % 5 == 0 else 1):
                rows.append(event(n, event_id="R%d-%d-%d" % (k, n, e),
                                  province="44"))
        if k % 2:
            rnd.shuffle(rows)
        name = "fair-%d" % k
        path = approved(c, plan(name, replace=[
            (RATE[0], "rate: 30%")],
            more="rest-days: 0\nseed: %064x\n" % (k + 20261122)))
        before = {i["id"] for i in invitations()}
        got = draw(c, path, write_csv("feed.csv", rows))
        assert got["drawn"] == people * rate, got
        new = [i for i in invitations() if i["id"] not in before]
        for i in new:
            n = int(unseal(i["contact"])["address"][4:])
            hits[n] += 1
            many += n % 5 == 0
            alone += n % 5 != 0
    draws = times * rate
    # sum of squares: about people * (1 - rate), +- 4 standard deviations
    chi = sum((h - draws) ** 2 for h in hits) / (draws * (1 - rate))
    assert abs(chi - people) < 4 * math.sqrt(2 * people), chi
    # first half of the feed against the second: no more than chance
    half = sum(hits[:people // 2])
    spread = math.sqrt(times * people * rate * (1 - rate) / 4)
    assert abs(half - times * people * rate / 2) < 4 * spread, half
    # who has three events is drawn as often as who has one
    expected = times * rate * people / 5
    assert abs(many - expected) < 4 * math.sqrt(expected * (1 - rate)), many
    c.stop()


def big():
    """Limits, strata and opt-outs hold exactly; memory and time stay small."""
    c = start()
    path = approved(c, plan(replace=[
        ('rate: 10%, rates: {"31": 50%}', 'rate: 2%, rates: {"31": 5%}')]))

    def rows():
        for n in range(EVENTS):
            # one in ten has no basis, one in ten is a unit's second event
            yield event(n, basis="none" if n % 10 == 3 else "consent",
                        account="A%d" % (n - 9 if n % 10 == 9 else n))
    feed = write_csv("feed.csv", rows())
    program = os.path.join(BIN, "manyi-invite")
    p = subprocess.Popen([program, *command(
        c, "draw", "--campaign", path, "--format", "json", feed)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    out = p.stdout.read()
    _, status, usage = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    assert p.returncode == 0
    got = json.loads(out)
    with open(program, "rb") as f:
        sanitized = re.search(rb"__[at]san_init", f.read())
    print("events=%d MB=%d cpu_s=%.1f" % (
        EVENTS, usage.ru_maxrss // 1024, usage.ru_utime + usage.ru_stime))
    assert sanitized or usage.ru_maxrss <= 256 * 1024, usage
    tenth = EVENTS // 10
    assert got["excluded"]["no_basis"] == tenth, got
    assert got["excluded"]["too_recent"] == tenth, got
    assert got["eligible"] == EVENTS - 2 * tenth
    for s in got["strata"]:
        exact = s["eligible"] * s["rate"]
        assert int(exact + 1e-9) <= s["drawn"] <= int(exact + 1e-9) + 1, s
    told = invitations()
    assert len(told) == got["drawn"] == len({i["respondent"] for i in told})
    again = draw(c, path, feed)
    assert again["seen"] == EVENTS and again["drawn"] == 0, again
    assert len(invitations()) == got["drawn"]
    c.stop()


main(killed, twice_at_once, collector_away, lost_state, fair, big)
