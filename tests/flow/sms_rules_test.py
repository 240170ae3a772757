"""sms_rules_test - who may be asked by SMS, and when not: campaigns that pause,
a collector that is gone, one talk at a time, people who opted out elsewhere.
"""
import sqlite3
import time
import urllib.parse

from gateway import Client, main, uuid7, wait_for
from kannel import (PORT, FakeCentre, Stage, arrives, events, invitation,
                    last_word, person)

A, B, C = ["1380013840%d" % i for i in range(1, 4)]


def order(stage, who, action, campaign="autumn", **fields):
    reply = who.ask("campaign", action=action, campaign=campaign, **fields)
    assert reply["type"] == "campaigns", reply


def draft(stage, chief, campaign="autumn"):
    version = stage.inviter.version("instant")
    order(stage, stage.inviter, "draft", campaign, plan={
        "survey": "instant", "version": version, "plan": bytes(range(32)),
        "purpose": "instant", "canary_ppm": 1000000, "canary_ms": 0,
        "opt_out_ppm": 1000000, "failed_ppm": 1000000,
        "escalated_ppm": 1000000, "limit_after": 10})
    order(stage, chief, "approve", campaign)


def test_campaign():
    """Nothing of it goes out before its time, nor while it is paused; who has
    begun goes on."""
    stage = Stage(FakeCentre())
    chief = Client(stage.collector, "chief")
    draft(stage, chief)
    stage.invite("instant", A, campaign="autumn")
    stage.next(A, "已办结")
    order(stage, chief, "pause", reason="too many calls")
    time.sleep(4)  # what the gateway knows is that old at most
    stage.invite("instant", B, campaign="autumn")
    stage.silence(2)
    stage.say(A, "2", "主要原因")
    order(stage, chief, "resume")
    stage.next(B, "已办结")
    # the collector is gone: no first message
    stage.invite("instant", C, campaign="autumn",
                 due_at=int(time.time() * 1000) + 4000)
    stage.collector.kill()
    time.sleep(5)
    stage.say(B, "10", "谢谢")
    stage.silence(2)
    stage.collector.start()
    stage.next(C, "已办结")
    chief.close()
    stage.stop()


def test_one_at_a_time():
    stage = Stage(FakeCentre())
    first = stage.invite("tcsi-mobile", A, product="MOB")
    stage.next(A, "有多满意")
    stage.invite("instant", A)
    stage.silence(2)
    for text, has in (("8", "预期"), ("9", "理想"), ("7", "谢谢")):
        stage.say(A, text, has)
    arrives(first)
    stage.next(A, "已办结")
    stage.say(A, "10", "谢谢")
    stage.stop()


def test_opted_out_elsewhere():
    """On a page, say, while the message waits here."""
    stage = Stage(FakeCentre())
    stage.invite("tcsi-mobile", A, product="MOB")
    stage.next(A, "有多满意")
    second = invitation("instant", stage.inviter.version("instant"), A)
    stage.add([second])
    wait_for(lambda: stage.sms.metrics()
             ['invitations_total{result="new"}'] == 2)
    ack = stage.inviter.ask("event", events=[
        {"id": uuid7(), "kind": "opt_out", "at": int(time.time() * 1000),
         "channel": "web", "respondent": second["respondent"]}])
    assert ack.get("accepted") == 1, ack
    for text, has in (("8", "预期"), ("9", "理想"), ("7", "谢谢")):
        stage.say(A, text, has)
    wait_for(lambda: ("disposition", "withdrawn") in events(second["id"]))
    stage.silence()
    stage.stop()


def test_opt_out_of_the_number():
    """Who answers TD has it count for the number too, whatever invitation
    comes next, however late the word was; and again after an opt-in that this
    gateway did not see."""
    stage = Stage(FakeCentre())
    id = stage.invite("instant", A)
    asked = invitation("instant", stage.inviter.version("instant"),
                       A)["respondent"]
    stage.next(A, "已办结")
    stage.say(A, "TD", "您将不再收到")
    wait_for(lambda: last_word(asked) == last_word(person(A)) == "opt_out")
    assert events(id).count(("opt_out", "")) == 1, events(id)
    time.sleep(1.1)  # a centre tells seconds; within one the TD counts
    stage.say(A, "恢复", "恢复接收")
    wait_for(lambda: last_word(asked) == last_word(person(A)) == "opt_in")

    query = {"from": B, "to": PORT, "id": "late", "text": "TD",
             "ts": int(time.time()) - 3 * 86400}
    assert stage.sms.call("/sms/mo?" + urllib.parse.urlencode(query))[0] == 200
    stage.next(B, "您将不再收到")
    wait_for(lambda: last_word(person(B)) == "opt_out")
    id = stage.invite("instant", B, respondent=b"another feed say")
    wait_for(lambda: ("disposition", "opted_out") in events(id))
    ack = stage.inviter.ask("event", events=[
        {"id": uuid7(), "kind": "opt_in", "at": int(time.time() * 1000) - 2000,
         "channel": "web", "respondent": person(B)}])
    assert ack.get("accepted") == 1 and last_word(person(B)) == "opt_in", ack
    stage.centre.write(B, "TD")
    wait_for(lambda: last_word(person(B)) == "opt_out")
    stage.silence()
    stage.stop()


def test_opt_out_in_spite_of_damage():
    """The talk that it belongs to can be read no more."""
    stage = Stage(FakeCentre())
    stage.invite("instant", A)
    stage.next(A, "已办结")
    stage.sms.stop()
    with sqlite3.connect("sms.db") as db:
        talks = db.execute("UPDATE entry SET value = x'00' WHERE space = 101")
        assert talks.rowcount == 1
    db.close()
    stage.sms.up()
    stage.say(A, "TD", "您将不再收到")
    wait_for(lambda: last_word(person(A)) == "opt_out")
    stage.stop()


def test_nobody_sends_alone():
    """While one campaign has more than the rate lets out, the others send too,
    and who writes is answered."""
    stage = Stage(FakeCentre(), rate=4)
    chief = Client(stage.collector, "chief")
    for name in ("autumn", "winter"):
        draft(stage, chief, name)
    version = stage.inviter.version("instant")
    stage.add([invitation("instant", version, "138002%05d" % i,
                          campaign="autumn") for i in range(300)])
    wait_for(lambda: stage.sms.metrics()
             ['invitations_total{result="new"}'] >= 100)
    late = invitation("instant", version, B, campaign="winter")
    stage.add([late])
    stage.centre.write(C, "8")
    waited = 0
    waiting = {B: "已办结", C: "没有待答"}
    while waiting:
        m = stage.centre.next()
        waited += 1
        if m["to"] in waiting:
            assert waiting.pop(m["to"]) in m["text"], m
        assert waited < 100, waiting
    chief.close()
    stage.sms.stop()
    stage.inviter.close()
    stage.collector.stop()


main(test_campaign, test_one_at_a_time, test_opted_out_elsewhere,
     test_opt_out_of_the_number, test_opt_out_in_spite_of_damage,
     test_nobody_sends_alone)
