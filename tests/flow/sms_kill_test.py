"""sms_kill_test - manyi-sms is killed, at chosen moments and at random ones:
every answer arrives, nobody is asked twice.
"""
import http.server
import os
import random
import signal
import socket
import threading
import time
import urllib.request

from gateway import Client, main, wait_for
from kannel import FakeCentre, Stage, arrives, events, invitation

A, B, C = ["1380013820%d" % i for i in range(1, 4)]
KILLS = int(os.environ.get("ROUNDS", 20))
CUSTOMERS = KILLS * 3 // 2
ITEMS = {"有多满意": "8", "预期": "9", "理想": "10"}


def stop_for(program, seconds=0.5):
    program.process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)


def test_taken_not_acknowledged():
    """Killed with a text of a customer in its hands."""
    stage = Stage(FakeCentre())
    id = stage.invite("instant", A)
    stage.next(A, "已办结")
    stop_for(stage.sms, 0)
    stage.centre.write(A, "9")
    time.sleep(1)  # Kannel has called, and waits
    stage.sms.kill()
    stage.sms.up()
    stage.next(A, "谢谢")
    assert arrives(id)[0] == bytes([9, 0, 0])
    stage.silence(2)

    # the other way round: kept, but Kannel was not told and brings it again
    id = stage.invite("instant", B)
    stage.next(B, "已办结")
    text = "/sms/mo?from=%s&to=%s&ts=%d&id=%s" % (
        B, stage.sms.settings["port"], time.time(), "5d1e9b6c")
    for _ in range(3):
        got = stage.sms.call(text, b"10")
        assert got == (200, "text/plain; charset=utf-8", b""), got
    stage.next(B, "谢谢")
    assert stage.sms.metrics()['texts_total{kind="repeated"}'] == 2
    stage.sms.kill()
    stage.sms.up()
    assert stage.sms.call(text, b"10")[0] == 200
    stage.silence()
    stage.stop()


class Mute(http.server.BaseHTTPRequestHandler):
    """Hands a call on to Kannel, and never says what that answered."""

    def do_GET(self):
        url = self.server.kannel_url + "?" + self.path.split("?", 1)[1]
        with urllib.request.urlopen(url, timeout=20) as r:
            self.server.answered = r.status
        time.sleep(3600)

    def log_message(self, *words):
        pass


def test_called_not_recorded():
    """Killed after Kannel took the question, before it could say so: it is not
    sent again, and its report or its answer settles that it went."""
    stage = Stage(FakeCentre())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mute)
    server.daemon_threads = True
    server.kannel_url, server.answered = stage.kannel.url, None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stage.sms.stop()
    stage.sms.up(sendsms="http://127.0.0.1:%d/sendsms" % server.server_port)
    id = stage.invite("instant", C)
    wait_for(lambda: server.answered == 202)
    stage.sms.kill()
    stage.sms.up(sendsms=stage.kannel.url)
    server.shutdown()
    server.server_close()
    stage.next(C, "已办结")
    wait_for(lambda: ("sent", "") in events(id))
    stage.silence(3)
    stage.say(C, "10", "谢谢")
    stage.stop()


def test_thanks_lost():
    """Killed before anybody took the thanks: it is called no second time; who
    writes again hears that the survey is over."""
    stage = Stage(FakeCentre(), remind_hours="%.6f" % (1 / 3600))
    id = stage.invite("instant", A)
    stage.next(A, "已办结")
    stage.sms.stop()
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        stage.sms.up(sendsms="http://127.0.0.1:%d/" % deaf.getsockname()[1])
        stage.centre.write(A, "9")
        deaf.settimeout(60)
        deaf.accept()[0].close()
        stage.sms.kill()
    stage.sms.up(sendsms=stage.kannel.url)
    assert arrives(id)[0] == bytes([9, 0, 0])
    stage.silence(3)
    stage.say(A, "9", "已结束")
    stage.stop()


def a_quarter_later(stage):
    """For the collector, whose leases have all run out."""
    stage.collector.kill()
    stage.collector.ahead("+16m")
    stage.collector.start()


def test_pulled_not_kept():
    """What a gateway had pulled and not yet on disk when it was killed is due
    again when its lease is over."""
    stage = Stage(FakeCentre())
    stage.sms.stop()
    id = stage.invite("instant", A)
    dying = Client(stage.collector, "sms-1")
    pulled = dying.ask("pull", max=10)["invitations"]
    assert [i["id"] for i in pulled] == [id], pulled
    dying.close()
    stage.sms.up()
    stage.silence(3)
    a_quarter_later(stage)
    stage.next(A, "已办结")
    stage.say(A, "10", "谢谢")
    assert arrives(id)[0] == bytes([10, 0, 0])
    stage.silence()
    stage.stop()


def test_kannel_away():
    """Surely not sent: sent when Kannel is there again, once."""
    stage = Stage(FakeCentre())
    stage.kannel.smsbox.kill()
    stage.invite("instant", A)
    wait_for(lambda: stage.sms.metrics()
             ['messages_total{result="later"}'] >= 1)
    stage.kannel.start_smsbox()
    stage.next(A, "已办结")
    stage.silence(3)
    stage.stop()


class Crowd(threading.Thread):
    """Customers who answer each question as they get it."""

    def __init__(self, stage):
        super().__init__(daemon=True)
        self.stage = stage
        self.seen = {}
        self.twice = []

    def run(self):
        while True:
            m = self.stage.centre.next(3600)
            for word, answer in ITEMS.items():
                if word in m["text"]:
                    key = (m["to"], word)
                    if key in self.seen:
                        self.twice.append(m)
                    self.seen[key] = True
                    self.stage.centre.write(m["to"], answer)


def test_random():
    seed = int(os.environ.get("SEED", time.time()))
    rounds = random.Random(seed)
    print("    seed", seed)
    # an intent that was never called is asked when its time comes
    stage = Stage(FakeCentre(), remind_hours="%.6f" % (8 / 3600))
    crowd = Crowd(stage)
    crowd.start()
    version = stage.inviter.version("tcsi-mobile")
    people = ["13900138%03d" % i for i in range(CUSTOMERS)]
    invitations = [invitation("tcsi-mobile", version, n, product="MOB",
                              due_at=int(time.time() * 1000) +
                              rounds.randrange(KILLS * 500))
                   for n in people]
    stage.add(invitations)
    for _ in range(KILLS):
        time.sleep(rounds.uniform(0.05, 1.0))
        stage.sms.kill()
        stage.sms.up()
    wait_for(lambda: int(time.time() * 1000) >
             max(i["due_at"] for i in invitations) + 3000)
    # those that were given out to a gateway that died with them in its hands
    a_quarter_later(stage)
    for i in invitations:
        answers, flags, _ = arrives(i["id"])
        assert [a for a in answers if a] == [8, 9, 10], answers
        got = [e for e in events(i["id"])]
        assert sorted(set(got)) == got, got  # each once
        assert ("sent", "") in got and ("started", "") in got, got
    assert not crowd.twice, crowd.twice
    stage.stop()


main(test_taken_not_acknowledged, test_called_not_recorded, test_thanks_lost,
     test_pulled_not_kept, test_kannel_away, test_random)
