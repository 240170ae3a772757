"""kannel - a real Kannel between manyi-sms and an SMS centre, for the flow
tests: bearerbox and smsbox of Debian on ephemeral ports, configured by the
kannel.conf that is shipped; behind them either an SMPP 3.4 centre (smsc.js) or
a peer of Kannel's own fake driver, which is faster.
"""
import atexit
import ctypes
import hashlib
import itertools
import json
import os
import queue
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request

import msgpack

from gateway import (BIN, ROOT, Client, Collector, add_client, run, sql, uuid7,
                     wait_for)

PORT = "10659001"
PASSWORD = "kannel-knows"
sodium = ctypes.CDLL("libsodium.so.23")


# Below those that the system gives out: while a program is down, nobody who
# tries to reach it gets its port, or its own other end.  Each process has forty
# to itself, so that tests side by side do not take one another's.
ports = itertools.count(20000 + os.getpid() % 300 * 40)


def free_port():
    while True:
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", next(ports)))
                return s.getsockname()[1]
            except OSError:
                pass


def seal(public_file, **contact):
    """A contact that the gateway of this key alone can open."""
    with open(public_file) as f:
        key = bytes.fromhex(f.readline().strip())
    text = json.dumps({"kind": "sms", **contact}, ensure_ascii=False).encode()
    out = ctypes.create_string_buffer(len(text) + 48)
    assert sodium.crypto_box_seal(out, text, ctypes.c_ulonglong(len(text)),
                                  key) == 0
    return out.raw


class Program:
    """A process that ends with the test, whatever becomes of it."""

    def start(self, words, log, **more):
        self.log_name = log
        with open(log, "a") as out:
            self.process = subprocess.Popen(words, stderr=out,
                                            **{"stdout": out, **more})
        atexit.register(self.kill)

    def text(self):
        with open(self.log_name, errors="replace") as f:
            return f.read()

    def kill(self, sign=signal.SIGKILL):
        if self.process and self.process.poll() is None:
            self.process.send_signal(sign)
            self.process.wait(60)


class SmppCentre(Program):
    """smsc.js, and what it was given."""
    driver = "smpp"

    def __init__(self):
        self.messages = queue.Queue()
        self.events = queue.Queue()
        self.start([ROOT + "/tests/flow/smsc.js"], "smsc.log",
                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            event = json.loads(line)
            (self.messages if event["event"] == "mt" else
             self.events).put(event)

    def order(self, **what):
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def write(self, number, text, port=PORT):
        self.order(mo={"from": number, "to": port, "text": text})

    def ready(self):
        return self.events.get(timeout=60)["event"] == "bound"

    def next(self, seconds=60):
        return self.messages.get(timeout=seconds)

    def config(self):
        return ("smsc = smpp\nhost = 127.0.0.1\nport = %d\n"
                "transceiver-mode = true\nsmsc-username = manyi\n"
                "smsc-password = secret\nsystem-type = VMA\n"
                "enquire-link-interval = 5\nreconnect-delay = 1\n" % self.port)


class FakeCentre:
    """The other side of Kannel's fake driver: lines over TCP."""
    driver = "fake"

    def __init__(self):
        self.port = free_port()
        self.messages = queue.Queue()

    def ready(self):
        def connect():
            try:
                return socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                return None
        self.socket = wait_for(connect)
        atexit.register(self.socket.close)
        threading.Thread(target=self.read, daemon=True).start()
        return True

    def read(self):
        try:
            for line in self.socket.makefile("rb"):
                sender, to, kind, rest = line.rstrip(b"\n").split(b" ", 3)
                if kind == b"ucs-2":
                    rest = urllib.parse.unquote_to_bytes(
                        rest.replace(b"+", b" ")).decode("utf-16-be")
                else:
                    rest = rest.decode()
                self.messages.put({"from": sender.decode(), "to": to.decode(),
                                   "text": rest})
        except OSError:
            pass

    def write(self, number, text, port=PORT):
        if text.isascii():
            line = "%s %s text %s\n" % (number, port, text)
        else:
            line = "%s %s ucs2 %s\n" % (number, port, "".join(
                "%%%02x" % b for b in text.encode("utf-16-be")))
        self.socket.sendall(line.encode())

    def next(self, seconds=60):
        return self.messages.get(timeout=seconds)

    def config(self):
        return ("smsc = fake\nhost = 127.0.0.1\nport = %d\n"
                "connect-allow-ip = 127.0.0.1\n" % self.port)


class Kannel:
    """bearerbox and smsbox, by the shipped configuration."""

    def __init__(self, centre, callback_port):
        self.centre = centre
        self.sendsms_port = free_port()
        with open(ROOT + "/collector/channel/sms/kannel.conf") as f:
            text = f.read()
        text = re.sub(r"(?ms)^group = smsc$.*?(?=^group|^#)",
                      "group = smsc\nsmsc-id = operator\n" + centre.config() +
                      "\n", text)
        for old, new in ((r"13000", str(free_port())),
                         (r"13001", str(free_port())),
                         (r"13013", str(self.sendsms_port)),
                         (r"7040", str(callback_port)),
                         (r"http-queue-delay = 10", "http-queue-delay = 1"),
                         (r"CHANGE-ME-SENDSMS", PASSWORD),
                         (r"CHANGE-ME-ADMIN", "admin")):
            assert old in text, old
            text = re.sub(r"\b%s\b" % old, new, text)
        text = re.sub(r"(?m)^(store-|log-file|access-log).*\n", "", text)
        with open("kannel.conf", "w") as f:
            f.write(text)
        with open("kannel.password", "w") as f:
            f.write(PASSWORD + "\n")
        os.chmod("kannel.password", 0o600)
        self.url = "http://127.0.0.1:%d/cgi-bin/sendsms" % self.sendsms_port

    def start(self):
        self.bearerbox, self.smsbox = Program(), Program()
        self.bearerbox.start(["/usr/sbin/bearerbox", "kannel.conf"],
                             "bearerbox.log")
        wait_for(lambda: "BOXC" in self.bearerbox.text() or
                 "Start" in self.bearerbox.text())
        time.sleep(0.3)
        self.start_smsbox()
        self.centre.ready()
        return self

    def start_smsbox(self):
        self.smsbox.start(["/usr/sbin/smsbox", "kannel.conf"], "smsbox.log")

        def listens():
            try:
                socket.create_connection(("127.0.0.1",
                                          self.sendsms_port)).close()
                return True
            except OSError:
                return False
        wait_for(listens)

    def stop(self):
        self.smsbox.kill()
        self.bearerbox.kill()


class Sms(Program):
    """manyi-sms, for a collector and a Kannel in this folder."""

    def __init__(self, collector, **settings):
        self.collector = collector
        self.port = free_port()
        if not os.path.exists("person.key"):
            run("manyi-keys", "hash", "person.key")
            run("manyi-keys", "contact", "contact.key")
            run("manyi-keys", "client", "sms-1.key")
            run("manyi-keys", "add", "clients.yaml", "sms-1", "sms-1.key.pub",
                "--types", "submit,describe,pull,invitation,event,campaigns",
                "--channels", "sms", "--frames", "invited")
        self.settings = {
            "server-key": "server.key.pub", "key": "sms-1.key",
            "outbox": "sms.db", "hash-key": "person.key",
            "contact-key": "contact.key", "port": PORT,
            "listen": "127.0.0.1:%d" % self.port, "metrics": "127.0.0.1:0",
            "password": "kannel.password", "rate": "1000", "gap-minutes": "0",
            "quiet": "00:00-00:00",
            "calendar": ROOT + "/surveys/codes/calendar.csv"}
        self.settings.update({k.replace("_", "-"): str(v)
                              for k, v in settings.items()})
        self.process = None

    def up(self, kannel=None, **settings):
        self.settings.update({k.replace("_", "-"): str(v)
                              for k, v in settings.items()})
        if kannel:
            self.settings["sendsms"] = kannel.url
        words = [os.path.join(BIN, "manyi-sms"), "--collector",
                 self.collector.url]
        for name, value in self.settings.items():
            words += ["--" + name, value]
        open("sms.log", "w").close()
        self.start(words, "sms.log")
        self.wait_log(r"event=listening url=(\S+)")
        found = re.search(r"event=metrics port=(\d+)", self.text())
        self.metrics_url = "http://127.0.0.1:%s/metrics" % found.group(1)
        return self

    def wait_log(self, pattern):
        def found():
            m = re.search(pattern, self.text())
            assert m or self.process.poll() is None, self.text()
            return m
        return wait_for(found)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        assert code == 0, (code, self.text())

    def metrics(self):
        with urllib.request.urlopen(self.metrics_url, timeout=60) as r:
            text = r.read().decode()
        return {m.group(1): float(m.group(2)) for m in
                re.finditer(r"^manyi_sms_(\S+) (\S+)$", text, re.M)}

    def call(self, path, data=None):
        """What Kannel would do, by hand."""
        request = urllib.request.Request(
            "http://127.0.0.1:%d%s" % (self.port, path), data,
            {"Content-Type": "text/plain"})
        try:
            with urllib.request.urlopen(request, timeout=60) as r:
                return r.status, r.headers["content-type"], r.read()
        except urllib.error.HTTPError as e:
            return e.code, e.headers["content-type"], e.read()


def invitation(survey, version, number, **fields):
    """One for the gateway sms-1, due now."""
    now = int(time.time() * 1000)
    contact = {k: fields.pop(k) for k in ("token", "fills") if k in fields}
    i = {"id": uuid7(), "survey": survey, "version": version,
         "gateway": "sms-1", "due_at": now - 1000,
         "expires_at": now + 7 * 86400000, "event_at": now - 3600000,
         "channel": "sms", "frame": "invited", "operator": "CT",
         "province": "44", "language": "zh-CN",
         "respondent": hashlib.blake2b(number.encode(),
                                       digest_size=16).digest(),
         "contact": seal("contact.key.pub", address=number, **contact)}
    i.update(fields)
    return {k: v for k, v in i.items() if v is not None}


class Stage:
    """Collector, manyi-sms, Kannel and an SMS centre."""

    def __init__(self, centre, **settings):
        self.collector = Collector(settings={
            "--listen": "tcp://127.0.0.1:%d" % free_port()})
        add_client("inviter", "invite,describe,event,campaign,campaigns",
                   "--channels", "sms,web", "--frames", "invited")
        add_client("chief", "campaign,campaigns", "--channels", "sms",
                   "--frames", "invited")
        self.sms = Sms(self.collector, **settings)
        self.collector.start()
        self.inviter = Client(self.collector, "inviter")
        self.centre = centre
        self.came = {}  # and was not looked at yet, by number
        self.kannel = Kannel(centre, self.sms.port).start()
        self.sms.up(self.kannel)

    def invite(self, survey, number, **fields):
        i = invitation(survey, self.inviter.version(survey), number, **fields)
        self.add([i])
        return i["id"]

    def add(self, invitations):
        ack = self.inviter.ask("invite", invitations=invitations)
        assert ack["type"] == "ack", ack
        assert ack["accepted"] == len(invitations), ack

    def stop(self):
        """All of it, and no number, text or token in any log of ours."""
        if self.sms.process.poll() is None:
            self.sms.stop()
        self.kannel.stop()
        if isinstance(self.centre, SmppCentre):
            self.centre.kill()
        self.inviter.close()
        self.collector.stop()
        with open("log") as f:
            log = f.read() + self.sms.text()
        assert not re.search(r"1[38]\d{9}|[\u4e00-\u9fff]", log), log

    def next(self, number, has, seconds=60):
        """The next message to this number."""
        while not self.came.get(number):
            m = self.centre.next(seconds)
            self.came.setdefault(m["to"], []).append(m)
        m = self.came[number].pop(0)
        assert has in m["text"], (m, has)
        return m

    def say(self, number, text, has):
        """The customer writes, and this comes back."""
        self.centre.write(number, text)
        return self.next(number, has)

    def silence(self, seconds=1.0):
        """Nobody is written to."""
        assert not any(self.came.values()), self.came
        try:
            m = self.centre.next(seconds)
        except queue.Empty:
            return
        raise AssertionError(m)


def stored(id):
    """What the store has of a response: answers, flags, comment."""
    row = sql("SELECT hex(answers) || '|' || flags || '|' || "
              "coalesce(comment, '') FROM log WHERE hex(id) = '%s' "
              "ORDER BY seq DESC LIMIT 1" % id.hex().upper())
    if not row:
        return None
    answers, flags, comment = row.split("|", 2)
    return bytes.fromhex(answers), int(flags), comment


def arrives(id, want=None):
    """The response of this id, once it is there (and has these answers)."""
    def there():
        got = stored(id)
        return got if got and (want is None or got[0] == want) else None
    return wait_for(there)


def person(number):
    """Who a number alone is, without the day it was activated on."""
    with open("person.key") as f:
        key = bytes.fromhex(f.readline().strip())
    return hashlib.blake2b(b"respondent\0%s\0\0" % number.encode(), key=key,
                           digest_size=16).digest()


def last_word(respondent):
    """opt_out, opt_in or None: what the collector goes by."""
    row = sql("SELECT hex(value) FROM optouts WHERE hex(key) = '%s'" %
              respondent.hex().upper())
    return msgpack.unpackb(bytes.fromhex(row))["kind"] if row else None


def events(id=None):
    """(kind, code) of the events that the collector has, of one invitation."""
    rows = [msgpack.unpackb(bytes.fromhex(h)) for h in
            sql("SELECT hex(value) FROM events WHERE length(key) = 16").split()]
    return sorted((e["kind"], e.get("code", "")) for e in rows
                  if id is None or e.get("invitation") == id)
