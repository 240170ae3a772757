"""inviter - campaigns, feeds and draws, for the flow tests.

The feed has one event a line; everything of it follows from its number, so a
test can say what must become of it.
"""
import csv
import ctypes
import json
import os
import sqlite3

import msgpack

from gateway import ROOT, Collector, add_client, run

COLUMNS = ("event_id event_at case contact_kind contact account activated "
           "language basis adult operator product province org touchpoint "
           "class staff staff_numbers contact_changed_at fault_at").split()
CODES = ROOT + "/surveys/codes"

PLAN = """campaign: {name}
survey: repair
purpose: instant
channel: sms
gateway: sms-1
contact-key: sms.contact.pub
notice: n-1
bases: [consent, contract]
strata: {{by: [province], rate: 10%, rates: {{"31": 50%}}}}
sending: {{signature: 【中国电信】, price: 0.05, per-second: 20}}
"""


def plan(name="repairs", replace=(), more=""):
    """A campaign's file; `replace` are pairs of texts."""
    text = PLAN.format(name=name)
    for old, new in replace:
        assert old in text, old
        text = text.replace(old, new)
    with open(name + ".yaml", "w") as f:
        f.write(text + more)
    return name + ".yaml"


def keys():
    """The keys of two people and of an SMS gateway, made once."""
    if os.path.exists("clients.yaml"):
        return
    for name in ("drafter", "approver"):
        add_client(name, "invite,sample,campaign,campaigns,optouts,describe",
                   "--channels", "sms,web", "--frames", "invited")
    add_client("sms-1", "pull,event,submit,describe,campaigns,invitation",
               "--channels", "sms,web", "--frames", "invited")
    for kind, name in (("hash", "person.key"), ("hash", "token.key"),
                       ("contact", "sms.contact")):
        run("manyi-keys", kind, name)


def start(**settings):
    collector = Collector(settings=settings or None)
    keys()
    return collector.start()


def command(collector, *words, key="drafter", outbox="invite.db"):
    return [words[0], "--collector", collector.url, "--server-key",
            "server.key.pub", "--key", key + ".key", "--outbox", outbox,
            "--codes", CODES, "--calendar", CODES + "/calendar.csv",
            *words[1:]]


def invite(collector, *words, code=0, **more):
    return run("manyi-invite", *command(collector, *words, **more), code=code)


def approved(collector, path):
    """Drafted by one, approved by the other."""
    name = os.path.splitext(path)[0]
    invite(collector, "draft", path)
    invite(collector, "approve", name, key="approver")
    return path


def draw(collector, path, feed, *more, code=0, **options):
    done = invite(collector, "draw", "--campaign", path, "--format", "json",
                  *more, feed, code=code, **options)
    return json.loads(done.stdout) if done.stdout else done


def event(n, **fields):
    """Event number n, of a person of its own."""
    row = {"event_id": "W%09d" % n, "event_at": "2026-11-20 %02d:%02d:00" %
           (8 + n % 10, n % 60), "contact": "1390%07d" % n,
           "account": "A%d" % n, "activated": "2020-01-01",
           "basis": "consent", "adult": "yes", "operator": "CT",
           "product": "BBD", "province": ("44", "31", "11")[n % 3],
           "touchpoint": "FIELD", "staff": "S%d" % (n % 97),
           "staff_numbers": "1891%07d" % (n % 97),
           "fault_at": "2026-11-19 07:00:00"}
    row.update(fields)
    return row


def write_csv(path, rows, columns=COLUMNS):
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.DictWriter(f, columns, restval="", extrasaction="ignore",
                             lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    return path


def write_lines(path, rows):
    with open(path, "w", encoding="utf-8") as f:
        for row in rows:
            f.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def stored(table):
    """The maps of one of the collector's keyed tables."""
    db = sqlite3.connect("file:store.db?mode=ro", uri=True)
    try:
        rows = db.execute("SELECT value FROM " + table).fetchall()
    finally:
        db.close()
    return [msgpack.unpackb(value) for value, in rows]


_sodium = ctypes.CDLL("libsodium.so.23")


def unseal(box):
    """The contact of an invitation, as the gateway sees it."""
    with open("sms.contact") as f:
        public, secret = (bytes.fromhex(x) for x in f.read().split())
    text = ctypes.create_string_buffer(len(box))
    assert _sodium.crypto_box_seal_open(
        text, box, ctypes.c_ulonglong(len(box)), public, secret) == 0
    return json.loads(text.raw[:len(box) - 48])


def invitations():
    return stored("invitations")


def samples():
    return stored("samples")
