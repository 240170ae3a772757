"""A whole survey by plain posts, as a browser without script sends them: on
one page and a construct a page, resumed, gone back in, sent twice, corrected,
expired, and what the customer's own link can do."""
import os
import threading
import time

from gateway import Client, add_client, event, main, response, wait_for
from webstore import (ADAPTED, BYTES, CORRECTED, FAST, FILLED, INVITED,
                           OPEN, OWN, REPAIR, SAID, WEB, events, log, query)
from webgate import (Visitor, answer, begin, links, seal, today, token,
                     token_id)



def end(c, web, *others):
    assert web.metrics()[("responses_total", "refused")] == 0
    web.stop()
    for other in others:
        other.close()
    c.stop()


def shows(v, status, *words):
    assert v.status == status, (v.status, v.body)
    for word in words:
        assert word in v.body.decode(), (word, v.body.decode())


def looking_starts_nothing():
    c, web, version, number, invite = begin()
    [link] = links(invite, version, number, [1])
    v = Visitor(web, "/s/" + link)
    for _ in range(3):
        assert v.get() == 200 and v.request("HEAD") == 200 and not v.body
    assert v.headers["Cache-Control"] == "no-store"
    assert v.headers["Referrer-Policy"] == "no-referrer"
    assert v.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in v.headers["Content-Security-Policy"]
    assert not v.headers["Set-Cookie"]
    assert not v.headers["Strict-Transport-Security"]
    for show in ("form", "review", "privacy", "copy", "delete", "stop", "?"):
        assert v.get("?show=" + show) == 200, show
    time.sleep(0.3)
    assert web.metrics()[("started_total", None)] == 0
    assert events("started") == []
    end(c, web, invite)


def one_page():
    c, web, version, number, invite = begin()
    [link] = links(invite, version, number, [1])
    v = Visitor(web, "/s/" + link)
    v.get()
    # what was left out is asked for, what was given is kept
    assert v.press("submit", {k: REPAIR[k] for k in ("REP1", "REP6")}) == 422
    assert v.form.values["REP1"] == "9" and "REP3" not in v.form.values
    assert v.press("review", REPAIR) == 303
    shows(v, 200, "&lt;b&gt;谢谢&lt;/b&gt; ***********")
    assert "<b>谢谢" not in v.body.decode()
    assert v.press("submit") == 303
    shows(v, 200, "谢谢")
    [row] = log(1)
    assert row["answers"] == BYTES and row["comment"] == SAID, row
    assert row["id"] == token_id(1, number, today() + 10)
    assert (row["entry"], row["channel"], row["frame"]) == (OWN, WEB, INVITED)
    assert row["province"] == "31" and row["rate_ppm"] == 50000, row
    assert row["flags"] == FAST and row["duration_ms"] < 5000, row
    assert row["salt"] != bytes(16)
    m = web.metrics()
    assert m[("started_total", None)] == 1 and len(events("started")) == 1
    assert m[("answers_total", "invited")] == 1, m
    # the same again, from the thanks, the review, the form
    old = {"do": "submit", "at": "REP1", **REPAIR, "REP1": "1"}
    for _ in range(3):
        assert v.post(old) == 303
        shows(v, 200, "谢谢")
    assert web.metrics()[("answers_total", "again")] == 3
    time.sleep(0.3)
    assert log(1) == [row]
    for text in (web.log(), c.log()):
        assert "1391234" not in text and link not in text
    end(c, web, invite)


def what_it_is_about():
    """The questions name the day and the product of the invitation."""
    c, web, version, number, invite = begin(
        options=("--codes", os.environ["ROOT"] + "/surveys/codes"))
    october = 1791168000000  # 2026-10-05 in Shanghai
    made = links(invite, version, number, [1], product="BBD", event_at=october)
    made += links(invite, version, number, [2], product="IPT",
                  event_at=october + 86400000)
    for link, words in zip(made, (("10月5日", "宽带"), ("10月6日", "IPTV"))):
        for _ in range(2):
            v = Visitor(web, "/s/" + link)
            v.get()
            shows(v, 200, *words)
    v.press("turn", {"REP3": "4"}, "?lang=en&size=large")
    shows(v, 200, "6 Oct", "IPTV", 'lang="en"')
    assert v.form.values["REP3"] == "4"
    v.press("review", REPAIR, "?lang=en")
    shows(v, 200, "6 Oct", "IPTV")
    end(c, web, invite)


def a_construct_a_page():
    c, web, version, number, invite = begin(
        "tcsi-mobile", options=("--pages", "construct"))
    [link] = links(invite, version, number, [7], survey="tcsi-mobile",
                   product="MOB")
    v = Visitor(web, "/s/" + link)
    v.get("?lang=en")
    screens = 0
    while "review" not in v.form.acts:
        data = {name: values[screens % (len(values) - 1)]
                for name, values in v.form.choices.items()}
        if "COM0" in data:
            data["COM0"] = "2"
        assert v.press("next", data, "?lang=en") == 303
        assert v.status == 200 and 'lang="en"' in v.body.decode()
        screens += 1
        if screens == 3:  # and back, where everything still stands
            assert v.press("back", {}, "?lang=en") == 303
            assert v.press("next", {}, "?lang=en") == 303
    assert screens >= 6, screens
    v.press("review", {name: values[0]
                       for name, values in v.form.choices.items()})
    v.press("submit")
    [row] = log(1)
    assert row["product"] == "MOB" and 0 not in row["answers"], row
    end(c, web, invite)


def resumed_elsewhere():
    c, web, version, number, invite = begin()
    [link] = links(invite, version, number, [1])
    first = Visitor(web, "/s/" + link)
    first.get()
    assert first.press("save", {"REP1": "3", "REP6": "half"}) == 200
    web.kill()  # whatever was said to be kept is kept
    web.start()
    other = Visitor(web, "/s/" + link)
    other.get("?size=large")
    shows(other, 200, "half")
    assert other.form.values["REP1"] == "3"
    assert other.press("submit", {**REPAIR, "REP1": "3"}, "?size=large") == 303
    [row] = log(1)
    assert row["answers"][0] == 3 and row["flags"] & ADAPTED, row
    assert len(events("started")) == 1
    end(c, web, invite)


def two_tabs():
    c, web, version, number, invite = begin()
    made = links(invite, version, number, range(1, 9))
    for link in made:
        tabs = [Visitor(web, "/s/" + link) for _ in range(6)]
        for i, v in enumerate(tabs):
            v.get()
        threads = [threading.Thread(target=v.post, args=(
            {"do": "submit", "at": "REP1", **REPAIR, "REP1": str(i + 1)},))
            for i, v in enumerate(tabs)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for v in tabs:
            shows(v, 200, "谢谢")
            v.close()
    rows = log(len(made))
    assert len({r["id"] for r in rows}) == len(made)
    m = web.metrics()
    assert m[("answers_total", "invited")] == 8, m
    assert m[("answers_total", "again")] == 40, m
    assert len(events("started")) == 8
    end(c, web, invite)


def one_correction():
    c, web, version, number, invite = begin()
    [link] = links(invite, version, number, [1])
    v = Visitor(web, "/s/" + link)
    answer(v, REPAIR)
    assert any("show=form" in x for x in v.form.links), v.form.links
    v.get("?show=form")
    assert v.form.values["REP1"] == "9" and v.form.values["REP6"] == SAID
    v.press("review", {"REP1": "2"})
    v.press("submit")
    shows(v, 200, "谢谢")
    assert not any("show=form" in x for x in v.form.links), v.form.links
    rows = log(2)
    assert [r["answers"][0] for r in rows] == [9, 2], rows
    assert rows[1]["flags"] & CORRECTED and rows[1]["answers"][2] == 7
    # there is no second one
    for data in ({"do": "review", "at": "REP1", **REPAIR, "c": "1"},
                 {"do": "submit", "c": "1"}):
        v.post(data)
        shows(v, 200, "谢谢")
    time.sleep(0.2)
    assert len(log(2)) == 2
    assert web.metrics()[("answers_total", "correction")] == 1
    end(c, web, invite)


def what_a_link_says():
    c, web, version, number, invite = begin()
    links(invite, version, number, [1, 2, 3])
    day = today() + 10

    def look(link, status, *words):
        v = Visitor(web, "/s/" + link)
        v.get()
        shows(v, status, *words)
        return v

    expired = look(token(1, number, today() - 1), 410)
    expired.post({"do": "submit", "at": "REP1", **REPAIR})
    assert expired.status == 410
    look(token(99, number, day), 404)  # sealed, but nobody was invited
    good = token(1, number, day)
    for bad in (good[:-1], good + "2", good[:5] + "zz" + good[7:], "x",
                good.lower(), good + "/", "0" * 20, ""):
        look(bad, 404)
    look(token(1, number + 1, day), 404)
    # withdrawn by the customer, by SMS
    invite.close()
    add_client("sms", "submit,event", "--channels", "sms", "--frames",
               "invited")
    c.reload()
    sms = Client(c, "sms")
    ack = sms.ask("event", events=[event("opt_out",
                                         {"id": token_id(2, number, day)})])
    assert ack["accepted"] == 1, ack
    look(token(2, number, day), 410)
    # three items by SMS, the rest by the link
    ack = sms.ask("submit", survey="repair", version=version, responses=[
        response(id=token_id(3, number, day), channel="sms", frame="invited",
                 answers=bytes([4, 1, 0, 0, 0, 0, 0]), product=None)])
    assert ack["accepted"] == 1, ack
    v = look(token(3, number, day), 200)
    assert "REP1" not in v.form.choices and "REP3" in v.form.choices
    v.press("submit", REPAIR)
    shows(v, 200, "谢谢")
    rows = log(2)
    assert rows[1]["answers"] == bytes([4, 1, 7, 8, 0, 2, 0]), rows
    assert rows[1]["flags"] & FILLED
    # all of it by SMS
    full = token_id(1, number, day)
    ack = sms.ask("submit", survey="repair", version=version, responses=[
        response(id=full, channel="sms", frame="invited", comment="done",
                 answers=bytes([4, 1, 1, 1, 1, 1, 0]), product=None)])
    assert ack["accepted"] == 1, ack
    v = look(token(1, number, day), 200)
    assert not v.form.choices, v.body
    sms.close()
    end(c, web)


def own_link():
    c, web, version, number, invite = begin()
    made = links(invite, version, number, [1, 2, 3])
    v = Visitor(web, "/s/" + made[0])
    v.get("?show=copy")
    assert v.status == 200 and "谢谢" not in v.body.decode()
    answer(v, REPAIR)
    log(1)
    v.get("?show=copy")
    shows(v, 200, "&lt;b&gt;谢谢&lt;/b&gt;")
    v.get("?show=delete")
    assert v.press("delete") == 303
    wait_for(lambda: query("SELECT 1 FROM log WHERE answers IS NOT NULL")
             == [])
    deleted = v.body.decode()
    for show in ("", "?show=form", "?show=copy", "?show=review"):
        v.get(show)
        assert v.body.decode() == deleted, (show, v.body)
    v.post({"do": "submit", "at": "REP1", **REPAIR})
    shows(v, 200)
    # a draft is taken back, too
    v = Visitor(web, "/s/" + made[1])
    v.get()
    v.press("save", {"REP6": "zzz"})
    v.get("?show=copy")
    shows(v, 200, "zzz")
    v.post({"do": "delete"})
    # and one can say that it was enough
    v = Visitor(web, "/s/" + made[2])
    v.get("?show=stop")
    assert v.press("stop") == 303 and v.status == 200
    [out] = wait_for(lambda: events("opt_out"))
    assert out["invitation"] == token_id(3, number, today() + 10), out
    assert out["text"] == "web" and out["channel"] == "web", out
    v.get("?show=form")
    assert not v.form.choices
    m = web.metrics()
    assert m[("deleted_total", None)] == 2 and m[("stopped_total", None)] == 1
    time.sleep(0.3)
    assert query("SELECT 1 FROM log WHERE answers IS NOT NULL") == []
    # nothing of it is left here
    with open("web.outbox", "rb") as f:
        assert b"zzz" not in f.read()
    end(c, web, invite)


def stop_and_delete_at_once():
    """Whoever is told that it was noted to be left alone is left alone,
    whatever else was pressed in the same moment."""
    c, web, version, number, invite = begin()
    said = []

    def press(link, act):
        v = Visitor(web, "/s/" + link)
        v.request("POST", "", "do=" + act)
        if act == "stop" and v.status == 303:
            said.append(link)
    presses = [threading.Thread(target=press, args=(link, act))
               for link in links(invite, version, number, range(1, 61))
               for act in ("stop", "delete")]
    for p in presses:
        p.start()
    for p in presses:
        p.join()
    assert said
    wait_for(lambda: len(events("opt_out")) == len(said))
    v = Visitor(web, "/s/" + links(invite, version, number, [99])[0])
    v.post({"do": "delete"})
    deleted = v.body.decode()
    v.get("?show=stop")
    assert v.body.decode() == deleted
    v.post({"do": "stop"})
    assert v.status == 200 and v.body.decode() == deleted
    time.sleep(0.5)
    assert len(events("opt_out")) == len(said)
    end(c, web, invite)


def open_survey():
    c, web, version, number, invite = begin(
        options=("--open", "repair,instant"))
    web.known()
    wait_for(lambda: web.metrics()[("surveys", None)] == 2)
    words = "p=31&u=HALL-7&t=HALL_OWN&o=CM"
    good = "?" + words + "&s=" + seal("open", "repair|CM|31|HALL-7|HALL_OWN")
    v = Visitor(web, "/o/repair")
    for bad in ("?" + words, good[:-1], good.replace("HALL-7", "HALL-8"),
                "?p=31", "?s=" + seal("open", "repair")):
        assert v.get(bad) == 404, bad
    assert Visitor(web, "/o/tcsi-mobile").get() == 404
    assert Visitor(web, "/o/").get() == 404
    assert v.get(good + "&lang=en") == 200
    assert v.press("start", {}, "?lang=en") == 303 and v.status == 200
    assert 'lang="en"' in v.body.decode()
    front = v.path
    assert front.startswith("/o/repair/"), front
    v.press("submit", REPAIR)
    shows(v, 200)
    v.get("?show=form")  # corrected
    v.press("submit", {"REP1": "10"})
    rows = log(2)
    for row in rows:
        assert (row["province"], row["org"], row["touchpoint"],
                row["operator"]) == ("31", "HALL-7", "HALL_OWN", "CM"), row
        assert row["frame"] == OPEN and row["channel"] == WEB, row
        assert row["flags"] & CORRECTED or row["answers"] == BYTES
    tampered = Visitor(web, front.replace("HALL-7", "HALL-8"))
    assert tampered.get() == 404 and tampered.post(
        {"do": "submit", "at": "REP1", **REPAIR}) == 404
    # pressed twice, answered once; without a code there is no place
    v = Visitor(web, "/o/repair")
    assert v.get() == 200 and v.press("start") == 303
    for _ in range(3):
        v.post({"do": "submit", "at": "REP1", **REPAIR})
        shows(v, 200)
    rows = log(3)
    assert rows[2]["province"] is None or rows[2]["province"] == "", rows[2]
    assert len(events("started")) == 0
    end(c, web, invite)


main(looking_starts_nothing, one_page, what_it_is_about, a_construct_a_page,
     resumed_elsewhere, two_tabs, one_correction, what_a_link_says, own_link,
     stop_and_delete_at_once, open_survey)
