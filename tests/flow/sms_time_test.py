"""sms_time_test - what time does to talks by SMS: timeouts, late answers, the
link, quiet hours.
"""
import time

from gateway import main, wait_for
from kannel import FakeCentre, Stage, arrives, events, stored

A, B, C, D = ["1380013810%d" % i for i in range(1, 5)]


def second(n):
    """So many seconds, as an option in hours."""
    return "%.6f" % (n / 3600)


def test_late():
    """Half finished: submitted at its timeout; a later answer is kept and
    marked, and its writer told once that it is over."""
    stage = Stage(FakeCentre(), timeout_hours=second(6), remind_hours=0)
    half = stage.invite("tcsi-mobile", A, product="MOB")
    stage.next(A, "有多满意")
    silent = stage.invite("instant", B)
    stage.next(B, "已办结")
    stage.say(A, "7", "预期")
    answers, flags, _ = arrives(half)
    assert flags == 2 and sum(answers) == 7, (answers, flags)
    wait_for(lambda: ("disposition", "partial") in events(half) and
             ("disposition", "no_answer") in events(silent))
    assert stored(silent) is None
    time.sleep(1.1)  # Kannel counts seconds
    stage.say(A, "9", "本次调查已结束")
    want = bytearray(answers)
    want[[i for i, a in enumerate(answers) if a][0] + 1] = 9
    answers, flags, _ = arrives(half, bytes(want))
    assert flags & 1, flags
    stage.say(B, "4", "本次调查已结束")
    answers, flags, _ = arrives(silent)
    assert answers == bytes([4, 0, 0]) and flags & 3 == 3, (answers, flags)
    for number in (A, B):
        stage.centre.write(number, "10")
    stage.silence()
    assert stored(half)[0] == bytes(want)
    stage.stop()


def test_link():
    """Who does not answer gets the link once; TD stops it."""
    stage = Stage(FakeCentre(), timeout_hours=second(120),
                  remind_hours=second(6), link="http://dx.cn/s/")
    stage.invite("instant", A, token="abcdefghjkmnpqrstuvw")
    stage.next(A, "已办结")
    stage.invite("instant", B, token="bbcdefghjkmnpqrstuvw")
    stage.next(B, "已办结")
    stage.say(B, "TD", "不再收到")
    stage.invite("instant", D)  # has no token
    stage.next(D, "已办结")
    stage.next(A, "http://dx.cn/s/abcdefghjkmnpqrstuvw")
    stage.silence(3)
    stage.say(A, "9", "谢谢")  # the question is still open
    # a link alone, from the start
    id = stage.invite("instant", C, channel="web",
                      token="cbcdefghjkmnpqrstuvw")
    stage.next(C, "http://dx.cn/s/cbcdefghjkmnpqrstuvw")
    wait_for(lambda: ("sent", "") in events(id))
    stage.say(C, "8", "cbcdefghjkmnpqrstuvw")
    stage.stop()


def quiet_now():
    """Two hours around now, in Beijing."""
    minute = int(time.time() // 60 + 480) % 1440
    return "%02d:%02d-%02d:%02d" % (*divmod((minute - 60) % 1440, 60),
                                    *divmod((minute + 60) % 1440, 60))


def test_quiet():
    """Nobody is written to first; who writes is answered.  A restart between
    two questions changes nothing."""
    stage = Stage(FakeCentre())
    id = stage.invite("tcsi-mobile", A, product="MOB")
    stage.next(A, "有多满意")
    stage.sms.stop()
    stage.sms.up(quiet=quiet_now())
    stage.invite("instant", B)
    stage.silence(3)
    stage.say(A, "8", "预期")
    stage.say(A, "8", "理想")  # the same words, another question
    stage.sms.kill()
    stage.sms.up()
    stage.say(A, "8", "谢谢")
    assert sum(arrives(id)[0]) == 24
    stage.silence()
    stage.stop()


main(test_late, test_link, test_quiet)
