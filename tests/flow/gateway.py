"""gateway - a collector in this folder and clients of it, for the flow tests.

The client half is written from collector/README.md alone.
"""
import atexit
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import msgpack
import zmq

sys.dont_write_bytecode = True
BIN = os.environ["BIN"]
ROOT = os.environ["ROOT"]
REPAIR_ITEMS = 7  # REP1 REP2 REP3 REP4A REP4B REP5 REP6(text)


def run(program, *args, code=0, **more):
    done = subprocess.run([os.path.join(BIN, program), *args], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=120, **more)
    assert done.returncode == code, (program, args, done)
    return done


def wait_for(what, seconds=60):
    """Call until it gives something true."""
    end = time.monotonic() + seconds
    while True:
        got = what()
        if got:
            return got
        assert time.monotonic() < end, "waited too long for " + repr(what)
        time.sleep(0.02)


class Collector:
    """manyi-collector on an ephemeral port, with its keys."""

    def __init__(self, *options, limits=None, settings=None):
        self.options = {"--listen": "tcp://127.0.0.1:*",
                        "--store": "sqlite:store.db",
                        "--surveys": ROOT + "/surveys/definitions",
                        "--codes": ROOT + "/surveys/codes",
                        "--key": "server.key", "--clients": "clients.yaml",
                        "--metrics": "127.0.0.1:0", **(settings or {})}
        self.more = list(options)
        self.limits = limits
        self.clock = {}
        self.process = None
        if not os.path.exists("server.key"):
            run("manyi-keys", "server", "server.key")

    def command(self):
        words = [os.path.join(BIN, "manyi-collector")]
        for name, value in self.options.items():
            words += [name, value]
        return words + self.more

    def start(self):
        with open("log", "w") as log:
            self.process = subprocess.Popen(self.command(), stdout=log,
                                            stderr=log,
                                            preexec_fn=self.limits,
                                            env={**os.environ, **self.clock})
        atexit.register(self.end)
        self.url = wait_for(lambda: self.logged(r"event=listening url=(\S+)"))
        port = self.logged(r"event=metrics port=(\d+)")
        self.http = "http://127.0.0.1:" + port if port else None
        return self

    def ahead(self, by):
        """From its next start on its clock is ahead: "+16m"."""
        library = subprocess.run(
            ["faketime", "-f", by, "printenv", "LD_PRELOAD"], text=True,
            stdout=subprocess.PIPE, check=True).stdout.strip()
        # without the command, which would stand between us and its signals;
        # the library stands before a sanitizer, which minds
        self.clock = {"LD_PRELOAD": library, "FAKETIME": by,
                      "DONT_FAKE_MONOTONIC": "1",
                      "ASAN_OPTIONS": "verify_asan_link_order=0"}

    def logged(self, pattern):
        code = self.process.poll()
        with open("log") as f:
            text = f.read()
        found = re.search(pattern, text)
        assert found or code is None, text
        return found and found.group(1)

    def reload(self):
        before = self.log().count("event=reload")
        self.process.send_signal(signal.SIGHUP)
        wait_for(lambda: self.log().count("event=reload") > before)

    def log(self):
        with open("log") as f:
            return f.read()

    def stop(self, code=0):
        self.process.send_signal(signal.SIGTERM)
        got = self.process.wait(60)
        assert got == code, (got, self.log())
        self.process = None

    def end(self):
        """Whatever became of the test, leave nothing behind."""
        if self.process:
            self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait()
        # what the library of ahead() would have taken away at the end
        for name in ("faketime_shm_%d", "sem.faketime_sem_%d"):
            path = "/dev/shm/" + name % self.process.pid
            if os.path.exists(path):
                os.remove(path)
        self.process = None

    def get(self, path):
        try:
            with urllib.request.urlopen(self.http + path, timeout=60) as r:
                return r.status, r.read().decode()
        except urllib.error.HTTPError as e:
            return e.code, e.read().decode()

    def metrics(self):
        found = {}
        for line in self.get("/metrics")[1].split("\n"):
            m = re.match(r'manyi_collector_(\w+)(?:\{\w+="(\w+)"\})? (\S+)$',
                         line)
            if m:
                found[(m.group(1), m.group(2))] = float(m.group(3))
        return found

    def memory(self):
        """(now, peak) resident, in kB; nothing under a sanitizer, whose own
        memory it would be."""
        with open(os.path.join(BIN, "manyi-collector"), "rb") as f:
            if re.search(rb"__[at]san_init", f.read()):
                return [0, 0]
        with open("/proc/%d/status" % self.process.pid) as f:
            text = f.read()
        return [int(re.search(name + r":\s+(\d+)", text).group(1))
                for name in ("VmRSS", "VmHWM")]


def read_key(path):
    with open(path) as f:
        return [line.strip().encode() for line in f.read().split()]


def add_client(name, types, *options):
    if not os.path.exists(name + ".key"):
        run("manyi-keys", "client", name + ".key")
    run("manyi-keys", "add", "clients.yaml", name, name + ".key.pub",
        "--types", types, *options)


class Client:
    """One gateway's connection."""

    def __init__(self, collector, key, routing_id=None, context=None):
        self.context = context or zmq.Context.instance()
        self.socket = self.context.socket(zmq.DEALER)
        public, secret = key if isinstance(key, tuple) else \
            read_key(key + ".key")
        self.socket.curve_publickey = public
        self.socket.curve_secretkey = secret
        self.socket.curve_serverkey = read_key("server.key.pub")[0]
        self.socket.linger = 0
        self.socket.sndtimeo = 5000
        self.socket.heartbeat_ivl = 2000
        if routing_id is not None:
            self.socket.routing_id = routing_id
        self.socket.connect(collector.url)
        self.batch = 0

    def send(self, message):
        try:
            self.socket.send(message if isinstance(message, bytes)
                             else msgpack.packb(message))
        except zmq.Again:
            pass  # the key was turned away: there is nobody to send to

    def receive(self, seconds=60):
        if not self.socket.poll(int(seconds * 1000)):
            return None
        return msgpack.unpackb(self.socket.recv())

    def ask(self, type, seconds=60, **fields):
        self.batch += 1
        self.send({"v": 1, "type": type, "batch": self.batch, **fields})
        reply = self.receive(seconds)
        assert reply is None or reply["batch"] == self.batch, reply
        return reply

    def version(self, survey="repair"):
        return self.ask("describe", survey=survey)["version"]

    def close(self):
        self.socket.close()


def uuid7(ms=None):
    ms = int(time.time() * 1000) if ms is None else ms
    random = bytearray(os.urandom(16))
    random[0:6] = ms.to_bytes(6, "big")
    random[6] = 0x70 | random[6] & 0x0f
    random[8] = 0x80 | random[8] & 0x3f
    return bytes(random)


def response(**fields):
    now = int(time.time() * 1000)
    r = {"id": uuid7(), "entry": "own", "event_at": now - 3600000,
         "answered_at": now - 60000, "channel": "web", "frame": "open",
         "product": "BBD", "province": "44", "operator": "CT",
         "answers": bytes([9, 1, 8, 0, 10, 2, 0])}
    r.update(fields)
    return {k: v for k, v in r.items() if v is not None}


def invitation(version, **fields):
    now = int(time.time() * 1000)
    i = {"id": uuid7(), "survey": "repair", "version": version,
         "gateway": "web", "due_at": now - 1000, "event_at": now - 7200000,
         "channel": "sms", "frame": "invited", "operator": "CM",
         "product": "FIX", "province": "31", "touchpoint": "FIELD",
         "rate": 50000, "respondent": os.urandom(16), "staff": os.urandom(16),
         "contact": b"sealed bytes", "language": "zh-CN"}
    i.update(fields)
    return i


def event(kind, invitation=None, **fields):
    e = {"id": os.urandom(16), "kind": kind, "at": int(time.time() * 1000),
         "channel": "sms"}
    if invitation:
        e["invitation"] = invitation["id"]
    e.update(fields)
    return e


def campaign(drafter, approver, name, version, **plan):
    """Draft and approve one; without more it sends all at once, and no limit
    stops it."""
    p = {"survey": "repair", "version": version, "plan": bytes(31) + b"p",
         "purpose": "instant", "canary_ppm": 10000, "canary_ms": 0,
         "opt_out_ppm": 1000000, "failed_ppm": 1000000,
         "escalated_ppm": 1000000, "limit_after": 100}
    p.update(plan)
    got = drafter.ask("campaign", action="draft", campaign=name, plan=p)
    assert got["type"] == "campaigns", got
    got = approver.ask("campaign", action="approve", campaign=name)
    assert got["campaigns"][0]["state"] == "approved", got
    return got["campaigns"][0]


def sql(query, path="store.db"):
    done = subprocess.run(["sqlite3", "-readonly", path, query], text=True,
                          capture_output=True, check=True)
    return done.stdout.strip()


def clean():
    for name in os.listdir("."):
        if os.path.isdir(name):
            shutil.rmtree(name)
        else:
            os.remove(name)


def main(*tests):
    """Run each test in this folder, cleaned before and after."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for test in tests:
        clean()
        print("--", test.__name__, flush=True)
        test()
    zmq.Context.instance().destroy(linger=0)
    clean()
