"""SIGHUP: keys and definitions are read again, and a revoked key is out at
once, also on a connection that is open; a bad file changes nothing."""
import os
import shutil

from gateway import ROOT, Client, Collector, add_client, main, response, run


def start():
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "open")
    add_client("other", "submit,describe", "--channels", "web", "--frames",
               "open")
    os.mkdir("surveys")
    shutil.copy(ROOT + "/surveys/definitions/repair.yaml", "surveys")
    return Collector(settings={"--surveys": "surveys"}).start()


def a_revoked_key_is_out_at_once():
    c = start()
    web, other = Client(c, "web"), Client(c, "other")
    version = web.version()
    assert other.version() == version
    run("manyi-keys", "remove", "clients.yaml", "web")
    c.reload()
    reply = web.ask("submit", survey="repair", version=version,
                    responses=[response()])
    assert reply["reason"] == "identity", reply
    assert c.metrics()[("refused_total", "identity")] == 1
    late = Client(c, "web")  # nor does it get in again
    assert late.ask("describe", seconds=0.5, survey="repair") is None
    late.close()
    ack = other.ask("submit", survey="repair", version=version,
                    responses=[response()])
    assert ack["accepted"] == 1, ack
    add_client("web", "submit,describe", "--channels", "web", "--frames",
               "open")
    c.reload()
    ack = web.ask("submit", survey="repair", version=version,
                  responses=[response()])
    assert ack["accepted"] == 1, ack
    web.close()
    other.close()
    c.stop()


def rights_change_at_once():
    c = start()
    web = Client(c, "web")
    version = web.version()
    run("manyi-keys", "remove", "clients.yaml", "web")
    add_client("web", "submit", "--channels", "web", "--frames", "open",
               "--units", "11")
    c.reload()
    ack = web.ask("submit", survey="repair", version=version,
                  responses=[response(province="44"),
                             response(province="11")])
    assert ack["accepted"] == 1, ack
    assert [r["reason"] for r in ack["rejected"]] == ["rights"]
    assert web.ask("describe", survey="repair")["reason"] == "rights"
    web.close()
    c.stop()


def a_new_definition_is_known():
    c = start()
    web = Client(c, "web")
    old = web.version()
    with open("surveys/repair.yaml") as f:
        text = f.read()
    with open("surveys/repair.yaml", "w") as f:
        f.write(text.replace("Repair rating", "Rating of a repair"))
    shutil.copy(ROOT + "/surveys/definitions/instant.yaml", "surveys")
    assert web.ask("describe", survey="instant")["reason"] == "survey"
    c.reload()
    new = web.version()
    while new == old:  # it becomes known when it is stored
        new = web.version()
    assert web.ask("describe", survey="instant")["type"] == "survey"
    for version in (old, new):
        ack = web.ask("submit", survey="repair", version=version,
                      responses=[response()])
        assert ack["accepted"] == 1, ack
    web.close()
    c.stop()


def a_bad_file_changes_nothing():
    c = start()
    web = Client(c, "web")
    version = web.version()
    with open("surveys/broken.yaml", "w") as f:
        f.write("survey: broken\nitems: [\n")
    c.reload()
    assert "event=reload_failed" in c.log()
    assert "surveys/broken.yaml" in c.log(), c.log()
    os.remove("surveys/broken.yaml")
    with open("clients.yaml", "a") as f:
        f.write("- name: BAD NAME\n")
    c.reload()
    assert c.log().count("event=reload_failed") == 2
    ack = web.ask("submit", survey="repair", version=version,
                  responses=[response()])
    assert ack["accepted"] == 1, ack
    assert c.get("/healthz")[0] == 200
    web.close()
    c.stop()


if __name__ == "__main__":
    main(a_revoked_key_is_out_at_once, rights_change_at_once,
         a_new_definition_is_known, a_bad_file_changes_nothing)
