"""Definitions that are not as they should be, given to whoever reads them: the
checker, a fit, and a collector that starts."""
import os

from gateway import Collector, add_client, main
from refusals import CODES, DATA, SURVEYS, Done, as_anybody, put, refuse, write

with open(SURVEYS + "/repair.yaml", encoding="utf-8") as file:
    REPAIR = file.read()
PATHS = "    - {from: TIM, to: [SAT]}\n    - {from: TEC, to: [SAT]}\n"


def edit(old, new):
    return put(REPAIR, old, new)


def each_reader(name, code, place, cause, before=()):
    """The same words from all three."""
    refuse(code, place, cause, "manyi-survey", "check", name, before=before)
    refuse(code, place, cause, "manyi-survey", "describe", name, before=before)
    refuse(code, place, cause, "manyi-scorer", "fit", "--survey", name,
           "--data", DATA, before=before)
    os.mkdir("s")
    os.rename(name, "s/" + name)
    words = Collector(settings={"--surveys": "s"}).command()
    refuse(code, "s/" + place, cause, "manyi-collector", *words[1:],
           before=before)
    os.rename("s/" + name, name)
    os.rmdir("s")


def start():
    Collector()
    add_client("web", "submit", "--channels", "web", "--frames", "open")


def one_problem():
    start()
    for name, text, place, cause in (
            ("key", edit("short: [", "shrot: ["), ":55:1: ",
             "unknown key 'shrot'"),
            ("block", edit("items: [REP3]", "items: []"), ":63:14: ",
             "items is empty"),
            ("nothing", edit("items: [REP3]", "items:"), ":63:7: ",
             "items is empty"),
            ("title", edit("{zh-CN: 维修服务评价, en: Repair rating}", "{}"),
             ":9:8: ", "title is empty"),
            ("twice", edit("items: [REP3]", "items: [REP3, REP1]"), ":71:15: ",
             "item REP1 is in construct TIM already"),
            ("again", edit("[REP4A, REP4B]", "[REP4A, REP4A]"), ":67:22: ",
             "item REP4A is in construct TEC already"),
            ("cycle", edit(PATHS, PATHS + "    - {from: SAT, to: [TIM]}\n"),
             ":75:24: ", "cyclic path: TIM -> SAT -> TIM"),
            ("self", edit("{from: TEC, to: [SAT]}", "{from: TEC, to: [TEC]}"),
             ":74:24: ", "a path from TEC to itself"),
            ("pieces", edit("    - {from: TEC, to: [SAT]}\n", ""), ":64:7: ",
             "no path links TEC with TIM"),
            ("turned", edit("{min: 1, max: 10}", "{min: 10, max: 1}"),
             ":15:12: ", "scale turned round: min 10, max 1"),
            ("mixed", edit("code: REP4B\n    scale: {min: 1, ",
                           "code: REP4B\n    scale: {min: 0, "), ":67:22: ",
             "mixed scales: REP4B is 0-10, REP4A is 1-10"),
            ("chinese", edit("您报修的故障", "您报修的故障" * 8), ":55:15: ",
             "REP2 in zh-CN: 78 UTF-16 units, an SMS has room for 59"),
            ("english", edit("Is the fault", "Is the fault " * 9), ":55:15: ",
             "REP2 in en: 177 septets, an SMS has room for 138"),
            ("item", edit("code: REP5", "code: REP1"), ":42:11: ",
             "item REP1 twice"),
            ("field", edit("survey: repair", "survey: repair\nsurvey: b"),
             ":9:1: ", "key 'survey' twice"),
            ("gbk", REPAIR.encode().replace("维修服务评价".encode(),
                                            "维修".encode("gb18030")),
             ":9:17: ", "not UTF-8"),
            ("bytes", REPAIR.encode().replace("维修".encode(), b"\xff\xfe"),
             ":9:16: ", "not UTF-8"),
            ("nul", edit("Repair", "Rep\0air"), ":9:31: ", "a NUL byte"),
            ("anchor", edit("title: {", "title: &t {"), ":9:8: ", "anchors"),
            ("alias", edit("{zh-CN: 及时性, en: Timeliness}", "*t"),
             ":62:14: ", "aliases"),
            ("tag", edit("survey: repair", "survey: !!str repair"), ":8:9: ",
             "tags"),
            ("bomb", "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b]\n",
             ":1:4: ", "anchors"),
            ("deep", "a: " + "[" * 5000 + "]" * 5000, ":1:", "too deep"),
            ("long", REPAIR + "#" * (1 << 20), ": ",
             "longer than 1048576 bytes"),
            ("empty", "", ": ", "is empty"),
            ("list", "- a\n- b\n", ":1:1: ", "must be a map"),
            ("syntax", edit("en: Repair rating}", "en: Repair rating"),
             ":10:5: ", ""),
            ("tab", edit("  - code: REP3", "\t- code: REP3"), ":27:", "tab"),
            ("second", REPAIR + "---\n" + REPAIR, ":76:1: ",
             "a second document"),
            ("which", edit("items: [REP3]", "items: [REP9]"), ":63:15: ",
             "unknown item 'REP9'"),
            ("where", edit("index: SAT", "index: LOY"), ":75:10: ",
             "unknown construct 'LOY'"),
            ("scheme", edit("scheme: path", "scheme: paht"), ":57:11: ",
             "'paht' is none of path, centroid, factorial"),
            ("wide", edit("{min: 1, max: 10}", "{min: 1, max: 999}"),
             ":15:12: ", "a scale of 999 points, at most 254"),
            ("code", edit("survey: repair", "survey: Repair"), ":8:9: ",
             "'Repair' is no code of a survey"),
            ("control", edit("short: [", '"sh\\n\\e[2Jort": ['), ":55:1: ",
             "a control character")):
        write(name + ".yaml", text)
        each_reader(name + ".yaml", 2, name + ".yaml" + place, cause)


def several_problems():
    """`check` tells all of all files, and of no good one on stderr."""
    start()
    write("one.yaml", put(put(put(REPAIR, "short: [", "shrot: ["), "mode: A",
                              "mode: C"), "index: SAT", "index: LOY"))
    write("two.yaml", edit("code: TIM", "code: SAT"))
    good = SURVEYS + "/repair.yaml"
    done = Done(["manyi-survey", "check", "one.yaml", good, "gone.yaml",
                 "two.yaml", "."])
    assert done.code == 2, done
    assert done.out == good + ": repair, 7 items, 3 constructs\n", done
    assert done.err == ("one.yaml:55:1: unknown key 'shrot'\n"
                        "one.yaml:61:13: 'C' is none of A, B\n"
                        "one.yaml:75:10: unknown construct 'LOY'\n"
                        "gone.yaml: no such file\n"
                        "two.yaml:68:13: construct SAT twice\n"
                        "two.yaml:73:14: unknown construct 'TIM'\n"
                        ".: is a directory\n"), done
    # who only wants to use it is told the first
    refuse(2, "one.yaml:55:1: ", "unknown key 'shrot'", "manyi-scorer", "fit",
           "--survey", "one.yaml", "--data", DATA)


def not_readable():
    start()
    write("closed.yaml", REPAIR)
    os.chmod("closed.yaml", 0)
    anybody = as_anybody()
    if anybody is not None:
        each_reader("closed.yaml", 1, "closed.yaml: ", "no permission",
                    anybody)
    for name, cause in (("gone.yaml", "no such file"), (".", "is a directory")):
        refuse(2, name + ": ", cause, "manyi-survey", "check", name)
        refuse(2, name + ": ", cause, "manyi-scorer", "fit", "--survey", name,
               "--data", DATA)
    for folder, cause in (("gone", "No such file"), ("web.key", "Not a dir")):
        words = Collector(settings={"--surveys": folder}).command()
        refuse(2, "surveys: %s: " % folder, cause, "manyi-collector",
               *words[1:])


def usage():
    for words, place, cause in (
            ((), "", "check or describe?"),
            (("check",), "", "no FILE to check"),
            (("list", "x"), "no such command: ", "list"),
            (("describe",), "describe ", "one FILE"),
            (("describe", "--format", "xml", "x"), "no such format: ", "xml"),
            (("check", "--nosuch", "x"), "no such option: ", "--nosuch"),
            (("describe", "--format"), "a value is missing: ", "--format")):
        refuse(2, place, cause, "manyi-survey", *words)


if __name__ == "__main__":
    main(one_problem, several_problems, not_readable, usage)
