"""Files of answers that are not as they should be, given to `manyi-scorer fit`
and to `manyi-agent import`; and options of fit."""
import os
import subprocess

from gateway import main
from refusals import (BIN, CODES, DATA, ECSI, PHONE, SURVEYS, Done,
                      as_anybody, lines, put, refuse, works, write)

with open(DATA) as data:
    HEAD, *ROWS = data.read().splitlines()
GIGABYTE = 1 << 30


def fit(code, place, cause, name, *options, **more):
    return refuse(code, place, cause, "manyi-scorer", "fit", "--survey", ECSI,
                  "--data", name, *options, **more)


def import_words(name, *options, survey="ecsi-mobile"):
    """Nobody listens: what is wrong must show before anybody is asked."""
    return ("manyi-agent", "import", "--collector", "ipc://nobody",
            "--server-key", "server.key.pub", "--key", "agent.key",
            "--survey", survey, "--surveys", SURVEYS, "--timeout", "1",
            *options, name)


def take(code, place, cause, name, *options, survey="ecsi-mobile", **more):
    counts = r"(%s: rows=\d+ bad=\d+( [a-z_]+=0)+\n)?" % name.replace("/", ".")
    return refuse(code, place, cause,
                  *import_words(name, *options, survey=survey), out=counts,
                  **more)


def make_keys():
    for kind, name in (("server", "server.key"), ("client", "agent.key")):
        works("manyi-keys", kind, name)


def first(value, row=ROWS[1]):
    return value + "," + row.split(",", 1)[1]


def content():
    """Wrong for both, in the same words."""
    make_keys()
    plain = lines(HEAD, *ROWS)
    for name, text, line, cause in (
            ("missing", lines(*[r.split(",", 1)[1] for r in (HEAD, *ROWS)]),
             1, "no column for item CUEX1"),
            ("eleven", lines(HEAD, ROWS[0], first("11"), *ROWS[2:]), 3,
             "CUEX1: 11 is not on the scale 1-10"),
            ("zero", lines(HEAD, first("0")), 2, "CUEX1: 0 is not on the"),
            ("below", lines(HEAD, first("-3")), 2, "CUEX1: -3 is not on the"),
            ("fraction", lines(HEAD, ROWS[0], first("7.5")), 3,
             "CUEX1: a fraction"),
            ("word", lines(HEAD, first("ten")), 2, "CUEX1: not a whole number"),
            ("phone", lines(HEAD, ROWS[0], first(PHONE)), 3, "CUEX1: "),
            ("long", lines(HEAD, first("9" * 4000)), 2, "CUEX1: a number of"),
            ("short", lines(HEAD, ROWS[0], "1,2,3"), 3, "3 fields"),
            ("more", lines(HEAD, ROWS[0] + ",5"), 2, "25 fields"),
            ("quote", lines(HEAD, ROWS[0], '"5,4'), 3, "the quote"),
            ("behind", lines(HEAD, '"5"x' + ROWS[0][1:]), 2, "behind a"),
            ("twice", lines(HEAD + ",CUEX1", ROWS[0] + ",1"), 1,
             "column 'CUEX1' twice"),
            ("headless", lines(*[PHONE + "," + PHONE + "," + r
                                 for r in ROWS]), 1, "header"),
            ("wide", ",".join("c%d" % i for i in range(2000)) + "\n", 1,
             "2000 columns, at most 1024"),
            ("latin", (HEAD + ",x\n" + ROWS[0] + ",").encode() + b"\xe9\n", 2,
             "--encoding gb18030"),
            ("gbk", (HEAD + ",省份\n" + ROWS[0] + ",湖北\n").encode("gb18030"),
             1, "--encoding gb18030"),
            ("random", b"\x80" + os.urandom(9999).replace(b"\0", b"\xff"), 1,
             "--encoding gb18030"),
            ("nul", put(plain, ROWS[4], ROWS[4][:5] + "\0" + ROWS[4][5:]), 6,
             "a NUL byte"),
            ("nulhead", "\0" + plain, 1, "a NUL byte")):
        write(name + ".csv", text)
        for check in fit, take:
            check(2, "%s.csv:%d: " % (name, line), cause, name + ".csv")
    for name, text, cause in (
            ("empty", "", "is empty"), ("mark", "\ufeff", "is empty"),
            ("blank", "\n\r\n\n", "is empty"),
            ("utf16", plain.encode("utf-16"), "is UTF-16")):
        write(name + ".csv", text)
        for check in fit, take:
            check(2, name + ".csv: ", cause, name + ".csv")


def unknown_items():
    """A misspelt one is a missing one.  One too many is lost by an import, and
    is none of fit's business."""
    make_keys()
    write("misspelt.csv", lines(put(HEAD, "CUEX1", "CUEX9"), *ROWS))
    fit(2, "misspelt.csv:1: ", "no column for item CUEX1", "misspelt.csv")
    take(2, "misspelt.csv:1: ", "CUEX9", "misspelt.csv")
    write("unknown.csv", lines(HEAD + ",CUEX9", *[r + ",1" for r in ROWS]))
    take(2, "unknown.csv:1: ", "ecsi-mobile has no item CUEX9", "unknown.csv")
    assert works("manyi-scorer", "fit", "--survey", ECSI, "--data",
                 "unknown.csv").err == ""


def header_only():
    make_keys()
    for name, text in (("header.csv", HEAD + "\n"), ("bare.csv", HEAD)):
        write(name, text)
        fit(1, name + ": ", "fewer than two rows", name)
        take(2, name + ": ", "no rows", name)


def not_readable():
    make_keys()
    anybody = as_anybody()
    os.mkdir("folder.csv")
    write("closed.csv", lines(HEAD, *ROWS))
    os.chmod("closed.csv", 0)
    for check in fit, take:
        check(2, "gone.csv: ", "no such file", "gone.csv")
        check(2, "folder.csv: ", "", "folder.csv")
        if anybody is not None:
            check(1, "closed.csv: ", "no permission", "closed.csv",
                  before=anybody)
    os.mkfifo("pipe.csv")
    take(2, "pipe.csv: ", "not a regular file", "pipe.csv")


def feed(to):
    """A line of 1 GB, until nobody reads any more."""
    piece = b"x" * (1 << 20)
    try:
        to.write((HEAD + "\n5,").encode())
        for _ in range(GIGABYTE // len(piece)):
            to.write(piece)
        to.write(b"\n")
    except BrokenPipeError:
        pass


def a_gigabyte_in_a_line():
    """Refused in the memory of a short file."""
    make_keys()
    write("short.csv", HEAD + "\n5,")
    plain = [fit(2, "short.csv:2: ", "fields", "short.csv").peak,
             take(2, "short.csv:2: ", "fields", "short.csv").peak]
    for name, text, line in (("line.csv", HEAD + "\n5,", 2),
                             ("head.csv", "IMAG1,", 1),
                             ("quoted.csv", HEAD + '\n5,"\n', 2)):
        write(name, text + "x" * (2 << 20))
        os.truncate(name, GIGABYTE)  # the rest takes no room
        done = fit(2, "%s:%d: " % (name, line), "longer than 1048576 bytes",
                   name)
        assert done.peak < plain[0] + 8192, (done.peak, plain)
    done = take(2, "line.csv:2: ", "longer than 1048576 bytes", "line.csv")
    assert done.peak < plain[1] + 8192, (done.peak, plain)

    process = subprocess.Popen(
        [BIN + "/manyi-scorer", "fit", "--survey", ECSI, "--data", "-"],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    feed(process.stdin)
    said = process.stderr.read().decode()
    try:
        process.stdin.close()
    except BrokenPipeError:
        pass
    process.stderr.close()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 2
    assert said == ("manyi-scorer: standard input:2: a line longer than "
                    "1048576 bytes\n"), said
    assert usage.ru_maxrss < plain[0] + 8192, (usage.ru_maxrss, plain)


def columns_of_an_import():
    """What stands beside the answers; numbers of people turn up anywhere."""
    make_keys()
    for name, column, value, cause in (
            ("province", "province", "99", "province: neither"),
            ("name", "省份", "湖南北", "省份: neither"),
            ("channel", "channel", PHONE, "channel: "),
            ("frame", "frame", "opened", "frame: "),
            ("entry", "entry", "me", "entry: "),
            ("operator", "operator", "\x1b[31m", "operator: neither"),
            ("org", "org", PHONE * 2, "org: "),
            ("when", "event_at", PHONE, "event_at: not a time"),
            ("then", "answered_at", "2026-02-30", "answered_at: not a time"),
            ("rate", "rate", PHONE, "rate: not a rate"),
            ("id", "id", PHONE, "id: not a UUID"),
            ("duration", "duration_ms", "-1", "duration_ms: not a number"),
            ("flags", "flags", "65536", "flags: not a set"),
            ("respondent", "respondent", PHONE, "respondent: not 32 hexa"),
            ("staff", "staff", "Zhang", "staff: not 32 hexadecimal"),
            ("comment", "INS3", PHONE * 200, "INS3: longer than 2000")):
        write(name + ".csv", "INS1,INS2,%s\n7,1,%s\n" % (column, value))
        take(2, name + ".csv:2: ", cause, name + ".csv", "--codes", CODES,
             survey="instant")
    write("phone.csv", "INS1,INS2,phone\n7,1,%s\n" % PHONE)
    take(2, "phone.csv:1: ", "--hash-key FILE", "phone.csv", survey="instant")
    write("ends.csv", 'INS1,INS2,"a\nb\x1b"\n7,1,\n')
    done = works(*import_words("ends.csv", "--dry-run", survey="instant"))
    assert done.err == "ends.csv:1: 1 column ignored: a?b?\n", done


def options_of_an_import():
    make_keys()
    write("a.csv", "INS1,INS2\n7,1\n8,2\n")
    for option, value, place, cause in (
            ("--province", "00", "--province: ", "no such code"),
            ("--operator", "XX", "--operator: ", "no such code"),
            ("--product", "ZZZ", "--product: ", "no such code"),
            ("--date", "soon", "--date: ", "not a date"),
            ("--date", "2026-02-30", "--date: ", "not a date"),
            ("--channel", "fax", "--channel: ", "no such word"),
            ("--frame", "opened", "--frame: ", "no such word"),
            ("--entry", "me", "--entry: ", "no such word"),
            ("--encoding", "latin1", "", "'latin1': utf-8 or gb18030"),
            ("--codes", "nowhere", "nowhere/operators.csv: ", "no such file"),
            ("--surveys", "nowhere", "nowhere/instant.yaml: ", "no such file"),
            ("--survey", "nosuch", SURVEYS + "/nosuch.yaml: ", "no such file"),
            ("--hash-key", "no.key", "no.key: ", "No such file"),
            ("--hash-key", "agent.key", "agent.key: ", "64 hexadecimal"),
            ("--timeout", "0", "--timeout: ", "0 is not in 1 to"),
            ("--timeout", "soon", "--timeout: ", "not a whole number"),
            ("--collector", "nonsense", "'nonsense': ", "not an address"),
            ("--collector", "tcp://127.0.0.1:99999", "", "not an address"),
            ("--server-key", "no.pub", "no.pub: ", "No such file"),
            ("--server-key", "a.csv", "a.csv: ", "public key"),
            ("--key", "no.key", "no.key: ", "No such file"),
            ("--key", "server.key.pub", "server.key.pub: ",
             "is a public key"),
            ("--outbox", "no/where", "no/where: ", "No such file"),
            ("--outbox", "a.csv", "a.csv: ", "not a manyi table"),
            ("--nosuch", "x", "--nosuch: ", "no such option")):
        take(2, place, cause, "a.csv", option, value, survey="instant")


def options_of_fit():
    os.mkdir("folder")
    for option, value, place, cause in (
            ("--scheme", "paht", "--scheme: ", "'paht' is none of survey, p"),
            ("--missing", "none", "--missing: ", "'none' is none of"),
            ("--errors", "some", "--errors: ", "'some' is none of"),
            ("--format", "xml", "--format: ", "'xml' is none of"),
            ("--weight", "w", DATA + ":1: ", "no column w"),
            ("--bootstrap", "many", "--bootstrap: ", "not a whole number"),
            ("--bootstrap", "-1", "--bootstrap: ", "-1 is not in 0 to"),
            ("--seed", "1.5", "--seed: ", "not a whole number"),
            ("--threads", "0", "--threads: ", "0 is not in 1 to"),
            ("--encoding", "latin1", "", "'latin1': utf-8 or gb18030"),
            ("--survey", "gone.yaml", "gone.yaml: ", "no such file"),
            ("--resamples", "gone", "gone: ", "No such file"),
            ("--nosuch", "x", "--nosuch: ", "no such option")):
        fit(2, place, cause, DATA, option, value)
    fit(1, "folder: ", "Is a directory", DATA, "--resamples", "folder")
    for text, place, cause in (
            ("1,2,251\n", "r:1: ", "not 1 to 250"), ("0\n", "r:1: ", "not 1"),
            ("1,2\n-1\n", "r:2: ", "row numbers and commas"),
            ("1,2\n\n", "r:2: ", "row numbers and commas"),
            ("1,x\n", "r:1: ", "row numbers"), ("1.5\n", "r:1: ", "row num"),
            (b"1,\0,2\n", "r:1: ", "row numbers"), ("", "r:1: ", "is empty"),
            ("9" * 40 + "\n", "r:1: ", "not 1 to 250")):
        write("r", text)
        fit(2, place, cause, DATA, "--resamples", "r")
    write("r", "1,2,3\n")  # too few rows: a replicate that failed
    done = works("manyi-scorer", "fit", "--survey", ECSI, "--data", DATA,
                 "--resamples", "r", "--format", "json")
    assert done.err == ("manyi-scorer: 1 of 1 replicates failed (3 rows are "
                        "fewer than the 24 items of the model): no standard "
                        "errors\n") and '"replicates": [' in done.out, done


def weights():
    for value in ("-1", "x", "", "nan", "inf", "1e13", PHONE + "x"):
        write("w.csv", lines(HEAD + ",w", *[r + ",2" for r in ROWS[:30]],
                             ROWS[30] + "," + value))
        fit(2, "w.csv:32: ", "w: a weight is a number from 0", "w.csv",
            "--weight", "w")
    write("w.csv", lines(HEAD + ",w", *[r + ",0" for r in ROWS]))
    fit(1, "w.csv: ", "fewer than two rows with a weight", "w.csv", "--weight",
        "w")


def no_honest_number():
    """Exit 1, and the file and the item that make it impossible."""
    with open(ECSI) as f:
        write("b.yaml", f.read().replace("mode: A", "mode: B"))
    for name, rows, cause, options in (
            ("few", ROWS[:23], "23 rows are fewer than the 24 items", ()),
            ("one", ROWS[:1], "fewer than two rows", ()),
            ("constant", [first("7", r) for r in ROWS],
             "CUEX1: constant", ()),
            ("none", [first("", r) for r in ROWS], "CUEX1: no answers", ()),
            ("apart", ["," + r.split(",", 1)[1] if i % 2 else
                       ",".join([r.split(",")[0], "", *r.split(",")[2:]])
                       for i, r in enumerate(ROWS)],
             "fewer than two rows have both", ("--missing", "pairwise")),
            ("holes", [first("", r) for r in ROWS], "CUEX1: no answers",
             ("--missing", "complete")),
            ("gaps", [",".join(["", *r.split(",")[1:]] if i % 2 else
                               [*r.split(",")[:-1], ""])
                      for i, r in enumerate(ROWS)], "fewer than two rows",
             ("--missing", "complete")),
            ("equal", [",".join(r.split(",")[:1] + r.split(",")[:1] +
                                r.split(",")[2:]) for r in ROWS],
             "CUEX2", ("--survey", "b.yaml"))):
        write(name + ".csv", lines(HEAD, *rows))
        fit(1, name + ".csv: ", cause, name + ".csv", *options)


def nowhere_to_write():
    """A result that is lost is a failure."""
    make_keys()
    with open("/dev/full", "w") as full:
        done = Done(["manyi-scorer", "fit", "--survey", ECSI, "--data", DATA],
                    stdout=full)
        assert done.code == 1 and done.err.count("\n") == 1, done
        done = Done(["manyi-survey", "check", ECSI], stdout=full)
        assert done.code == 1 and done.err.count("\n") == 1, done


if __name__ == "__main__":
    main(content, unknown_items, header_only, not_readable,
         a_gigabyte_in_a_line, columns_of_an_import, options_of_an_import,
         options_of_fit, weights, no_honest_number, nowhere_to_write)
