/* crash_test.c - a gateway and its collector, each killed at random moments:
 * what the gateway's commit told is there, once, and nothing is there by half.
 *
 * Both are real and processes of their own; ROUNDS says how often one of them
 * is killed. */
#include "real.h"

#include <sys/random.h>

#include "collector/durable.h"
#include "collector/store.h"

static uint32_t below(uint32_t limit)
{
    uint32_t r = 0;

    assert_int_equal(getrandom(&r, sizeof r, 0), sizeof r);
    return r % limit;
}

/* ---- the gateway ---- */

/* What one commit of it owes: two responses and an event. */
static void add_step(struct sender *s, uint32_t n)
{
    const struct survey_name name = {"repair", repair};
    struct wire_event event = sample_event(n);
    struct submission two[2];
    struct err err = {""};

    fill_repair(&two[0], 2 * n);
    fill_repair(&two[1], 2 * n + 1);
    event.kind = EVENT_OPT_OUT;
    memset(event.invitation, 0, sizeof event.invitation);
    sample_id(n, event.respondent);
    if (sender_add(s, &name, two, 2, &err) != ST_OK ||
        sender_add_events(s, &event, 1, &err) != ST_OK)
        _exit(3);
}

static const struct durable_key last_key = {SENDER_SPACE, "last", 4};

static uint32_t last_step(struct sender *s)
{
    struct buffer got = {0};
    uint32_t n = 0;
    enum status st = durable_get(sender_table(s), last_key, &got, NULL);

    if (st == ST_OK && got.len == sizeof n)
        memcpy(&n, got.data, sizeof n);
    else if (st != ST_NOTFOUND)
        _exit(4);
    buffer_free(&got);
    return n;
}

static void step(struct sender *s, uint32_t n)
{
    if (sender_begin(s, NULL) != ST_OK)
        _exit(5);
    add_step(s, n);
    if (durable_put(sender_table(s), last_key, &n, sizeof n, NULL) != ST_OK ||
        sender_commit(s, NULL) != ST_OK)
        _exit(6);
}

/* Step by step from where the last one was killed, which is told in `out`; so
 * is each step after its commit.  With an `end`: up to there, and until nothing
 * is owed. */
static int serve(int out, uint32_t end)
{
    const struct client_options options = {.collector = URL,
                                           .server_key = server_key.public_key,
                                           .key = &gateway_key,
                                           .outbox = OUTBOX,
                                           .retry_ms = 300,
                                           .window = 8};
    struct outbox_counts c;
    struct sender *s = NULL;
    struct err err = {""};
    uint32_t n;

    if (sender_open(&options, &s, &err) != ST_OK)
        return 7;
    n = last_step(s);
    if (write(out, &n, sizeof n) != sizeof n)
        return 8;
    while (n < end) {
        step(s, ++n);
        if (write(out, &n, sizeof n) != sizeof n ||
            sender_turn(s, NULL, 0, n % 3, &err) != ST_OK)
            return 8;
    }
    do {
        if (sender_turn(s, NULL, 0, 20, &err) != ST_OK)
            return 9;
        sender_counts(s, &c);
    } while (c.pending);
    if (c.refused)
        return 10;
    sender_close(&s);
    return 0;
}

/* ---- killing them ---- */

static pid_t start_gateway(const int ends[2], uint32_t end)
{
    const pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0)
        _exit(serve(ends[1], end));
    return pid;
}

/* What was told so far.  No step is lost or made twice; the one at which a
 * gateway was killed, behind its commit and before its word, is told by the
 * next one's first word. */
static uint32_t read_told(int in, uint32_t told)
{
    uint32_t n;

    while (read(in, &n, sizeof n) == sizeof n) {
        assert_true(n == told || n == told + 1);
        told = n;
    }
    return told;
}

static uint32_t kill_at_random(const int ends[2])
{
    const char *rounds = getenv("ROUNDS");
    const int count = rounds ? (int)strtol(rounds, NULL, 10) : 30;
    pid_t collector = start_collector();
    pid_t gateway = start_gateway(ends, UINT32_MAX);
    uint32_t told = 0;

    for (int i = 0; i < count; i++) {
        usleep(1000 * (5 + below(150)));
        if (below(5) < 2) {
            kill_it(collector);
            usleep(1000 * below(100));
            collector = start_collector();
            continue;
        }
        kill_it(gateway);
        told = read_told(ends[0], told);
        gateway = start_gateway(ends, UINT32_MAX);
    }
    kill_it(gateway);
    told = read_told(ends[0], told);
    gateway = start_gateway(ends, told + 20);
    ends_well(gateway);
    told = read_told(ends[0], told);
    assert_int_equal(kill(collector, SIGTERM), 0);
    ends_well(collector);
    return told;
}

/* ---- what is in the store ---- */

struct found {
    uint32_t steps;
    uint8_t *times; /* of each response */
    size_t responses, events;
};

static enum status find_response(void *ctx, const struct store_row *row)
{
    const uint32_t number = sample_number(row->entry.response.id);
    struct found *f = ctx;

    assert_true(number >= 2 && number < 2 * (f->steps + 1));
    assert_int_equal(f->times[number]++, 0);
    f->responses++;
    return ST_OK;
}

static bool find_event(void *ctx, struct store_key k, const void *value,
                       size_t len)
{
    struct found *f = ctx;

    (void)value, (void)len;
    if (k.len != ID_SIZE) /* the collector's own note */
        return true;
    assert_true(sample_number(k.data) <= f->steps);
    f->events++;
    return true;
}

static void look_into_store(uint32_t steps)
{
    const struct watermark begin = {.len = 0};
    const struct store_key all = {"", 0}, end = {NULL, 0};
    struct found f = {.steps = steps, .times = calloc(steps + 1, 2)};
    struct watermark to;
    struct store *store = NULL;
    struct err err;

    assert_non_null(f.times);
    assert_int_equal(store_open(STORE, STORE_READ, &store, &err), ST_OK);
    assert_int_equal(store_scan(store, &begin, SCAN_NUMBERS, 0, find_response,
                                &f, &to, &err),
                     ST_OK);
    assert_int_equal(
        store_list(store, TABLE_EVENTS, all, end, find_event, &f, &err), ST_OK);
    assert_int_equal(f.responses, 2 * (size_t)steps);
    assert_int_equal(f.events, steps);
    store_close(&store);
    free(f.times);
}

/* ---- the test ---- */

static void test_killed(void **state)
{
    int ends[2];
    uint32_t told;

    (void)state;
    if (getenv("FAIL_AT")) /* it is other processes that do the work */
        skip();
    make_places();
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    told = kill_at_random(ends);
    assert_true(told > 20);
    look_into_store(told);
    close(ends[0]);
    close(ends[1]);
    remove_places();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_killed)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
