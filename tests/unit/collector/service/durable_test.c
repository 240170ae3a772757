/* durable_test.c - the durable table: what it keeps, and what it says when it
 * can not. */
#include "collector/durable.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"

#define APPLICATION 0x6d616e79u
#define FILE_NAME   "table.db"

static struct durable_key key(uint32_t space, const char *text)
{
    return (struct durable_key){space, text, strlen(text)};
}

static struct durable *open_table(void)
{
    struct durable *d = NULL;
    struct err err = {.text = ""};

    if (durable_open(FILE_NAME, APPLICATION, &d, &err) != ST_OK)
        fail_msg("%s", err.text);
    return d;
}

static enum status try_open(struct err *err)
{
    struct durable *d = NULL;
    const enum status st = durable_open(FILE_NAME, APPLICATION, &d, err);

    if (st != ST_OK)
        assert_null(d);
    durable_close(&d);
    return st;
}

static void begin(struct durable *d)
{
    assert_int_equal(durable_begin(d, NULL), ST_OK);
}

static void commit(struct durable *d)
{
    assert_int_equal(durable_commit(d, NULL), ST_OK);
}

static void put(struct durable *d, struct durable_key k, const char *value)
{
    assert_int_equal(durable_put(d, k, value, strlen(value), NULL), ST_OK);
}

static void expect(struct durable *d, struct durable_key k, const char *want)
{
    struct buffer got = {0};
    const enum status st = durable_get(d, k, &got, NULL);

    if (!want) {
        assert_int_equal(st, ST_NOTFOUND);
        assert_int_equal(got.len, 0);
    } else {
        assert_int_equal(st, ST_OK);
        assert_int_equal(got.len, strlen(want));
        if (got.len)
            assert_memory_equal(got.data, want, got.len);
    }
    buffer_free(&got);
}

static int remove_table(void **state)
{
    (void)state;
    (void)unlink(FILE_NAME);
    (void)unlink(FILE_NAME "-wal");
    return 0;
}

/* ---- keeping ---- */

static void test_keeps(void **state)
{
    struct durable *d = open_table();
    struct buffer got = {0};

    (void)state;
    begin(d);
    put(d, key(1, "a"), "2.385");
    put(d, key(2, "a"), "another space");
    put(d, key(UINT32_MAX, ""), "");
    put(d, key(1, "b"), "first");
    put(d, key(1, "b"), "second");
    put(d, key(1, "c"), "gone");
    assert_int_equal(durable_delete(d, key(1, "c"), NULL), ST_OK);
    assert_int_equal(durable_delete(d, key(1, "never"), NULL), ST_OK);
    commit(d);
    durable_close(&d);
    assert_null(d);
    durable_close(&d);

    d = open_table();
    expect(d, key(1, "a"), "2.385");
    expect(d, key(2, "a"), "another space");
    expect(d, key(UINT32_MAX, ""), "");
    expect(d, key(1, "b"), "second");
    expect(d, key(1, "c"), NULL);
    expect(d, key(3, "a"), NULL);

    assert_int_equal(buffer_add(&got, "x=", 2), ST_OK);
    assert_int_equal(durable_get(d, key(1, "a"), &got, NULL), ST_OK);
    assert_int_equal(got.len, 7);
    assert_memory_equal(got.data, "x=2.385", 7);
    got.max = 8;
    assert_int_equal(durable_get(d, key(1, "a"), &got, NULL), ST_RANGE);
    assert_int_equal(got.len, 7);
    buffer_free(&got);
    durable_close(&d);
}

static void test_rollback(void **state)
{
    struct durable *d = open_table();

    (void)state;
    durable_rollback(d);
    begin(d);
    put(d, key(1, "a"), "1");
    commit(d);
    begin(d);
    put(d, key(1, "a"), "2");
    expect(d, key(1, "a"), "2");
    durable_rollback(d);
    expect(d, key(1, "a"), "1");
    begin(d);
    put(d, key(1, "a"), "3");
    durable_close(&d); /* a transaction left open is undone */
    d = open_table();
    expect(d, key(1, "a"), "1");
    durable_close(&d);
}

/* Whoever overlooks one failure can not commit the rest. */
static void test_failed_transaction(void **state)
{
    static const char long_key[DURABLE_KEY_MAX + 2] = "k";
    const struct durable_key fits = {1, long_key, DURABLE_KEY_MAX};
    const struct durable_key past = {1, long_key, DURABLE_KEY_MAX + 1};
    struct durable *d = open_table();
    struct buffer got = {0};
    struct err err;

    (void)state;
    begin(d);
    assert_int_equal(durable_put(d, fits, "v", 1, NULL), ST_OK);
    commit(d);
    expect(d, fits, "v");
    assert_int_equal(durable_get(d, past, &got, NULL), ST_RANGE);

    begin(d);
    put(d, key(1, "before"), "x");
    assert_int_equal(durable_put(d, past, "v", 1, &err), ST_RANGE);
    assert_non_null(strstr(err.text, FILE_NAME));
    assert_int_equal(durable_put(d, key(1, "after"), "x", 1, &err), ST_RANGE);
    assert_int_equal(durable_delete(d, fits, &err), ST_RANGE);
    assert_int_equal(durable_clear(d, key(1, ""), &err), ST_RANGE);
    assert_int_equal(durable_commit(d, &err), ST_RANGE);
    expect(d, key(1, "before"), NULL);
    expect(d, key(1, "after"), NULL);
    expect(d, fits, "v");
    begin(d);
    put(d, key(1, "again"), "x");
    commit(d);
    expect(d, key(1, "again"), "x");
    durable_close(&d);
}

/* ---- prefixes and walks ---- */

static void test_clear(void **state)
{
    struct durable *d = open_table();

    (void)state;
    begin(d);
    put(d, key(1, "a"), "");
    put(d, key(1, "a\xff"), "");
    put(d, key(1, "a\xff\xff"), "");
    put(d, key(1, "a\xff\x01"), "");
    put(d, key(1, "b"), "");
    put(d, key(1, "\xff"), "");
    put(d, key(1, "\xff\xff\x01"), "");
    put(d, key(2, "a\xff"), "");
    assert_int_equal(durable_clear(d, key(1, "a\xff"), NULL), ST_OK);
    expect(d, key(1, "a"), "");
    expect(d, key(1, "a\xff"), NULL);
    expect(d, key(1, "a\xff\xff"), NULL);
    expect(d, key(1, "a\xff\x01"), NULL);
    expect(d, key(1, "b"), "");
    expect(d, key(2, "a\xff"), "");
    assert_int_equal(durable_clear(d, key(1, "\xff\xff"), NULL), ST_OK);
    expect(d, key(1, "\xff"), "");
    expect(d, key(1, "\xff\xff\x01"), NULL);
    assert_int_equal(durable_clear(d, key(1, ""), NULL), ST_OK);
    expect(d, key(1, "a"), NULL);
    expect(d, key(1, "\xff"), NULL);
    expect(d, key(2, "a\xff"), "");
    commit(d);
    durable_close(&d);
}

struct heard {
    struct durable *d;
    char text[256];
    const char *stop_at; /* ST_STOPPED at this key */
    enum status at_end;
};

static enum status hear(void *ctx, const uint8_t *k, size_t k_len,
                        const uint8_t *value, size_t len)
{
    struct heard *h = ctx;
    const size_t at = strlen(h->text);

    snprintf(h->text + at, sizeof h->text - at, "%.*s=%.*s ", (int)k_len,
             (const char *)k, (int)len, (const char *)value);
    if (h->stop_at && strlen(h->stop_at) == k_len &&
        memcmp(h->stop_at, k, k_len) == 0)
        return h->at_end;
    return ST_OK;
}

static void expect_walk(struct durable *d, struct durable_key prefix,
                        const char *from, const char *want)
{
    const struct durable_key at = key(prefix.space, from ? from : "");
    struct heard h = {.d = d};

    assert_int_equal(durable_walk(d, prefix, from ? &at : NULL, hear, &h, NULL),
                     ST_OK);
    assert_string_equal(h.text, want);
}

static void test_walk(void **state)
{
    struct durable *d = open_table();
    struct heard h = {.stop_at = "ab", .at_end = ST_STOPPED};

    (void)state;
    expect_walk(d, key(1, ""), NULL, "");
    begin(d);
    put(d, key(1, "b"), "4");
    put(d, key(1, "ab"), "2");
    put(d, key(1, "a"), "1");
    put(d, key(1, "ac"), "3");
    put(d, key(1, ""), "0");
    put(d, key(2, "a"), "9");
    expect_walk(d, key(1, ""), NULL, "=0 a=1 ab=2 ac=3 b=4 ");
    commit(d);
    expect_walk(d, key(1, "a"), NULL, "a=1 ab=2 ac=3 ");
    expect_walk(d, key(1, "a"), "ab", "ab=2 ac=3 ");
    expect_walk(d, key(1, "a"), "aba", "ac=3 ");
    expect_walk(d, key(1, "a"), "", "a=1 ab=2 ac=3 ");
    expect_walk(d, key(1, "a"), "b", "");
    expect_walk(d, key(1, "z"), NULL, "");
    expect_walk(d, key(2, ""), NULL, "a=9 ");
    assert_int_equal(durable_walk(d, key(1, ""), NULL, hear, &h, NULL), ST_OK);
    assert_string_equal(h.text, "=0 a=1 ab=2 ");
    h = (struct heard){.stop_at = "a", .at_end = ST_NUMERIC};
    assert_int_equal(durable_walk(d, key(1, ""), NULL, hear, &h, NULL),
                     ST_NUMERIC);
    assert_string_equal(h.text, "=0 a=1 ");
    durable_close(&d);
}

/* Deletes what it is at and what comes next, puts one behind, walks itself. */
static enum status meddle(void *ctx, const uint8_t *k, size_t k_len,
                          const uint8_t *value, size_t len)
{
    struct heard *h = ctx;
    const struct durable_key own = {1, k, k_len};
    struct heard inner = {.d = h->d};
    enum status st = durable_delete(h->d, own, NULL);

    if (st == ST_OK && k_len == 1 && *k == 'b') {
        st = durable_delete(h->d, key(1, "c"), NULL);
        if (st == ST_OK)
            st = durable_put(h->d, key(1, "bb"), "new", 3, NULL);
        if (st == ST_OK)
            st = durable_walk(h->d, key(1, "d"), NULL, hear, &inner, NULL);
        assert_string_equal(inner.text, "d=4 ");
    }
    return st == ST_OK ? hear(h, k, k_len, value, len) : st;
}

static void test_walk_that_changes(void **state)
{
    struct durable *d = open_table();
    struct heard h = {.d = d};

    (void)state;
    begin(d);
    put(d, key(1, "a"), "1");
    put(d, key(1, "b"), "2");
    put(d, key(1, "c"), "3");
    put(d, key(1, "d"), "4");
    assert_int_equal(durable_walk(d, key(1, ""), NULL, meddle, &h, NULL),
                     ST_OK);
    assert_string_equal(h.text, "a=1 b=2 bb=new d=4 ");
    commit(d);
    expect_walk(d, key(1, ""), NULL, "");
    durable_close(&d);
}

/* ---- files that are wrong ---- */

static void expect_refused(enum status want, const char *cause)
{
    struct err err = {.text = ""};
    const enum status st = try_open(&err);

    if (st != want || !strstr(err.text, cause) ||
        strncmp(err.text, FILE_NAME ": ", strlen(FILE_NAME ": ")) != 0)
        fail_msg("status %d, want %d: %s", (int)st, (int)want, err.text);
}

static void write_at(off_t at, const void *data, size_t len)
{
    const int fd = open(FILE_NAME, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, data, len, at), (ssize_t)len);
    close(fd);
}

static void make_table(void)
{
    struct durable *d = open_table();

    begin(d);
    put(d, key(1, "a"), "1");
    commit(d);
    durable_close(&d);
}

static void test_not_a_table(void **state)
{
    char text[4096] = "survey: tcsi-mobile\n", back[4096] = "";
    int fd;

    (void)state;
    memset(text + 20, 'x', sizeof text - 20);
    write_at(0, text, sizeof text);
    expect_refused(ST_CORRUPT, "is not a manyi table");
    fd = open(FILE_NAME, O_RDONLY | O_CLOEXEC);
    assert_int_equal(read(fd, back, sizeof back), sizeof back);
    close(fd);
    assert_memory_equal(text, back, sizeof text);
}

static void test_other_programs_file(void **state)
{
    struct durable *d = NULL;

    (void)state;
    assert_int_equal(durable_open(FILE_NAME, APPLICATION + 1, &d, NULL), ST_OK);
    durable_close(&d);
    expect_refused(ST_CORRUPT, "another program");
    assert_int_equal(durable_open(FILE_NAME, APPLICATION + 1, &d, NULL), ST_OK);
    durable_close(&d);
}

static void test_newer(void **state)
{
    (void)state;
    make_table();
    write_at(60, "\0\0\0\7", 4); /* user_version in SQLite's header */
    expect_refused(ST_NEWER, "schema 7");
}

static void test_damaged(void **state)
{
    struct durable *d;
    struct heard h = {.text = ""};
    char junk[4096], value[2000];
    enum status st;
    struct err err = {.text = ""};

    (void)state;
    d = open_table();
    memset(value, 'v', sizeof value);
    begin(d);
    for (int i = 0; i < 50; i++) {
        char name[16];

        snprintf(name, sizeof name, "%04d", i);
        assert_int_equal(
            durable_put(d, key(1, name), value, sizeof value, NULL), ST_OK);
    }
    commit(d);
    durable_close(&d);
    memset(junk, 0xa5, sizeof junk);
    for (off_t page = 1; page < 12; page++)
        write_at(page * 4096, junk, sizeof junk);
    st = durable_open(FILE_NAME, APPLICATION, &d, &err);
    if (st == ST_OK) {
        st = durable_walk(d, key(1, ""), NULL, hear, &h, &err);
        durable_close(&d);
    }
    assert_int_equal(st, ST_CORRUPT);
    assert_string_equal(err.text, FILE_NAME ": is damaged");
}

static void test_places(void **state)
{
    struct durable *d = NULL;
    struct err err;

    (void)state;
    assert_int_equal(durable_open("no/such/folder.db", APPLICATION, &d, &err),
                     ST_NOTFOUND);
    assert_string_equal(err.text,
                        "no/such/folder.db: No such file or directory");
    assert_int_equal(durable_open(".", APPLICATION, &d, &err), ST_IO);
    assert_null(d);
}

static void test_mode(void **state)
{
    const mode_t before = umask(0);
    struct stat about;
    struct durable *d = open_table();

    (void)state;
    umask(before);
    begin(d);
    put(d, key(1, "a"), "1");
    commit(d);
    assert_int_equal(stat(FILE_NAME, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_equal(stat(FILE_NAME "-wal", &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_not_equal(access(FILE_NAME "-shm", F_OK), 0);
    durable_close(&d);
}

/* An empty file, as left by a process killed before its first commit. */
static void test_empty_file(void **state)
{
    (void)state;
    close(open(FILE_NAME, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    make_table();
    make_table();
}

/* What `body` says in a process of its own that is not root. */
static int as_nobody(int (*body)(void))
{
    const pid_t pid = fork();
    int code = -1;

    assert_true(pid >= 0);
    if (pid == 0) {
        if (geteuid() == 0 && (setegid(65534) != 0 || seteuid(65534) != 0))
            _exit(100);
        _exit(body());
    }
    waitpid(pid, &code, 0);
    return WIFEXITED(code) ? WEXITSTATUS(code) : -1;
}

static int open_read_only(void)
{
    struct err err = {.text = ""};

    return try_open(&err) == ST_REFUSED && strstr(err.text, "may only be read")
               ? 0
               : 1;
}

static void test_not_writable(void **state)
{
    (void)state;
    make_table();
    assert_int_equal(chmod(".", 0777), 0);
    assert_int_equal(chmod(FILE_NAME, 0444), 0);
    assert_int_equal(as_nobody(open_read_only), 0);
    assert_int_equal(chmod(".", 0555), 0);
    assert_int_equal(chmod(FILE_NAME, 0666), 0);
    assert_int_equal(as_nobody(open_read_only), 0);
    assert_int_equal(chmod(".", 0700), 0);
}

/* ---- other processes ---- */

enum owner { OWNS, OWNS_AND_WRITES };

/* A process that holds the table until it is killed. */
static pid_t start_owner(enum owner what)
{
    int ends[2];
    char byte;
    pid_t pid;

    assert_int_equal(pipe(ends), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct durable *d = open_table();

        if (what == OWNS_AND_WRITES) {
            begin(d);
            put(d, key(1, "committed"), "yes");
            commit(d);
            begin(d);
            put(d, key(1, "torn"), "never");
            assert_int_equal(durable_delete(d, key(1, "committed"), NULL),
                             ST_OK);
        }
        if (write(ends[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    return pid;
}

static void kill_owner(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_one_owner(void **state)
{
    pid_t owner;
    struct durable *d;

    (void)state;
    owner = start_owner(OWNS);
    expect_refused(ST_BUSY, "is in use by another process");
    kill_owner(owner);
    d = open_table();
    expect_refused(ST_BUSY, "is in use by another process");
    durable_close(&d);
    make_table();
}

static void test_killed_in_mid_transaction(void **state)
{
    struct durable *d;

    (void)state;
    kill_owner(start_owner(OWNS_AND_WRITES));
    d = open_table();
    expect(d, key(1, "committed"), "yes");
    expect(d, key(1, "torn"), NULL);
    durable_close(&d);
}

/* ---- memory ---- */

static enum status use(void *ctx)
{
    struct durable *d = NULL;
    struct heard h = {.text = ""};
    struct buffer got = {0};
    enum status st = durable_open(FILE_NAME, APPLICATION, &d, NULL);

    (void)ctx;
    if (st == ST_OK)
        st = durable_begin(d, NULL);
    if (st == ST_OK)
        st = durable_put(d, key(1, "a"), "1", 1, NULL);
    if (st == ST_OK)
        st = durable_get(d, key(1, "a"), &got, NULL);
    if (st == ST_OK)
        st = durable_walk(d, key(1, ""), NULL, hear, &h, NULL);
    if (st == ST_OK)
        st = durable_commit(d, NULL);
    buffer_free(&got);
    durable_close(&d);
    return st;
}

static void test_no_memory(void **state)
{
    (void)state;
    alloc_torture(use, NULL);
}

#define TEST(f) cmocka_unit_test_teardown(f, remove_table)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_keeps),
        TEST(test_rollback),
        TEST(test_failed_transaction),
        TEST(test_clear),
        TEST(test_walk),
        TEST(test_walk_that_changes),
        TEST(test_not_a_table),
        TEST(test_other_programs_file),
        TEST(test_newer),
        TEST(test_damaged),
        TEST(test_places),
        TEST(test_mode),
        TEST(test_empty_file),
        TEST(test_not_writable),
        TEST(test_one_owner),
        TEST(test_killed_in_mid_transaction),
        TEST(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
