"""Whoever means no good: guessed, changed and replayed links, bodies and
headers of every wrong size and kind, markup and formulas in comments, robots.
Each is refused and counted; what is real goes through; the log tells nothing
of anybody."""
import os
import random
import socket
import threading
import time
import urllib.parse

from gateway import main, wait_for
from webgate import ALPHABET, Visitor, begin, links
from webstore import BYTES, REPAIR, log, query


def raw(web, data, seconds=60):
    """Everything that comes back to these bytes."""
    s = socket.create_connection(("127.0.0.1", web.port), timeout=seconds)
    got = b""
    try:
        s.sendall(data)
        while True:
            part = s.recv(65536)
            if not part:
                break
            got += part
            if b"\r\n\r\n" in got and b"Connection: close" not in got and \
                    len(got) > 20:
                head, _, body = got.partition(b"\r\n\r\n")
                length = [h for h in head.lower().split(b"\r\n")
                          if h.startswith(b"content-length:")]
                if length and len(body) >= int(length[0].split(b":")[1]):
                    break
    except OSError:
        pass
    s.close()
    return got


def status(got):
    return int(got.split(b" ", 2)[1]) if got.startswith(b"HTTP/1.1 ") else 0


def end(c, web, invite):
    web.stop()
    invite.close()
    c.stop()


def links_of_nobody():
    c, web, version, number, invite = begin()
    [link] = links(invite, version, number, [1])
    v = Visitor(web, "")
    rnd = random.Random(5)
    for _ in range(10000):
        v.path = "/s/" + "".join(rnd.choice(ALPHABET) for _ in range(20))
        assert v.get() == 404
    for i in range(20):  # each character counts
        for other in rnd.sample(ALPHABET.replace(link[i], ""), 5):
            v.path = "/s/" + link[:i] + other + link[i + 1:]
            assert v.get() == 404, v.path
            assert v.post({"do": "submit", "at": "REP1", **REPAIR}) == 404
    for path in ("/s/" + link + "%00", "/s/%ff%fe", "/s/" + "A" * 5000,
                 "/s/" + link + "/../x", "/s", "/s/..", "/o/../s/x",
                 "/o/repair/" + "0" * 200, "/%2e%2e/%2e%2e/etc/passwd",
                 "/../../etc/passwd", "/web.key", "/./web.key", "//web.key"):
        got = status(raw(web, b"GET " + path.encode() +
                         b" HTTP/1.1\r\nHost: x\r\n\r\n"))
        assert got in (400, 404, 414, 431), (path, got)
    m = web.metrics()
    assert m[("refused_total", "token")] >= 10200, m
    assert query("SELECT 1 FROM log") == []
    v.path = "/s/" + link
    assert v.get() == 200
    v.close()
    assert link[:10] not in web.log()
    end(c, web, invite)


def bodies_and_headers():
    c, web, version, number, invite = begin()
    [link, other] = links(invite, version, number, [1, 2])
    path = b"/s/" + link.encode()
    form = urllib.parse.urlencode({"do": "submit", "at": "REP1",
                                   **REPAIR}).encode()
    type = b"Content-Type: application/x-www-form-urlencoded\r\n"

    def post(body, headers=type, length=None):
        return raw(web, b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" +
                   headers + b"Content-Length: " +
                   str(len(body) if length is None else length).encode() +
                   b"\r\n\r\n" + body)

    def chunked(body):
        return raw(web, b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + type +
                   b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(
                       b"%x\r\n%s\r\n" % (len(body[i:i + 999]),
                                          body[i:i + 999])
                       for i in range(0, len(body), 999)) + b"0\r\n\r\n")
    big = form + b"&x=" + b"y" * 70000
    assert status(post(big)) == 413
    assert status(chunked(big)) == 413
    assert status(post(b"", length=10 ** 10)) == 413
    assert status(post(form + b"&REP6=%ff%fe")) == 400
    assert status(post(form + b"&x=a%00b")) == 400
    assert status(post(b"&".join(b"a%d=1" % i for i in range(600)))) == 400
    assert status(post(form, b"Content-Type: text/plain\r\n")) in (400, 415)
    assert status(post(b'{"do":"submit"}',
                       b"Content-Type: application/json\r\n")) in (400, 415)
    assert status(post(b"do=explode")) == 400
    assert status(post(b"at=REP1")) == 400
    assert status(post(b"do=submit&at=" + b"A" * 40)) == 400
    flood = b"".join(b"X-%d: %s\r\n" % (i, b"z" * 90) for i in range(300))
    assert status(post(form, type + flood)) in (0, 400, 413, 431)
    assert status(raw(web, b"GET " + path + b"?" + b"q" * 20000 +
                      b" HTTP/1.1\r\nHost: x\r\n\r\n")) in (0, 400, 414, 431)
    assert status(raw(web, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc" * 9)) in (
        0, 400)
    for method in (b"PUT", b"DELETE", b"OPTIONS", b"TRACE", b"FOO"):
        assert status(raw(web, method + b" " + path + b" HTTP/1.1\r\nHost: x"
                          b"\r\nContent-Length: 0\r\n\r\n")) in (405, 501)
    assert query("SELECT 1 FROM log") == []
    # and still at work, also for what comes in pieces
    assert status(chunked(form)) == 303
    [row] = log(1)
    assert row["answers"] == BYTES
    text = web.log()
    assert "1391234" not in text and link not in text
    end(c, web, invite)


def comments():
    """Stored as they were written, shown as text."""
    c, web, version, number, invite = begin()
    said = ["</textarea><script>alert(1)</script>", "'; DROP TABLE log; --",
            "=HYPERLINK(\"http://x\")", "@SUM(1+1)*cmd|' /C calc'!A0",
            "&lt;already&gt; &amp; \"quoted\" 'too'", "\u202eright to left",
            "好" * 600, "line one\nline two", "a\u0301\U0001f600",
            "<img src=x onerror=alert(1)>"]
    made = links(invite, version, number, range(1, 1 + len(said)))
    for link, text in zip(made, said):
        v = Visitor(web, "/s/" + link)
        v.get()
        assert v.press("review", {**REPAIR, "REP6": text.replace(
            "\n", "\r\n")}) == 303
        for page in ("", "?show=form", "?show=review", "?show=copy"):
            v.get(page)
            page = v.body.decode()
            assert v.status == 200
            assert "<script" not in page and "<img" not in page, page
            assert "DROP" not in text or "&#39;; DROP" in page, page
        v.get("?show=form")
        assert v.form.values["REP6"] == text, v.form.values
        v.press("submit", {"REP6": text})
        assert v.status == 200
        v.close()
    rows = log(len(said))
    assert sorted(r["comment"] for r in rows) == sorted(said)
    end(c, web, invite)


def robots():
    c, web, version, number, invite = begin()
    made = links(invite, version, number, [1, 2])
    v = Visitor(web, "/s/" + made[0])
    v.get()
    assert v.form.values["website"] == ""
    assert v.post({"do": "submit", "at": "REP1", **REPAIR,
                   "website": "http://x"}) == 400
    assert web.metrics()[("refused_total", "trap")] == 1
    # a form that claims to be old, by a time of its own
    v.get()
    assert v.press("submit", {**REPAIR, "t": "1700000000000-" + "2" * 11}) \
        == 303
    [row] = log(1)
    assert row["flags"] & 4 and row["duration_ms"] < 60000, row
    # a link, not an address, has its pace
    v = Visitor(web, "/s/" + made[1])
    got = [v.post({"do": "save", "at": "REP1", "REP1": "5"})
           for _ in range(40)]
    assert got.count(429) >= 9 and got[0] == 200, got
    assert web.metrics()[("refused_total", "pace")] == got.count(429)
    v.path = "/s/" + made[0]
    assert v.post({"do": "submit"}) == 303  # another's is its own
    v.close()
    end(c, web, invite)


def crowds():
    """Those who dawdle do not keep the others waiting."""
    c, web, version, number, invite = begin()
    made = links(invite, version, number, range(1, 51))
    slow = []
    for _ in range(400):
        s = socket.create_connection(("127.0.0.1", web.port))
        s.sendall(b"POST /s/" + made[0].encode() + b" HTTP/1.1\r\nHost: x\r\n"
                  b"Content-Type: application/x-www-form-urlencoded\r\n"
                  b"Content-Length: 5000\r\n\r\nREP1=")
        slow.append(s)
    begun = time.monotonic()
    for link in made[1:]:
        v = Visitor(web, "/s/" + link)
        assert v.get() == 200
        assert v.post({"do": "submit", "at": "REP1", **REPAIR},
                      follow=False) == 303
        v.close()
    assert time.monotonic() - begun < 10
    for s in slow:
        s.close()
    log(49)
    end(c, web, invite)


def files_at_the_root():
    os.mkdir("files")
    with open("files/MP_verify_Ab3.txt", "w") as f:
        f.write("Ab3xyz")
    c, web, version, number, invite = begin(
        options=("--root-files", "files", "--icp", "京ICP备12345678号",
                 "--police", "京公网安备11010102000001号"))
    v = Visitor(web, "/MP_verify_Ab3.txt")
    assert v.get() == 200 and v.body == b"Ab3xyz"
    assert v.headers["Content-Type"].startswith("text/plain")
    v.path = "/robots.txt"
    assert v.get() == 200 and b"Disallow: /" in v.body
    for path in ("/", "/files/MP_verify_Ab3.txt", "/MP_verify_ab3.txt",
                 "/web.key", "/favicon.ico"):
        v.path = path
        assert v.get() == 404, path
        assert "京ICP备12345678号" in v.body.decode()
        assert "11010102000001" in v.body.decode()
    v.close()
    end(c, web, invite)


main(links_of_nobody, bodies_and_headers, comments, robots, crowds,
     files_at_the_root)
