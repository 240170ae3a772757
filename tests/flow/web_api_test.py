"""POST /v1/responses: answers as JSON by an API key, the same again, and every
way to be wrong, each told with the field's name and never with its value."""
import http.client
import json
import os
import re
import threading
import time
import uuid

from gateway import Client, main, run, uuid7, wait_for
from webgate import begin, token_id, today
from webstore import OPEN, OWN, WEB, log, query

DOCUMENT = {"survey": "repair", "answers": {"REP1": 9, "REP2": 1, "REP4A": 3},
            "comment": "打13912345678找我", "province": "44", "product": "BBD",
            "touchpoint": "APP"}


def key(name, *options):
    out = run("manyi-keys", "api", "api.yaml", "add", *options, name).stdout
    return re.search(r"\b[0-9a-f]{64}\b", out).group(0)


class App:
    def __init__(self, web, secret):
        self.web, self.secret = web, secret
        self.connection = http.client.HTTPConnection("127.0.0.1", web.port,
                                                     timeout=60)

    def post(self, document, **headers):
        body = document if isinstance(document, (bytes, str)) \
            else json.dumps(document)
        h = {"Content-Type": "application/json",
             "Authorization": "Bearer " + self.secret}
        h.update({k.replace("_", "-"): v for k, v in headers.items()})
        self.connection.request("POST", "/v1/responses", body, h)
        r = self.connection.getresponse()
        text = r.read().decode()
        self.headers = r.headers
        if r.headers["Content-Type"].startswith("application/"):
            return r.status, json.loads(text)
        return r.status, text


def start(*more):
    secret = key("app", "--frames", "open", "--units", "44", "--surveys",
                 "repair,tcsi-mobile")
    wide = key("wide", "--frames", "open,invited,test")
    c, web, version, number, invite = begin(
        options=("--api-keys", "api.yaml", "--codes",
                 os.environ["ROOT"] + "/surveys/codes", *more))
    invite.close()
    wait_for(lambda: web.metrics()[("surveys", None)] >= 2)
    return c, web, version, App(web, secret), App(web, wide)


def kept_once():
    c, web, version, app, wide = start()
    status, said = app.post(DOCUMENT)
    assert status == 201 and said["status"] == "kept", said
    assert uuid.UUID(said["id"]).version == 7
    [row] = log(1)
    assert row["id"] == uuid.UUID(said["id"]).bytes
    assert row["answers"] == bytes([9, 1, 0, 3, 0, 0, 0]), row
    assert (row["entry"], row["channel"], row["frame"]) == (OWN, WEB, OPEN)
    assert row["comment"] == "打***********找我", row
    assert row["touchpoint"] == "APP" and row["province"] == "44"
    # by id: the same again, whatever the order of its members
    mine = dict(DOCUMENT, id=str(uuid.UUID(bytes=uuid7())),
                answered_at="2026-11-20T10:00:00+08:00",
                event_at=1795000000000, version=version.hex(),
                duration_ms=61000, adapted=True)
    assert app.post(mine)[0] == 201
    turned = dict(reversed(list(mine.items())))
    assert app.post(turned) == (200, {"id": mine["id"], "status": "known"})
    status, said = app.post(dict(mine, answers={"REP1": 1}))
    assert status == 409 and said["field"] == "id", said
    rows = log(2)
    assert rows[1]["event_at"] == 1795000000000 and rows[1]["flags"] == 64
    assert rows[1]["duration_ms"] == 61000
    # a hundred at once, each twice
    documents = [dict(DOCUMENT, id=str(uuid.UUID(bytes=uuid7())))
                 for _ in range(100)]
    got = []

    def send(part):
        one = App(web, app.secret)
        got.extend(one.post(d)[0] for d in part for _ in range(2))
    threads = [threading.Thread(target=send, args=(documents[i::4],))
               for i in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(got) == [200] * 100 + [201] * 100
    log(102)
    # a survey that nobody had told this gateway of
    status, said = wide.post({"survey": "instant", "frame": "open",
                              "answers": {"INS1": 3}})
    assert status == 201, said
    status, said = wide.post({"survey": "no-such", "frame": "open",
                              "answers": {}})
    assert status == 422 and said["field"] == "survey", said
    # the collector away: kept all the same, also behind a restart
    c.kill()
    assert app.post(DOCUMENT)[0] == 201
    web.stop()
    web.start()
    app = App(web, app.secret)
    assert app.post(turned) == (200, {"id": mine["id"], "status": "known"})
    assert app.post(DOCUMENT)[0] == 201
    c.start()
    log(105)
    assert web.metrics()[("responses_total", "refused")] == 0
    web.stop()
    c.stop()


def wrong_ones():
    c, web, version, app, wide = start()
    cases = [
        ("{", 400, None), ("[]", 400, None), (b'{"a":"\xff"}', 400, None),
        ('{"survey":"repair","survey":"repair"}', 400, None),
        ("[" * 40 + "]" * 40, 400, None),
        (dict(DOCUMENT, colour="zinnober"), 422, None),
        (dict(DOCUMENT, survey=None), 422, "survey"),
        (dict(DOCUMENT, survey=7), 422, "survey"),
        (dict(DOCUMENT, survey="x" * 40), 422, "survey"),
        (dict(DOCUMENT, version="00"), 422, "version"),
        (dict(DOCUMENT, version="0" * 64), 422, "version"),
        (dict(DOCUMENT, id="1"), 422, "id"),
        (dict(DOCUMENT, id=str(uuid.uuid4())), 422, "id"),
        (dict(DOCUMENT, id="é" * 18), 422, "id"),
        (dict(DOCUMENT, answers=[1]), 422, "answers"),
        (dict(DOCUMENT, answers={"NO1": 1}), 422, "answers"),
        (dict(DOCUMENT, answers={"REP6": 1}), 422, "answers"),
        (dict(DOCUMENT, answers={"REP1": 11}), 422, "answers.REP1"),
        (dict(DOCUMENT, answers={"REP1": 0}), 422, "answers.REP1"),
        (dict(DOCUMENT, answers={"REP1": "9"}), 422, "answers.REP1"),
        (dict(DOCUMENT, answers={"REP1": 8.5}), 422, "answers.REP1"),
        (dict(DOCUMENT, answers={"REP1": 10 ** 18}), 422, "answers.REP1"),
        (dict(DOCUMENT, answers={"REP2": 3}), 422, "answers.REP2"),
        (dict(DOCUMENT, comment="x" * 2001), 422, "comment"),
        (dict(DOCUMENT, comment=5), 422, "comment"),
        (dict(DOCUMENT, province="99"), 422, "province"),
        (dict(DOCUMENT, product="nothing at all"), 422, "product"),
        (dict(DOCUMENT, product="XYZ"), 422, "product"),
        (dict(DOCUMENT, operator=""), 422, "operator"),
        (dict(DOCUMENT, attributes={"AGE": 1}), 422, "attributes"),
        (dict(DOCUMENT, frame="regulated"), 422, "frame"),
        (dict(DOCUMENT, event_at="yesterday"), 422, "event_at"),
        (dict(DOCUMENT, event_at=12), 422, "event_at"),
        (dict(DOCUMENT, answered_at=4 * 10 ** 12), 422, "answered_at"),
        (dict(DOCUMENT, duration_ms=-1), 422, "duration_ms"),
        (dict(DOCUMENT, partial="yes"), 422, "partial"),
        # rights
        (dict(DOCUMENT, frame="invited"), 403, None),
        (dict(DOCUMENT, province="31"), 403, None),
        (dict(DOCUMENT, province=None), 422, "province"),
        (dict(DOCUMENT, survey="tcsi-mobile", product="BBD"), 422, "product"),
        # whatever it says it comes by the web, from the customer
        (dict(DOCUMENT, channel="agent"), 422, None),
        (dict(DOCUMENT, entry="keyed"), 422, None)]
    for document, status, field in cases:
        got, said = app.post(document)
        assert got == status, (document, got, said)
        assert said.get("field") == field, (document, said)
        assert app.headers["Content-Type"] == "application/problem+json"
        assert said["status"] == status and said["title"], said
        assert "zinnober" not in json.dumps(said)
    no_survey = {k: v for k, v in DOCUMENT.items() if k != "survey"}
    assert app.post(no_survey)[1]["field"] == "survey"
    status, said = wide.post(DOCUMENT)
    assert status == 422 and said["field"] == "frame", said
    assert app.post(DOCUMENT, Content_Type="text/plain")[0] == 415
    for bad in ("", "Bearer", "Bearer ", "Bearer " + "0" * 64,
                "Basic " + app.secret, "Bearer " + app.secret[:-1],
                "Bearer " + app.secret + "0"):
        status, said = app.post(DOCUMENT, Authorization=bad)
        assert status == 401 and app.headers["WWW-Authenticate"] == "Bearer"
    assert app.post(dict(DOCUMENT, comment="x" * 40000))[0] == 413
    app = App(web, app.secret)
    assert app.post(DOCUMENT)[0] == 201
    log(1)
    m = web.metrics()
    assert m[("refused_total", "key")] == 9, m
    assert m[("answers_total", "api")] == 1, m
    text = web.log()
    assert app.secret not in text and "1391234" not in text
    web.stop()
    c.stop()


def without_keys():
    c, web, version, number, invite = begin()
    app = App(web, "0" * 64)
    assert app.post(DOCUMENT)[0] == 404
    invite.close()
    web.stop()
    c.stop()


main(kept_once, wrong_ones, without_keys)
