#!/usr/bin/python3
"""live_bench LINE [ROWS] - one figure of manyi-scorer serve as a line of JSON,
on the stores of cells_bench:

    live_cells   all 3 906 cells of a month over the wire, with 100 000 and with
                 ROWS responses; `growth` is the second by the first
    live_cell    the same of one cell: with the item weights fitted anew, and as
                 they were
    live_memory  what the process has had at most after all that
    freshness    from the acknowledgement of an answer by a real collector to
                 the answer of the serve that has it, at most of 20
    live_ingest  questions about one cell while a collector takes what one
                 client can give, 500 answers a message: what 99 of 100 take,
                 waiting behind folds and fitting anew each time
"""
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import zmq

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
os.environ["ROOT"] = ROOT
os.environ["BIN"] = os.path.join(ROOT, os.environ.get(
    "BIN", "build/release/bin"))
sys.path.insert(0, os.path.join(ROOT, "tests/flow"))
sys.dont_write_bytecode = True

from gateway import (Client, Collector, add_client, response,  # noqa: E402
                     uuid7)
from serving import Asker, Serve  # noqa: E402

SMALL = 100000
MONTH = {"from": "2026-10", "to": "2026-10"}
PRODUCTS = ["FIX", "MOB", "BBD", "IPT", "DLN", "CLD"]
ALL = {"kind": "score", "survey": "bench", **MONTH,
       "by": ["province", "product", "channel"]}


def tell(bench, value, unit, limit, **more):
    print(json.dumps({"bench": bench, "value": round(value, 3), "unit": unit,
                      "limit": limit, "ratio": round(value / limit, 3),
                      **more}), flush=True)


def store_of(rows):
    done = subprocess.run(
        [os.path.join(os.path.dirname(os.environ["BIN"]),
                      "tests/bench/cells_bench"), "store", str(rows)],
        stdout=subprocess.PIPE, text=True, check=True)
    return os.path.abspath(done.stdout.strip())


class Live:
    def __init__(self, rows):
        self.rows = rows
        self.store = store_of(rows)
        self.serve = Serve(store=self.store).start(ready=False)
        self.asker = Asker(self.serve)
        while self.one(0)[1].get("code") == "busy":
            time.sleep(0.2)

    def ask(self, **question):
        began = time.perf_counter()
        got = self.asker.ask(**question)
        return 1e3 * (time.perf_counter() - began), got

    def one(self, province, **more):
        return self.ask(**{
            "kind": "score", "survey": "bench-1", **MONTH,
            "where": {"province": [str(11 + province)], "channel": ["web"]},
            **more})

    def begin_again(self):
        """Without anything that earlier questions left behind."""
        self.serve.stop()
        self.serve.start()
        self.asker = Asker(self.serve)
        self.asker.ask("describe")

    def end(self):
        self.asker.close()
        self.serve.stop()


def live_cells(rows):
    before = None
    for size in (SMALL, rows):
        live = Live(size)
        live.begin_again()
        first, got = live.ask(**ALL)
        assert len(got["rows"]) == 31 * 6 * 3 * 7, len(got["rows"])
        again = statistics.median(live.ask(**ALL)[0] for _ in range(5))
        live.end()
        tell("live_cells", first, "ms", 1000, again_ms=round(again, 1),
             rows=size, growth=round(first / before, 2) if before else 1)
        before = first


def live_cell(rows):
    before = None
    for size in (SMALL, rows):
        live = Live(size)
        firsts = []
        for _ in range(5):
            live.begin_again()
            firsts.append(live.one(3)[0])
        first = statistics.median(firsts)
        again = statistics.median(live.one(n % 31)[0] for n in range(100))
        live.end()
        tell("live_cell", first, "ms", 10, again_ms=round(again, 2),
             rows=size, growth=round(again / before, 2) if before else 1)
        before = again


def live_memory(rows):
    live = Live(rows)
    live.ask(**ALL)
    with open("/proc/%d/status" % live.serve.process.pid) as f:
        peak = int(re.search(r"VmHWM:\s*(\d+)", f.read()).group(1)) / 1024
    live.end()
    tell("live_memory", peak, "MB", 256, rows=rows)


def freshness(rows):
    live = Live(rows)
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "invited")
    collector = Collector(settings={"--store": "sqlite:" + live.store}).start()
    client = Client(collector, "web")
    version = client.version("bench-1")
    n = live.one(0)[1]["rows"][0][4]
    draw = random.Random(7)
    took = []
    for _ in range(20):
        answers = bytes(draw.randrange(1, 11) for _ in range(24))
        ack = client.ask("submit", survey="bench-1", version=version,
                         responses=[response(
                             answers=answers, frame="invited", product="MOB",
                             province="11", channel="web", rate=12345,
                             event_at=1791302400000,
                             answered_at=1791302405000)])
        assert ack["accepted"] == 1, ack
        n += 1
        ms, got = live.one(0)
        assert got["rows"][0][4] == n, (got["rows"][0], n)
        took.append(ms)
        time.sleep(0.2)
    told = live.serve.metrics()
    folds = told["folds_total", None]
    live.end()
    collector.stop()
    tell("freshness", max(took), "ms", 1000, median_ms=round(
        statistics.median(took), 1), fold_ms=round(
            told["fold_ms_total", None] / max(folds, 1), 1), rows=rows)


def fed(collector, stop, count):
    client = Client(collector, "web", context=zmq.Context())
    version = client.version("bench-1")
    draw = random.Random(9)
    batch = [response(answers=bytes(draw.randrange(1, 11) for _ in range(24)),
                      frame="invited", product="MOB", channel="web",
                      province=str(11 + draw.randrange(31)), rate=12345,
                      event_at=1791302400000, answered_at=1791302405000)
             for _ in range(500)]
    while not stop.is_set():
        for r in batch:
            r["id"] = uuid7()
        client.ask("submit", survey="bench-1", version=version,
                   responses=batch)
        count.append(len(batch))
    client.close()
    client.context.destroy(linger=0)


def live_ingest(rows):
    live = Live(rows)
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "invited")
    collector = Collector(settings={"--store": "sqlite:" + live.store}).start()
    stop, count, took = threading.Event(), [], []
    feeder = threading.Thread(target=fed, args=(collector, stop, count))
    feeder.start()
    began = time.monotonic()
    while time.monotonic() - began < 10:
        took.append(live.one(len(took) % 31)[0])
        time.sleep(0.05)
    stop.set()
    feeder.join()
    rate = sum(count) / (time.monotonic() - began)
    told = live.serve.metrics()
    live.end()
    collector.stop()
    took.sort()
    tell("live_ingest", took[len(took) * 99 // 100], "ms", 1000,
         median_ms=round(statistics.median(took), 1),
         responses_a_second=round(rate), fold_ms=round(
             told["fold_ms_total", None] / told["folds_total", None], 1),
         rows=rows)


def main():
    line = sys.argv[1]
    rows = int(sys.argv[2] if len(sys.argv) > 2 else
               os.environ.get("ROWS", 1000000))
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    if "BENCH_STORES" not in os.environ:
        os.environ["BENCH_STORES"] = folder
    try:
        {"live_cells": live_cells, "live_cell": live_cell,
         "live_memory": live_memory, "freshness": freshness,
         "live_ingest": live_ingest}[line](rows)
    finally:
        os.chdir("/")
        shutil.rmtree(folder)


main()
