"""What a collector, the scorer, a report and an import are started with: stores
that are none, addresses, keys, clients, configuration, questions to a store."""
import os
import shutil
import socket
import sqlite3
import subprocess

from gateway import Collector, add_client, main
from refusals import (CODES, SURVEYS, Done, as_anybody, lines, put, refuse,
                      says, works, write)

SCORE = ("manyi-scorer", "score")
REPORT = ("manyi-report", "export", "scores", "--output", "out.csv")


def start(*options, code, place, cause, before=(), **settings):
    """A collector that does not come up."""
    settings = {"--" + k.replace("_", "-"): v for k, v in settings.items()}
    words = Collector(*options, settings=settings).command()
    refuse(code, place, cause, "manyi-collector", *words[1:], before=before)


def make_keys():
    Collector()
    add_client("agent", "submit,describe", "--channels", "agent", "--frames",
               "invited")


def make_store():
    """A store with forty answers, and the scorer's sums of it."""
    make_keys()
    collector = Collector(settings={"--listen": "ipc://socket"}).start()
    write("a.csv", "INS1,INS2\n" + "7,1\n8,2\n" * 20)
    works(*import_words("a.csv"))
    collector.stop()
    os.remove("socket")
    works(*SCORE, "--store", "sqlite:store.db", "--survey", "instant")


def import_words(name, *options, surveys=("--surveys", SURVEYS)):
    """With no `surveys` the collector is asked for the definition."""
    return ("manyi-agent", "import", "--collector", "ipc://socket",
            "--server-key", "server.key.pub", "--key", "agent.key", "--survey",
            "instant", *surveys, *options, name)


def each_user(code, place, cause, url, before=()):
    """Whoever opens a store says the same."""
    for words in (SCORE, REPORT):
        refuse(code, place, cause, *words, "--store", url, "--survey",
               "instant", before=before)
    refuse(code, place, cause, "manyi-collector", "backup", "--store", url,
           "copy.db", before=before)
    start(code=code, place=place, cause=cause, before=before, store=url)


def stores():
    make_store()
    write("text.db", "no database, however long one looks at it\n" * 200)
    with open("store.db", "rb") as f:
        good = f.read()
    write("half.db", good[:len(good) // 2])
    shutil.copy("store.db", "newer.db")
    for name, change in (("newer.db", "PRAGMA user_version = 99999"),
                         ("other.db", "CREATE TABLE t (a)")):
        db = sqlite3.connect(name)
        db.execute("PRAGMA journal_mode = delete")
        db.execute(change)
        db.commit()
        db.close()
    os.mkdir("folder.db")
    for name, code, cause in (
            ("text.db", 2, "file is not a database"),
            ("newer.db", 2, "written by a newer version (schema 99999"),
            ("other.db", 2, "not a store of answers"),
            ("half.db", 2, "malformed"), ("folder.db", 1, "Is a directory"),
            ("no/where.db", 2, "No such file")):
        each_user(code, name + ": ", cause, "sqlite:" + name)
        refuse(code, name + ": ", cause, "manyi-collector", "restore",
               "--store", "sqlite:new.db", name)
    for url in "postgres:x", "store.db", "sqlite", "":
        place = url + ": " if url else ""
        cause = "not a store" if url else ""
        start(code=2, place=place, cause=cause, store=url)
        refuse(2, place, cause, *SCORE, "--store", url, "--survey", "instant")
    for words in SCORE, REPORT:  # who only reads makes none
        refuse(2, "gone.db: ", "No such file", *words, "--store",
               "sqlite:gone.db", "--survey", "instant")
    refuse(1, "a.csv: ", "exists", "manyi-collector", "backup", "--store",
           "sqlite:store.db", "a.csv")
    refuse(1, "newer.db: ", "exists", "manyi-collector", "restore", "--store",
           "sqlite:newer.db", "store.db")


def stores_of_others():
    make_store()
    first = Collector(settings={"--listen": "ipc://first"}).start()
    start(code=1, place="store.db: ", cause="another collector has it open",
          store="sqlite:store.db")
    refuse(1, "store.db: ", "stop the collector", "manyi-collector", "restore",
           "--store", "sqlite:store.db", "a.csv")
    first.kill()
    first.start()
    first.stop()
    os.remove("first")
    anybody = as_anybody()
    if anybody is not None:
        os.chmod("store.db", 0o444)
        start(code=1, place="store.db: ", cause="is read-only",
              store="sqlite:store.db", before=anybody)
        os.chmod("store.db", 0)
        each_user(1, "store.db: ", "Permission denied", "sqlite:store.db",
                  before=anybody)
        os.chmod("store.db", 0o600)
    # another process: whoever closes a file loses his own locks on it
    with subprocess.Popen(["sqlite3", "store.db"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as other:
        other.stdin.write("BEGIN EXCLUSIVE; SELECT 'locked';\n")
        other.stdin.flush()
        assert other.stdout.readline() == "locked\n"
        each_user(1, "store.db: ", "locked by another process",
                  "sqlite:store.db")
        other.stdin.close()


def addresses():
    make_keys()
    taken = socket.create_server(("127.0.0.1", 0))
    here = "127.0.0.1:%d" % taken.getsockname()[1]
    start(code=1, place="listen: tcp://%s: " % here, cause="already in use",
          listen="tcp://" + here)
    start(code=1, place=here + ": ", cause="already in use", metrics=here)
    taken.close()
    for url in ("nonsense", "", "tcp://", "tcp://127.0.0.1",
                "tcp://127.0.0.1:99999", "tcp://127.0.0.1:-1",
                "tcp://127.0.0.1:7010 x", "udp://127.0.0.1:7010",
                "inproc://x", "ipc://"):
        start(code=2, place="listen: '%s' " % url, cause="not an address",
              listen=url)
    start(code=2, place="listen: tcp://300.1.1.1:7010: ", cause="no address",
          listen="tcp://300.1.1.1:7010")
    start(code=2, place="listen: ipc://no/where: ", cause="No such file",
          listen="ipc://no/where")
    for address in ("nonsense", "127.0.0.1", "127.0.0.1:99999",
                    "127.0.0.1:x", "localhost:0"):
        start(code=2, place=address + ": ", cause="address and a port",
              metrics=address)
    start(code=1, place="192.0.2.1:80: ", cause="not a loopback address",
          metrics="192.0.2.1:80")


def keys():
    make_keys()
    with open("server.key") as f:
        public, secret = f.read().split()
    with open("agent.key.pub") as f:
        other = f.read().strip()
    for mode in 0o644, 0o640, 0o602:
        os.chmod("server.key", mode)
        start(code=1, place="server.key: ", cause="mode %04o lets" % mode)
        refuse(1, "server.key: ", "mode %04o" % mode, "manyi-keys", "check",
               "server.key")
    for text, cause in (
            ("", "not a key file"), ("short\nkeys\n", "not a key file"),
            (lines(public), "is a public key"),
            (lines(public[:39], secret), "not a key file"),
            (lines(public + "x", secret), "not a key file"),
            (lines("~" + public[1:], secret), "not a key file"),
            (lines("#" * 40, "#" * 40), "not a key file"),
            (lines(public, "\0" * 40), "not a key file"),
            (b"\xff" * 82, "not a key file"),
            (lines("ab" * 32), "not a key file"),
            (lines(public, secret, public), "more than two keys"),
            (lines(secret, public), "not that of the secret key"),
            (lines(other, secret), "not that of the secret key")):
        write("bad.key", text)
        os.chmod("bad.key", 0o600)
        start(code=2, place="bad.key: ", cause=cause, key="bad.key")
    start(code=2, place="gone.key: ", cause="No such file", key="gone.key")
    os.mkdir("folder.key", 0o700)
    start(code=2, place="folder.key: ", cause="not a regular file",
          key="folder.key")
    refuse(1, "agent.key: ", "File exists", "manyi-keys", "client",
           "agent.key")


def client_lists():
    make_keys()
    with open("clients.yaml") as f:
        good = f.read()
    key = good.split('"')[3]
    for text, place, cause in (
            (put(good, "[submit", "[sumbit"), ":3:11: ", "types: unknown"),
            (put(good, "[agent]", "[fax]"), ":4:14: ", "channels: unknown"),
            (put(good, "[invited]", "[invited, opne]"), ":5:21: ", "frames: "),
            (put(good, "types:", "tpyes:"), ":3:3: ", "unknown key"),
            (put(good, key, key[:39]), ":2:8: ", "key: not 40 characters"),
            (put(good, key, key[:39] + "~"), ":2:8: ", "key: not 40 char"),
            (put(good, '"agent"', "Agent_1"), ":1:9: ", "name: 1 to 32 of"),
            (good + good, ": ", "two clients are named agent"),
            (good + put(good, '"agent"', "two"), ": ", "key"),
            ("- name: a\n", ":1:3: ", "key: missing"),
            ("name: a\n", ":1:1: ", "a list of clients is wanted"),
            ("- name: [\n", ":2:1: ", ""), (b"- name: \xff\n", ":1:9: ",
                                            "not UTF-8"),
            ("", ": ", "is empty")):
        write("bad.yaml", text)
        start(code=2, place="bad.yaml" + place, cause=cause,
              clients="bad.yaml")
        refuse(2, "bad.yaml" + place, cause, "manyi-keys", "list", "bad.yaml")
    start(code=2, place="gone.yaml: ", cause="No such file",
          clients="gone.yaml")


def each_value():
    """Values with which no collector could start; all of them are told."""
    write("bad.yaml", """collector:
  listen: "0.0.0.0"
  store: "postgres:x"
  surveys: /nonexistent
  metrics: 0.0.0.0:9464
  messages: 4
  key: gone.key
  clients: .
""")
    done = subprocess.run(
        [os.path.join(os.environ["BIN"], "manyi-collector"), "-c", "bad.yaml",
         "--check-config"], capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout == "", done
    lines = done.stderr.split("\n")
    for line, (place, cause) in zip(lines, (
            ("2:11: listen", "'0.0.0.0' is not an address (tcp://HOST:PORT)"),
            ("3:10: store", "'postgres:x' is not a store (sqlite:FILE)"),
            ("4:12: surveys", "/nonexistent: No such file or directory"),
            ("5:12: metrics", "0.0.0.0:9464: is not a loopback address"),
            ("7:8: key", "gone.key: No such file or directory"),
            ("8:12: clients", ".: a folder"))):
        want = "manyi-collector: bad.yaml:%s: %s" % (place, cause)
        assert line == want, (line, want)
    assert lines[6:] == [""], lines
    write("good.yaml", """collector:
  listen: "tcp://*:7010"
  store: "sqlite:new.db"
  surveys: .
  metrics: "[::1]:9464"
  key: server.key
  codes:
""")
    works("manyi-collector", "-c", "good.yaml", "--check-config")
    refuse(2, "--store: ", "gone: No such file", "manyi-collector", "-c",
           "good.yaml", "--store", "sqlite:gone/new.db", "--check-config")
    os.remove("good.yaml")


def configuration():
    make_keys()
    for text, place, cause in (
            ("lisen: 5", ":2:3: ", "lisen: unknown key"),
            ("messages: many", ":2:13: ", "'many' is not a whole number"),
            ("messages: 1", ":2:13: ", "1 is not in 2 to 256"),
            ("log-level: loud", ":2:14: ", "'loud' is none of error, warn"),
            ("listen: [a]", ":2:3: ", "one value is wanted"),
            ("key: a\n  key: b", ":3:3: ", "key 'key' twice"),
            ('key: "a', ":2:", "quote")):
        write("bad.yaml", "collector:\n  %s\n" % text)
        start("-c", "bad.yaml", code=2, place="bad.yaml" + place, cause=cause)
        refuse(2, "bad.yaml" + place, cause, "manyi-collector", "-c",
               "bad.yaml", "--check-config")
    each_value()
    for text, place, cause in (("colector:\n  key: a\n", ":1:1: ", "unknown"),
                               ("- a\n", ":1:1: ", "a map of sections"),
                               ("agent:\n  timout: 3\n", ":2:3: ", "unknown")):
        write("bad.yaml", text)
        refuse(2, "bad.yaml" + place, cause, "manyi-agent", "import", "-c",
               "bad.yaml", "a.csv")
    start("-c", "gone.yaml", code=2, place="gone.yaml: ", cause="no such file")
    for name, value, cause in (
            ("messages", "many", "not a whole number"),
            ("messages", "257", "257 is not in 2 to 256"),
            ("messages", "9" * 30, "too large"),
            ("commit-rows", "0", "0 is not in 1 to"),
            ("commit-ms", "1.5", "not a whole number"),
            ("log-level", "loud", "none of"), ("nosuch", "x", "no such"),
            ("check-config", None, "needs -c FILE")):
        more = [] if value is None else [value]
        start("--" + name, *more, code=2, place="--%s: " % name, cause=cause)
    for words in (("frobnicate",), ("backup",), ("backup", "a", "b")):
        start(*words, code=2, place="'%s': " % words[0], cause="not a command")
    start(code=2, place="gone/operators.csv: ", cause="no such file",
          codes="gone")
    write("org.csv", "a,b\n1,2\n")
    start(code=2, place="org.csv:1: ", cause="no column", org="org.csv")
    for program in "manyi-scorer", "manyi-agent", "manyi-report", "manyi-keys":
        refuse(2, "", "command", program)
        refuse(2, "", "command", program, "frobnicate")


def questions():
    make_store()
    write("weights.csv", "a,b\n1,2\n")
    write("text.db", "no database\n" * 999)
    for options, place, cause in (
            (("--survey", "nosuch"), "", "'nosuch'; known: "),
            (("--survey", "nosuch"), "", " tcsi-mobile,"),
            (("--survey", "in\nstant"), "", "'in?stant'; known: "),
            (("--by", "planet"), "--by: ", "'planet'; there are period, op"),
            (("--by", "province,"), "--by: ", "no dimension ''"),
            (("--by", "province,province"), "", "twice by province"),
            (("--where", "planet=3"), "--where: ", "no dimension 'planet'"),
            (("--where", "province"), "--where: ", "not DIMENSION=CODE"),
            (("--from", "2026-10-31", "--to", "2026-10-01"), "--from ",
             "later than --to"),
            (("--from", "yesterday"), "--from: ", "not a date"),
            (("--from", "2026-02-30"), "--from: ", "not a date"),
            (("--to", "2026-13"), "--to: ", "not a date"),
            (("--frame", "opened"), "--frame: ", "no frame 'opened'; there"),
            (("--item-weights", "frozen"), "--item-weights ", "--base"),
            (("--item-weights", "melted"), "--item-weights: ", "none of"),
            (("--base", "2026-10..2026-09", "--item-weights", "frozen"),
             "--base: ", "later"),
            (("--rollup", "mass"), "--rollup: ", "'mass' is none of"),
            (("--rollup", "users"), "--rollup ", "--rollup-file"),
            (("--rollup", "users", "--rollup-file", "gone.csv"), "gone.csv: ",
             "no such file"),
            (("--rollup", "users", "--rollup-file", "weights.csv"),
             "weights.csv:1: ", "no column 'product'"),
            (("--construct", "NOPE"), "", "no construct 'NOPE'"),
            (("--format", "xml"), "--format: ", "'xml' is none of"),
            (("--cube", "no/where"), "no/where: ", "No such file"),
            (("--cube", "text.db"), "text.db: ", "not a manyi table"),
            (("--cube", "store.db"), "store.db: ", "another program's file"),
            (("--nosuch",), "--nosuch: ", "no such option"),
            (("operand",), "", "unexpected argument: operand")):
        for words in SCORE, REPORT:
            refuse(2, place, cause, *words, "--store", "sqlite:store.db",
                   "--survey", "instant", *options)
    refuse(2, "", "--store and --survey are needed", *SCORE, "--survey", "x")
    refuse(2, "gone/operators.csv: ", "no such file", *SCORE, "--store",
           "sqlite:store.db", "--survey", "instant", "--codes", "gone")


def targets():
    """A report that cannot be put where it should go."""
    make_store()
    os.mkfifo("pipe")
    os.mkdir("closed")
    write("closed/old.csv", "old\n")
    os.chmod("closed", 0o555)
    export = ("manyi-report", "export", "scores", "--store", "sqlite:store.db",
              "--survey", "instant", "-o")
    refuse(2, "no/where.csv: ", "No such file", *export, "no/where.csv")
    refuse(2, ".: ", "not a regular file", *export, ".")
    refuse(2, "pipe: ", "not a regular file", *export, "pipe")
    refuse(2, "--output: ", "is the store", *export, "./store.db")
    anybody = as_anybody()
    for name in ("new.csv", "old.csv") if anybody is not None else ():
        refuse(1, "closed/%s: " % name, "Permission denied", *export,
               "closed/" + name, before=anybody)
    os.chmod("closed", 0o755)
    with open("/dev/full", "w") as full:
        for words in (*export[:-1],), (*SCORE, *export[3:-1]):
            says(Done(words, stdout=full), 1, "standard output: ", "cannot")


def wrong_servers():
    """An import that meets the wrong one keeps what it owes."""
    make_store()
    write("b.csv", "INS1,INS2\n" + "9,3\n" * 30)
    works("manyi-keys", "server", "wrong.key")
    wrong = ("--server-key", "wrong.key.pub", "--timeout", "5")
    refuse(1, "ipc://socket: ", "no connection",
           *import_words("b.csv", "--timeout", "1", surveys=()))
    collector = Collector(settings={"--listen": "ipc://socket"}).start()
    refuse(1, "ipc://socket: ", "server key",
           *import_words("b.csv", *wrong, surveys=()))
    refuse(2, "ipc://socket: ", "'nosuch'",
           *import_words("b.csv", "--survey", "nosuch", surveys=()))
    done = Done(import_words("b.csv", *wrong))
    says(done, 1, "ipc://socket: ", "server key")
    assert "owed_messages=1" in done.out, done
    done = works(*import_words("b.csv"))
    assert "accepted=30" in done.out and "owed_messages=0" in done.out, done
    collector.stop()
    db = sqlite3.connect("file:store.db?mode=ro", uri=True)
    assert db.execute("SELECT count(*) FROM log").fetchall() == [(70,)]
    db.close()


if __name__ == "__main__":
    main(stores, stores_of_others, addresses, keys, client_lists,
         configuration, questions, targets, wrong_servers)
