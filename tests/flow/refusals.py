"""refusals - how a program says no: one line on stderr with the place and the
cause, the promised exit code, nothing on stdout, and nothing changed.
"""
import hashlib
import os
import re
import stat
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
BIN, ROOT = os.environ["BIN"], os.environ["ROOT"]
SURVEYS = ROOT + "/surveys/definitions"
CODES = ROOT + "/surveys/codes"
DATA = ROOT + "/tests/gold/data/mobi.csv"
ECSI = SURVEYS + "/ecsi-mobile.yaml"
SMALL = 1 << 20
PHONE = "13912345678"  # whatever was wrong, nobody is told it


def as_anybody():
    """What stands before a command that must not have root's power to read and
    write everything; None, and a word, where root here cannot put it down."""
    words = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
    if os.geteuid():
        return ()
    if subprocess.run([*words, "true"], stderr=subprocess.DEVNULL,
                      check=False).returncode == 0:
        return words
    print("root cannot put down its powers here: permissions not tested")
    return None


def write(name, content):
    with open(name, "wb") as f:
        f.write(content if isinstance(content, bytes) else content.encode())
    return name


def lines(*rows):
    return "\n".join(rows) + "\n"


def put(text, old, new):
    """The text with one change; the test is wrong where there is none."""
    assert old in text, old
    return text.replace(old, new, 1)


def look():
    """All that can be seen of this folder, but for a collector's log."""
    seen = {}
    for folder, _, files in os.walk("."):
        seen[folder] = os.stat(folder).st_mode
        for name in files:
            path = os.path.join(folder, name)
            if path == "./log":
                continue
            about = os.lstat(path)
            seen[path] = [about.st_mode, about.st_size, about.st_mtime_ns,
                          about.st_ino]
            if stat.S_ISREG(about.st_mode) and about.st_size <= SMALL and \
                    os.access(path, os.R_OK):
                with open(path, "rb") as f:
                    seen[path].append(hashlib.sha256(f.read()).digest())
    return seen


class Done:
    """A program that has ended."""

    def __init__(self, words, stdin=None, stdout=None, seconds=60, before=()):
        self.words = words
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(
                [*before, os.path.join(BIN, words[0]), *words[1:]],
                stdin=stdin or subprocess.DEVNULL, stdout=stdout or out,
                stderr=err)
            self.code, usage = end(process, seconds)
            self.peak = usage.ru_maxrss  # kB
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read().decode(), err.read().decode()

    def __str__(self):
        return "%s: exit %d\n%s%s" % (self.words, self.code, self.out, self.err)


def end(process, seconds):
    until = time.monotonic() + seconds
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage
        if time.monotonic() > until:
            process.kill()
        time.sleep(0.001)


def says(done, code, place, cause):
    """One line: the place comes first, and then somewhere the cause."""
    assert done.code == code, done
    assert done.err.count("\n") == 1 and done.err.endswith("\n"), done
    line = re.sub(r"^manyi-[a-z]+: ", "", done.err[:-1])
    assert line.isprintable(), done
    assert line.startswith(place) and cause in line[len(place):], \
        (place, cause, str(done))
    assert PHONE not in done.err + done.out, done


def refuse(code, place, cause, *words, out="", **more):
    """`out`: a pattern of what may stand on stdout."""
    before = look()
    done = Done(words, **more)
    says(done, code, place, cause)
    assert re.fullmatch(out, done.out), (out, str(done))
    after = look()
    assert after == before, (str(done), set(after) ^ set(before),
                             [k for k in before if after.get(k) != before[k]])
    return done


def works(*words, **more):
    done = Done(words, **more)
    assert done.code == 0, done
    return done
