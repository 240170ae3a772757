/* turn_test.c - a gateway's loop: its turns, whoever is there, and a disk that
 * is full. */
#include "owing.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

/* ---- turns ---- */

static int64_t clock_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A turn ends when its time is up or a descriptor can be read, whether anybody
 * is there or not. */
static void turns(struct sender *s)
{
    struct err err;
    int ends[2];
    int64_t start = clock_ms();

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(sender_turn(s, ends, 1, 60, &err), ST_OK);
    assert_true(clock_ms() - start >= 59);
    assert_int_equal(write(ends[1], "x", 1), 1);
    start = clock_ms();
    assert_int_equal(sender_turn(s, ends, 1, 60000, &err), ST_OK);
    assert_true(clock_ms() - start < 10000);
    assert_int_equal(sender_turn(s, NULL, 0, 0, &err), ST_OK);
    close(ends[0]);
    close(ends[1]);
}

static void test_turns(void **state)
{
    const struct client_options alone = {.outbox = sample_path(NAME)};
    struct peer p = {0};
    struct sender *s = NULL;
    struct err err;

    (void)state;
    assert_int_equal(sender_open(&alone, &s, &err), ST_OK);
    put(s, 1, 1, 0);
    turns(s);
    assert_false(sender_up(s));
    sender_close(&s);
    peer_open(&p);
    peer_close(&p);
    s = connect_to(&p, 0);
    turns(s);
    assert_false(sender_up(s));
    assert_int_equal(counts_of(s).pending, 1);
    peer_open(&p);
    turn_all(s, &p, peer_take);
    assert_true(sender_up(s));
    turns(s);
    sender_close(&s);
    peer_close(&p);
}

/* The acknowledgement is on disk a second later, without another commit. */
static void test_idle_settles(void **state)
{
    struct peer p = {0};
    struct buffer box = {0};
    struct sender *s;
    struct err err;
    int64_t start;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 0);
    put(s, 1, 1, 0);
    turn_all(s, &p, peer_take);
    start = clock_ms();
    assert_int_equal(sender_turn(s, NULL, 0, 1300, &err), ST_OK);
    assert_true(clock_ms() - start >= 1299);
    /* outbox_table.h: space 3 holds what is pending */
    assert_int_equal(durable_get(sender_table(s),
                                 (struct durable_key){3, "\0\0\0\0\0\0\0\1", 8},
                                 &box, &err),
                     ST_NOTFOUND);
    buffer_free(&box);
    sender_close(&s);
    peer_close(&p);
}

/* Turned away: said by the turn too, and nothing is lost. */
static void test_unknown_key(void **state)
{
    struct peer p = {0};
    struct sender *s;
    struct err err;
    enum status st = ST_OK;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 0);
    put(s, 1, 1, 0);
    for (int i = 0; i < STEPS && st == ST_OK; i++) {
        st = sender_turn(s, NULL, 0, STEP, &err);
        peer_answer(&p, peer_refuse_identity);
    }
    assert_int_equal(st, ST_REFUSED);
    turn_all(s, &p, peer_take);
    assert_int_equal(counts_of(s).acknowledged, 1);
    sender_close(&s);
    peer_close(&p);
}

/* ---- a full disk ---- */

#define DISK "small-disk"

static void fill(bool full)
{
    char block[4096] = "";
    FILE *f;

    (void)unlink(DISK "/filler");
    if (!full)
        return;
    f = fopen(DISK "/filler", "w");
    assert_non_null(f);
    (void)setvbuf(f, NULL, _IONBF, 0);
    while (fwrite(block, 1, sizeof block, f) == sizeof block)
        ;
    fclose(f);
}

static void on_full_disk(struct sender *s, struct peer *p)
{
    enum status st = ST_OK;
    struct err err;
    size_t made = 0;

    for (uint32_t i = 0; i < 100; i++)
        put(s, 1 + i, 1, 0);
    for (int i = 0; i < STEPS && p->seen < 4; i++) {
        assert_int_equal(sender_turn(s, NULL, 0, STEP, &err), ST_OK);
        peer_answer(p, peer_be_silent);
    }
    fill(true);
    while (st == ST_OK && made < 100) { /* into what is left of the WAL */
        begin(s);
        sample_fill(list, 50, 500 + 50 * (uint32_t)made, 900);
        assert_int_not_equal(sender_add(s, sample_name(), list, 50, &err),
                             ST_INVALID);
        st = sender_commit(s, &err);
        made += st == ST_OK;
    }
    assert_int_equal(st, ST_FULL);
    assert_int_equal(counts_of(s).pending, 100 + made);
    /* more acknowledgements than are kept in mind: the others come again */
    for (int i = 0; i < 80; i++) {
        assert_int_equal(sender_turn(s, NULL, 0, STEP, &err), ST_OK);
        peer_answer(p, peer_take);
    }
    fill(false);
    turn_all(s, p, peer_take);
    begin(s);
    sample_fill(list, 50, 500 + 50 * (uint32_t)made, 900);
    assert_int_equal(sender_add(s, sample_name(), list, 50, &err), ST_OK);
    commit(s);
    turn_all(s, p, peer_take);
    assert_int_equal(counts_of(s).acknowledged, 101 + made);
}

static void test_full_disk(void **state)
{
    struct client_options options = {
        .key = &key, .outbox = DISK "/box", .retry_ms = 50};
    struct peer p = {0};
    struct sender *s = NULL;
    struct err err;

    (void)state;
    assert_int_equal(mkdir(DISK, 0700), 0);
    if (mount("tmpfs", DISK, "tmpfs", 0, "size=2m") != 0) {
        assert_int_equal(rmdir(DISK), 0);
        skip(); /* not root */
    }
    peer_open(&p);
    options.collector = p.url;
    options.server_key = p.key.public_key;
    assert_int_equal(sender_open(&options, &s, &err), ST_OK);
    on_full_disk(s, &p);
    sender_close(&s);
    peer_close(&p);
    assert_int_equal(umount(DISK), 0);
    assert_int_equal(rmdir(DISK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_turns),
        TEST(test_idle_settles),
        TEST(test_unknown_key),
        TEST(test_full_disk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
