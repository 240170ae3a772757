"""manyi-scorer serve: an answer counts at once after its acknowledgement, and
is told only to whom it may be; peers that mean harm do none."""
import random
import time

import msgpack

from gateway import main, run, wait_for
from serving import (PERIOD, Asker, Serve, add_asker, hand_in, person, run_any,
                     start)


def place_and_keys():
    add_asker("boss", "analyst")
    run("manyi-keys", "server", "scorer.key")
    ask = ["manyi-scorer", "score", "--survey", "tcsi", "--store"]
    keys = ["--key", "boss.key", "--server-key", "scorer.key.pub"]
    for words, said in (
            (["tcp://127.0.0.1:1"], "--key and --server-key are needed"),
            (["tcp://127.0.0.1:1x", *keys], "not an address"),
            (["tcp://127.0.0.1:1", *keys, "--cube", "x"], "has its own"),
            (["tcp://127.0.0.1:1", *keys, "--rollup", "users",
              "--rollup-file", "x"], "file of this machine"),
            (["sqlite:x", *keys], "go with")):
        done = run_any(*ask, *words)
        assert done.returncode in (1, 2) and said in done.stderr, done


def count_of(asker, **fields):
    got = asker.records(kind="score", survey="tcsi-mobile", construct="SAT",
                        **{**PERIOD, **fields})
    return got[0]["n"] if got else 0


def what_is_acknowledged_counts():
    collector, client, draw = start(200)
    serve = Serve().start()
    asker = Asker(serve)
    n = count_of(asker)
    worst = 0
    for _ in range(30):
        full = bytes([5] * 18 + [1] + [5] * 5)
        hand_in(client, [person(draw, answers=full)])
        began = time.monotonic()
        n += 1
        assert count_of(asker) == n  # in the very next answer
        worst = max(worst, time.monotonic() - began)
    print("   acknowledged to answered: at most %.0f ms" % (1000 * worst))
    # and without a question it is folded in soon
    hand_in(client, [person(draw)])
    wait_for(lambda: serve.metrics()["folded_rows_total", None] >= 231, 5)
    code, body = serve.get("/healthz")
    assert (code, body.strip()) == (200, "ok"), body
    told = serve.metrics()
    assert told["answers_total", "score"] == 31, told
    assert told["answer_ms_bucket", "+Inf"] == 31
    assert told["lag_ms", None] < 3000 and told["behind", None] == 0
    serve.stop()
    collector.stop()


def rights():
    collector, _, _ = start(600)
    add_asker("boss", "analyst")
    add_asker("chief", "reader", "province=11,44", "operator=CT")
    add_asker("local", "analyst", "province=31")
    run("manyi-keys", "client", "other.key")
    serve = Serve().start()
    boss, local, chief = (Asker(serve, n) for n in ("boss", "local", "chief"))
    by = {"by": ["province"]}
    ask = {"kind": "score", "survey": "tcsi-mobile", "construct": "SAT",
           **PERIOD}

    def places(asker, **more):
        return [r["province"] for r in asker.records(**ask, **by, **more)]

    assert places(boss) == ["11", "31", "44"]
    assert places(local) == ["31"]
    # whatever a peer says of itself, its key's scope holds
    assert places(local, scope={"province": ["11", "31"]}) == ["31"]
    assert places(local, where={"province": ["11"]}) == []
    assert places(boss, scope={"province": ["11", "31"]}) == ["11", "31"]
    one = {"to": "2026-09"}
    sole = chief.records(**{**ask, **one}, by=["operator", "province"],
                         reader="analyst")
    assert {r["operator"] for r in sole} == {"CT"}, sole
    assert {r["province"] for r in sole} == {"11", "44"}, sole
    same = boss.records(**{**ask, **one}, by=["operator", "province"],
                        reader="reader",
                        scope={"operator": ["CT"], "province": ["11", "44"]})
    assert same == sole, (same, sole)  # a reader's, rounded
    got = chief.ask(**ask, kind_=1)
    assert (got["type"], got["code"]) == ("error", "field"), got
    refused = [k["name"] for k in chief.ask("describe")["kinds"]
               if k["analysts"]]
    for kind in refused:
        got = chief.ask(**{**ask, "kind": kind})
        assert got["type"] == "error" and got["code"] == "refused", got

    # a key without the right, an unknown one, and one that is revoked
    run("manyi-keys", "client", "web2.key")
    run("manyi-keys", "add", "--types", "submit", "--channels", "web",
        "--frames", "open", "askers.yaml", "web2", "web2.key.pub")
    serve.reload()
    got = Asker(serve, "web2").ask(**ask)
    assert got["code"] == "rights", got
    stranger = Asker(serve, "other")
    stranger.send(**ask)
    assert not stranger.socket.poll(500)
    done = run_any("manyi-scorer", "score", *serve.connected("other"),
                   "--survey", "tcsi")
    assert done.returncode and "not know this key" in done.stderr, done
    run("manyi-keys", "remove", "askers.yaml", "local")
    serve.reload()
    got = local.ask(**ask)
    assert got["code"] == "identity", got
    # a list that is wrong changes nothing
    run("manyi-keys", "add", "--types", "ask", "--role", "reader", "--scope",
        "nonsense=1", "askers.yaml", "local", "local.key.pub")
    serve.reload()
    assert "reload_failed" in serve.log()
    assert local.ask(**ask)["code"] == "identity"
    assert places(boss) == ["11", "31", "44"]
    serve.stop()
    collector.stop()


def frames_of_all_sorts():
    ask = {"v": 1, "type": "query", "ask": 7, "kind": "score",
           "survey": "tcsi-mobile"}

    def with_(**more):
        return msgpack.packb({**ask, **more})

    deep = b"\x91" * 40
    return [
        (b"", "malformed"), (b"\xc1", "malformed"), (deep, "malformed"),
        (b"\xdd\xff\xff\xff\xff", "malformed"),
        (b"\xdf\x7f\xff\xff\xff\xa1v", "malformed"),
        (msgpack.packb([1, 2]), "malformed"),
        (with_() + b"x", "malformed"),
        (msgpack.packb({1: 2}), "malformed"),
        (with_(by=["x"] * 5000), "malformed"),
        (with_(v=2), "protocol"), (with_(v="1"), "protocol"),
        (msgpack.packb({"type": "query", "ask": 1}), "protocol"),
        (with_(type="submit"), "type"), (with_(type=[]), "type"),
        (with_(ask=-1), "field"), (with_(ask="1"), "field"),
        (with_(kind=5), "field"), (with_(kind="nothing"), "not_found"),
        (with_(survey=None), "field"), (with_(survey="x" * 300), "field"),
        (with_(survey=b"tcsi"), "field"), (with_(survey="a\0b"), "field"),
        (msgpack.packb({**ask, "survey": "\ud800"},
                       unicode_errors="surrogatepass"), "field"),
        (with_(nonsense=1), "field"), (with_(**{"\x1b[31m": 1}), "field"),
        (with_(by="province"), "field"), (with_(by=["nowhere"]), "field"),
        (with_(by=["province"] * 30), "field"),
        (with_(by=["province", "province"]), "invalid"),
        (with_(where=["province"]), "field"),
        (with_(where={"province": "11"}), "field"),
        (with_(where={"province": []}), "field"),
        (with_(where={"province": [11]}), "field"),
        (with_(where={"province": ["1"] * 513}), "field"),
        (with_(where={"x%d" % i: ["1"] for i in range(33)}), "field"),
        (with_(scope={"nowhere": ["1"]}), "field"),
        (with_(reader="king"), "field"), (with_(frame=["x"]), "field"),
        (with_(**{"from": "yesterday"}), "field"), (with_(to=5), "field"),
        (with_(**{"from": "2026-10", "to": "2026-09"}), "invalid"),
        (with_(item_weights="x"), "field"),
        (with_(item_weights="frozen"), "field"),
        (with_(base=["2026-09", "2026-10"]), "field"),
        (with_(base=["2026-09"]), "field"), (with_(rollup=[]), "field"),
        (with_(rollup="users"), "invalid"),
        (with_(weighting="x"), "field"),
        (with_(weighting="population"), "invalid"),
        (with_(weight_limits=[2, 1]), "field"),
        (with_(construct=1), "field"), (with_(construct="X"), "not_found"),
        (with_(survey="nothing"), "not_found"),
        (with_(options=[]), "field"), (with_(options={"x": 1}), "field"),
        (with_(kind="areas", options={"covariates": "/etc/passwd"}), "field"),
        (with_(kind="areas", options={"estimator": "x"}), "invalid"),
        (with_(kind="areas", options={"estimator": {"a": 1}}), "field"),
        (msgpack.packb({**ask, "type": "describe"}), "field"),
    ]


def hostile():
    collector, _, _ = start(400)
    serve = Serve().start()
    asker = Asker(serve)
    for frame, code in frames_of_all_sorts():
        asker.socket.send(frame)
        got = asker.take()
        assert (got["type"], got.get("code")) == ("error", code), (
            frame[:200], str(got)[:300])
        assert got["ask"] in (0, 1, 7), got
        assert "\x1b" not in got["text"] and "passwd" not in got["text"]
    asker.socket.send_multipart([b"a", b"b", b"c"])
    assert asker.take()["code"] == "malformed"
    # too large a message costs its sender the connection, nobody else
    other = Asker(serve)
    other.socket.send(b"x" * (256 * 1024 + 1))
    draw = random.Random(5)
    for _ in range(300):
        asker.socket.send(draw.randbytes(draw.randrange(1, 200)))
        assert asker.take()["code"] in ("malformed", "protocol")
    whole = msgpack.packb({"v": 1, "type": "query", "ask": 1, "kind": "score",
                           "survey": "tcsi-mobile", "by": ["province"],
                           "where": {"province": ["11"]}, **PERIOD})
    for i in range(len(whole)):  # cut, and with a bit turned
        asker.socket.send(whole[:i] if i % 2 else
                          whole[:i] + bytes([whole[i] ^ 1 << i % 8]) +
                          whole[i + 1:])
        assert asker.take()["type"] in ("error", "result")

    # who asks much and reads nothing loses answers, and nobody waits
    lazy = Asker(serve, rcvhwm=1)
    big = {"kind": "score", "survey": "tcsi-mobile",
           "by": ["period", "province", "operator", "channel", "product"],
           **PERIOD}
    for _ in range(1500):
        lazy.send(**big)
        if _ % 50 == 0:
            assert count_of(asker) > 0
    wait_for(lambda: serve.metrics()["dropped_total", None] > 0, 30)
    began = time.monotonic()
    assert count_of(asker) > 0
    assert time.monotonic() - began < 5
    told = serve.metrics()
    assert told["troubles_total", "field"] >= 20, told
    assert told["troubles_total", "malformed"] >= 9, told
    serve.stop()
    collector.stop()


main(place_and_keys, what_is_acknowledged_counts, rights, hostile)
