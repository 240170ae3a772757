#!/usr/bin/python3
"""web_bench LINE - one figure of manyi-web as a line of JSON:

    web_size     a page of 24 questions over the wire, of at most 14 kB
    web_submit   answers made durable a second, each from a link of its own, by
                 wrk; and the time that 99 of 100 take
    web_page     views of a survey page a second, against nginx with the same
                 bytes on disk
    web_memory   what manyi-web has grown by in a million views (VIEWS=)
    web_slow     the same views while 10 000 others (SLOW=) hold a connection
                 each and send a byte a second, against without them
"""
import http.client
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
os.environ["ROOT"] = ROOT
os.environ["BIN"] = os.path.join(ROOT, os.environ.get(
    "BIN", "build/release/bin"))
sys.path.insert(0, os.path.join(ROOT, "tests/flow"))
sys.dont_write_bytecode = True

from kannel import free_port  # noqa: E402
from webgate import Visitor, begin, links  # noqa: E402

LINKS = int(os.environ.get("LINKS", "40000"))
VIEWS = int(os.environ.get("VIEWS", "1000000"))
SLOW = int(os.environ.get("SLOW", "10000"))
MS = {"us": 1e-3, "ms": 1, "s": 1e3}

POST = """
local token = {}
for line in io.lines("tokens") do token[#token + 1] = line end
local at = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
request = function()
  at = at + 1
  return wrk.format(nil, "/s/" .. (token[at] or "none"), nil, "%s")
end
local seen = {}
response = function(status) seen[status] = (seen[status] or 0) + 1 end
done = function(summary)
  if at > #token then io.write("Ran out of links\\n") end
end
"""


def tell(bench, value, unit, limit, ratio, **more):
    print(json.dumps({"bench": bench, "value": round(value, 3), "unit": unit,
                      "limit": round(limit, 3), "ratio": round(ratio, 3),
                      **more}), flush=True)


def wrk(url, seconds, connections, *options):
    """(requests a second, ms that 99 of 100 take)"""
    done = subprocess.run(
        ["wrk", "-t1", "-c%d" % connections, "-d%ds" % seconds, "--latency",
         *options, url], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "Ran out" not in done, done
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)",
                    done)
    assert not bad, done
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done).group(1))
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done)
    return rate, float(p99.group(1)) * MS[p99.group(2)]


GZIP = ("-H", "Accept-Encoding: gzip", "-H", "Accept-Language: zh-CN")


class Stage:
    def __init__(self):
        self.collector, self.web, version, number, self.invite = begin(
            "tcsi-mobile", options=["--posts-a-minute", "200"])
        self.tokens = links(self.invite, version, number, range(1, LINKS),
                            survey="tcsi-mobile", product="MOB")
        self.page = "http://127.0.0.1:%d/s/%s" % (self.web.port,
                                                 self.tokens[0])

    def answered(self):
        """The fields of a form whose every question is answered."""
        visitor = Visitor(self.web, "/s/" + self.tokens[-1])
        visitor.get()
        fields = dict(visitor.form.values, do="submit")
        for name, values in visitor.form.choices.items():
            fields[name] = values[min(7, len(values) - 2)]
        visitor.close()
        return fields

    def gzipped(self):
        c = http.client.HTTPConnection("127.0.0.1", self.web.port)
        c.request("GET", "/s/" + self.tokens[0], headers={
            "Accept-Encoding": "gzip", "Accept-Language": "zh-CN"})
        r = c.getresponse()
        body = r.read()
        assert r.headers["Content-Encoding"] == "gzip", r.headers
        head = "HTTP/1.1 200 OK\r\n" + "".join(
            "%s: %s\r\n" % h for h in r.headers.items()) + "\r\n"
        c.close()
        return len(head), body

    def memory(self):
        with open("/proc/%d/status" % self.web.process.pid) as f:
            return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))

    def stop(self):
        self.invite.close()
        self.web.stop()
        self.collector.stop()


def web_size(stage):
    head, body = stage.gzipped()
    size = head + len(body)
    tell("web_size", size, "bytes", 14336, size / 14336)


def web_submit(stage):
    import urllib.parse
    with open("tokens", "w") as f:
        f.write("\n".join(stage.tokens[:-1]) + "\n")
    with open("post.lua", "w") as f:
        f.write(POST % urllib.parse.urlencode(stage.answered()))
    rate, p99 = wrk("http://127.0.0.1:%d" % stage.web.port, 5, 8, "-s",
                    "post.lua")
    tell("web_submit", rate, "submissions/s", 1000, rate / 1000,
         p99_ms=round(p99, 2))


class Nginx:
    """Serves these bytes as a file, as many workers as it likes."""

    def __init__(self, body):
        self.port = free_port()
        os.mkdir("nginx")
        with open("nginx/page", "wb") as f:
            f.write(body)
        with open("nginx.conf", "w") as f:
            f.write("daemon off; worker_processes auto; pid nginx.pid;\n"
                    "error_log stderr crit;\nevents {}\nhttp {\n"
                    "access_log off; default_type text/html;\n"
                    "keepalive_requests 1000000;\n"
                    "server { listen 127.0.0.1:%d; root %s/nginx;\n"
                    "add_header Content-Encoding gzip; } }\n" %
                    (self.port, os.getcwd()))
        self.process = subprocess.Popen(
            ["nginx", "-p", os.getcwd(), "-c", "nginx.conf"],
            stderr=subprocess.DEVNULL)
        time.sleep(1)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def web_page(stage):
    nginx = Nginx(stage.gzipped()[1])
    os.chmod(os.getcwd(), 0o755)
    limit, _ = wrk("http://127.0.0.1:%d/page" % nginx.port, 5, 32, *GZIP)
    rate, p99 = wrk(stage.page, 5, 32, *GZIP)
    nginx.stop()
    tell("web_page", rate, "views/s", limit, rate / limit,
         p99_ms=round(p99, 2))


def web_memory(stage):
    wrk(stage.page, 3, 32, *GZIP)
    before, seen = stage.memory(), 0
    while seen < VIEWS:
        rate, _ = wrk(stage.page, 10, 32, *GZIP)
        seen += 10 * rate
    after = stage.memory()
    tell("web_memory", after / 1024, "MB", before / 1024, after / before,
         views=int(seen))


def web_slow(stage):
    alone, _ = wrk(stage.page, 3, 16, *GZIP)
    crowd = subprocess.Popen([sys.executable, __file__, "crowd",
                              str(stage.web.port), str(SLOW)],
                             stdout=subprocess.PIPE, text=True)
    held = int(crowd.stdout.readline())
    rate, p99 = wrk(stage.page, 5, 16, *GZIP)
    crowd.terminate()
    crowd.wait()
    tell("web_slow", rate, "views/s", alone, rate / alone,
         p99_ms=round(p99, 2), slow=held)


def crowd(port, count):
    """People on very slow lines: each is cut off in the end, and comes
    again."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (count + 100, count + 100))
    lines = []

    def line():
        s = socket.create_connection(("127.0.0.1", port))
        s.setblocking(False)
        s.send(b"GET /s/slow HTTP/1.1\r\n")
        return s
    for _ in range(count):
        lines.append(line())
    print(len(lines), flush=True)
    while True:
        began = time.monotonic()
        for i, s in enumerate(lines):
            try:
                s.send(b"X")
            except OSError:
                s.close()
                lines[i] = line()
        time.sleep(max(0, began + 1 - time.monotonic()))


def main(name):
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    try:
        stage = Stage()
        globals()[name](stage)
        stage.stop()
    finally:
        os.chdir("/")
        shutil.rmtree(folder)


if sys.argv[1] == "crowd":
    crowd(int(sys.argv[2]), int(sys.argv[3]))
else:
    main(sys.argv[1])
