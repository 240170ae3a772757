"""manyi-agent import: what spreadsheets write is taken, what is wrong is named
with its place and nothing is sent, and a row counts once however often the
import is begun."""
import os
import random
import re
import signal
import sqlite3
import subprocess
import time

from gateway import BIN, ROOT, Collector, add_client, run, wait_for

SURVEYS = ROOT + "/surveys/definitions"
ITEMS = ("IMG1 IMG2 IMG3 EXP1 EXP2 EXP3 QUA1 QUA2 QUA3 QUA4 QUA5 QUA6 QUA7 "
         "VAL1 VAL2 SAT1 SAT2 SAT3 COM0 COM1 COM2 LOY1 LOY2 LOY3").split()
rnd = random.Random(20261122)


def write(name, content, encoding="utf-8"):
    with open(name, "wb") as f:
        f.write(content if isinstance(content, bytes)
                else content.encode(encoding))
    return name


def forget(*names):
    for name in names:
        for end in ("", ".outbox", ".outbox-wal", ".outbox-shm"):
            if os.path.exists(name + end):
                os.remove(name + end)


def dry(name, *options, survey="instant", code=0):
    return run("manyi-agent", "import", "--survey", survey, "--surveys",
               SURVEYS, "--dry-run", *options, name, code=code)


def command(collector, *more, key="agent"):
    return ["import", "--collector", collector.url, "--server-key",
            "server.key.pub", "--key", key + ".key", *more]


def send(collector, name, *options, survey="instant", code=0, key="agent"):
    done = run("manyi-agent", *command(collector, "--survey", survey, *options,
                                       name, key=key), code=code)
    counts = dict(pair.split("=") for pair in done.stdout.split()
                  if "=" in pair)
    return {k: int(v) for k, v in counts.items() if v.isdigit()}, done.stderr


def stored(columns, where="1"):
    db = sqlite3.connect("file:store.db?mode=ro", uri=True)
    try:
        return db.execute("SELECT %s FROM log WHERE %s ORDER BY seq"
                          % (columns, where)).fetchall()
    finally:
        db.close()


# ---- without a collector: what is good, what is bad ----

def refuses():
    head = "INS1,INS2,INS3\n"
    for name, content, message in (
            ("missing.csv", "INS1,INS3\n7,\n",
             "missing.csv:1: no column for item INS2\n"),
            ("none.csv", "a,b\n1,2\n",
             "none.csv:1: no column for items INS1, INS2\n"),
            ("eleven.csv", head + "7,1,\n11,1,\n",
             "eleven.csv:3: INS1: 11 is not on the scale 1-10\n"),
            ("fraction.csv", head + "7.5,1,\n", "fraction.csv:2: INS1: "),
            ("word.csv", head + "seven,1,\n", "word.csv:2: INS1: "),
            ("choice.csv", head + "7,6,\n", "choice.csv:2: INS2: "),
            ("short.csv", head + "7,1\n", "short.csv:2: 2 fields"),
            ("twice.csv", "INS1,INS2,INS1\n1,1,1\n", "twice.csv:1: column"),
            ("same.csv", "INS1,INS2,渠道,channel\n1,1,web,web\n",
             "same.csv:1: columns '渠道' and 'channel' are the same"),
            ("unknown.csv", "INS1,INS2,INS9\n7,1,1\n",
             "unknown.csv:1: instant has no item INS9\n"),
            ("empty.csv", "", "empty.csv: is empty"),
            ("header.csv", head, "header.csv: a header and no rows\n"),
            ("nul.csv", head + "7,1,a\0b\n", "nul.csv:2: a NUL byte"),
            ("gbk.csv", (head + "7,1,很好\n").encode("gb18030"),
             "--encoding gb18030"),
            ("quote.csv", head + '7,1,"open\n', "quote.csv:2: "),
            ("channel.csv", "INS1,INS2,channel\n7,1,fax\n",
             "channel.csv:2: channel: "),
            ("province.csv", "INS1,INS2,province\n7,1,99\n",
             "province.csv:2: province: "),
            ("time.csv", "INS1,INS2,event_at\n7,1,yesterday\n",
             "time.csv:2: event_at: "),
            ("future.csv", "INS1,INS2,event_at\n7,1,2099-01-01\n",
             "future.csv:2: event_at: more than a day in the future"),
            ("past.csv", "INS1,INS2,event_at\n7,1,1999-12-31\n",
             "past.csv:2: event_at: before the year 2000"),
            ("id.csv", "INS1,INS2,id\n7,1,"
             "6ba7b810-9dad-11d1-80b4-00c04fd430c8\n", "id.csv:2: id: "),
            ("flags.csv", "INS1,INS2,flags\n7,1,65536\n",
             "flags.csv:2: flags: "),
            ("rate.csv", "INS1,INS2,rate\n7,1,1.5\n", "rate.csv:2: rate: "),
            ("phone.csv", "INS1,INS2,phone\n7,1,13912345678\n",
             "--hash-key FILE"),
            ("comment.csv", head + "7,1," + "x" * 2001 + "\n",
             "comment.csv:2: INS3: longer than 2000 bytes")):
        write(name, content)
        done = dry(name, code=2)
        assert done.stdout.count("\n") <= 1, done
        assert done.stderr.count("\n") == 1, (name, done.stderr)
        assert message in done.stderr, (name, done.stderr)
        assert "13912345678" not in done.stderr
        forget(name)


def refuses_files():
    assert "no such file" in dry("nothing.csv", code=2).stderr
    os.mkdir("folder.csv")
    assert "not a regular file" in dry("folder.csv", code=2).stderr
    os.rmdir("folder.csv")
    os.mkfifo("pipe.csv")
    assert "not a regular file" in dry("pipe.csv", code=2).stderr
    os.remove("pipe.csv")
    write("closed.csv", "INS1,INS2\n1,1\n")
    os.chmod("closed.csv", 0)
    if os.geteuid():
        assert "no permission" in dry("closed.csv", code=1).stderr
    forget("closed.csv")
    with open("long.csv", "wb") as f:  # a line of 1 GB, without its blocks
        f.write(b"INS1,INS2\n7,")
        f.truncate(1 << 30)
    assert "long.csv:2: " in dry("long.csv", code=2).stderr
    forget("long.csv")


def wants_usage():
    write("a.csv", "INS1,INS2\n7,1\n")
    for options, message in (
            ((), "--survey"), (("--survey", "instant"), "--collector"),
            (("--survey", "instant", "--collector", "tcp://127.0.0.1:9"),
             "--key"),
            (("--survey", "nosuch", "--surveys", SURVEYS, "--dry-run"),
             "nosuch.yaml"),
            (("--survey", "instant", "--dry-run"), "--surveys"),
            (("--survey", "instant", "--surveys", SURVEYS, "--dry-run",
              "--channel", "fax"), "--channel"),
            (("--survey", "instant", "--surveys", SURVEYS, "--dry-run",
              "--province", "00"), "--province"),
            (("--survey", "instant", "--surveys", SURVEYS, "--dry-run",
              "--date", "soon"), "not a date"),
            (("--survey", "instant", "--surveys", SURVEYS, "--dry-run",
              "--date", "2099-01-01"), "--date: more than a day in the"),
            (("--survey", "instant", "--surveys", SURVEYS, "--dry-run",
              "--encoding", "latin1"), "latin1")):
        done = run("manyi-agent", "import", *options, "a.csv", code=2)
        assert message in done.stderr, (options, done.stderr)
    run("manyi-agent", "import", code=2)
    assert "'nothing'" in run("manyi-agent", "nothing", code=2).stderr
    assert "command is missing" in run("manyi-agent", code=2).stderr
    assert run("manyi-agent", "import", "--help").stdout.count("300") == 1
    for words in (["--help"], ["--version"], ["import", "--help"],
                  ["outbox", "--help"]):
        assert "manyi-agent" in run("manyi-agent", *words).stdout
    forget("a.csv")


# ---- with a collector ----

def takes_formats(collector):
    """One table in every dress; the rows are the same."""
    rows = [(rnd.randint(1, 10), rnd.randint(1, 5), "%d. 很好" % n)
            for n in range(20)]
    rows[3] = (rows[3][0], rows[3][1], 'two\nlines, "quoted"')

    def table(separator, end, header=("INS1", "INS2", "INS3", "province",
                                      "operator"),
              where=("42", "CT")):
        lines = [separator.join(header)]
        lines += [separator.join((str(a), str(b),
                                  '"%s"' % c.replace('"', '""'), *where))
                  for a, b, c in rows]
        return end.join(lines) + end

    chinese = ("INS1", "INS2", "意见", "省份", "运营商")
    dresses = [
        (table(",", "\n"), ()),
        ("\ufeff" + table(",", "\r\n"), ()),
        (table("\t", "\r\n"), ()),
        (table(";", "\n"), ()),
        ("\ufeff" + table(",", "\r\n", chinese, ("湖北省", "中国电信")), ()),
        (table(",", "\n", chinese, ("湖北", "电信")).encode("gb18030"),
         ("--encoding", "gb18030"))]
    for n, (content, options) in enumerate(dresses):
        first = len(stored("1"))
        write("dress.csv", content)
        counts, said = send(collector, "dress.csv", "--codes",
                            ROOT + "/surveys/codes", *options)
        assert counts["accepted"] == 20 and not said, (n, counts, said)
        got = stored("province, operator, answers, comment")[first:]
        assert [(g[0], g[1]) for g in got] == [("42", "CT")] * 20, got
        assert [tuple(g[2][:2]) for g in got] == [r[:2] for r in rows], n
        assert [g[3] for g in got] == [r[2] for r in rows], n
        forget("dress.csv")


def takes_fields(collector):
    """Every column has its place; numbers and addresses stay here."""
    run("manyi-keys", "hash", "hash.key")
    uuid = "019ab3f2-5c00-7abc-8def-0123456789ab"
    write("all.csv",
          "id,event_at,answered_at,operator,province,org,touchpoint,class,"
          "stratum,rate,channel,frame,entry,手机号码,入网日期,staff,"
          "duration_ms,flags,AGE,城乡,nonsense,%s\n"
          "%s,2026-11-20 08:00,2026-11-20T08:05:00+08:00,移动,31,CM31,APP,"
          "GLD,U1,2.5%%,web,open,ivr,+86 139-1234-5678,2019/1/5,Zhang,"
          "65000,6,3,农村,,%s\n"
          ",2026-11-20 08:00,,CM,上海,,,,,,,,,13912345678,2019-01-05,,,,,,"
          "x,%s\n" % (",".join(ITEMS), uuid, ",".join(["9"] * 18 + ["2"] +
                                                    ["9"] * 5),
                      "," * (len(ITEMS) - 1)))
    counts, said = send(collector, "all.csv", "--surveys", SURVEYS,
                        "--hash-key", "hash.key", "--channel", "sms",
                        "--frame", "third", survey="tcsi-mobile")
    assert counts["accepted"] == 2, counts
    assert said == "all.csv:1: 1 column ignored: nonsense\n", said
    one, two = stored(
        "hex(id), event_at, answered_at, operator, product, province, org, "
        "touchpoint, class, stratum, rate_ppm, channel, frame, entry, "
        "duration_ms, flags, hex(attributes), hex(respondent), length(staff),"
        "length(salt)", "product = 'MOB'")
    assert one[:16] == (
        uuid.replace("-", "").upper(), 1795132800000, 1795133100000, "CM",
        "MOB", "31", "CM31", "APP", "GLD", "U1", 25000, 1, 1, 1, 65000,
        one[15]), one
    assert one[15] & 0xffff == 6 and one[16].startswith("0302"), one
    assert two[3:6] == ("CM", "MOB", "31") and two[11:14] == (0, 2, 0), two
    assert one[17] == two[17] and len(one[17]) == 32, (one, two)
    assert one[18:] == (16, 16), one
    assert two[1] == two[2] == 1795132800000, two
    for name in ("store.db", "store.db-wal", "all.csv.outbox", "log"):
        if os.path.exists(name):
            with open(name, "rb") as f:
                assert b"1391234" not in f.read(), name
    forget("all.csv", "hash.key")


def masks_comments(collector):
    write("say.csv", "INS1,INS2,INS3\n"
          "3,1,请打 139-1234-5678 或 a.b@c.com 找我\n"
          "3,1,证件 11010519491231002X，一三九一二三四五六七八\n"
          "3,1,等了30分钟 12345\n")
    first = len(stored("1"))
    send(collector, "say.csv")
    assert [c for c, in stored("comment")[first:]] == [
        "请打 *********** 或 * 找我", "证件 *****************，***********",
        "等了30分钟 12345"], stored("comment")[first:]
    forget("say.csv")


def takes_short_form(collector):
    write("sms.csv", "SAT1,SAT2,SAT3\n7,8,9\n")
    assert "LOY3" in send(collector, "sms.csv", survey="tcsi-mobile",
                          code=2)[1]
    counts, _ = send(collector, "sms.csv", "--channel", "sms",
                     survey="tcsi-mobile")
    assert counts["accepted"] == 1, counts
    forget("sms.csv")


def counts_once(collector):
    """The same file again: known.  Its outbox gone: duplicates."""
    write("once.csv", "INS1,INS2\n" + "".join(
        "%d,%d\n" % (rnd.randint(1, 10), rnd.randint(1, 5))
        for _ in range(500)))
    first = len(stored("1"))
    assert send(collector, "once.csv")[0]["accepted"] == 500
    assert os.stat("once.csv.outbox").st_mode & 0o777 == 0o600
    again = send(collector, "once.csv")[0]
    assert again["accepted"] == again["owed_messages"] == 0, again
    forget("once.csv.outbox")
    os.rename("once.csv", "copy.csv")
    assert send(collector, "copy.csv")[0]["duplicate"] == 500
    assert len(stored("1")) == first + 500
    # a changed file is another import, and not by accident
    with open("copy.csv", "a") as f:
        f.write("7,1\n")
    said = send(collector, "copy.csv", code=2)[1]
    assert "another content" in said and "another --outbox" in said, said
    assert "count again unless they name person and moment" in said, said
    assert "other options" not in said
    forget("copy.csv")


def skips_bad(collector):
    write("some.csv", "INS1,INS2\n" + "7,1\n" * 30 + "0,1\n" * 25)
    first = len(stored("1"))
    counts, said = send(collector, "some.csv", code=2)
    assert said.count("\n") == 21 and "5 more bad rows" in said, said
    assert not os.path.exists("some.csv.outbox")
    assert len(stored("1")) == first
    write("some.bad.csv", "mine\n")
    _, said = send(collector, "some.csv", "--skip-bad", code=2)
    assert "some.bad.csv: is there already" in said, said
    assert not os.path.exists("some.csv.outbox")
    with open("some.bad.csv") as f:
        assert f.read() == "mine\n"
    forget("some.bad.csv")
    counts, said = send(collector, "some.csv", "--skip-bad")
    assert (counts["accepted"], counts["bad"]) == (30, 25), counts
    assert len(stored("1")) == first + 30
    assert ("some.csv: 25 bad rows are in some.bad.csv: mend and import that "
            "file\n") in said, said
    assert os.stat("some.bad.csv").st_mode & 0o777 == 0o600
    with open("some.bad.csv") as f:
        assert f.read() == "INS1,INS2\n" + "0,1\n" * 25
    # killed before its first commit, it finds its own file there
    forget("some.csv.outbox")
    assert send(collector, "some.csv", "--skip-bad")[0]["duplicate"] == 30
    forget("some.csv", "some.bad.csv")


def keeps_bad_as_they_are(collector):
    """Whatever the dress, bad rows leave byte for byte, and mended they are
    all that is sent."""
    head, good, bad = "INS1;INS2;意见\r\n", '7;1;"好\r\n;"\r\n', \
        '70;1;"坏""\r\n了"\r\n'
    for name, encoding, options in (
            ("dress.csv", "gb18030", ("--encoding", "gb18030")),
            ("dress", "utf-8-sig", ())):
        content = (head + "\r\n".join(["", ""]) + good + bad + good + bad
                   + "71;2").encode(encoding)
        write(name, content)
        counts, said = send(collector, name, "--skip-bad", "--codes",
                            ROOT + "/surveys/codes", *options)
        assert (counts["accepted"], counts["bad"]) == (2, 3), counts
        with open("dress.bad.csv", "rb") as f:
            kept = f.read()
        assert kept == (head + bad + bad + "71;2").encode(encoding), kept
        write("dress.bad.csv", kept.replace(b"70;", b"7;").replace(
            b"71;2", b"8;2;"))
        counts, said = send(collector, "dress.bad.csv", "--codes",
                            ROOT + "/surveys/codes", *options)
        assert (counts["accepted"], counts["rows"]) == (3, 3), (counts, said)
        forget(name, "dress.bad.csv")


def counts_people_once(collector):
    """One cell mended, the file renamed, the outbox lost: who is named with
    his moment stays one person."""
    run("manyi-keys", "hash", "hash.key")
    rows = ["%d,%d,1390000%04d,2026-11-%02d %02d:%02d" % (
        rnd.randint(1, 10), rnd.randint(1, 5), n, 1 + n % 20, n % 24, n % 60)
        for n in range(60)]
    head = "INS1,INS2,phone,event_at\n"
    key = ("--hash-key", "hash.key")
    first = len(stored("1"))
    wrong = list(rows)
    wrong[17] = "99" + rows[17][rows[17].index(","):]
    write("calls.csv", head + "\n".join(wrong) + "\n")
    counts, said = send(collector, "calls.csv", "--skip-bad", *key)
    assert (counts["accepted"], counts["bad"]) == (59, 1), counts
    assert ("1 bad row is in calls.bad.csv: mend and import that file"
            in said), said
    write("calls.csv", head + "\n".join(rows) + "\n")
    said = send(collector, "calls.csv", "--skip-bad", *key, code=2)[1]
    assert "person and moment" in said, said
    counts, _ = send(collector, "calls.csv", "--outbox", "new.outbox", *key,
                     "--province", "42")
    assert (counts["accepted"], counts["duplicate"]) == (1, 59), counts
    rnd.shuffle(rows)
    write("other.csv", head + "\n".join(rows) + "\n")
    assert send(collector, "other.csv", *key)[0]["duplicate"] == 60
    assert len(stored("1")) == first + 60
    # twice in one file: the same response; the second fills what was missing
    write("pair.csv", head + "7,,13911111111,2026-11-20\n"
          "7,2,13911111111,2026-11-20\n7,2,13911111111,2026-11-20\n"
          "7,2,13911111111,2026-11-21\n7,2,,2026-11-20\n7,2,,2026-11-20\n")
    counts, _ = send(collector, "pair.csv", *key)
    assert (counts["accepted"], counts["filled"], counts["duplicate"]) == (
        4, 1, 1), counts
    forget("calls.csv", "calls.bad.csv", "new.outbox", "other.csv", "pair.csv",
           "hash.key")
    forget("new")


def dry_runs(collector):
    write("dry.csv", "INS1,INS2\n7,1\n")
    first = len(stored("1"))
    assert "rows=1 bad=0 dry_run=yes" in dry("dry.csv").stdout
    send(collector, "dry.csv", "--dry-run")
    assert os.listdir(".").count("dry.csv.outbox") == 0
    assert len(stored("1")) == first
    forget("dry.csv")


def keeps_refused(collector):
    """What the collector refuses is listed until retried or dropped."""
    add_client("north", "submit,describe", "--channels", "agent", "--frames",
               "invited", "--units", "11")
    collector.reload()
    write("mixed.csv", "INS1,INS2,province\n7,1,11\n8,1,42\n9,1,11\n")
    counts, said = send(collector, "mixed.csv", key="north", code=1)
    assert (counts["accepted"], counts["refused"]) == (2, 1), counts
    assert "refused 1 response: manyi-agent outbox mixed.csv.outbox list" \
        in said, said
    assert "mixed.csv:3: refused by the collector: rights\n" in said, said
    box = ("outbox", "mixed.csv.outbox")
    listed = run("manyi-agent", *box, "list").stdout
    assert "refused_responses=1" in listed and "reason=rights" in listed
    assert "refused line=3 id=" in listed, listed
    assert re.search(r" at=20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00\n",
                     listed), listed
    run("manyi-agent", *box, "retry")
    counts, _ = send(collector, "mixed.csv", key="north", code=1)
    assert (counts["duplicate"], counts["refused"]) == (2, 1), counts
    run("manyi-keys", "remove", "clients.yaml", "north")
    add_client("north", "submit,describe", "--channels", "agent", "--frames",
               "invited", "--units", "11,42")
    collector.reload()
    run("manyi-agent", *box, "retry")
    counts, _ = send(collector, "mixed.csv", key="north")
    assert (counts["accepted"], counts["duplicate"]) == (1, 2), counts
    assert "1 acknowledged" in run("manyi-agent", *box, "replay").stdout
    counts, _ = send(collector, "mixed.csv", key="north")
    assert counts["duplicate"] == 3, counts
    assert "0 refused" in run("manyi-agent", *box, "drop").stdout
    run("manyi-agent", *box, "nothing", code=2)
    run("manyi-agent", "outbox", "no.outbox", "list", code=2)
    assert "0 acknowledged" in run("manyi-agent", *box, "replay", "--since",
                                   "2099-01-01").stdout
    forget("mixed.csv")


def tries_again(collector):
    """A wrong option of which nothing was taken is no dead end."""
    write("frame.csv", "INS1,INS2\n" + "7,1\n" * 5)
    box = ("outbox", "frame.csv.outbox")
    first = len(stored("1"))
    counts, said = send(collector, "frame.csv", "--frame", "regulator", code=1)
    assert counts["refused"] == 5 and "refused 5 responses" in said, said
    said = send(collector, "frame.csv", code=2)[1]
    assert "other options" in said and "frame.csv.outbox drop" in said, said
    run("manyi-agent", *box, "retry")
    assert "pending_messages=1" in run("manyi-agent", *box, "list").stdout
    assert "5 refused responses" in run("manyi-agent", *box, "drop").stdout
    assert run("manyi-agent", *box, "list").stdout == (
        "pending_messages=0 acknowledged_messages=0 refused_responses=0\n")
    counts, _ = send(collector, "frame.csv", "--frame", "regulator", code=1)
    assert counts["refused"] == 5, counts
    run("manyi-agent", *box, "drop")
    assert send(collector, "frame.csv")[0]["accepted"] == 5
    said = send(collector, "frame.csv", "--frame", "open", code=2)[1]
    assert "other options" in said and "another --outbox" in said, said
    assert len(stored("1")) == first + 5
    forget("frame.csv")


def wants_right_keys(collector):
    write("key.csv", "INS1,INS2\n7,1\n")
    run("manyi-keys", "client", "stranger.key")
    said = send(collector, "key.csv", "--surveys", SURVEYS, key="stranger",
                code=1)[1]
    assert "does not know this key" in said, said
    assert "pending_messages=1" in run("manyi-agent", "outbox",
                                       "key.csv.outbox", "list").stdout
    done = run("manyi-agent", "import", "--collector", collector.url,
               "--server-key", "stranger.key.pub", "--key", "agent.key",
               "--survey", "instant", "--surveys", SURVEYS, "key.csv", code=1)
    assert "server key" in done.stderr, done.stderr
    assert send(collector, "key.csv")[0]["accepted"] == 1
    done = run("manyi-agent", "import", "--collector", collector.url,
               "--server-key", "server.key.pub", "--key", "agent.key.pub",
               "--survey", "instant", "key.csv", code=2)
    assert "agent.key.pub: is a public key" in done.stderr, done.stderr
    os.chmod("stranger.key", 0o644)
    assert "stranger.key" in send(collector, "key.csv", key="stranger",
                                  code=1)[1]
    assert "no such survey there: 'nosuch'" in send(collector, "key.csv", "--outbox", "x.outbox",
                            survey="nosuch", code=2)[1]
    forget("key.csv", "stranger.key", "stranger.key.pub")


def goes_on(collector):
    """Stopped while the collector is away; the same command goes on."""
    rows = 30000
    write("stop.csv", "INS1,INS2\n" + "".join(
        "%d,%d\n" % (rnd.randint(1, 10), rnd.randint(1, 5))
        for _ in range(rows)))
    collector.kill()
    words = command(collector, "--survey", "instant", "--surveys", SURVEYS)
    first = subprocess.Popen([os.path.join(BIN, "manyi-agent"), *words,
                              "stop.csv"], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    wait_for(lambda: os.path.exists("stop.csv.outbox"))
    time.sleep(0.3)
    first.send_signal(signal.SIGTERM)
    out, said = first.communicate(timeout=60)
    assert "goes on from here" in said, said
    assert " of=%d " % rows in out or "rows=%d " % rows in out, out
    assert first.returncode == 1
    done = run("manyi-agent", *words, "--timeout", "1", "stop.csv", code=1)
    assert "no connection" in done.stderr, done.stderr
    done = run("manyi-agent", *words, "--province", "11", "stop.csv", code=2)
    assert "other options" in done.stderr, done.stderr
    collector.start()
    before = len(stored("1"))
    known = len(set(stored("hex(id), entry")))  # what is filled stands twice
    assert send(collector, "stop.csv", "--surveys", SURVEYS)[0]["rows"] == rows
    assert len(stored("1")) == before + rows
    assert len(set(stored("hex(id), entry"))) == known + rows
    forget("stop.csv")


def main():
    refuses()
    refuses_files()
    wants_usage()
    # a path, not a port that somebody else may get while nobody listens
    collector = Collector(settings={"--listen": "ipc://socket"})
    add_client("agent", "submit,describe", "--channels", "agent,sms,web",
               "--frames", "invited,open,third")
    collector.start()
    for test in (takes_formats, takes_fields, masks_comments,
                 takes_short_form, counts_once, skips_bad,
                 keeps_bad_as_they_are, counts_people_once, dry_runs,
                 keeps_refused, tries_again, wants_right_keys, goes_on):
        test(collector)
    collector.stop()
    for name in os.listdir("."):
        os.remove(name)


main()
