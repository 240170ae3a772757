/* durable_faults_test.c - files that are no table, other owners, and death. */
#include "durable_help.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

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

static enum status pass(void *ctx, const uint8_t *k, size_t k_len,
                        const uint8_t *value, size_t len)
{
    (void)ctx;
    (void)k;
    (void)k_len;
    (void)value;
    (void)len;
    return ST_OK;
}

static void test_damaged(void **state)
{
    struct durable *d;
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
        st = durable_walk(d, key(1, ""), NULL, pass, NULL, &err);
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
    expect_refused(ST_BUSY, "is in use by this process");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_not_a_table), TEST(test_other_programs_file),
        TEST(test_newer),       TEST(test_damaged),
        TEST(test_places),      TEST(test_mode),
        TEST(test_empty_file),  TEST(test_not_writable),
        TEST(test_one_owner),   TEST(test_killed_in_mid_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
