"""webgate - manyi-web in this folder, links for it, and somebody who fills in
its forms, for the flow tests.

The tokens are made here from include/collector/token.h alone: a second
implementation of what that page says.
"""
import atexit
import hashlib
import http.client
import os
import re
import signal
import subprocess
import time
import urllib.parse
from html.parser import HTMLParser

from gateway import BIN, Client, Collector, add_client, campaign, \
    invitation, run, wait_for

DAY = 86400000
FIRST = 1767196800000  # 2026-01-01 in Shanghai
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


# ---- tokens ----

def token_key():
    if not os.path.exists("token.key"):
        run("manyi-keys", "hash", "token.key")
    with open("token.key") as f:
        return bytes.fromhex(f.read().strip())


def _mac(kind, label, data):
    h = hashlib.blake2b(key=token_key(), digest_size=16)
    h.update(kind + b"\0" + label + b"\0" + data)
    return h.digest()


def _digits(number, count):
    out = ""
    for _ in range(count):
        number, rest = divmod(number, 57)
        out = ALPHABET[rest] + out
    assert number == 0
    return out


def today():
    return (int(time.time() * 1000) - FIRST) // DAY


def _high(serial, campaign, day):
    return serial << 22 | campaign << 12 | day


def token(serial, campaign, day):
    high = _high(serial, campaign, day)
    mac = _mac(b"token", b"", high.to_bytes(8, "big"))
    return _digits(high << 64 | int.from_bytes(mac[:8], "big"), 20)


def token_id(serial, campaign, day):
    ms = FIRST + (day - 32) * DAY + serial % DAY
    out = bytearray(_mac(b"id", b"",
                         _high(serial, campaign, day).to_bytes(8, "big")))
    out[0:6] = ms.to_bytes(6, "big")
    out[6] = 0x70 | out[6] & 0x0f
    out[8] = 0x80 | out[8] & 0x3f
    return bytes(out)


def seal(label, text):
    mac = _mac(b"seal", label.encode(), text.encode())
    return _digits(int.from_bytes(mac[:8], "big"), 11)


# ---- the program ----

class Web:
    """manyi-web on an ephemeral port."""

    def __init__(self, url, *options, name="web"):
        self.name = name
        self.options = {"--listen": "127.0.0.1:0", "--collector": url,
                        "--server-key": "server.key.pub",
                        "--key": "web.key", "--outbox": name + ".outbox",
                        "--token-key": "token.key",
                        "--metrics": "127.0.0.1:0"}
        self.more = list(options)
        self.process = None
        token_key()

    def command(self):
        words = [os.path.join(BIN, "manyi-web")]
        for name, value in self.options.items():
            words += [name, value]
        return words + self.more

    def start(self, ignore=None):
        """`ignore`: a signal that the program shall not die of."""
        def before():
            if ignore:
                signal.signal(ignore, signal.SIG_IGN)
        with open(self.name + ".log", "a") as log:
            self.from_ = log.tell()
            self.process = subprocess.Popen(self.command(), stdout=log,
                                            stderr=log, preexec_fn=before)
        atexit.register(self.end)
        self.port = int(wait_for(
            lambda: self.logged(r"event=listening .*port=(\d+)")))
        self.metrics_port = int(self.logged(r"event=metrics port=(\d+)"))
        return self

    def log(self):
        with open(self.name + ".log") as f:
            f.seek(self.from_)
            return f.read()

    def logged(self, pattern):
        code = self.process.poll()
        found = re.search(pattern, self.log())
        assert found or code is None, self.log()
        return found and found.group(1)

    def stop(self, code=0):
        self.process.send_signal(signal.SIGTERM)
        got = self.process.wait(60)
        assert got == code, (got, self.log())
        self.process = None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def end(self):
        if self.process:
            self.kill()

    def health(self):
        c = http.client.HTTPConnection("127.0.0.1", self.metrics_port)
        c.request("GET", "/healthz")
        status = c.getresponse().status
        c.close()
        return status

    def metrics(self):
        found = {}
        c = http.client.HTTPConnection("127.0.0.1", self.metrics_port)
        c.request("GET", "/metrics")
        for line in c.getresponse().read().decode().split("\n"):
            m = re.match(r'manyi_web_(\w+)(?:\{\w+="(\w+)"\})? (\S+)$', line)
            if m:
                found[(m.group(1), m.group(2))] = float(m.group(3))
        c.close()
        return found

    def known(self):
        """Once it has heard of the campaigns and their surveys."""
        def told():
            return self.metrics()[("campaigns", None)] > 0 and \
                self.metrics()[("surveys", None)] > 0
        wait_for(told)
        return self


def begin(survey="repair", settings=None, options=(), **plan):
    """A collector with an approved campaign, and manyi-web: (collector, web,
    version, number, invite)."""
    add_client("invite", "invite,sample,campaign,campaigns,optouts,describe",
               "--channels", "sms,web", "--frames", "invited")
    add_client("boss", "campaign,campaigns")
    add_client("web", "submit,describe,invitation,event,campaigns,copy,erase",
               "--channels", "web", "--frames", "invited,open")
    # a path, not a port that somebody else may get while nobody listens
    c = Collector(settings={"--listen": "ipc://socket",
                            **(settings or {})}).start()
    invite, boss = Client(c, "invite"), Client(c, "boss")
    version = invite.version(survey)
    number = campaign(invite, boss, "autumn", version, survey=survey,
                      **plan)["number"]
    boss.close()
    web = Web("ipc://socket", *options).start().known()
    return c, web, version, number, invite


def links(invite, version, number, serials, day=None, **fields):
    """Tokens whose invitations the collector has."""
    day = today() + 10 if day is None else day
    made = [invitation(version, id=token_id(s, number, day), gateway="sms",
                       channel="web", campaign="autumn", **fields)
            for s in serials]
    for i in range(0, len(made), 500):
        ack = invite.ask("invite", invitations=made[i:i + 500])
        assert ack["accepted"] == len(made[i:i + 500]), ack
    return [token(s, number, day) for s in serials]


# ---- somebody with a browser ----

class Form(HTMLParser):
    """The forms of a page: what they would send as they stand."""

    def __init__(self, text):
        super().__init__()
        self.values = {}   # fields with what they hold
        self.choices = {}  # radio buttons: name -> values
        self.acts = []     # what its buttons do
        self.links = []
        self.text = text
        self.area = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "input" and a.get("type") == "radio":
            self.choices.setdefault(a["name"], []).append(a["value"])
            if "checked" in a:
                self.values[a["name"]] = a["value"]
        elif tag == "input" and "name" in a:
            self.values[a["name"]] = a.get("value", "")
        elif tag == "textarea":
            self.area = a["name"]
            self.values[self.area] = ""
        elif tag == "button" and a.get("name") == "do":
            self.acts.append(a["value"])
        elif tag == "a" and "href" in a:
            self.links.append(a["href"])

    def handle_data(self, data):
        if self.area:
            self.values[self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":  # browsers drop a line end at its beginning
            text = self.values[self.area]
            self.values[self.area] = text[1:] if text[:1] == "\n" else text
            self.area = None


class Visitor:
    """One browser: keeps a connection, follows what it is told to follow."""

    def __init__(self, web, path):
        self.web = web
        self.path = path
        self.connection = None
        self.status = None
        self.form = None

    def request(self, method, query="", body=None, headers=None):
        if not self.connection:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.web.port, timeout=60)
        h = {"Accept-Language": "zh-CN", **(headers or {})}
        if body is not None and "Content-Type" not in h:
            h["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, self.path + query, body, h)
            r = self.connection.getresponse()
            text = r.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise
        self.status, self.headers = r.status, r.headers
        self.body = text
        if (r.headers["Content-Type"] or "").startswith("text/html"):
            self.form = Form(text.decode())
        return r.status

    def get(self, query=""):
        return self.request("GET", query)

    def post(self, data, query="", follow=True):
        """Data as a form sends it; a 303 is followed, as browsers do."""
        status = self.request("POST", query, urllib.parse.urlencode(data))
        while follow and self.status == 303:
            to = self.headers["Location"]
            if not to.startswith("?"):
                self.path, _, rest = urllib.parse.urljoin(
                    self.path, to).partition("?")
                to = "?" + rest if rest else ""
            self.get(to)
        return status

    def press(self, act, answers=None, query=""):
        """Fill in the page that is shown and press one of its buttons."""
        assert act in self.form.acts, (act, self.status, self.form.acts)
        data = dict(self.form.values, do=act)
        for name, value in (answers or {}).items():
            if name in self.form.choices:
                assert str(value) in self.form.choices[name], (name, value)
                data[name] = value
            elif name in self.form.values:
                data[name] = value
        return self.post(data, query)

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None


def answer(visitor, answers):
    """The whole way from the link to the thanks, as the pages lead."""
    visitor.get()
    for _ in range(40):
        assert visitor.status == 200, (visitor.status, visitor.body)
        acts = visitor.form.acts
        for act in ("next", "review", "submit"):
            if act in acts:
                break
        else:
            return visitor.body.decode()
        visitor.press(act, answers)
    raise AssertionError("no end to it")
