"""sms_hostile_test - callbacks that lie, a disk that is full, a collector that
is away, a bad start: refused or kept, counted, and nothing of it in a log.
"""
import ctypes
import os
import subprocess
import time
import urllib.parse

from gateway import BIN, main, run, wait_for
from kannel import PORT, FakeCentre, Stage, arrives, events, free_port

A, B, C, D = ["1380013830%d" % i for i in range(1, 5)]
libc = ctypes.CDLL(None, use_errno=True)
EMPTY = (200, "text/plain; charset=utf-8", b"")


def post(stage, body, **query):
    query = {"from": A, "to": PORT, "ts": str(int(time.time())),
             "id": os.urandom(8).hex(), **query}
    return stage.sms.call("/sms/mo?" + urllib.parse.urlencode(query), body)


def forged_report(stage):
    """Only who was told a message's name can report about it."""
    id = stage.invite("instant", A)
    stage.next(A, "已办结")
    wait_for(lambda: ("delivered", "") in events(id))
    before = events(id)
    name = id.hex() + ".1"
    for mac in ("", "AAAAAAAAAAA", "2" * 11, "x" * 4000):
        got = stage.sms.call("/sms/dlr?s=2&id=%s&mac=%s" % (name, mac))
        assert got == EMPTY, got
    for query in ("", "s=2", "id=&mac=&s=2", "id=%00&mac=1&s=2"):
        code = stage.sms.call("/sms/dlr?" + query)[0]
        assert code in (200, 400), code
    counted = stage.sms.metrics()
    assert counted['reports_total{result="forged"}'] >= 7, counted
    time.sleep(0.5)
    assert events(id) == before
    stage.say(A, "9", "谢谢")
    arrives(id)


def odd_texts(stage):
    """Whatever comes is answered with 200 and sends nobody anything wrong."""
    id = stage.invite("repair", B, product="BBD")
    stage.next(B, "已处理")
    injection = "'); DROP TABLE log;-- <script>alert(1)</script> =1+1"
    cases = [(b"", {}), (b"\xff\xfe\x00", {"cs": "UTF-8"}),
             (b"\x00", {"cs": "UTF-16BE"}), (b"8" * 60000, {}),
             (b"\xe5\x85\xab" * 9000, {}), (b"8", {"cs": "nonsense//x"}),
             (b"8", {"from": "CM-Service"}), (b"8", {"from": "1" * 400}),
             (b"8", {"to": ""}), (b"8", {"ts": "99999999999"}),
             (b"8", {"ts": "-1", "id": ""})]
    for body, query in cases:
        got = post(stage, body, **query)
        assert got == EMPTY, (body[:20], query, got)
    assert stage.sms.call("/sms/mo", b"8") == EMPTY
    stage.next(A, "已结束")
    stage.silence()
    # in another's charset, with words that are code elsewhere
    stage.centre.write(B, injection)
    stage.next(B, "")
    assert post(stage, "没修好。等了很久".encode("gbk"), cs="GBK",
                **{"from": B}) == EMPTY
    wait_for(lambda: ("not_fixed", "") in events(id))
    assert post(stage, b"7", **{"from": B}) == EMPTY
    stage.next(B, "")
    wait_for(lambda: arrives(id)[0][:2] == bytes([7, 2]))
    code = stage.sms.call("/sms/mo", b"8" * 70000)[0]
    assert code == 413, code
    # as a GET, from a Kannel that recodes
    id = stage.invite("instant", D)
    stage.next(D, "已办结")
    assert stage.sms.call("/sms/mo?" + urllib.parse.urlencode(
        {"from": D, "to": PORT, "text": "九分", "id": "77"})) == EMPTY
    stage.next(D, "谢谢")
    assert arrives(id)[0] == bytes([9, 0, 0])


def collector_away(stage):
    """Customers are answered; what they said arrives later, once."""
    id = stage.invite("instant", C)
    stage.next(C, "已办结")
    stage.collector.kill()
    stage.say(C, "2", "主要原因")
    stage.say(C, "3", "谢谢")
    wait_for(lambda: "event=collector_away" in stage.sms.text())
    stage.sms.kill()
    stage.collector.start()
    stage.sms.up(server_key="sms-1.key.pub")
    wait_for(lambda: "event=collector_refuses" in stage.sms.text())
    time.sleep(2)  # it tries again and again, and says so once
    assert stage.sms.text().count("event=collector_refuses") == 1
    stage.sms.kill()
    stage.sms.up(server_key="server.key.pub")
    assert arrives(id)[0] == bytes([2, 3, 0])


def test_lies():
    stage = Stage(FakeCentre())
    for part in (forged_report, odd_texts, collector_away):
        print("   ", part.__name__, flush=True)
        part(stage)
    stage.stop()


def test_key():
    """A text without the key that Kannel was told is not taken."""
    with open("callback.key", "w") as f:
        f.write("only-kannel-knows\n")
    os.chmod("callback.key", 0o600)
    stage = Stage(FakeCentre(), callback_key="callback.key")
    stage.invite("instant", A)
    stage.next(A, "已办结")
    assert post(stage, b"9")[0] == 403
    assert post(stage, b"9", key="only-kannel-know5")[0] == 403
    assert stage.sms.metrics()['texts_total{kind="forged"}'] == 2
    stage.silence()
    assert post(stage, b"9", key="only-kannel-knows") == EMPTY
    stage.next(A, "谢谢")
    stage.stop()


def test_full_disk():
    """What cannot be kept is answered with 503, and comes again."""
    os.mkdir("disk")
    if libc.mount(b"tmpfs", b"disk", b"tmpfs", 0, b"size=32m"):
        print("    no leave to mount: passed over")
        return
    try:
        stage = Stage(FakeCentre(), outbox="disk/sms.db")
        id = stage.invite("instant", A)
        stage.next(A, "已办结")
        with open("disk/filler", "wb", buffering=0) as f:
            try:
                while f.write(bytes(4096)):
                    pass
            except OSError:
                pass
        stage.centre.write(A, "9")
        wait_for(lambda: stage.sms.metrics()["callbacks_refused_total"] >= 1)
        stage.silence(3)
        os.remove("disk/filler")
        stage.next(A, "谢谢")  # Kannel brought it again
        assert arrives(id)[0] == bytes([9, 0, 0])
        log = stage.sms.text()
        assert log.count("event=outbox_trouble") == 1, log
        stage.stop()
    finally:
        assert libc.umount2(b"disk", 2) == 0
        os.rmdir("disk")


def test_bad_start():
    """One line that names what is wrong."""
    run("manyi-keys", "hash", "person.key")
    run("manyi-keys", "contact", "contact.key")
    run("manyi-keys", "client", "sms-1.key")
    with open("password", "w") as f:
        f.write("secret\n")
    os.chmod("password", 0o600)
    good = {"collector": "tcp://127.0.0.1:9", "server-key": "sms-1.key.pub",
            "key": "sms-1.key", "hash-key": "person.key",
            "contact-key": "contact.key", "password": "password",
            "port": PORT, "listen": "127.0.0.1:%d" % free_port(),
            "calendar": os.environ["ROOT"] + "/surveys/codes/calendar.csv"}
    for change, says in (
            ({"collector": ""}, "collector is not set"),
            ({"key": "no.key"}, "no.key"),
            ({"contact-key": "person.key"}, "person.key"),
            ({"password": "sms-1.key"}, "one line"),
            ({"quiet": "25:00-08:00"}, "25:00"),
            ({"port": "abc"}, "port: 'abc'"),
            ({"sendsms": "127.0.0.1:13013"}, "sendsms: '127.0.0.1:13013'"),
            ({"link": "ftp://x"}, "link: 'ftp://x'"),
            ({"opt-out": "TD,8"}, "8"),
            ({"texts": "password"}, "password:1:1"),
            ({"listen": "0.0.0.0:0"}, "0.0.0.0"),
            ({"calendar": "no.csv"}, "no.csv")):
        words = []
        for name, value in {**good, **change}.items():
            words += ["--" + name, value]
        done = subprocess.run([BIN + "/manyi-sms", *words], text=True,
                              capture_output=True, timeout=120)
        assert done.returncode in (1, 2), (change, done)
        last = done.stderr
        assert last.startswith("manyi-sms: ") and says in last, (change, last)
        assert last.count("\n") == 1 and "secret" not in last, last


main(test_lies, test_key, test_full_disk, test_bad_start)
