"""Early warning: a province that falls is told by the command line, by webhooks
of every temper, and to who listens; numbers stay, whatever is killed."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import random
import threading
import time

import msgpack
import zmq

from gateway import main, read_key, run, uuid7, wait_for
from serving import (Client, Collector, Serve, add_asker, add_client, hand_in,
                     person, run_any)

DAY = 86400000
DAYS, FALL = 80, 6  # days with answers, and the last of them are bad
MIDNIGHT = (int(time.time() * 1000) + 8 * 3600000) // DAY * DAY - 8 * 3600000


def date(days_ago):
    return time.strftime("%Y-%m-%d", time.gmtime(
        (MIDNIGHT + 8 * 3600000 - days_ago * DAY) / 1000))


def some_day(draw, days_ago):
    at = MIDNIGHT - days_ago * DAY + draw.randrange(86000) * 1000
    p = person(draw, id=uuid7(at), event_at=at, answered_at=at + 5000)
    if days_ago <= FALL and p["province"] == "31":
        p["answers"] = bytes(max(1, a - 3) if a and i != 18 else a
                             for i, a in enumerate(p["answers"]))
    return p


def fill():
    add_client("web", "submit,describe", "--channels", "sms,web,agent",
               "--frames", "invited,open,test")
    collector = Collector().start()
    client = Client(collector, "web")
    draw = random.Random(3)
    hand_in(client, [some_day(draw, ago) for ago in range(DAYS, 0, -1)
                     for _ in range(30)])
    collector.stop()


def found(*more, store=("--store", "sqlite:store.db", "--cube", "")):
    out = run("manyi-scorer", "warnings", *store, "--survey", "tcsi-mobile",
              "--from", date(14), "--to", date(1), "--by", "province",
              "--format", "json", *more).stdout
    return json.loads(out)


# ---- machines that are told ----

class Target:
    """An HTTP server; `temper(number of calls)` is (code, seconds, headers,
    body)."""

    def __init__(self, temper):
        target, self.got, self.calls = self, [], 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                target.calls += 1
                code, seconds, headers, answer = temper(target.calls)
                time.sleep(seconds)
                if code // 100 == 2:
                    target.got.append((dict(self.headers), body))
                try:
                    self.send_response(code)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:
                    pass

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d/hook" % self.server.server_port
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def events(self):
        """The events in the order in which they came, each once."""
        known, told = {}, []
        for headers, body in self.got:
            check_signature(headers, body)
            event = json.loads(body)
            if event["id"] not in known:
                told.append(event)
            assert known.setdefault(event["id"], event) == event
        return told


def check_signature(headers, body):
    with open("webhook.key") as f:
        key = bytes.fromhex(f.read().strip())
    ident, when = headers["Webhook-Id"], headers["Webhook-Timestamp"]
    signed = ("%s.%s." % (ident, when)).encode() + body
    mac = hmac.new(key, signed, hashlib.sha256).digest()
    assert headers["Webhook-Signature"] == \
        "v1," + base64.b64encode(mac).decode()
    assert abs(int(when) - time.time()) < 300
    event = json.loads(body)
    assert headers["Content-Type"] == "application/cloudevents+json"
    assert event["specversion"] == "1.0"
    assert event["type"] == "manyi.warning.v1"
    assert ident == event["source"].split(":")[-1] + "-" + event["id"]
    assert event["id"] == str(event["data"]["number"])


def watch(*more):
    return Serve("--watch", "tcsi-mobile", "--watch-by", "province", *more)


class Listener:
    def __init__(self, url, name="boss"):
        self.socket = zmq.Context.instance().socket(zmq.SUB)
        self.socket.linger = 0
        self.socket.reconnect_ivl = 5
        self.socket.curve_publickey, self.socket.curve_secretkey = \
            read_key(name + ".key")
        self.socket.curve_serverkey = read_key("scorer.key")[0]
        self.socket.subscribe(b"")
        self.socket.connect(url)

    def take(self, seconds):
        if not self.socket.poll(seconds * 1000):
            return None, None
        topic, body = self.socket.recv_multipart()
        return topic.decode(), msgpack.unpackb(body)


def ledger():
    rows = json.loads(run(
        "manyi-scorer", "warnings", "--store", "sqlite:store.db", "--cube", "",
        "--survey", "tcsi-mobile", "--after", "0", "--ledger",
        "store.db-warnings.db", "--format", "json").stdout)
    assert [r["number"] for r in rows] == list(range(1, len(rows) + 1)), rows
    return plain(rows)


def plain(rows):
    """Without the question's name, which the ledger's place is a part of."""
    return [{k: v for k, v in r.items() if k != "query"} for r in rows]


# ---- tests ----

def the_command_line_tells():
    fill()
    rows = found()
    falls = [r for r in rows if r["cell"] == {"province": "31"} and
             r["direction"] == "down" and r["chart"] == "ewma"]
    assert {r["construct"] for r in falls} >= {"SAT", "IMG", "LOY"}, rows
    for r in falls:
        assert date(FALL) <= r["day"] <= date(FALL - 4), r
        assert r["value"] < r["expected"] and r["statistic"] < r["limit"] < 0
        assert r["number"] is None and r["n"] > 5
    others = [r for r in rows if r["cell"].get("province") in ("11", "44")]
    assert len(others) <= 4, others
    shares = found("--items", "SAT1", "--rate", "8", "--charts", "both")
    assert {(r["construct"], r["chart"]) for r in shares
            if r["cell"]["province"] == "31"} >= \
        {("SAT1>=8", "ewma"), ("SAT1>=8", "cusum")}, shares
    done = run_any("manyi-scorer", "warnings", "--store", "sqlite:store.db",
                   "--survey", "tcsi-mobile", "--by", "province", "--cube", "",
                   "--from", date(14), "--to", date(1))
    assert "false alarms expected a year" in done.stdout, done
    assert "EWMA (lambda 0.2)" in done.stdout
    for words, cause in (
            (["--after", "0"], "need --ledger"),
            (["--after", "0", "--ledger", "none.db"], "no watch has stored"),
            (["--calendar", "none.csv"], "none.csv"),
            (["--false-alarms", "99"], "0.01 to 12"),
            (["--by", "period"], "--by period")):
        done = run_any("manyi-scorer", "warnings", "--store",
                       "sqlite:store.db", "--cube", "", "--survey",
                       "tcsi-mobile", *words)
        assert done.returncode == 2 and cause in done.stderr, (words, done)
    assert not os.path.exists("none.db")


def webhooks_and_listeners_are_told():
    run("manyi-keys", "hash", "webhook.key")
    run("manyi-keys", "server", "scorer.key")
    add_asker("boss", "analyst")
    add_asker("reader", "reader")
    add_asker("local", "analyst", "province=31")
    good = Target(lambda n: (204, 0, {}, b""))
    shy = Target(lambda n: (500 if n == 1 else 200, 0, {}, b"no"))
    slow = Target(lambda n: (200, 3, {}, b""))
    huge = Target(lambda n: (200, 0, {}, b"x" * 1000000))
    moved = Target(lambda n: (301, 0, {"Location": good.url}, b""))
    targets = [good, shy, slow, huge, moved]
    urls = [t.url for t in targets] + ["http://127.0.0.1:9/down"]
    listener = Listener("ipc://pub")
    strangers = [Listener("ipc://pub", n) for n in ("reader", "local")]
    serve = watch("--publish", "ipc://pub", "--webhook",
                  ",".join(urls)).start()
    heard = []
    while not heard or heard[-1]["number"] < len(found_number(serve)):
        topic, body = listener.take(20)
        assert topic, serve.log()
        if topic == "warning":
            heard.append(body)
    stored = found_number(serve)
    assert [h["number"] for h in heard] == [r["number"] for r in stored]
    for h, r in zip(heard, stored):
        assert h["v"] == 1 and h["stored_at"] > 0
        assert all(h[k] == r[k] for k in r if k in h), (h, r)
    for t in (good, shy, huge):
        wait_for(lambda: len(t.events()) == len(stored), 20)
        for event, row in zip(t.events(), stored):
            data = event["data"]
            assert all(data[k] == row[k] for k in row if k in data)
            assert "answers" not in data and "respondent" not in data
    assert shy.calls == len(stored) + 1  # tried again
    assert good.calls == len(stored)  # a redirect leads nowhere
    assert not moved.got and moved.calls >= 1
    assert len(slow.got) <= len(stored)
    for s in strangers:
        assert s.take(0) == (None, None)
    assert serve.log().count("event=subscription_refused") == 2
    assert serve.log().count("event=webhook_failed") >= 2
    serve.stop()
    return good, stored


def found_number(serve):
    """What the serve has stored."""
    return plain(json.loads(run(
        "manyi-scorer", "warnings", *serve.connected(), "--survey",
        "tcsi-mobile", "--after", "0", "--format", "json").stdout))


def numbers_stay(good, stored):
    """Killed at any moment, on a ledger that was there and on a new one."""
    before = len(good.got)
    serve = watch("--webhook", good.url).start()
    time.sleep(1)
    serve.kill()
    assert ledger() == stored  # found again: the same numbers
    assert len(good.got) == before
    for name in os.listdir("."):
        if name.startswith("store.db-warnings"):
            os.unlink(name)
    fresh = Target(lambda n: (200, 0.02, {}, b""))
    draw = random.Random(5)
    for _ in range(5):
        serve = watch("--webhook", fresh.url).start(ready=False)
        time.sleep(draw.random() * 0.6)
        serve.kill()
    serve = watch("--webhook", fresh.url).start()
    wait_for(lambda: len(fresh.events()) == len(stored), 30)
    serve.stop()
    rows = ledger()
    assert rows == stored, (rows, stored)
    assert [e["data"]["number"] for e in fresh.events()] == \
        [r["number"] for r in rows]
    assert len({json.dumps([r[k] for k in ("form", "cell", "construct",
                                           "chart", "day", "item")])
                for r in rows}) == len(rows)


def settings_are_checked():
    for words, cause in (
            (["--watch", "x", "--webhook", "http://example.com/"],
             "neither https"),
            (["--watch", "x", "--webhook", "https://me:secret@example.com/"],
             "neither https"),
            (["--watch", "x", "--webhook", "https://example.com/",
              "--webhook-key", "open.key"], "open.key"),
            (["--publish", "tcp://127.0.0.1:*"], "no --watch"),
            (["--watch", "x", "--watch-by", "period"], "no dimension"),
            (["--watch", "x", "--watch-false-alarms", "0"], "0.01 to 12")):
        if not os.path.exists("open.key"):
            with open("open.key", "w") as f:
                f.write("0" * 64 + "\n")
            os.chmod("open.key", 0o644)
        done = run_any("manyi-scorer", "serve", "--listen",
                       "tcp://127.0.0.1:*", "--store", "sqlite:store.db",
                       "--key", "scorer.key", "--clients", "askers.yaml",
                       *words)
        assert done.returncode and cause in done.stderr, (words, done)


def early_warning():
    the_command_line_tells()
    good, stored = webhooks_and_listeners_are_told()
    numbers_stay(good, stored)
    settings_are_checked()


main(early_warning)
