"""The collector's life: it starts or says why not, drains, survives a kill, a
full disk and a locked store; backup and restore; invitations, events, reviews
and erasure over the wire."""
import os
import socket
import sqlite3
import subprocess
import time

from gateway import (ROOT, Client, Collector, add_client, invitation, main,
                     response, run, sql, uuid7, wait_for)

# Root may write anything; this is root without that.
OBEY_MODES = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] \
    if os.geteuid() == 0 else []
EVERYTHING = "submit,describe,define,invite,pull,invitation,event,review,erase"


def all_rights(name="web"):
    add_client(name, EVERYTHING, "--channels", "sms,web,agent", "--frames",
               "invited,open")


def refuses_to_start(code, word, settings=None, *options, prefix=()):
    """One line with place and cause; nothing is made."""
    before = sorted(os.listdir("."))
    c = Collector(*options, settings=settings)
    done = subprocess.run([*prefix, *c.command()], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == code, done
    lines = done.stderr.strip().split("\n")
    assert len(lines) == 1 and word in lines[0], done.stderr
    assert lines[0].startswith("manyi-collector: "), done.stderr
    assert sorted(os.listdir(".")) == before, os.listdir(".")


def bad_starts():
    all_rights()
    Collector()  # makes server.key
    os.mkdir("empty")
    with open("not.db", "w") as f:
        f.write("this is no database, however you look at it" * 100)
    newer = sqlite3.connect("newer.db")
    c = Collector(settings={"--store": "sqlite:newer.db"}).start()
    c.stop()
    newer.execute("pragma user_version = 99999")
    newer.commit()
    newer.close()
    refuses_to_start(2, "not.db", {"--store": "sqlite:not.db"})
    refuses_to_start(2, "newer.db", {"--store": "sqlite:newer.db"})
    refuses_to_start(2, "postgres", {"--store": "postgres:x"})
    refuses_to_start(2, "nowhere", {"--surveys": "nowhere"})
    refuses_to_start(2, "empty", {"--codes": "empty"})
    refuses_to_start(2, "nothing.key", {"--key": "nothing.key"})
    refuses_to_start(2, "nothing.yaml", {"--clients": "nothing.yaml"})
    refuses_to_start(2, "listen", {"--listen": "nonsense"})
    refuses_to_start(1, "0.0.0.0", {"--metrics": "0.0.0.0:0"})
    refuses_to_start(2, "--frobnicate", None, "--frobnicate")
    refuses_to_start(2, "frobnicate", None, "frobnicate")
    with open("bad.key", "w") as f:
        f.write("short\nkeys\n")
    os.chmod("bad.key", 0o600)
    refuses_to_start(2, "bad.key", {"--key": "bad.key"})
    os.chmod("server.key", 0o644)
    refuses_to_start(1, "server.key")
    os.chmod("server.key", 0o600)
    with open("manyi.yaml", "w") as f:
        f.write("collector:\n  listen: tcp://127.0.0.1:*\n  lisen: 5\n")
    refuses_to_start(2, "manyi.yaml:3", None, "-c", "manyi.yaml")
    os.mkdir("surveys")
    with open("surveys/x.yaml", "w") as f:
        f.write("survey: x\nitems: []\n")
    refuses_to_start(2, "surveys/x.yaml", {"--surveys": "surveys"})


def address_in_use():
    all_rights()
    taken = socket.create_server(("127.0.0.1", 0))
    url = "tcp://127.0.0.1:%d" % taken.getsockname()[1]
    Collector()
    refuses_to_start(1, url, {"--listen": url})
    taken.close()


def read_only_store():
    all_rights()
    c = Collector(settings={"--store": "sqlite:d/store.db"})
    os.mkdir("d")
    c.start().stop()
    os.chmod("d/store.db", 0o444)
    os.chmod("d", 0o555)
    refuses_to_start(1, "store.db", {"--store": "sqlite:d/store.db"},
                     prefix=OBEY_MODES)
    os.chmod("d", 0o755)


def a_second_start_knows_all_versions():
    all_rights()
    os.mkdir("surveys")
    with open(ROOT + "/surveys/definitions/repair.yaml") as f:
        text = f.read()
    with open("surveys/repair.yaml", "w") as f:
        f.write(text)
    c = Collector(settings={"--surveys": "surveys"}).start()
    web = Client(c, "web")
    old = web.ask("describe", survey="repair")
    web.close()
    c.stop()
    with open("surveys/repair.yaml", "w") as f:
        f.write(text.replace("Repair rating", "Rating of a repair"))
    c.start()
    web = Client(c, "web")
    new = web.ask("describe", survey="repair")
    assert new["version"] != old["version"] and new["form"] == old["form"]
    for version in (old["version"], new["version"]):
        ack = web.ask("submit", survey="repair", version=version,
                      responses=[response()])
        assert ack["accepted"] == 1, ack
    got = web.ask("describe", survey="repair", version=old["version"])
    assert got["yaml"] == text
    # what is defined over the wire is the newest, also after a restart
    newest = text.replace("Repair rating", "How was the repair")
    defined = web.ask("define", survey="repair", yaml=newest)
    assert defined["type"] == "defined", defined
    again = web.ask("define", survey="repair", yaml=newest + "\n# same\n")
    assert again["version"] == defined["version"]
    web.close()
    c.stop()
    os.remove("surveys/repair.yaml")
    c.start()
    web = Client(c, "web")
    assert web.version() == defined["version"]
    bad = web.ask("define", survey="repair", yaml="survey: other\n")
    assert bad["reason"] == "definition" and bad["detail"], bad
    web.close()
    c.stop()


def term_drains():
    """What was read is kept and acknowledged."""
    all_rights()
    c = Collector().start()
    web = Client(c, "web")
    version = web.version()
    for batch in range(40):
        web.send({"v": 1, "type": "submit", "batch": 100 + batch,
                  "survey": "repair", "version": version,
                  "responses": [response() for _ in range(100)]})
    first = web.receive()
    c.stop()
    acknowledged = first["accepted"]
    while True:
        ack = web.receive(0.5)
        if ack is None:
            break
        acknowledged += ack["accepted"]
    assert acknowledged == int(sql("select count(*) from log")), acknowledged
    web.close()


def killed_it_loses_nothing():
    all_rights()
    c = Collector().start()
    web = Client(c, "web")
    version = web.version()
    sent = [response() for _ in range(300)]
    ack = web.ask("submit", survey="repair", version=version, responses=sent)
    assert ack["accepted"] == 300
    c.kill()
    web.close()
    c.start()
    web = Client(c, "web")
    ack = web.ask("submit", survey="repair", version=version, responses=sent)
    assert ack["duplicate"] == 300, ack
    web.close()
    c.stop()
    assert sql("pragma integrity_check") == "ok"


def a_locked_store_is_waited_for():
    all_rights()
    c = Collector().start()
    web = Client(c, "web")
    version = web.version()
    lock = sqlite3.connect("store.db", isolation_level=None)
    lock.execute("begin immediate")
    web.send({"v": 1, "type": "submit", "batch": 77, "survey": "repair",
              "version": version, "responses": [response()]})
    wait_for(lambda: c.get("/healthz")[0] == 503)
    assert web.receive(0.3) is None
    assert c.log().count("event=store_unavailable") == 1, c.log()
    assert c.metrics()[("store_up", None)] == 0
    lock.execute("rollback")
    lock.close()
    ack = web.receive()
    assert ack["batch"] == 77 and ack["accepted"] == 1, ack
    assert c.get("/healthz") == (200, "ok\n"), c.get("/healthz")
    assert c.log().count("event=store_available") == 1
    web.close()
    c.stop()


def stopped_while_locked_it_says_busy():
    all_rights()
    c = Collector().start()
    web = Client(c, "web")
    version = web.version()
    lock = sqlite3.connect("store.db", isolation_level=None)
    lock.execute("begin immediate")
    web.send({"v": 1, "type": "submit", "batch": 78, "survey": "repair",
              "version": version, "responses": [response()]})
    wait_for(lambda: c.get("/healthz")[0] == 503)
    c.stop(code=1)
    reply = web.receive()
    assert reply["reason"] == "busy" and reply["batch"] == 78, reply
    lock.execute("rollback")
    lock.close()
    web.close()


def backup_and_restore():
    all_rights()
    c = Collector().start()
    web = Client(c, "web")
    version = web.version()
    kept = [response() for _ in range(50)]
    web.ask("submit", survey="repair", version=version, responses=kept)
    run("manyi-collector", "backup", "--store", "sqlite:store.db", "copy.db")
    web.ask("submit", survey="repair", version=version,
            responses=[response() for _ in range(7)])
    web.close()
    c.stop()
    assert int(sql("select count(*) from log", "copy.db")) == 50
    done = run("manyi-collector", "backup", "--store", "sqlite:store.db",
               "copy.db", code=1)
    assert "copy.db" in done.stderr, done
    run("manyi-collector", "restore", "--store", "sqlite:store.db", "copy.db",
        code=1)
    for name in ("store.db", "store.db-wal", "store.db-shm"):
        if os.path.exists(name):
            os.remove(name)
    run("manyi-collector", "restore", "--store", "sqlite:store.db", "copy.db")
    c.start()
    web = Client(c, "web")
    ack = web.ask("submit", survey="repair", version=version, responses=kept)
    assert ack["duplicate"] == 50, ack
    web.close()
    c.stop()
    run("manyi-collector", "backup", code=2)
    run("manyi-collector", "backup", "--store", "sqlite:nothing.db", "x",
        code=2)


def invitations_live_and_end():
    all_rights()
    c = Collector().start()
    web = Client(c, "web")
    version = web.version()
    now = int(time.time() * 1000)
    a, b, gone, later = (invitation(version), invitation(version),
                         invitation(version, expires_at=now - 500,
                                    due_at=now - 1000),
                         invitation(version, due_at=now + 3600000))
    outside = invitation(version, gateway="sms-1")
    ack = web.ask("invite", invitations=[a, b, gone, later, outside,
                                         invitation(os.urandom(32))])
    assert (ack["accepted"], len(ack["rejected"])) == (5, 1), ack
    assert ack["rejected"][0]["reason"] == "version"
    ack = web.ask("invite", invitations=[a])
    assert ack["duplicate"] == 1, ack

    pulled = web.ask("pull", max=10)["invitations"]
    assert {i["id"] for i in pulled} == {a["id"], b["id"]}, pulled
    got = [i for i in pulled if i["id"] == a["id"]][0]
    assert {k: got[k] for k in a} == a, got
    assert web.ask("pull", max=10)["invitations"] == []  # leased
    state = web.ask("invitation", id=a["id"])
    assert state["state"] == "open" and "contact" not in state["invitation"]
    assert web.ask("invitation", id=gone["id"])["state"] == "expired"
    unknown = web.ask("invitation", id=uuid7())
    assert unknown["state"] == "unknown" and "invitation" not in unknown

    # the invitation's context wins; channel and entry are the gateway's
    answer = response(id=a["id"], frame="invited", province="44",
                      operator="CT", product="BBD")
    ack = web.ask("submit", survey="repair", version=version,
                  responses=[answer,
                             response(id=gone["id"], frame="invited"),
                             response(frame="invited")])
    assert ack["accepted"] == 3, ack
    assert web.ask("invitation", id=a["id"])["state"] == "answered"
    other = web.ask("describe", survey="internal")["version"]
    ack = web.ask("submit", survey="internal", version=other,
                  responses=[response(id=b["id"], frame="invited",
                                      answers=bytes(len(web.ask(
                                          "describe", survey="internal")
                                          ["items"])))])
    assert [r["reason"] for r in ack["rejected"]] == ["id"], ack

    event = {"id": os.urandom(16), "kind": "disposition", "at": now,
             "channel": "sms", "invitation": b["id"], "code": "refused"}
    assert web.ask("event", events=[event])["accepted"] == 1
    assert web.ask("event", events=[event])["duplicate"] == 1
    assert web.ask("invitation", id=b["id"])["state"] == "closed"
    ack = web.ask("event", events=[
        {"id": os.urandom(16), "kind": "started", "at": now, "channel": "web"},
        {"id": os.urandom(16), "kind": "started", "at": 5, "channel": "web",
         "invitation": b["id"]}])
    assert [r["reason"] for r in ack["rejected"]] == ["field", "time"], ack
    web.close()
    c.stop()
    rows = sql("select operator, product, province, touchpoint, channel,"
               " rate_ppm, event_at, flags, hex(respondent) from log"
               " order by seq").split("\n")
    assert rows[0] == "CM|FIX|31|FIELD|1|50000|%d|0|%s" % (
        a["event_at"], a["respondent"].hex().upper()), rows
    assert int(rows[1].split("|")[7]) == 1 << 20, rows  # closed
    assert int(rows[2].split("|")[7]) == 1 << 19, rows  # no invitation


def who_opted_out_is_left_alone():
    all_rights()
    c = Collector().start()
    web = Client(c, "web")
    version = web.version()
    now = int(time.time() * 1000)
    a, b = invitation(version), invitation(version)
    web.ask("invite", invitations=[a, b])

    def opt(kind, at, **fields):
        ack = web.ask("event", events=[{
            "id": os.urandom(16), "kind": kind, "at": at, "channel": "sms",
            **fields}])
        assert ack["accepted"] == 1, ack

    opt("opt_out", now - 50, respondent=a["respondent"])
    opt("opt_in", now - 90, respondent=a["respondent"])  # an older word
    opt("opt_out", now - 50, invitation=b["id"])
    opt("opt_in", now - 40, respondent=b["respondent"])
    assert web.ask("pull", max=9)["invitations"] == []
    assert web.ask("invitation", id=a["id"])["state"] == "closed"
    assert web.ask("invitation", id=b["id"])["state"] == "closed"
    new = invitation(version, respondent=b["respondent"])
    web.ask("invite", invitations=[new,
                                   invitation(version,
                                              respondent=a["respondent"])])
    assert [i["id"] for i in web.ask("pull", max=9)["invitations"]] == [
        new["id"]]
    web.close()
    c.stop()


def reviews_and_erasure():
    all_rights()
    c = Collector().start()
    web = Client(c, "web")
    version = web.version()
    person = os.urandom(16)
    theirs = [response(respondent=person, comment="bytes-to-be-gone")
              for _ in range(3)]
    other = response()
    mine = invitation(version, respondent=person)
    web.ask("submit", survey="repair", version=version,
            responses=theirs + [other])
    web.ask("invite", invitations=[mine])
    review = {"id": other["id"], "entry": "own", "action": "set_aside",
              "reason": "staff's own number"}
    ack = web.ask("review", reviews=[review, dict(review, id=uuid7())])
    assert ack["accepted"] == 1, ack
    assert ack["rejected"][0]["reason"] == "not_found"
    ack = web.ask("review", reviews=[dict(review, action="release")])
    assert ack["accepted"] == 1, ack

    ack = web.ask("erase", ids=[], respondent=person)
    assert ack["accepted"] == 4, ack
    ack = web.ask("submit", survey="repair", version=version,
                  responses=theirs)
    assert [r["reason"] for r in ack["rejected"]] == ["erased"] * 3, ack
    state = web.ask("invitation", id=mine["id"])
    assert state["state"] == "closed"
    assert "respondent" not in state["invitation"]
    assert "staff" not in state["invitation"]
    late = [response(), response()]
    ack = web.ask("erase", ids=[late[0]["id"]])  # before it ever came
    ack = web.ask("submit", survey="repair", version=version, responses=late)
    assert ack["accepted"] == 1, ack
    web.close()
    c.stop()
    for name in ("store.db", "store.db-wal"):
        if os.path.exists(name):
            with open(name, "rb") as f:
                data = f.read()
            assert b"bytes-to-be-gone" not in data, name
            assert person not in data, name


def corrections_once():
    all_rights()
    c = Collector().start()
    web = Client(c, "web")
    version = web.version()
    r = response()
    web.ask("submit", survey="repair", version=version, responses=[r])
    fixed = dict(r, correction=True, answers=bytes([2, 1, 8, 0, 10, 2, 0]))
    ack = web.ask("submit", survey="repair", version=version,
                  responses=[fixed])
    assert ack["filled"] == 1, ack
    again = dict(fixed, answers=bytes([3, 1, 8, 0, 10, 2, 0]))
    ack = web.ask("submit", survey="repair", version=version,
                  responses=[again])
    assert [x["reason"] for x in ack["rejected"]] == ["too_late"], ack
    web.close()
    c.stop()


if __name__ == "__main__":
    main(bad_starts, address_in_use, read_only_store,
         a_second_start_knows_all_versions, term_drains,
         killed_it_loses_nothing, a_locked_store_is_waited_for,
         stopped_while_locked_it_says_busy, backup_and_restore,
         invitations_live_and_end, who_opted_out_is_left_alone,
         reviews_and_erasure, corrections_once)
