/* http_tls_test.c - TLS, and a server that lets in whoever its CA vouches for.
 *
 * The certificates are made here; the client is GnuTLS. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "collector/http.h"
#include "raw_http.h"

/* ---- certificates ---- */

struct identity {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
};

static struct identity ca, server, client, expired, stranger, wrong_purpose;
static char folder[] = "tls-XXXXXX";

static void check(int rc)
{
    if (rc < 0)
        fail_msg("GnuTLS: %s", gnutls_strerror(rc));
}

/* Signed by `by`, NULL: by itself; NULL purpose: a CA. */
static struct identity make(const char *name, const char *purpose,
                            const struct identity *by, time_t ends)
{
    static uint8_t serial;
    struct identity id;

    check(gnutls_x509_privkey_init(&id.key));
    check(gnutls_x509_privkey_generate(id.key, GNUTLS_PK_ECDSA, 256, 0));
    check(gnutls_x509_crt_init(&id.crt));
    serial++;
    check(gnutls_x509_crt_set_version(id.crt, 3));
    check(gnutls_x509_crt_set_serial(id.crt, &serial, 1));
    check(gnutls_x509_crt_set_activation_time(id.crt, time(NULL) - 7200));
    check(gnutls_x509_crt_set_expiration_time(id.crt, ends));
    check(gnutls_x509_crt_set_dn_by_oid(id.crt, GNUTLS_OID_X520_COMMON_NAME, 0,
                                        name, (unsigned)strlen(name)));
    check(gnutls_x509_crt_set_key(id.crt, id.key));
    check(gnutls_x509_crt_set_basic_constraints(id.crt, !purpose, -1));
    if (purpose)
        check(gnutls_x509_crt_set_key_purpose_oid(id.crt, purpose, 0));
    check(gnutls_x509_crt_set_key_usage(id.crt,
                                        purpose ? GNUTLS_KEY_DIGITAL_SIGNATURE
                                                : GNUTLS_KEY_KEY_CERT_SIGN));
    check(gnutls_x509_crt_sign2(id.crt, by ? by->crt : id.crt,
                                by ? by->key : id.key, GNUTLS_DIG_SHA256, 0));
    return id;
}

static void forget(struct identity *id)
{
    gnutls_x509_crt_deinit(id->crt);
    gnutls_x509_privkey_deinit(id->key);
}

static const char *path_of(const char *name)
{
    static char paths[16][64];
    static size_t next;
    char *path = paths[next++ % 16];

    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void write_pem(const char *name, mode_t mode, const gnutls_datum_t *pem)
{
    const int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, mode);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, pem->data, pem->size), pem->size);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void save(const char *name, const struct identity *id)
{
    gnutls_datum_t pem;
    char file[32];

    check(gnutls_x509_crt_export2(id->crt, GNUTLS_X509_FMT_PEM, &pem));
    snprintf(file, sizeof file, "%s.pem", name);
    write_pem(file, 0644, &pem);
    gnutls_free(pem.data);
    check(gnutls_x509_privkey_export2(id->key, GNUTLS_X509_FMT_PEM, &pem));
    snprintf(file, sizeof file, "%s.key", name);
    write_pem(file, 0600, &pem);
    gnutls_free(pem.data);
}

static int make_all(void **state)
{
    const time_t later = time(NULL) + 7200, before = time(NULL) - 3600;
    const gnutls_datum_t nonsense = {(uint8_t *)folder, 10};

    (void)state;
    if (!mkdtemp(folder))
        return -1;
    ca = make("our CA", NULL, NULL, later);
    server = make("manyi.test", GNUTLS_KP_TLS_WWW_SERVER, &ca, later);
    client = make("proxy", GNUTLS_KP_TLS_WWW_CLIENT, &ca, later);
    expired = make("old proxy", GNUTLS_KP_TLS_WWW_CLIENT, &ca, before);
    wrong_purpose = make("a server", GNUTLS_KP_TLS_WWW_SERVER, &ca, later);
    stranger = make("stranger", GNUTLS_KP_TLS_WWW_CLIENT, NULL, later);
    save("ca", &ca);
    save("server", &server);
    save("client", &client);
    write_pem("nonsense.pem", 0600, &nonsense);
    return 0;
}

static int remove_all(void **state)
{
    static const char *const files[] = {
        "ca.pem",     "ca.key",     "server.pem",   "server.key",
        "client.pem", "client.key", "nonsense.pem",
    };
    struct identity *all[] = {&ca,      &server,   &client,
                              &expired, &stranger, &wrong_purpose};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(path_of(files[i]));
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        forget(all[i]);
    return rmdir(folder);
}

/* ---- server and client ---- */

static enum status hello(void *ctx, const struct http_request *r,
                         struct http_answer *a)
{
    (void)ctx;
    return r->body_len ? buffer_add(&a->body, r->body, r->body_len)
                       : buffer_add(&a->body, "hello", 5);
}

static const struct http_route routes[] = {
    {"GET", "/", hello, NULL, 0},
    {"POST", "/", hello, NULL, 20000},
};

static struct http_options options(bool mutual)
{
    struct http_options o = {.address = "127.0.0.1:0",
                             .loopback = true,
                             .routes = routes,
                             .count = 2,
                             .connections = 16,
                             .deadline_ms = 1000};

    o.tls_certificate = path_of("server.pem");
    o.tls_key = path_of("server.key");
    o.tls_clients = mutual ? path_of("ca.pem") : NULL;
    return o;
}

static unsigned serve(struct http_server **h, bool mutual)
{
    const struct http_options o = options(mutual);
    struct err err = {.text = ""};

    if (http_start(&o, h, &err) != ST_OK)
        fail_msg("%s", err.text);
    return http_port(*h);
}

/* The status of the answer to `request`, or a negative error of GnuTLS;
 * `who` is NULL for a client without a certificate. */
static int ask(unsigned port, const struct identity *who,
               const char *priorities, const char *request, char *out,
               size_t size)
{
    gnutls_certificate_credentials_t c;
    struct identity self = who ? *who : (struct identity){0};
    gnutls_session_t session;
    const int fd = raw_connect(port);
    ssize_t n = 0;
    size_t len = 0;
    int rc;

    check(gnutls_certificate_allocate_credentials(&c));
    check(gnutls_certificate_set_x509_trust(c, &ca.crt, 1));
    if (who)
        check(gnutls_certificate_set_x509_key(c, &self.crt, 1, self.key));
    check(gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT));
    check(gnutls_priority_set_direct(session, priorities, NULL));
    check(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, c));
    gnutls_session_set_verify_cert(session, "manyi.test", 0);
    gnutls_transport_set_int(session, fd);
    gnutls_handshake_set_timeout(session, 3000);
    do
        rc = gnutls_handshake(session);
    while (rc < 0 && !gnutls_error_is_fatal(rc));
    for (size_t sent = 0; rc >= 0 && request[sent]; sent += (size_t)n) {
        n = gnutls_record_send(session, request + sent, strlen(request + sent));
        if (n <= 0)
            break;
    }
    while (rc >= 0 && n > 0 && len + 1 < size) {
        n = gnutls_record_recv(session, out + len, size - 1 - len);
        if (n > 0)
            len += (size_t)n;
    }
    out[len] = '\0';
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(c);
    close(fd);
    if (rc < 0 || len == 0)
        return rc < 0 ? rc : n < 0 ? (int)n : GNUTLS_E_PREMATURE_TERMINATION;
    return (int)strtol(out + strlen("HTTP/1.x "), NULL, 10);
}

#define GET    "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
#define NORMAL "NORMAL"

static void test_tls(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h, false);
    static char out[40000], request[20000];
    struct http_counts counts;
    int n;

    (void)state;
    assert_int_equal(ask(port, NULL, NORMAL, GET, out, sizeof out), 200);
    assert_non_null(strstr(out, "\r\n\r\nhello"));
    /* more than one record */
    n = snprintf(request, sizeof request,
                 "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                 "Content-Length: 19000\r\n\r\n");
    memset(request + n, 'x', 19000);
    assert_int_equal(ask(port, NULL, NORMAL, request, out, sizeof out), 200);
    assert_non_null(strstr(out, "\r\n\r\nxxxxx"));
    assert_int_equal(strlen(strstr(out, "\r\n\r\n")), 19004);
    /* a certificate that nobody asked for */
    assert_int_equal(ask(port, &client, NORMAL, GET, out, sizeof out), 200);
    /* versions */
    assert_int_equal(
        ask(port, NULL, "NORMAL:-VERS-ALL:+VERS-TLS1.2", GET, out, sizeof out),
        200);
    assert_true(ask(port, NULL, "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT", GET,
                    out, sizeof out) < 0);
    http_counts(h, &counts);
    assert_int_equal(counts.requests, 4);
    http_stop(&h);
}

static void test_mutual_tls(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h, true);
    static const char *const versions[] = {"NORMAL:-VERS-ALL:+VERS-TLS1.2",
                                           "NORMAL:-VERS-ALL:+VERS-TLS1.3"};
    struct http_counts counts;
    char out[4096];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const char *v = versions[i];

        assert_int_equal(ask(port, &client, v, GET, out, sizeof out), 200);
        assert_true(ask(port, NULL, v, GET, out, sizeof out) < 0);
        assert_true(ask(port, &stranger, v, GET, out, sizeof out) < 0);
        assert_true(ask(port, &expired, v, GET, out, sizeof out) < 0);
        assert_true(ask(port, &wrong_purpose, v, GET, out, sizeof out) < 0);
    }
    http_counts(h, &counts);
    assert_int_equal(counts.requests, 2);
    http_stop(&h);
}

/* Whoever does not speak TLS, or stops in the middle, is dropped in time. */
static void test_no_tls(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h, true);
    const int silent = raw_connect(port);
    char out[4096];

    (void)state;
    assert_true(raw_ask(port, GET, out, sizeof out));
    assert_null(strstr(out, "200"));
    assert_true(raw_ask(port, "\x16\x03\x01\x02\x01\x01\x01\xfc\x03\x03", out,
                        sizeof out));
    assert_true(raw_read(silent, out, sizeof out, NULL, 5000));
    close(silent);
    assert_int_equal(ask(port, &client, NORMAL, GET, out, sizeof out), 200);
    http_stop(&h);
}

/* ---- files ---- */

static void refuse(const struct http_options *o, enum status want,
                   const char *words)
{
    struct http_server *h = NULL;
    struct err err = {.text = ""};

    assert_int_equal(http_start(o, &h, &err), want);
    assert_null(h);
    if (!strstr(err.text, words))
        fail_msg("said: %s", err.text);
}

static void test_files(void **state)
{
    struct http_options o = options(true);

    (void)state;
    o.tls_key = NULL;
    refuse(&o, ST_INVALID, "without its key");
    o.tls_key = path_of("client.key");
    refuse(&o, ST_INVALID, "server.pem: certificate and key");
    o.tls_key = path_of("nonsense.pem");
    refuse(&o, ST_INVALID, "server.pem");
    o.tls_key = path_of("lost.key");
    refuse(&o, ST_NOTFOUND, "lost.key");
    o = options(true);
    o.tls_clients = path_of("nonsense.pem");
    refuse(&o, ST_INVALID, "nonsense.pem: no certificate");
    o.tls_clients = path_of("lost.pem");
    refuse(&o, ST_NOTFOUND, "lost.pem");
    o = options(true);
    o.tls_certificate = NULL;
    refuse(&o, ST_INVALID, "without a certificate");
    o = options(false);
    assert_int_equal(chmod(path_of("server.key"), 0640), 0);
    refuse(&o, ST_REFUSED, "server.key: mode 0640");
    assert_int_equal(chmod(path_of("server.key"), 0600), 0);
}

/* It would be run hundreds of times when every allocation is failed in turn,
 * and tell no more. */
static int skip_in_torture(void **state)
{
    (void)state;
    if (getenv("FAIL_AT"))
        skip();
    return 0;
}

#define LONG_ONE(f) cmocka_unit_test_setup(f, skip_in_torture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LONG_ONE(test_tls),
        LONG_ONE(test_mutual_tls),
        LONG_ONE(test_no_tls),
        LONG_ONE(test_files),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, make_all, remove_all);
}
