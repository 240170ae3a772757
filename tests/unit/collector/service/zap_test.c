/* zap_test.c - real CURVE handshakes: a known, an unknown and a revoked key. */
#include "collector/zap.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <czmq.h>

#include "collector/log.h"
#include "collector/service.h"

static struct key_pair server_key, known_key, other_key;
static struct metric accepted = {.name = "accepted", .labels = ""};
static struct metric refused = {.name = "refused", .labels = ""};

static struct clients *table_of(const struct key_pair *k)
{
    struct client c = {.name = "web-1",
                       .types = 1u << RIGHT_SUBMIT,
                       .channels = 1u << CHANNEL_WEB,
                       .frames = 1u << FRAME_TEST};
    struct clients *table = NULL;
    struct err err;

    memcpy(c.key, k->public_key, sizeof c.key);
    assert_int_equal(clients_add("clients.yaml", &c, &err), ST_OK);
    assert_int_equal(clients_load("clients.yaml", &table, &err), ST_OK);
    assert_int_equal(unlink("clients.yaml"), 0);
    return table;
}

static zsock_t *make_server(char endpoint[64])
{
    zsock_t *s = zsock_new(ZMQ_ROUTER);

    assert_non_null(s);
    zsock_set_zap_domain(s, ZAP_DOMAIN);
    zsock_set_curve_server(s, 1);
    zsock_set_curve_secretkey(s, server_key.secret_key);
    zsock_set_rcvtimeo(s, 20000);
    assert_true(zsock_bind(s, "tcp://127.0.0.1:*") > 0);
    snprintf(endpoint, 64, "%s", zsock_endpoint(s));
    return s;
}

static zsock_t *make_client(const char *endpoint, const struct key_pair *k)
{
    zsock_t *s = zsock_new(ZMQ_DEALER);

    assert_non_null(s);
    zsock_set_curve_serverkey(s, server_key.public_key);
    zsock_set_curve_publickey(s, k->public_key);
    zsock_set_curve_secretkey(s, k->secret_key);
    zsock_set_sndtimeo(s, 20000);
    assert_int_equal(zsock_connect(s, "%s", endpoint), 0);
    return s;
}

/* Receive one [routing id, body]; its User-Id is `want`. */
static void expect_user(zsock_t *server, const char *want)
{
    zframe_t *id = zframe_recv(server), *body;

    assert_non_null(id);
    body = zframe_recv(server);
    assert_non_null(body);
    assert_false(zframe_more(body));
    assert_non_null(zframe_meta(body, "User-Id"));
    assert_string_equal(zframe_meta(body, "User-Id"), want);
    zframe_destroy(&id);
    zframe_destroy(&body);
}

/* Wait until the counter has moved past `from`. */
static void expect_moved(struct metric *m, int64_t from)
{
    for (int i = 0; i < 2000 && atomic_load(&m->value) <= from; i++)
        zclock_sleep(10);
    assert_true(atomic_load(&m->value) > from);
}

static void test_known_unknown_revoked(void **state)
{
    struct clients *table = table_of(&known_key);
    struct clients *without = table_of(&other_key);
    struct zap *zap = NULL;
    struct err err;
    char endpoint[64];
    zsock_t *server, *client, *again;
    int64_t before;

    (void)state;
    assert_int_equal(zap_start(table, &accepted, &refused, &zap, &err), ST_OK);
    server = make_server(endpoint);
    client = make_client(endpoint, &known_key);
    zstr_send(client, "2.385");
    expect_user(server, known_key.public_key);
    assert_true(atomic_load(&accepted.value) >= 1);
    assert_int_equal(atomic_load(&refused.value), 0);

    again = make_client(endpoint, &other_key);
    zstr_send(again, "not for you");
    expect_moved(&refused, 0);
    zsock_set_rcvtimeo(server, 50);
    assert_null(zframe_recv(server));
    zsock_destroy(&again);

    /* the one that is in stays in: the receiver looks its key up itself */
    zap_swap(zap, without);
    zsock_set_rcvtimeo(server, 20000);
    zstr_send(client, "17");
    expect_user(server, known_key.public_key);
    assert_null(clients_find(without, known_key.public_key));
    zsock_destroy(&client);

    before = atomic_load(&refused.value);
    client = make_client(endpoint, &known_key);
    expect_moved(&refused, before);
    zsock_destroy(&client);

    before = atomic_load(&accepted.value);
    client = make_client(endpoint, &other_key);
    zstr_send(client, "now I am known");
    expect_user(server, other_key.public_key);
    assert_true(atomic_load(&accepted.value) > before);
    zsock_destroy(&client);
    zsock_destroy(&server);
    zap_stop(&zap);
    assert_null(zap);
    clients_free(&table);
    clients_free(&without);
}

/* What a client says to a server without a handler; NULL when it is not heard:
 * the handler of the test before is still on its way out, and the handshake
 * was begun with it. */
static zframe_t *hear_somebody(void)
{
    char endpoint[64];
    zsock_t *server = make_server(endpoint);
    zsock_t *client = make_client(endpoint, &known_key);
    zframe_t *id, *body = NULL;

    zsock_set_rcvtimeo(server, 2000);
    zstr_send(client, "anybody there?");
    id = zframe_recv(server);
    if (id)
        body = zframe_recv(server);
    zframe_destroy(&id);
    zsock_destroy(&client);
    zsock_destroy(&server);
    return body;
}

/* libzmq lets everybody in then, and names nobody. */
static void test_no_handler_no_name(void **state)
{
    zframe_t *body = NULL;

    (void)state;
    for (int i = 0; i < 10 && !body; i++)
        body = hear_somebody();
    assert_non_null(body);
    assert_null(zframe_meta(body, "User-Id"));
    zframe_destroy(&body);
}

static void test_one_handler_a_process(void **state)
{
    struct clients *table = table_of(&known_key);
    struct zap *zap = NULL, *second = NULL;
    struct err err;

    (void)state;
    assert_int_equal(zap_start(table, &accepted, &refused, &zap, &err), ST_OK);
    assert_int_equal(zap_start(table, &accepted, &refused, &second, &err),
                     ST_IO);
    assert_null(second);
    assert_non_null(strstr(err.text, "in use"));
    zap_stop(&zap);
    clients_free(&table);
}

/* A request that this process would never make is refused, not believed. */
static void test_odd_requests(void **state)
{
    static const char *const mechanisms[] = {"NULL", "PLAIN", "CURVE"};
    struct clients *table = table_of(&known_key);
    struct zap *zap = NULL;
    struct err err;
    zsock_t *asker;

    (void)state;
    assert_int_equal(zap_start(table, &accepted, &refused, &zap, &err), ST_OK);
    asker = zsock_new_req("inproc://zeromq.zap.01");
    zsock_set_rcvtimeo(asker, 2000);
    for (size_t i = 0; i < 3; i++) {
        char *version = NULL, *id = NULL, *code = NULL;

        zsock_send(asker, "sssssss", "1.0", "7", ZAP_DOMAIN, "127.0.0.1", "",
                   mechanisms[i], "short");
        assert_int_equal(zsock_recv(asker, "sss", &version, &id, &code), 0);
        assert_string_equal(id, "7");
        assert_string_equal(code, "400");
        freen(version);
        freen(id);
        freen(code);
    }
    zstr_send(asker, "1.0"); /* one frame */
    {
        char *version = zstr_recv(asker);

        assert_string_equal(version, "1.0");
        freen(version);
    }
    zsock_destroy(&asker);
    zap_stop(&zap);
    clients_free(&table);
}

/* ZeroMQ's own handlers would swallow the signals that end us. */
static void test_signals_are_ours(void **state)
{
    struct sigaction now;

    (void)state;
    assert_int_equal(sigaction(SIGTERM, NULL, &now), 0);
    assert_ptr_equal(now.sa_handler, SIG_DFL);
    assert_int_equal(sigaction(SIGINT, NULL, &now), 0);
    assert_ptr_equal(now.sa_handler, SIG_DFL);
}

static int start(void **state)
{
    static struct service service;
    struct err err;

    if (service_start(&service, &err) != ST_OK)
        return -1;
    log_open(LEVEL_ERROR);
    *state = &service;
    if (key_make(&server_key) != ST_OK || key_make(&known_key) != ST_OK ||
        key_make(&other_key) != ST_OK)
        return -1;
    return 0;
}

static int end(void **state)
{
    service_stop(*state);
    zsys_shutdown();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_unknown_revoked),
        cmocka_unit_test(test_no_handler_no_name),
        cmocka_unit_test(test_one_handler_a_process),
        cmocka_unit_test(test_odd_requests),
        cmocka_unit_test(test_signals_are_ours),
    };

    return cmocka_run_group_tests(tests, start, end);
}
