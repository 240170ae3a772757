"""serving - manyi-scorer serve in this folder, and who asks it, for the flow
tests.

The asker is written from scorer/serve/README.md alone.
"""
import atexit
import os
import random
import re
import signal
import subprocess
import urllib.error
import urllib.request

import msgpack
import zmq

from gateway import (BIN, Client, Collector, add_client, read_key, response,
                     run, wait_for)

SEPTEMBER = 1788192000000  # 2026-09-01 00:00 in Shanghai
PERIOD = {"from": "2026-09", "to": "2026-10"}
DAYS = ["--from", "2026-09", "--to", "2026-10"]


class Serve:
    """manyi-scorer serve on an ephemeral port, with keys of its own."""

    def __init__(self, *options, store="store.db", log="serve.log"):
        self.logfile = log
        self.words = ["manyi-scorer", "serve", "--listen",
                      "tcp://127.0.0.1:*", "--store", "sqlite:" + store,
                      "--key", "scorer.key", "--clients", "askers.yaml",
                      "--metrics", "127.0.0.1:0", *options]
        self.process = None
        if not os.path.exists("scorer.key"):
            run("manyi-keys", "server", "scorer.key")
        if not os.path.exists("askers.yaml"):
            add_asker("boss", "analyst")

    def start(self, ready=True):
        with open(self.logfile, "w") as log:
            self.process = subprocess.Popen(
                [os.path.join(BIN, self.words[0]), *self.words[1:]],
                stdout=log, stderr=log)
        atexit.register(self.end)
        self.url = wait_for(lambda: self.logged(r"event=listening url=(\S+)"))
        self.http = "http://127.0.0.1:" + self.logged(
            r"event=metrics port=(\d+)")
        if ready:
            wait_for(lambda: self.logged(r"(event=ready)"))
        return self

    def log(self):
        with open(self.logfile) as f:
            return f.read()

    def logged(self, pattern):
        code = self.process.poll()
        found = re.search(pattern, self.log())
        assert found or code is None, self.log()
        return found and found.group(1)

    def reload(self):
        before = self.log().count("event=reload")
        self.process.send_signal(signal.SIGHUP)
        wait_for(lambda: self.log().count("event=reload") > before)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        assert code == 0, (code, self.log())
        self.process = None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def end(self):
        if self.process:
            self.kill()

    def get(self, path):
        try:
            with urllib.request.urlopen(self.http + path, timeout=60) as r:
                return r.status, r.read().decode()
        except urllib.error.HTTPError as e:
            return e.code, e.read().decode()

    def metrics(self):
        found = {}
        for line in self.get("/metrics")[1].split("\n"):
            m = re.match(r'manyi_scorer_(\w+)(?:\{\w+="([^"]+)"\})? (\S+)$',
                         line)
            if m:
                found[(m.group(1), m.group(2))] = float(m.group(3))
        return found

    def connected(self, name="boss"):
        """The words with which our programs ask it."""
        return ["--store", self.url, "--key", name + ".key", "--server-key",
                "scorer.key.pub"]


def add_asker(name, role, *scope, types="ask"):
    if not os.path.exists(name + ".key"):
        run("manyi-keys", "client", name + ".key")
    more = ["--scope", " ".join(scope)] if scope else []
    run("manyi-keys", "add", "--types", types, "--role", role, *more,
        "askers.yaml", name, name + ".key.pub")


class Asker:
    def __init__(self, serve, name="boss", rcvhwm=1000):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.rcvhwm = rcvhwm
        public, secret = read_key(name + ".key")
        self.socket.curve_publickey = public
        self.socket.curve_secretkey = secret
        self.socket.curve_serverkey = read_key("scorer.key")[0]
        self.socket.connect(serve.url)
        self.asked = 0

    def send(self, type="query", **fields):
        self.asked += 1
        self.socket.send(msgpack.packb({"v": 1, "type": type,
                                        "ask": self.asked, **fields}))
        return self.asked

    def take(self, seconds=30):
        assert self.socket.poll(seconds * 1000), "no answer"
        raw = self.socket.recv()
        assert len(raw) <= 256 * 1024, len(raw)
        return msgpack.unpackb(raw)

    def ask(self, type="query", **fields):
        """The whole answer, its parts put together."""
        number = self.send(type, **fields)
        whole, part = None, 0
        while True:
            m = self.take()
            assert m["v"] == 1 and m["ask"] == number, m
            if m["type"] != "result":
                return m
            assert m["part"] == part, (m["part"], part)
            part += 1
            if whole is None:
                whole = m
            else:
                whole["rows"] += m["rows"]
            whole["parts"] = part
            if not m["more"]:
                return whole

    def ready(self, **fields):
        """Ask until the log is read."""
        def answered():
            got = self.ask(**fields)
            return got if got.get("code") not in ("busy", "store") else None
        return wait_for(answered)

    def records(self, **fields):
        got = self.ask(**fields)
        assert got["type"] == "result", got
        names = [c["name"] for c in got["columns"]]
        return [dict(zip(names, row)) for row in got["rows"]]

    def close(self):
        self.socket.close()


# ---- a store to ask ----

def answers(draw):
    level = draw.gauss(6.5, 1.5)
    given = [min(10, max(1, round(level + draw.gauss(0, 1.2))))
             for _ in range(24)]
    given[18] = draw.choice([1, 2])  # COM0
    return bytes(g if draw.random() > 0.02 else 0 for g in given)


def person(draw, **fields):
    at = SEPTEMBER + draw.randrange(61 * 86400) * 1000
    return response(**{
        "event_at": at, "answered_at": at + 5000, "answers": answers(draw),
        "province": draw.choice(["11", "31", "44"]), "product": "MOB",
        "operator": draw.choice(["CT", "CM"]), "frame": "invited",
        "channel": draw.choice(["web", "sms"]), "rate": 20000,
        "attributes": bytes([draw.randrange(1, 7)]), **fields})


def hand_in(client, sent, survey="tcsi-mobile"):
    version = client.version(survey)
    for at in range(0, len(sent), 500):
        reply = client.ask("submit", survey=survey, version=version,
                           responses=sent[at:at + 500])
        assert reply["accepted"] == len(sent[at:at + 500]), reply


def start(count=1500, seed=1, **settings):
    if not os.path.exists("web.key"):
        add_client("web", "submit,describe,review,erase", "--channels",
                   "sms,web,agent", "--frames", "invited,open,test")
    # clocks of other months: what came late is as good as any
    collector = Collector(settings=settings).start()
    client = Client(collector, "web")
    draw = random.Random(seed)
    hand_in(client, [person(draw) for _ in range(count)])
    return collector, client, draw


def run_any(program, *args):
    return subprocess.run([os.path.join(BIN, program), *args], text=True,
                          capture_output=True, timeout=120)
