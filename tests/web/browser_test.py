"""The real programs in a real browser: flows.js answers links in every way that
the pages allow, and then the collector's store has of each link exactly what
was answered, once."""
import json
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.environ["ROOT"], "tests", "flow"))
from gateway import (ROOT, Client, add_client, campaign, event, invitation,
                     main, response, wait_for)
from webgate import Web, begin, today, token, token_id
from webstore import ADAPTED, CORRECTED, events, log, query

HERE = os.path.join(ROOT, "tests", "web")
SITE = ("--name", "中国电信", "--phone", "10000", "--hours", "8:00-20:00",
        "--icp", "京ICP备12345678号-1", "--police", "京公网安备11010102000001号",
        "--controller", "中国电信集团有限公司，北京市西城区金融大街31号",
        "--contact", "privacy@example.cn", "--notice", "2026-1",
        "--keep-months", "24", "--posts-a-minute", "200")
PRODUCT = {"repair": "FIX", "tcsi-mobile": "MOB", "tongues": "BBD"}


class Campaign:
    """The links of one survey."""

    def __init__(self, invite, name, survey, number):
        self.invite, self.name, self.survey = invite, name, survey
        self.version = invite.version(survey)
        self.number = number
        with open("surveys/%s.yaml" % survey) as f:
            items = f.read().split("\nitems:")[1]
        self.codes = re.findall(r"^  - code: ([A-Z]\w*)$",
                                re.split(r"\n(?:short|model):", items)[0],
                                re.M)
        self.serials = 0
        self.ids = {}

    def links(self, count, day=None):
        day = today() + 10 if day is None else day
        serials = range(self.serials + 1, self.serials + count + 1)
        self.serials += count
        made = [invitation(self.version, survey=self.survey, gateway="sms",
                           id=token_id(s, self.number, day), channel="web",
                           campaign=self.name, product=PRODUCT[self.survey])
                for s in serials]
        ack = self.invite.ask("invite", invitations=made)
        assert ack["accepted"] == count, ack
        tokens = [token(s, self.number, day) for s in serials]
        self.ids.update({t: i["id"] for t, i in zip(tokens, made)})
        return tokens

    def stored(self, answers):
        return bytes(0 if answers.get(code, "-") == "-" else
                     int(answers[code]) for code in self.codes)


def programs():
    shutil.copytree(ROOT + "/surveys/definitions", "surveys")
    shutil.copy(HERE + "/tongues.yaml", "surveys")
    add_client("web2", "submit,describe,invitation,event,campaigns,copy,erase",
               "--channels", "web", "--frames", "invited,open")
    add_client("sms", "submit,event", "--channels", "sms", "--frames",
               "invited")
    c, web, _, number, invite = begin(settings={"--surveys": "surveys"},
                                      options=SITE)
    all = {"repair": Campaign(invite, "autumn", "repair", number)}
    boss = Client(c, "boss")
    for survey in ("tcsi-mobile", "tongues"):
        number = campaign(invite, boss, survey, invite.version(survey),
                          survey=survey)["number"]
        all[survey] = Campaign(invite, survey, survey, number)
    boss.close()
    web2 = Web("ipc://socket", "--pages", "construct", *SITE, name="web2")
    web2.options["--key"] = "web2.key"
    web2.start()
    for w in (web, web2):
        wait_for(lambda: w.metrics()[("surveys", None)] == 3)
    return c, web, web2, all, invite


def special(c, repair):
    """Links that are not to be answered (any more)."""
    full, gone = repair.links(2)
    [late] = repair.links(1, day=today() - 1)
    sms = Client(c, "sms")
    ack = sms.ask("submit", survey="repair", version=repair.version, responses=[
        response(id=repair.ids[full], channel="sms", frame="invited",
                 answers=repair.stored({k: "1" for k in repair.codes[:-1]}),
                 comment="done", product=None)])
    assert ack["accepted"] == 1, ack
    ack = sms.ask("event",
                  events=[event("opt_out", {"id": repair.ids[gone]})])
    assert ack["accepted"] == 1, ack
    sms.close()
    return {"answered": full, "closed": gone, "expired": late,
            "unknown": token(1000000, repair.number, today() + 10),
            "broken": full[:-1] + ("3" if full[-1] != "3" else "4")}


def check(all, link, want):
    """What is stored of one link."""
    campaign = all[want["survey"]]
    id = campaign.ids[link]
    rows = query("SELECT * FROM log WHERE id = x'%s' ORDER BY seq" % id.hex())
    starts = [e for e in events("started") if e["invitation"] == id]
    assert len(starts) == (0 if want.get("unseen") else 1), (want, starts)
    if want.get("erased"):
        assert rows and not any(r["answers"] or r["comment"] for r in rows)
        return len(rows)
    got = [r["answers"] for r in rows]
    may = [[campaign.stored(r) for r in want["rows"]]]
    if "or" in want:
        may.append([campaign.stored(want["or"])])
    assert got in may, (want, got, may)
    for i, row in enumerate(rows):
        assert (row["comment"] or "") == want["comment"], (want, row["comment"])
        assert bool(row["flags"] & CORRECTED) == (i > 0), row["flags"]
    return len(rows)


def browsers():
    c, web, web2, all, invite = programs()
    given = {survey: a.links(30) for survey, a in all.items()}
    given.update(special(c, all["repair"]))
    given.update({"one": "http://127.0.0.1:%d" % web.port,
                  "construct": "http://127.0.0.1:%d" % web2.port})
    node = subprocess.run(["node", HERE + "/flows.js"], input=json.dumps(given),
                          stdout=subprocess.PIPE, text=True)
    assert node.returncode == 0, node.returncode
    done = json.loads(node.stdout)
    web.stop()   # all that it owed is at the collector now
    web2.stop()
    rows = sum(check(all, link, want) for link, want in done.items())
    log(rows + 1)  # the one by SMS
    for text in (web.log(), web2.log(), c.log()):
        assert not any(link in text for link in done)
    invite.close()
    c.stop()


main(browsers)
