"""A campaign's life over the wire: drafted by one key, approved by another, a
canary, limits that pause it, what a pull gives in each state, withdrawal; who
opted out, and a customer's copy."""
import os
import time
from random import Random

from gateway import (Client, Collector, add_client, campaign, event,
                     invitation, main, response, run, sql, uuid7, wait_for)


def keys():
    add_client("invite", "invite,sample,campaign,campaigns,optouts,describe",
               "--channels", "sms,web", "--frames", "invited")
    add_client("boss", "campaign,campaigns")
    add_client("sms", "submit,describe,pull,invitation,event,campaigns",
               "--channels", "sms", "--frames", "invited")
    add_client("web", "submit,describe,invitation,event,campaigns,copy,erase",
               "--channels", "web", "--frames", "invited,open")


def begin():
    keys()
    c = Collector().start()
    return [c] + [Client(c, name) for name in ("invite", "boss", "sms", "web")]


def end(c, *clients):
    for one in clients:
        one.close()
    c.stop()


def only(reply):
    assert reply["type"] == "campaigns" and len(reply["campaigns"]) == 1, reply
    return reply["campaigns"][0]


def order(client, action, name, **fields):
    return client.ask("campaign", action=action, campaign=name, **fields)


def state(client, name):
    found = [x for x in client.ask("campaigns")["campaigns"]
             if x["campaign"] == name]
    assert len(found) == 1, found
    return found[0]


def add(client, version, name, count, **fields):
    made = [invitation(version, gateway="sms", campaign=name, **fields)
            for _ in range(count)]
    ack = client.ask("invite", invitations=made)
    assert ack["accepted"] == count, ack
    return made


PLAN = {"survey": "repair", "plan": b"h" * 32, "purpose": "relationship",
        "canary_ppm": 10000, "canary_ms": 7200000, "opt_out_ppm": 20000,
        "failed_ppm": 100000, "escalated_ppm": 10000, "limit_after": 10}


def two_people_one_campaign():
    c, invite, boss, sms, web = begin()
    version = invite.version()
    plan = dict(PLAN, version=version)
    drafted = only(order(invite, "draft", "autumn", plan=plan))
    assert drafted["state"] == "draft" and drafted["number"] == 1, drafted
    assert drafted["drafted_by"] == "invite", drafted
    assert {k: drafted[k] for k in plan} == plan, drafted
    again = only(order(invite, "draft", "autumn", plan=plan))
    assert again == drafted
    # nothing of it changes afterwards, whoever wants it
    for who, other in ((invite, dict(plan, canary_ppm=1000000)), (boss, plan)):
        assert order(who, "draft", "autumn", plan=other)["reason"] == "state"
    early = invitation(version, gateway="sms", campaign="autumn")
    unknown = invitation(version, gateway="sms", campaign="winter")
    ack = invite.ask("invite", invitations=[early, unknown])
    assert [(r["index"], r["reason"], r["id"]) for r in ack["rejected"]] == [
        (0, "state", early["id"]), (1, "not_found", unknown["id"])], ack
    assert order(boss, "pause", "autumn")["reason"] == "state"
    assert order(boss, "resume", "autumn")["reason"] == "state"
    assert order(invite, "approve", "autumn")["reason"] == "second"
    assert order(boss, "approve", "winter")["reason"] == "not_found"
    approved = only(order(boss, "approve", "autumn"))
    assert approved["state"] == "approved", approved
    assert approved["approved_by"] == "boss" and approved["approved_at"]
    assert only(order(boss, "approve", "autumn")) == approved
    for key in (sms, web):
        assert order(key, "pause", "*")["reason"] == "rights"
    assert boss.ask("optouts", max=5)["reason"] == "rights"
    assert sms.ask("copy", id=uuid7())["reason"] == "rights"
    for wrong, reason in (({"canary_ppm": 0}, "field"),
                          ({"failed_ppm": 1000001}, "field"),
                          ({"closes_at": int(time.time() * 1000) - 1}, "time"),
                          ({"version": os.urandom(32)}, "version"),
                          ({"survey": "no-such"}, "survey"),
                          ({"purpose": "fun"}, "field"),
                          ({"more": 1}, "field")):
        got = order(invite, "draft", "bad", plan=dict(plan, **wrong))
        assert got["reason"] == reason, (wrong, got)
    assert order(invite, "draft", "bad")["detail"] == "plan"
    assert order(boss, "approve", "autumn", plan=plan)["detail"] == "plan"
    assert order(boss, "close", "*")["detail"] == "campaign"
    assert order(invite, "draft", "*", plan=plan)["detail"] == "campaign"
    # only the survey that was approved
    other = invite.ask("describe", survey="instant")
    ack = invite.ask("invite", invitations=[
        invitation(other["version"], survey="instant", gateway="sms",
                   campaign="autumn")])
    assert [r["reason"] for r in ack["rejected"]] == ["survey"], ack
    end(c, invite, boss, sms, web)
    assert "event=campaign_changed campaign=autumn from=- to=draft by=invite" \
        in c.log()
    assert "campaign=autumn from=draft to=approved by=boss" in c.log()


def a_canary_goes_first():
    c, invite, boss, sms, web = begin()
    version = invite.version()
    campaign(invite, boss, "c", version, canary_ppm=20000, canary_ms=3000)
    add(invite, version, "c", 150)
    add(invite, version, "c", 1, due_at=int(time.time() * 1000) + 3600000)
    assert state(sms, "c")["state"] == "approved"
    first = sms.ask("pull", max=100)["invitations"]
    assert len(first) == 4, len(first)  # 2 % of 151, rounded up
    now = state(sms, "c")
    assert (now["state"], now["leased"], now["invitations"]) == \
        ("canary", 4, 151), now
    assert sms.ask("pull", max=100)["invitations"] == []
    time.sleep(3.1)  # the clock begins with the first message
    assert sms.ask("pull", max=100)["invitations"] == []
    sms.ask("event", events=[event("sent", i) for i in first])
    assert state(sms, "c")["canary_at"]
    time.sleep(1)
    order(boss, "pause", "c")
    time.sleep(1)
    order(boss, "resume", "c")
    time.sleep(1.5)  # it began anew
    assert state(sms, "c")["state"] == "canary"
    wait_for(lambda: state(sms, "c")["state"] == "running")
    rest = sms.ask("pull", max=1000)["invitations"]
    assert len(rest) == 146, len(rest)
    end(c, invite, boss, sms, web)
    assert "campaign=c from=canary to=running by=-" in c.log(), c.log()


def limits_pause_it():
    c, invite, boss, sms, web = begin()
    version = invite.version()
    for name, kind, limits in (("f", "failed", {"failed_ppm": 100000}),
                               ("o", "opt_out", {"opt_out_ppm": 100000}),
                               ("e", "escalate", {"escalated_ppm": 100000})):
        campaign(invite, boss, name, version, limit_after=10, **limits)
        add(invite, version, name, 30)
        asked = sms.ask("pull", max=20)["invitations"]
        sms.ask("event", events=[event("sent", i) for i in asked[:19]])
        bad = [event(kind, i) for i in asked[:2]]
        sms.ask("event", events=bad[:1])
        assert state(sms, name)["state"] == "running"
        for _ in range(3):  # the same event counts once
            sms.ask("event", events=bad[:1])
        assert state(sms, name)["state"] == "running", state(sms, name)
        sms.ask("event", events=bad)
        paused = state(sms, name)
        assert paused["state"] == "paused", paused
        assert "limit" in paused["reason"] and "changed_by" not in paused
        assert sms.ask("pull", max=20)["invitations"] == []
        order(boss, "resume", name)
        rest = sms.ask("pull", max=20)["invitations"]
        assert len(rest) == 10, len(rest)
        sms.ask("event", events=[event("sent", rest[0])])
        assert state(sms, name)["state"] == "running"
        sms.ask("event", events=[event(kind, rest[1])])
        assert state(sms, name)["state"] == "paused"
        got = state(sms, name)
        assert (got["invitations"], got["leased"], got["sent"]) == \
            (30, 30, 20), got
    # nothing can be sent at all
    campaign(invite, boss, "x", version, limit_after=10, failed_ppm=500000)
    add(invite, version, "x", 30)
    asked = sms.ask("pull", max=20)["invitations"]
    sms.ask("event", events=[event("failed", i) for i in asked[:9]])
    assert state(sms, "x")["state"] == "running"
    sms.ask("event", events=[event("failed", asked[9])])
    assert state(sms, "x")["state"] == "paused"
    end(c, invite, boss, sms, web)


def pause_all_stops_every_pull():
    c, invite, boss, sms, web = begin()
    version = invite.version()
    for name in ("a", "b", "d"):
        campaign(invite, boss, name, version)
        add(invite, version, name, 40)
    order(invite, "draft", "only-drafted", plan=dict(PLAN, version=version))
    order(boss, "close", "d")
    got = sms.ask("pull", max=20)["invitations"]
    assert sorted(i["campaign"] for i in got) == ["a"] * 10 + ["b"] * 10, got
    paused = order(boss, "pause", "*", reason="投诉 too many")
    assert [x["campaign"] for x in paused["campaigns"]] == ["a", "b"], paused
    assert {x["reason"] for x in paused["campaigns"]} == {"投诉 too many"}
    assert order(boss, "pause", "*")["campaigns"] == []
    assert sms.ask("pull", max=1000)["invitations"] == []
    of_none = invitation(version, gateway="sms")
    invite.ask("invite", invitations=[of_none])
    assert [i["id"] for i in sms.ask("pull", max=9)["invitations"]] == [
        of_none["id"]]
    end(c, invite, boss, sms, web)
    c.start()
    sms, boss = Client(c, "sms"), Client(c, "boss")
    assert state(sms, "a")["state"] == "paused"
    assert sms.ask("pull", max=1000)["invitations"] == []
    assert only(order(boss, "resume", "a"))["state"] == "running"
    got = sms.ask("pull", max=1000)["invitations"]
    assert len(got) == 30 and {i["campaign"] for i in got} == {"a"}
    end(c, sms, boss)


def closed_is_withdrawn():
    c, invite, boss, sms, web = begin()
    version = invite.version()
    campaign(invite, boss, "c", version)
    made = add(invite, version, "c", 50)
    asked = sms.ask("pull", max=10)["invitations"]
    sms.ask("event", events=[event("sent", i) for i in asked[:5]])
    assert only(order(boss, "close", "c"))["state"] == "closed"
    assert only(order(boss, "close", "c"))["state"] == "closed"
    for action in ("approve", "pause", "resume"):
        assert order(boss, action, "c")["reason"] == "state"
    assert sms.ask("pull", max=100)["invitations"] == []
    asked = {i["id"] for i in asked}
    for i in made:  # at once, whatever is still to be written
        want = "open" if i["id"] in asked else "closed"
        assert web.ask("invitation", id=i["id"])["state"] == want
    ack = invite.ask("invite", invitations=[
        invitation(version, gateway="sms", campaign="c")])
    assert ack["rejected"][0]["reason"] == "state", ack
    ack = web.ask("submit", survey="repair", version=version, responses=[
        response(id=i, frame="invited") for i in asked])
    assert ack["accepted"] == 10, ack
    wait_for(lambda: sql("select count(*) from due") == "0")
    end(c, invite, boss, sms, web)
    assert sql("select distinct flags from log") == "0"


def by_its_own_date():
    c, invite, boss, sms, web = begin()
    version = invite.version()
    campaign(invite, boss, "c", version,
             closes_at=int(time.time() * 1000) + 6000)
    add(invite, version, "c", 50)
    assert len(sms.ask("pull", max=10)["invitations"]) == 10
    wait_for(lambda: state(sms, "c")["state"] == "closed")
    assert sms.ask("pull", max=100)["invitations"] == []
    wait_for(lambda: "campaign=c from=running to=closed by=-" in c.log())
    wait_for(lambda: sql("select count(*) from due") == "0")
    end(c, invite, boss, sms, web)


def who_opted_out_stays_out():
    """Proven with time and words, whatever is erased, restarted, restored."""
    c, invite, boss, sms, web = begin()
    version = invite.version()
    made = [invitation(version, gateway="sms") for _ in range(3)]
    again = invitation(version, gateway="sms",
                       respondent=made[0]["respondent"])
    invite.ask("invite", invitations=made + [again])
    out = event("opt_out", made[0], text="退订 TD ***")
    stranger = event("opt_out", respondent=os.urandom(16), text="TD")
    back = [event("opt_out", made[1], text="TD"),
            event("opt_in", made[1], at=out["at"] + 1, text="TDIN")]
    ack = sms.ask("event", events=[out, stranger] + back)
    assert ack["accepted"] == 4, ack
    ack = sms.ask("event", events=[
        event("sent", made[2], text="whatever"),
        event("opt_out", made[2], text="x" * 201),
        event("opt_out", made[2])])
    assert [r["reason"] for r in ack["rejected"]] == ["field"] * 2, ack
    # neither the one that it was said to, nor any other of that person
    assert sms.ask("pull", max=10)["invitations"] == []
    assert web.ask("invitation", id=again["id"])["state"] == "closed"

    def outs(client):
        found, after = [], {}
        while True:
            got = client.ask("optouts", max=1, **after)
            assert got["type"] == "optouts" and len(got["optouts"]) <= 1
            found += got["optouts"]
            if not got["more"]:
                return found
            after = {"after": found[-1]["respondent"]}

    people = sorted([made[0]["respondent"], stranger["respondent"],
                     made[2]["respondent"]])
    listed = outs(invite)
    assert [o["respondent"] for o in listed] == people, listed
    proof = [o for o in listed if o["respondent"] == made[0]["respondent"]][0]
    assert (proof["at"], proof["text"], proof["id"]) == \
        (out["at"], out["text"], out["id"]), proof
    assert invite.ask("optouts", max=100)["optouts"] == listed
    web.ask("erase", ids=[made[0]["id"]], respondent=made[0]["respondent"])
    assert outs(invite) == listed
    run("manyi-collector", "backup", "--store", "sqlite:store.db", "copy.db")
    end(c, invite, boss, sms, web)
    os.remove("store.db")
    run("manyi-collector", "restore", "--store", "sqlite:store.db", "copy.db")
    c.start()
    invite, sms = Client(c, "invite"), Client(c, "sms")
    assert outs(invite) == listed
    new = invitation(version, gateway="sms",
                     respondent=made[0]["respondent"])
    assert invite.ask("invite", invitations=[new])["accepted"] == 1
    assert new["id"] not in [
        i["id"] for i in sms.ask("pull", max=9)["invitations"]]
    end(c, invite, sms)


def what_was_drawn():
    c, invite, boss, sms, web = begin()
    version = invite.version()
    campaign(invite, boss, "c", version)
    now = int(time.time() * 1000)
    cell = {"id": os.urandom(16), "campaign": "c", "survey": "repair",
            "at": now, "event_at": now - 86400000, "channel": "sms",
            "frame": "invited", "province": "44", "product": "BBD",
            "stratum": "gold", "rate": 125000, "events": 27, "eligible": 6,
            "drawn": 1, "excluded": {
                "no_basis": 1, "not_adult": 2, "opted_out": 3,
                "too_recent": 4, "no_contact": 5, "staff_number": 6}}

    def refused(**fields):
        one = dict(cell, id=os.urandom(16), **fields)
        return invite.ask("sample", samples=[one])["rejected"][0]["reason"]

    assert invite.ask("sample", samples=[cell])["accepted"] == 1
    assert invite.ask("sample", samples=[cell])["duplicate"] == 1
    assert refused(events=28) == "field"
    assert refused(events=2**64 - 1, eligible=2**64 - 21) == "field"
    assert refused(drawn=7) == "field"
    assert refused(rate=1000001) == "field"
    assert refused(excluded={"because": 4}) == "field"
    assert refused(frame="open") == "rights"
    assert refused(province="99") == "code"
    assert refused(at=5) == "time"
    assert refused(survey="no-such") == "survey"
    assert refused(campaign="no-such") == "not_found"
    assert sms.ask("sample", samples=[cell])["reason"] == "rights"
    end(c, invite, boss, sms, web)
    assert sql("select count(*), hex(key) from samples") == \
        "1|" + cell["id"].hex().upper()


def half_by_sms_half_by_web():
    """What is there already is told, and a customer can have it all."""
    c, invite, boss, sms, web = begin()
    version = invite.version()
    i = invitation(version, gateway="sms")
    invite.ask("invite", invitations=[i])
    assert "have" not in web.ask("invitation", id=i["id"])
    assert web.ask("copy", id=i["id"])["responses"] == []
    mine = {"id": i["id"], "frame": "invited"}
    sms.ask("submit", survey="repair", version=version, responses=[
        response(channel="sms", answers=bytes([9, 1, 0, 0, 0, 0, 0]), **mine)])
    got = web.ask("invitation", id=i["id"])
    assert got["have"] == bytes([1, 1, 0, 0, 0, 0, 0]), got
    assert got["state"] == "answered", got
    ack = web.ask("submit", survey="repair", version=version, responses=[
        response(answers=bytes([0, 0, 8, 0, 10, 2, 0]), comment="好", **mine)])
    assert ack["filled"] == 1, ack
    got = web.ask("invitation", id=i["id"])
    assert got["have"] == bytes([1, 1, 1, 0, 1, 1, 0]), got
    copy = web.ask("copy", id=i["id"])
    assert copy["survey"] == "repair" and copy["version"] == version, copy
    one, = copy["responses"]
    assert one["answers"] == bytes([9, 1, 8, 0, 10, 2, 0]), one
    assert one["comment"] == "好" and one["entry"] == "own", one
    assert one["respondent"] == i["respondent"], one
    web.ask("erase", ids=[i["id"]])
    copy = web.ask("copy", id=i["id"])
    assert copy["responses"] == [] and "survey" not in copy, copy
    got = web.ask("invitation", id=i["id"])
    assert got["state"] == "answered" and "have" not in got, got
    # never invited, as far as the collector knows
    r = response()
    web.ask("submit", survey="repair", version=version, responses=[r])
    got = web.ask("invitation", id=r["id"])
    assert got["state"] == "unknown" and sum(got["have"]) == 5, got
    end(c, invite, boss, sms, web)


def killed_it_counts_once():
    """Messages are sent again until acknowledged; the counters of a campaign
    are those of the events on disk."""
    c, invite, boss, sms, web = begin()
    version = invite.version()
    campaign(invite, boss, "c", version)
    random = Random(20261122)
    lists = [[invitation(version, gateway="sms", campaign="c")
              for _ in range(20)] for _ in range(40)]
    for turn, made in enumerate(lists):
        messages = [("invite", {"invitations": made}),
                    ("event", {"events": [event("sent", i) for i in made]})]
        for type, fields in messages:
            while True:
                if random.random() < 0.25:
                    sender = sms if type == "event" else invite
                    sender.send({"v": 1, "type": type, "batch": 9000 + turn,
                                 **fields})
                    time.sleep(random.random() * 0.02)
                    c.kill()
                    for one in (invite, boss, sms, web):
                        one.close()
                    c.start()
                    invite, boss, sms, web = [
                        Client(c, n) for n in ("invite", "boss", "sms", "web")]
                sender = sms if type == "event" else invite
                ack = sender.ask(type, **fields)
                if ack:
                    assert ack["accepted"] + ack["duplicate"] == 20, ack
                    break
    got = state(sms, "c")
    assert (got["invitations"], got["sent"]) == (800, 800), got
    end(c, invite, boss, sms, web)


if __name__ == "__main__":
    main(two_people_one_campaign, a_canary_goes_first, limits_pause_it,
         pause_all_stops_every_pull, closed_is_withdrawn, by_its_own_date,
         who_opted_out_stays_out, what_was_drawn, half_by_sms_half_by_web,
         killed_it_counts_once)
