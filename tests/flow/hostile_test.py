"""Hostile messages, thousands of them: none is stored, the collector stays up,
its memory flat, and each is counted by its reason.

HOSTILE=100000 sends as many; 5000 without it.
"""
import collections
import os
import random
import socket
import struct
import time

import msgpack
import zmq

from gateway import (Client, Collector, add_client, main, response, sql, uuid7,
                     wait_for)

COUNT = int(os.environ.get("HOSTILE") or 5000)
WINDOW = 60  # under the collector's mark of 100 replies a peer


class Flood:
    """Sends messages from a key that may only submit, and counts the reasons
    that come back."""

    def __init__(self, collector, client, version):
        self.collector, self.client, self.version = collector, client, version
        self.reasons = collections.Counter()
        self.sent = self.owed = 0

    def take(self):
        reply = self.client.receive()
        assert reply is not None, (self.sent, self.reasons)
        if reply["type"] == "refused":
            self.reasons[reply["reason"]] += 1
        else:
            assert reply["accepted"] + reply["filled"] == 0, reply
            for r in reply["rejected"]:
                self.reasons[r["reason"]] += 1
        self.owed -= 1

    def send(self, *frames):
        while self.owed >= WINDOW:
            self.take()
        self.client.socket.send_multipart(frames)
        self.sent += 1
        self.owed += 1

    def settle(self):
        while self.owed:
            self.take()

    def submit(self, responses, **fields):
        m = {"v": 1, "type": "submit", "batch": 1, "survey": "repair",
             "version": self.version, "responses": responses, **fields}
        return msgpack.packb({k: v for k, v in m.items() if v is not None})


def mutated(f, rng):
    """A good message with bytes changed, of a frame that the key may not
    submit: whatever still decodes is refused for its rights."""
    frame = bytearray(f.submit([response(frame="third") for _ in range(3)]))
    for _ in range(rng.randint(1, 8)):
        frame[rng.randrange(len(frame))] = rng.randrange(256)
    return [bytes(frame)]


def truncated(f, rng):
    frame = f.submit([response(frame="third")])
    return [frame[:rng.randrange(len(frame))]]


def deep(f, rng):
    if rng.random() < 0.5:
        return [b"\x91" * rng.randint(6, 200000)]
    return [b"\x81\xa1v" * rng.randint(6, 50000) + b"\x01"]


def lying(f, rng):
    lies = [b"\xdd\xff\xff\xff\xff", b"\xdf\x7f\xff\xff\xff",
            b"\xc6\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xf0abc",
            b"\x84\xa1v\x01\xa4type\xa6submit\xa5batch\x01\xa9responses\xdd"
            b"\x7f\xff\xff\xff"]
    return [rng.choice(lies) + rng.randbytes(rng.randint(0, 40))]


def frames(f, rng):
    return [rng.randbytes(8) for _ in range(rng.randint(2, 50))]


def wrong_version(f, rng):
    return [f.submit([response()], v=rng.randint(2, 100))]


def wrong_rights(f, rng):
    kind = rng.randrange(3)
    if kind == 0:
        return [f.submit([response(frame=rng.choice(
            ["third", "regulator", "internal"]))])]
    if kind == 1:
        return [msgpack.packb({"v": 1, "type": "erase", "batch": 3,
                               "ids": [uuid7()]})]
    return [msgpack.packb({"v": 1, "type": "define", "batch": 3,
                           "survey": "repair", "yaml": "survey: repair"})]


def unknown(f, rng):
    return [f.submit([response()], version=rng.randbytes(32))]


def many(f, rng):
    return [f.submit([0] * rng.randint(4097, 9000))]


def junk(f, rng):
    return [rng.randbytes(rng.randint(0, 3000))]


KINDS = [mutated, truncated, deep, lying, frames, wrong_version, wrong_rights,
         unknown, many, junk]


def a_flood_is_refused():
    add_client("bad", "submit,describe", "--channels", "web", "--frames",
               "test")
    add_client("good", "submit,describe", "--channels", "web", "--frames",
               "open")
    c = Collector().start()
    bad = Client(c, "bad")
    f = Flood(c, bad, bad.version())
    good = Client(c, "good")
    version = good.version()
    rng = random.Random(20261122)
    settled = None
    for n in range(COUNT):
        f.send(*KINDS[n % len(KINDS)](f, rng))
        if n == COUNT // 4:
            f.settle()
            settled = c.memory()[0]
    f.settle()
    grown = c.memory()[0] - settled
    assert grown < 4096, "grew by %d kB" % grown
    assert c.memory()[1] < 64 * 1024, c.memory()
    metrics = c.metrics()
    for reason, count in f.reasons.items():
        got = metrics[("refused_total", reason)]
        assert got == count, (reason, got, count)
    for reason in ("frames", "size", "malformed", "depth", "count", "protocol",
                   "field", "rights", "version"):
        assert f.reasons[reason] > 0, (reason, f.reasons)
    # up, and as good as before
    ack = good.ask("submit", survey="repair", version=version,
                   responses=[response()])
    assert ack["accepted"] == 1, ack
    print(dict(f.reasons), "memory", c.memory(), "kB")
    bad.close()
    good.close()
    c.stop()
    assert int(sql("select count(*) from log")) == 1


def too_large_a_message_cuts_its_own_connection():
    add_client("bad", "submit,describe", "--channels", "web", "--frames",
               "open")
    c = Collector().start()
    bad = Client(c, "bad")
    assert bad.version()
    before = c.memory()[0]
    for _ in range(20):
        bad.send(bytes(300000))
    bad.close()
    again = Client(c, "bad")
    assert again.version()
    assert c.memory()[0] - before < 8192, (before, c.memory())
    again.close()
    c.stop()


def foreign_keys_by_the_dozen():
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "open")
    c = Collector().start()
    count = max(20, COUNT // 500)
    before = None
    for n in range(count):
        foreign = Client(c, zmq.curve_keypair())
        foreign.send({"v": 1, "type": "describe", "batch": 1,
                      "survey": "repair"})
        wait_for(lambda: c.metrics()[("handshakes_total", "refused")] > n)
        foreign.close()
        before = before or c.memory()[0]
    assert c.memory()[0] - before < 4096, (before, c.memory())
    assert ("refused_total", "identity") in c.metrics()
    web = Client(c, "web")
    assert web.version()
    web.close()
    c.stop()


def a_squatted_routing_id_changes_nothing():
    """Who takes the routing id of another is still itself."""
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "open")
    add_client("sms", "describe")
    c = Collector().start()
    squatter = Client(c, "sms", routing_id=b"web")
    version = squatter.version()
    reply = squatter.ask("submit", survey="repair", version=version,
                         responses=[response()])
    assert reply["reason"] == "rights", reply
    web = Client(c, "web", routing_id=b"web")  # taken: silently unheard
    assert web.ask("describe", seconds=0.5, survey="repair") is None
    web.close()
    web = Client(c, "web")
    ack = web.ask("submit", survey="repair", version=version,
                  responses=[response()])
    assert ack["accepted"] == 1, ack
    web.close()
    squatter.close()
    c.stop()


def strangers_to_the_protocol_are_cut_off():
    """Bytes that are no ZeroMQ, and connections that say nothing."""
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "open")
    c = Collector().start()
    host, port = c.url[6:].split(":")
    silent = [socket.create_connection((host, int(port))) for _ in range(50)]
    for n in range(50):
        with socket.create_connection((host, int(port))) as s:
            s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" if n % 2 else
                      struct.pack(">BQ", 0xff, 2 ** 62) + os.urandom(64))
    wait_for(lambda: c.metrics()[("handshakes_total", "failed")] >= 20)
    silent[0].settimeout(20)  # a handshake gets five seconds
    while silent[0].recv(100):
        pass
    for s in silent:
        s.close()
    web = Client(c, "web")
    assert web.version()
    assert c.memory()[1] < 64 * 1024
    web.close()
    c.stop()


if __name__ == "__main__":
    main(a_flood_is_refused, too_large_a_message_cuts_its_own_connection,
         foreign_keys_by_the_dozen, a_squatted_routing_id_changes_nothing,
         strangers_to_the_protocol_are_cut_off)
