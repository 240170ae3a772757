"""sms_talk_test - surveys by SMS through a real Kannel and an SMS centre that
speaks SMPP 3.4, in Chinese (UCS-2) both ways.
"""
from gateway import main, sql, wait_for
from kannel import SmppCentre, Stage, arrives, events, stored

A, B, C, D, E = ["1380013800%d" % i for i in range(1, 6)]
ITEMS = 25  # of tcsi-mobile


def whole_survey(stage):
    """Three questions, answered as people do; the report of the first."""
    id = stage.invite("tcsi-mobile", A, product="MOB", fills={"op": "广东电信"})
    m = stage.next(A, "总的来说，您对广东电信手机业务有多满意？")
    assert m["coding"] == 8 and m["text"].endswith("(1/3)"), m
    assert m["from"] == stage.sms.settings["port"]
    stage.say(A, "８。", "与您原来的预期相比")
    stage.say(A, "给九分吧", "心中理想")
    stage.say(A, "10", "已收到您的评价，谢谢")
    answers, flags, comment = arrives(id)
    assert sorted(answers) == [0] * (len(answers) - 3) + [8, 9, 10], answers
    assert flags == 0, flags
    wait_for(lambda: {("sent", ""), ("delivered", ""), ("started", "")} ==
             set(events(id)))
    stage.say(A, "谢谢", "本次调查已结束")
    stage.centre.write(A, "再见")
    stage.silence()


def asked_again(stage):
    id = stage.invite("instant", B, fills={"touch": "天河营业厅"})
    stage.next(B, "您在天河营业厅的服务已办结")
    stage.say(B, "嗯哼，八或者九", "请只回复一个数字（1-10）")
    stage.say(B, "5", "主要原因")  # the unhappy are asked why
    stage.say(B, "9", "请只回复一个数字（1-5）")
    stage.say(B, "2", "谢谢")
    assert arrives(id)[0] == bytes([5, 2, 0])


def opt_out(stage):
    """In the middle: what was answered stays, one confirmation, no more."""
    id = stage.invite("tcsi-mobile", C, product="MOB")
    stage.next(C, "有多满意")
    stage.say(C, "7", "预期")
    stage.say(C, "退订", "您将不再收到")
    answers, flags, comment = arrives(id)
    assert 7 in answers and flags == 2, (answers, flags)
    wait_for(lambda: ("opt_out", "") in events(id))
    assert ("disposition", "opted_out") in events(id)
    for text in ("ＴＤ", "8", "你们好"):
        stage.centre.write(C, text)
    stage.silence()
    # nobody of this number is asked any more
    id = stage.invite("instant", C)
    stage.silence(2)
    assert stored(id) is None
    stage.say(C, "恢复", "恢复接收")
    wait_for(lambda: ("opt_in", "") in events())


def stranger(stage):
    """The other SIM: one text, nothing stored; its TD is honoured."""
    before = len(events())
    stage.say(D, "8", "此号码目前没有待答的调查")
    stage.centre.write(D, "9")
    stage.silence()
    assert len(events()) == before
    stage.say(D, "TD", "您将不再收到")
    wait_for(lambda: len(events()) == before + 1)
    assert sql("SELECT count(*) FROM log WHERE comment LIKE '%8%'") == "0"


def not_fixed(stage):
    """The ticket is opened again at once; a number is asked for once more."""
    id = stage.invite("repair", E, product="BBD",
                      fills={"date": "11月20日", "product": "宽带"})
    stage.next(E, "您11月20日报修的宽带已处理")
    stage.say(E, "没修好，打我13912345678", "您的意见已记下")
    wait_for(lambda: ("not_fixed", "") in events(id))
    stage.say(E, "3", "谢谢")
    answers, flags, comment = arrives(id)
    assert answers == bytes([3, 2, 0, 0, 0, 0, 0]), answers
    assert "没修好" in comment and "139" not in comment, comment
    stage.centre.write(E, "我要去12300投诉")
    stage.next(E, "已结束")
    wait_for(lambda: ("escalate", "") in events(id))


def undeliverable(stage):
    stage.centre.order(receipts="UNDELIV")
    id = stage.invite("instant", "13800138009")
    stage.next("13800138009", "已办结")
    wait_for(lambda: ("failed", "UNDELIV") in events(id))
    assert ("delivered", "") not in events(id)
    stage.centre.order(receipts="DELIVRD")


def test_talks():
    stage = Stage(SmppCentre())
    for part in (whole_survey, asked_again, opt_out, stranger, not_fixed,
                 undeliverable):
        print("   ", part.__name__, flush=True)
        part(stage)
    stage.stop()


main(test_talks)
