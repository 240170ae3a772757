"""How manyi-web is reached: TLS, a proxy with a certificate, a UNIX socket;
and what it says when it cannot begin."""
import http.client
import os
import socket
import ssl
import stat
import subprocess

from gateway import BIN, main, run, wait_for
from webgate import Web, begin, links, token_key
from webstore import REPAIR, log


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def certificates():
    """A CA and what it signed: server.pem for localhost, proxy.pem."""
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
            "ca.pem", "-subj", "/CN=Test CA", "-days", "2")
    for name, more in (("server", "subjectAltName=DNS:localhost"),
                       ("proxy", "extendedKeyUsage=clientAuth")):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-keyout", name + ".tls", "-out", name + ".csr",
                "-subj", "/CN=" + name)
        with open(name + ".ext", "w") as f:
            f.write(more)
        openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem",
                "-CAkey", "ca.key", "-CAcreateserial", "-out", name + ".pem",
                "-days", "2", "-extfile", name + ".ext")
        os.chmod(name + ".tls", 0o600)


def get(port, path, certificate=None):
    context = ssl.create_default_context(cafile="ca.pem")
    if certificate:
        context.load_cert_chain(certificate + ".pem", certificate + ".tls")
    c = http.client.HTTPSConnection("localhost", port, context=context,
                                    timeout=60)
    # the name of the certificate, the address of the door
    c._create_connection = lambda _, *args: socket.create_connection(
        ("127.0.0.1", port), *args)
    c.request("GET", path)
    r = c.getresponse()
    text = r.read()
    c.close()
    return r, text


def tls():
    certificates()
    c, web, version, number, invite = begin(options=(
        "--tls-certificate", "server.pem", "--tls-key", "server.tls"))
    [link] = links(invite, version, number, [1])
    r, text = get(web.port, "/s/" + link)
    assert r.status == 200 and "维修".encode() in text
    assert r.headers["Strict-Transport-Security"].startswith("max-age=")
    web.stop()
    web.more += ["--tls-clients", "ca.pem"]
    web.start()
    assert get(web.port, "/s/" + link, "proxy")[0].status == 200
    try:
        get(web.port, "/s/" + link)
        raise AssertionError("let in without a certificate")
    except (ssl.SSLError, http.client.RemoteDisconnected, ConnectionError):
        pass
    web.stop()
    invite.close()
    c.stop()


def unix_socket():
    c, web, version, number, invite = begin()
    [link] = links(invite, version, number, [1])
    web.stop()
    web.options["--listen"] = "unix:web.sock"
    web.start()
    mode = os.stat("web.sock").st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o660, oct(mode)
    conn = http.client.HTTPConnection("localhost")
    conn.sock = socket.socket(socket.AF_UNIX)
    conn.sock.connect("web.sock")
    body = "do=submit&at=REP1&" + "&".join(
        "%s=%s" % (k, v) for k, v in REPAIR.items() if k != "REP6")
    conn.request("POST", "/s/" + link, body,
                 {"Content-Type": "application/x-www-form-urlencoded"})
    r = conn.getresponse()
    assert r.status == 303 and r.read() == b""
    conn.close()
    log(1)
    web.stop()
    invite.close()
    c.stop()


def refused(web, words, code=2):
    done = subprocess.run(web.command(), capture_output=True, text=True,
                          timeout=60)
    lines = [x for x in done.stderr.split("\n") if x.startswith("manyi-web: ")]
    assert done.returncode == code, (done, words)
    assert len(lines) == 1 and words in lines[0], (lines, words)


def bad_starts():
    run("manyi-keys", "server", "server.key")
    run("manyi-keys", "client", "web.key")

    def web(*options, **changed):
        w = Web("ipc://socket", *options)
        w.options.update({"--" + k.replace("_", "-"): v
                          for k, v in changed.items()})
        return w
    token_key()
    os.chmod("token.key", 0o644)
    refused(web(), "token.key", 1)
    os.chmod("token.key", 0o600)
    refused(web(collector=""), "collector: is missing")
    refused(web(server_key=""), "server-key: is missing")
    refused(web(token_key="nowhere"), "nowhere")
    refused(web(key="server.key.pub"), "server.key.pub")
    refused(web("--open", "Repair"), "open: 'Repair'")
    refused(web("--open", "repair,,instant"), "open: 'repair,,instant'")
    refused(web("--root-files", "nowhere"), "nowhere")
    refused(web(listen="nonsense"), "nonsense")
    refused(web(metrics="0.0.0.0:0"), "0.0.0.0", 1)
    refused(web("--tls-certificate", "web.key", "--tls-key", "web.key"),
            "web.key")
    refused(web("--pages", "many"), "pages")
    refused(web("--posts-a-minute", "0"), "posts-a-minute")
    refused(web("more"), "more")
    run("manyi-agent", "outbox", "web.outbox", "list")  # mends anybody's
    Web("ipc://socket").start().stop()
    done = subprocess.run(
        [BIN + "/manyi-invite", "send", "--collector", "ipc://socket",
         "--server-key", "server.key.pub", "--key", "web.key", "--outbox",
         "web.outbox"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and done.stderr == (
        "manyi-invite: web.outbox: is the outbox of manyi-web\n"), done
    with open("api.yaml", "w") as f:
        f.write("- name: app\n  hash: 12\n")
    os.chmod("api.yaml", 0o600)
    refused(web("--api-keys", "api.yaml"), "api.yaml:")
    with open("broken", "w") as f:
        f.write("not an outbox" * 100)
    os.chmod("broken", 0o600)
    refused(web(outbox="broken"), "broken")
    # one gateway to an outbox; a second one is refused at once
    first = web().start()
    refused(web(), "web.outbox", 1)
    first.stop()
    # all that is wrong with a configuration at once
    with open("web.yaml", "w") as f:
        f.write('web:\n  collector: "tcp://x"\n  open: "A b"\n'
                '  codes: nowhere\n')
    done = subprocess.run([os.path.join(BIN, "manyi-web"), "-c", "web.yaml",
                           "--check-config"], capture_output=True, text=True)
    assert done.returncode == 2, done
    for n, word in ((2, "tcp://x"), (3, "A b"), (4, "nowhere")):
        assert any("web.yaml:%d:" % n in line and word in line
                   for line in done.stderr.split("\n")), done


def told_in_the_log():
    """What nobody would see before a customer does."""
    c, web, version, number, invite = begin(options=("--open", "repair,repare"))
    wait_for(lambda: "event=survey_missing survey=repare" in web.log())
    c.kill()
    wait_for(lambda: "event=collector_away" in web.log())
    c.start()
    wait_for(lambda: "event=collector_back" in web.log())
    assert web.log().count("event=survey_missing") == 1, web.log()
    assert web.log().count("event=collector_away") == 1, web.log()
    web.stop()
    c.stop()


main(tls, unix_socket, bad_starts, told_in_the_log)
