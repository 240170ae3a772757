"""manyi-scorer serve: what is asked over a connection is, byte for byte, what
the command line says of the store, for every kind of question."""
import os

from gateway import main, run
from serving import DAYS, Asker, Serve, hand_in, person, run_any, start

PROVINCES = ["11", "31", "44", "12", "13", "14", "15", "21", "22", "23"]
LOCAL = ["--store", "sqlite:store.db", "--cube", ""]
# what a kind needs to have something to tell
WORDS = {"compare": [["--against", "2026-09..2026-09", "--from", "2026-10"],
                     ["--between", "province", "--by", "operator"]],
         "ranks": [["--over", "province"]],
         "adjusted": [["--over", "province", "--for", "attribute1"]],
         "areas": [["--by", "province"],
                   ["--by", "province", "--covariates", "areas.csv"]],
         "modes": [["--reference", "sms"]],
         "mend": [["--by", "province"]],
         "outside": [["--by", "province", "--indicators", "indicators.csv"]]}
FILES = {"--covariates": ("areas.csv", "province,users\n" + "".join(
             "%s,%d\n" % (p, 5 + int(p) % 7) for p in PROVINCES)),
         "--indicators": (
             "indicators.csv",
             "period,subject,indicator,numerator,denominator,source,version\n"
             "2026-09,province=11,on_time,90,100,ops,1\n")}


def both(serve, kind, words, code=None, program=("manyi-scorer",)):
    """The same question to the store and to the serve: (code, out, said)."""
    told = []
    for place in (LOCAL, serve.connected()):
        if place is not LOCAL:  # files are those of the configuration
            words = [w for i, w in enumerate(words) if w not in FILES and
                     (i == 0 or words[i - 1] not in FILES)]
        done = run_any(*program, *kind.split(), *place, *words)
        told.append((done.returncode, done.stdout, done.stderr))
    assert told[0] == told[1], (kind, words, told)
    assert code is None or told[0][0] == code, told
    return told[0]


def every_kind_says_the_same():
    collector, client, draw = start()
    hand_in(client, [person(draw, frame="open", province="65")])
    hand_in(client, [person(draw, province=p)
                     for p in PROVINCES[3:]
                     for _ in range(60)])
    files = []
    for option, (name, text) in FILES.items():
        with open(name, "w") as f:
            f.write(text)
        if option in run("manyi-scorer", "serve", "--help").stdout:
            files += [option, name]
    serve = Serve().start()
    asker = Asker(serve)
    kinds = {k["name"]: k for k in asker.ask("describe")["kinds"]}
    assert "score" in kinds and "funnel" in kinds
    serve.stop()
    done = 0
    for with_files in (False, True):
        serve = Serve(*(files if with_files else [])).start()
        for kind in kinds:
            for words in WORDS.get(kind, [[]]):
                if any(w in FILES for w in words) != with_files:
                    continue
                for form in ("table", "csv", "json"):
                    code, out, said = both(serve, kind, [
                        "--survey", "tcsi-mobile", *DAYS, *words, "--format",
                        form])
                    assert code == 0, (kind, words, said)
                done += 1
        serve.stop()
    assert done >= len(kinds), done

    serve = Serve().start()
    ask = ["--survey", "tcsi", *DAYS]
    both(serve, "score", [*ask, "--by", "province,channel,period"], 0)
    both(serve, "score", ["--survey", "tcsi", "--from", "2026-09", "--as",
                          "reader", "--by", "province"], 0)
    both(serve, "score", [*ask, "--item-weights", "frozen", "--base",
                          "2026-09..2026-09", "--weighting", "design"], 0)
    both(serve, "score", [*ask, "--codes",
                          os.environ["ROOT"] + "/surveys/codes", "--by",
                          "province", "--where", "province=Beijing,31",
                          "--where", "operator=CT"], 0)
    # what is not there is told in the same words
    for words in (["--where", "province=11,64", "--where", "operator=XX"],
                  ["--where", "province=64"], ["--frame", "third"],
                  ["--from", "2025-01", "--to", "2025-02"]):
        code, _, said = both(serve, "score", [*ask, *words], 0)
        assert "no answers" in said or "met no answers" in said, said
    both(serve, "score", ["--survey", "nothing"], 2)
    both(serve, "score", [*ask, "--construct", "XYZ"], 2)
    both(serve, "score", ["--survey", "tcsi", "--from", "2026-10", "--to",
                          "2026-09"], 2)
    for form in ("csv", "json"):
        both(serve, "export scores", [*ask, "--by", "province",
                               "--format", form], 0,
             program=("manyi-report",))
    serve.stop()
    collector.stop()


main(every_kind_says_the_same)
