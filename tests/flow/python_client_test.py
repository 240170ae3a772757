"""A client in another language, written from collector/README.md alone."""
import os
import time

import zmq

from gateway import (Client, Collector, add_client, main, response, sql, uuid7,
                     wait_for)


def submits_and_is_acknowledged():
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "open")
    c = Collector().start()
    web = Client(c, "web")
    survey = web.ask("describe", survey="repair")
    assert survey["type"] == "survey" and survey["survey"] == "repair", survey
    assert [i["code"] for i in survey["items"]] == [
        "REP1", "REP2", "REP3", "REP4A", "REP4B", "REP5", "REP6"]
    assert survey["items"][0] == {"code": "REP1", "kind": "scale", "min": 1,
                                  "max": 10}
    assert survey["items"][1] == {"code": "REP2", "kind": "choice", "min": 1,
                                  "max": 2, "choices": [1, 2]}
    assert survey["items"][6]["kind"] == "text"
    assert "survey: repair" in survey["yaml"] and len(survey["form"]) == 32
    again = web.ask("describe", survey="repair", version=survey["version"])
    assert again["yaml"] == survey["yaml"]

    version = survey["version"]
    everything = response(
        org="GD-01", stratum="urban", touchpoint="HALL_OWN",
        rate=125000, respondent=os.urandom(16), staff=os.urandom(16),
        device=os.urandom(16), salt=os.urandom(16), duration_ms=93000,
        flags=1 | 64, comment="师傅很好", correction=False)
    everything["class"] = "GLD"
    plain = response()
    ack = web.ask("submit", survey="repair", version=version,
                  responses=[everything, plain])
    assert ack == {"v": 1, "type": "ack", "batch": ack["batch"], "accepted": 2,
                   "duplicate": 0, "filled": 0, "rejected": []}, ack
    ack = web.ask("submit", survey="repair", version=version,
                  responses=[plain, everything])
    assert (ack["accepted"], ack["duplicate"]) == (0, 2), ack
    more = dict(plain, answers=bytes([1, 2, 3, 4, 5, 1, 0]))
    ack = web.ask("submit", survey="repair", version=version, responses=[more])
    assert (ack["filled"], ack["duplicate"]) == (1, 0), ack
    web.close()
    c.stop()
    assert int(sql("select count(*) from log")) == 3


def bad_responses_are_refused_alone():
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "open,test", "--units", "44")
    c = Collector().start()
    web = Client(c, "web")
    version = web.version()
    now = int(time.time() * 1000)
    bad = [
        ("id", response(id=os.urandom(6) + b"\0" + os.urandom(9))),
        ("field", response(id=b"short")),
        ("field", response(entry="boss")),
        ("field", response(answers=None)),
        ("field", response(touch_point="HALL_OWN")),
        ("field", response(stratum="a blank")),
        ("field", response(rate=1000001)),
        ("field", response(rate=-1)),
        ("field", response(event_at="yesterday")),
        ("field", response(answers="text")),
        ("field", response(province="12345678901234567")),
        ("rights", response(channel="sms")),
        ("rights", response(frame="invited")),
        ("rights", response(province="11")),
        ("answers", response(answers=bytes(6))),
        ("answers", response(answers=bytes([11, 0, 0, 0, 0, 0, 0]))),
        ("code", response(product="XYZ")),
        ("code", response(touchpoint="NOWHERE")),
        ("code", response(attributes=b"\x01")),
        ("time", response(event_at=now + 3 * 86400000)),
        ("time", response(event_at=-5)),
        ("comment", response(comment="x" * 2001)),
    ]
    good = [response(), response(frame="test")]
    ack = web.ask("submit", survey="repair", version=version,
                  responses=[good[0]] + [r for _, r in bad] + [good[1]])
    assert ack["accepted"] == 2, ack
    got = [(r["reason"], r["index"]) for r in ack["rejected"]]
    want = [(reason, i + 1) for i, (reason, _) in enumerate(bad)]
    assert got == want, [(g, w) for g, w in zip(got, want) if g != w]
    for r, (reason, sent) in zip(ack["rejected"], bad):
        if len(sent["id"]) == 16:
            assert r["id"] == sent["id"], r
    m = c.metrics()
    assert m[("responses_total", "rejected")] == len(bad), m
    assert m[("refused_total", "field")] == sum(w == "field" for w, _ in bad)
    web.close()
    c.stop()
    assert int(sql("select count(*) from log")) == 2


def clocks_are_mended():
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "open")
    c = Collector().start()
    web = Client(c, "web")
    now = int(time.time() * 1000)
    ack = web.ask("submit", survey="repair", version=web.version(),
                  responses=[response(answered_at=now + 3600000),
                             response(answered_at=now + 60000)])
    assert ack["accepted"] == 2, ack
    web.close()
    c.stop()
    flags = sql("select flags & %d from log order by seq" % (1 << 18))
    assert flags.split() == [str(1 << 18), "0"], flags


def wrong_requests_are_named():
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "open")
    c = Collector("--log-level", "debug").start()
    web = Client(c, "web")
    version = web.version()
    one = [response()]
    web.ask("submit", survey="repair", version=version,
            responses=[response(), response(touch_point="a secret"),
                             response(rate=-1)])
    with open("log") as log:
        told = [line for line in log if "event=field_refused" in line]
    assert len(told) == 1 and told[0].endswith(
        'client=web index=1 field="unknown field"\n'), told

    def refused(want, **fields):
        message = {"v": 1, "type": "submit", "batch": 9, "survey": "repair",
                   "version": version, "responses": one, **fields}
        web.send({k: v for k, v in message.items() if v is not None})
        reply = web.receive()
        assert reply["type"] == "refused" and reply["reason"] == want, \
            (want, reply)
        return reply

    assert refused("survey", survey="nothing")["batch"] == 9
    refused("version", version=os.urandom(32))
    refused("version", survey="instant")
    refused("protocol", v=2)
    refused("protocol", v=None)
    refused("type", type="push")
    for name, fields in (("responses", {"responses": None}),
                         ("unknown field", {"extra": 1}),
                         ("version", {"version": b"short"})):
        assert refused("field", **fields)["detail"] == name, name
    assert "batch" not in refused("field", batch=None)
    refused("count", responses=[0] * 4097)
    refused("depth", responses=[[[[[1]]]]])
    refused("rights", type="erase", survey=None, version=None, responses=None,
            ids=[uuid7()])
    web.socket.send_multipart([b"", b"x"])
    assert web.receive()["reason"] == "frames"
    web.send(b"")
    assert web.receive()["reason"] == "size"
    web.send(b"\xc1")
    assert web.receive()["reason"] == "malformed"
    web.close()
    c.stop()


def foreign_keys_stay_outside():
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "open")
    c = Collector().start()
    foreign = Client(c, zmq.curve_keypair())
    assert foreign.ask("describe", seconds=0.5, survey="repair") is None
    wait_for(lambda: c.metrics()[("handshakes_total", "refused")] >= 1)
    foreign.close()
    web = Client(c, "web")
    assert web.version()
    web.close()
    c.stop()


if __name__ == "__main__":
    main(submits_and_is_acknowledged, bad_responses_are_refused_alone,
         clocks_are_mended, wrong_requests_are_named,
         foreign_keys_stay_outside)
