"""house - both doors of one collector at once, for the flow tests: manyi-web,
manyi-sms, Kannel and an SMS centre, and the people behind it, who answer what
they are asked; what is stored of them, and what no log may say.
"""
import http.client
import os
import re
import threading
import time
import urllib.parse

from gateway import Client, add_client, campaign, sql, wait_for
from kannel import PORT, FakeCentre, Stage, invitation
from webgate import Visitor, Web, today, token, token_id
from webstore import query

LINK = "http://web.test/s/"
# words that tell what a message is
WORDS = {"有多满意": "SAT1", "预期": "SAT2", "理想": "SAT3",
         "已办结": "INS1", "主要原因": "INS2", "/s/": "link",
         "谢谢": "thanks", "结束": "over", "不再收到": "stopped"}
SAT = ("SAT1", "SAT2", "SAT3")
ITEMS = {"tcsi-mobile": (
    "IMG1 IMG2 IMG3 EXP1 EXP2 EXP3 QUA1 QUA2 QUA3 QUA4 QUA5 QUA6 QUA7 VAL1 "
    "VAL2 SAT1 SAT2 SAT3 COM0 COM1 COM2 LOY1 LOY2 LOY3").split(),
    "instant": ["INS1", "INS2", "INS3"]}


def phone(n):
    return "1390%07d" % n


def bring(house, number, text):
    """A text, as Kannel would bring it: the same until it is taken."""
    path = "/sms/mo?" + urllib.parse.urlencode({
        "from": number, "to": PORT, "cs": "UTF-8", "ts": int(time.time()),
        "id": os.urandom(16).hex()})
    while True:
        try:
            if house.sms.call(path, text.encode())[0] == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.05)


def what_is(text):
    for word, what in WORDS.items():
        if word in text:
            return what
    return "other"


class People(threading.Thread):
    """Everybody with a telephone: notes what comes, and answers a question
    with what `answers` has for it."""

    def __init__(self, centre):
        super().__init__(daemon=True)
        self.centre = centre
        self.answers = {}  # number -> {item: text}
        self.heard = []    # (when, number, what)
        self.count = {}    # (number, what) -> how often
        self.text = {}     # (number, what) -> the last one
        self.before = None  # called before they answer
        self.say = centre.write
        self.wrong = None
        self.start()

    def run(self):
        while True:
            m = self.centre.next(None)
            try:
                self.hear(m["to"], what_is(m["text"]), m["text"])
            except Exception as wrong:  # told by whoever waits
                self.wrong = wrong

    def hear(self, number, what, text):
        said = self.answers.get(number, {}).get(what)
        self.heard.append((time.monotonic(), number, what))
        key = number, what
        self.text[key] = text
        self.count[key] = self.count.get(key, 0) + 1
        if said is not None and self.count[key] == 1:
            if self.before:
                self.before(number, what)
            self.say(number, said)

    def got(self, what, numbers):
        return sum((n, what) in self.count for n in numbers)

    def all_got(self, what, numbers, seconds=300):
        def told():
            assert not self.wrong, self.wrong
            return self.got(what, numbers) == len(numbers)
        try:
            wait_for(told, seconds)
        except AssertionError as late:
            raise AssertionError("%d of %d got %s" % (
                self.got(what, numbers), len(numbers), what)) from late

    def times(self, whats):
        return [t for t, _, what in self.heard if what in whats]

    def asked_twice(self):
        return {k: n for k, n in self.count.items() if n > 1}


class House(Stage):
    def __init__(self, survey="tcsi-mobile", plan=None, web=(), **settings):
        add_client("web",
                   "submit,describe,invitation,event,campaigns,copy,erase",
                   "--channels", "web", "--frames", "invited,open")
        super().__init__(FakeCentre(), **{"link": LINK, **settings})
        self.survey = survey
        self.chief = Client(self.collector, "chief")
        self.version = self.inviter.version(survey)
        self.number = campaign(self.inviter, self.chief, "autumn",
                               self.version, survey=survey,
                               **(plan or {}))["number"]
        self.day = today() + 10
        self.people = People(self.centre)
        self.logs = []
        self.secrets = set()
        self.web = Web(self.collector.url, *web).start().known()

    # ---- who is asked ----

    def id(self, n):
        return token_id(n, self.number, self.day)

    def token(self, n):
        return token(n, self.number, self.day)

    def ask_all(self, ns, channel="sms", **fields):
        """Invite number n of each n, with a link."""
        made = []
        for n in ns:
            self.secrets |= {phone(n), self.token(n)}
            made.append(invitation(
                self.survey, self.version, phone(n), id=self.id(n),
                token=self.token(n), channel=channel, campaign="autumn",
                product=None if self.survey == "instant" else "MOB",
                **fields))
        for i in range(0, len(made), 500):
            self.add(made[i:i + 500])

    def order(self, action, who=None, **fields):
        reply = (who or self.chief).ask("campaign", action=action,
                                        campaign="autumn", **fields)
        assert reply["type"] == "campaigns", reply
        return reply["campaigns"][0]

    def state(self):
        all = self.chief.ask("campaigns")["campaigns"]
        return [c for c in all if c["campaign"] == "autumn"][0]

    # ---- what they do ----

    def visitor(self, n):
        return Visitor(self.web, "/s/" + self.token(n))

    def post(self, n, answers, visitor=None):
        """Screen after screen, and hand it in; whether it was thanked for."""
        v = visitor or self.visitor(n)
        v.path = "/s/" + self.token(n)
        at = ITEMS[self.survey][0]
        while at:
            v.post({"do": "next", "at": at, **answers}, follow=False)
            to = v.headers["Location"] or ""
            at = re.search(r"at=(\w+)", to)
            at = at and at.group(1)
        if "review" in to:
            v.post({"do": "submit"}, follow=False)
        if not visitor:
            v.close()
        return v.status == 303

    def insist(self, n, answers, visitor=None):
        """Again until it is thanked for, as long as nobody is there."""
        v = visitor or self.visitor(n)
        while True:
            try:
                if self.post(n, answers, v):
                    return
                assert v.status in (303, 503), (v.status, v.body)
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.02)

    # ---- what the programs suffer ----

    def kill(self, name):
        program = getattr(self, name)
        self.logs.append(program.log() if name != "sms" else program.text())
        program.kill()

    def up(self, name):
        program = getattr(self, name)
        program.up() if name == "sms" else program.start()

    def nothing_owed(self, seconds=120):
        wait_for(lambda: self.web.metrics()[("outbox_pending", None)] +
                 self.sms.metrics()["outbox_pending"] == 0, seconds)

    def stop(self):
        """All of it; no log of ours tells who, by which link, or what."""
        self.chief.close()
        self.web.stop()
        self.logs.append(self.web.log())
        super().stop()
        self.logs += [self.sms.text(), self.collector.log()]
        said = "\n".join(self.logs)
        assert "event=listening" in said
        assert not re.search(r"1390\d{7}", said)
        told = [s for s in self.secrets if s in said]
        assert not told, told


# ---- what is stored ----

def history(ids):
    """The rows of each response, in the order in which they came: one chain,
    one end."""
    found = {}
    for row in query("SELECT * FROM log ORDER BY seq"):
        assert row["entry"] == 0, row
        found.setdefault(row["id"], []).append(row)
    assert found.keys() == set(ids), (len(found), len(ids))
    for rows in found.values():
        assert [r["revision"] for r in rows] == list(range(len(rows))), rows
        for a, b in zip(rows, rows[1:]):
            assert b["replaces"] == a["seq"], rows
            for x, y in zip(a["answers"], b["answers"]):
                assert x in (0, y), "an answer has changed"
    return found


def packed(survey, answers):
    """Of the form or the talk, as the store has it."""
    return bytes(0 if str(answers.get(i, "-")) in ("-", "") or
                 survey == "instant" and i == "INS3" else int(answers[i])
                 for i in ITEMS[survey])


def all_there(count, seconds=120):
    wait_for(lambda: int(sql("SELECT count(DISTINCT id) FROM log")) >= count,
             seconds)


def forget():
    """Another house; but its links, and so its ids, are the same."""
    for name in os.listdir("."):
        if name != "token.key":
            os.remove(name)
