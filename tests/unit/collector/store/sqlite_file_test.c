/* sqlite_file_test.c - files that are no store, not ours to write or of another
 * version; and what a store leaves on the disk. */
#include "file_fixture.h"

#include <signal.h>

/* ---- what is no store ---- */

static void no_database(void **state)
{
    uint8_t noise[20000];
    uint64_t random = 99;

    (void)state;
    sample_bytes(&random, noise, sizeof noise);
    write_file(PATH, noise, sizeof noise);
    refused_untouched(ST_CORRUPT);
}

static void another_programs_database(void **state)
{
    (void)state;
    say("CREATE TABLE log (x); INSERT INTO log VALUES (1)");
    refused_untouched(ST_CORRUPT);
    say("PRAGMA application_id = 7");
    refused_untouched(ST_CORRUPT);
}

static void newer_version(void **state)
{
    struct store *s = open_ok(STORE_WRITE);

    (void)state;
    store_close(&s);
    say("PRAGMA user_version = 999");
    refused_untouched(ST_NEWER);
}

static void missing_file(void **state)
{
    struct store *s = NULL;

    (void)state;
    open_fails(STORE_READ, ST_NOTFOUND);
    assert_int_not_equal(access(PATH, F_OK), 0);
    assert_int_equal(
        store_open("sqlite:no/such/folder.db", STORE_WRITE, &s, &err),
        ST_NOTFOUND);
    assert_int_equal(store_restore(URL, "missing.db", &err), ST_NOTFOUND);
    assert_int_not_equal(access(PATH, F_OK), 0);
}

static void empty_file(void **state)
{
    struct store *s;

    (void)state;
    write_file(PATH, "", 0);
    open_fails(STORE_READ, ST_CORRUPT);
    s = open_ok(STORE_WRITE);
    submit_many(s, 1, 1);
    store_close(&s);
    s = open_ok(STORE_READ);
    store_close(&s);
}

/* Version 0: ours by its application_id, without tables yet. */
static void older_version(void **state)
{
    struct store *s;

    (void)state;
    say("PRAGMA application_id = 1298230873; PRAGMA user_version = 0");
    open_fails(STORE_READ, ST_REFUSED);
    assert_non_null(strstr(err.text, "older"));
    s = open_ok(STORE_WRITE);
    submit_many(s, 1, 1);
    store_close(&s);
    s = open_ok(STORE_READ);
    store_close(&s);
}

static bool take_key(void *ctx, struct store_key key, const void *value,
                     size_t len)
{
    (void)value;
    (void)len;
    assert_int_equal(buffer_add(ctx, key.data, key.len), ST_OK);
    return true;
}

/* Schema 1 knew no campaigns: what was due was due by gateway and time, and
 * what else it held is as it was. */
static void first_schema_is_brought_forward(void **state)
{
    static const uint8_t want[] = "all\0\0\0"
                                  "\0\0\1\242\0\372j\211ABCDEFGHIJKLMNOP"
                                  "sms-1\0\0\0"
                                  "\0\0\0\0\0\0\0\0QRSTUVWX\0\0\0\0\0\0\0\377";
    const struct store_key first = {"", 0}, end = {NULL, 0};
    struct store *s = open_ok(STORE_WRITE);
    struct buffer keys = {0};

    (void)state;
    submit_many(s, 1, 3);
    store_close(&s);
    say("DROP TABLE campaigns; DROP TABLE samples; PRAGMA user_version = 1;"
        "INSERT INTO optouts VALUES (x'0102', 'never');"
        "INSERT INTO due VALUES"
        " (x'736d732d3100' || x'0000000000000000' ||"
        "  x'515253545556575800000000000000ff', ''),"
        " (x'616c6c00' || x'000001a200fa6a89' ||"
        "  x'4142434445464748494a4b4c4d4e4f50', '');"
        "UPDATE due SET key = CAST(key AS BLOB)");
    open_fails(STORE_READ, ST_REFUSED);
    assert_non_null(strstr(err.text, "older"));
    s = open_ok(STORE_WRITE);
    assert_int_equal(
        store_list(s, TABLE_DUE, first, end, take_key, &keys, &err), ST_OK);
    assert_int_equal(keys.len, sizeof want - 1);
    assert_memory_equal(keys.data, want, sizeof want - 1);
    assert_int_equal(store_begin(s, &err), ST_OK);
    assert_int_equal(
        store_put(s, TABLE_SAMPLES, (struct store_key){"x", 1}, "y", 1, &err),
        ST_OK);
    assert_int_equal(
        store_put(s, TABLE_CAMPAIGNS, (struct store_key){"x", 1}, "y", 1, &err),
        ST_OK);
    assert_int_equal(store_commit(s, &err), ST_OK);
    keys.len = 0;
    assert_int_equal(
        store_get(s, TABLE_OPTOUTS, (struct store_key){"\1\2", 2}, &keys, &err),
        ST_OK);
    assert_int_equal(keys.len, 5);
    store_close(&s);
    buffer_free(&keys);
    s = open_ok(STORE_READ);
    store_close(&s);
}

/* A step that fails leaves the old version whole. */
static void migration_is_all_or_nothing(void **state)
{
    struct buffer was, is;

    (void)state;
    say("PRAGMA application_id = 1298230873;"
        "CREATE TABLE samples (precious); INSERT INTO samples VALUES (1)");
    was = read_file(PATH);
    open_fails(STORE_WRITE, ST_CORRUPT); /* its last table is in the way */
    is = read_file(PATH);
    assert_int_equal(is.len, was.len);
    assert_memory_equal(is.data, was.data, was.len);
    buffer_free(&was);
    buffer_free(&is);
}

/* ---- rights ---- */

/* Run as somebody without rights here; returns what `body` said. */
static int as_nobody(int (*body)(void))
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0)
        _exit(geteuid() == 0 && setresuid(65534, 65534, 65534) != 0 ? 99
                                                                    : body());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int open_to_read(void)
{
    struct store *s = NULL;
    struct store_entry e;
    struct sample x;
    enum status st = store_open(URL, STORE_READ, &s, &err);

    sample_make(&x, 1, NOW);
    if (st == ST_OK)
        st = store_find(s, x.r.id, ENTRY_OWN, &e, &err);
    store_close(&s);
    return (int)st;
}

static int open_to_write(void)
{
    struct store *s = NULL;
    enum status st = store_open(URL, STORE_WRITE, &s, &err);

    store_close(&s);
    return (int)st;
}

static void file_of_others(void **state)
{
    struct store *s = open_ok(STORE_WRITE);
    struct stat st;

    (void)state;
    submit_many(s, 1, 1);
    assert_int_equal(stat(PATH, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(PATH "-wal", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    store_close(&s);
    assert_int_equal(chmod(".", 0555), 0);
    if (geteuid() == 0) /* else the file is our own */
        assert_int_equal(as_nobody(open_to_read), ST_REFUSED);
    /* a folder and file that may only be read */
    assert_int_equal(chmod(PATH, 0444), 0);
    assert_int_equal(as_nobody(open_to_read), ST_OK);
    assert_int_equal(as_nobody(open_to_write), ST_REFUSED);
    assert_int_equal(chmod(".", 0755), 0);
    assert_int_equal(as_nobody(open_to_read), ST_OK);
    assert_int_equal(as_nobody(open_to_write), ST_REFUSED);
}

/* A writer in a process of its own, until *stop is closed. */
static pid_t write_in_child(int *stop)
{
    int ready[2], done[2];
    char c = 0;
    pid_t pid;

    assert_int_equal(pipe(ready) | pipe(done), 0);
    pid = fork();
    if (pid == 0) {
        struct store *s = open_ok(STORE_WRITE);

        close(done[1]);
        submit_many(s, 1, 1);
        c = (char)write(ready[1], "x", 1);
        c = (char)read(done[0], &c, 1);
        store_close(&s);
        _exit(0);
    }
    close(ready[1]);
    close(done[0]);
    assert_int_equal(read(ready[0], &c, 1), 1);
    close(ready[0]);
    *stop = done[1];
    return pid;
}

/* While the collector has it open, whoever may read the files can. */
static void reader_without_rights_beside_a_writer(void **state)
{
    int stop = -1;
    const pid_t pid = write_in_child(&stop);

    (void)state;
    assert_int_equal(chmod(PATH, 0444), 0);
    assert_int_equal(chmod(PATH "-wal", 0444), 0);
    assert_int_equal(chmod(PATH "-shm", 0444), 0);
    assert_int_equal(chmod(".", 0555), 0);
    assert_int_equal(as_nobody(open_to_read), ST_OK);
    assert_int_equal(chmod(".", 0755), 0);
    close(stop);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* ---- one writer ---- */

static void second_writer_is_refused(void **state)
{
    struct store *s = open_ok(STORE_WRITE), *reader;

    (void)state;
    submit_many(s, 1, 5);
    open_fails(STORE_WRITE, ST_BUSY);
    assert_string_equal(err.text, PATH ": another collector has it open");
    assert_int_equal(as_nobody(open_to_write), ST_REFUSED);
    /* nor by another name */
    assert_int_equal(symlink(PATH, "alias.db"), 0);
    assert_int_equal(store_open("sqlite:alias.db", STORE_WRITE, &reader, &err),
                     ST_BUSY);
    assert_int_equal(unlink("alias.db"), 0);
    /* who reads or copies is not in its way, nor the first writer in theirs */
    reader = open_ok(STORE_READ);
    assert_int_equal(store_backup(reader, "copy.db", &err), ST_OK);
    assert_int_equal(unlink("copy.db"), 0);
    store_close(&reader);
    submit_many(s, 6, 5);
    store_close(&s);
    assert_int_not_equal(access(PATH "-lock", F_OK), 0);
    s = open_ok(STORE_WRITE);
    store_close(&s);
}

/* Another process is seen too, and its end by a kill lets the next one in,
 * whatever it leaves behind. */
static void killed_writer_lets_go(void **state)
{
    int stop = -1;
    const pid_t pid = write_in_child(&stop);
    struct store *s;

    (void)state;
    open_fails(STORE_WRITE, ST_BUSY);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(stop);
    assert_int_equal(access(PATH "-lock", F_OK), 0);
    s = open_ok(STORE_WRITE);
    open_fails(STORE_WRITE, ST_BUSY);
    store_close(&s);
    assert_int_not_equal(access(PATH "-lock", F_OK), 0);
}

static void restore_onto_a_store(void **state)
{
    struct store *s = open_ok(STORE_WRITE);

    (void)state;
    submit_many(s, 1, 5);
    assert_int_equal(store_backup(s, "copy.db", &err), ST_OK);
    assert_int_equal(store_restore(URL, "copy.db", &err), ST_EXISTS);
    assert_non_null(strstr(err.text, PATH ": exists already: stop the "));
    /* its name is free, and it is still written to */
    assert_int_equal(rename(PATH, "moved.db"), 0);
    assert_int_equal(store_restore(URL, "copy.db", &err), ST_EXISTS);
    assert_non_null(strstr(err.text, PATH "-wal: left of the store"));
    assert_non_null(strstr(err.text, "may still be in use"));
    assert_int_equal(rename("moved.db", PATH), 0);
    store_close(&s);
    assert_int_equal(unlink("copy.db"), 0);
}

/* ---- what is on the disk ---- */

static void closing_leaves_one_file(void **state)
{
    struct store *s = open_ok(STORE_WRITE);

    (void)state;
    submit_many(s, 1, 1);
    store_close(&s);
    assert_int_not_equal(access(PATH "-wal", F_OK), 0);
    assert_int_not_equal(access(PATH "-shm", F_OK), 0);
    s = open_ok(STORE_READ);
    store_close(&s);
    assert_int_not_equal(access(PATH "-wal", F_OK), 0);
}

static size_t size_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

static void wal_stays_small(void **state)
{
    struct store *s = open_ok(STORE_WRITE);

    (void)state;
    for (uint64_t batch = 0; batch < 100; batch++) {
        submit_many(s, batch * 1000, 1000);
        store_care(s, false);
        assert_true(size_of(PATH "-wal") < (size_t)24 << 20);
    }
    assert_true(size_of(PATH "-wal") > 0);
    store_care(s, true);
    assert_int_equal(size_of(PATH "-wal"), 0);
    store_close(&s);
}

static bool on_disk(const char *path, const char *marker)
{
    struct buffer b = read_file(path);
    const bool found =
        b.len && memmem(b.data, b.len, marker, strlen(marker)) != NULL;

    buffer_free(&b);
    return found;
}

#define MARKER "erase-me-1f0c97d4a8"

static void submit_marked(struct store *s, struct sample *x)
{
    enum verdict v;

    sample_make(x, 4711, NOW);
    x->r.comment = MARKER;
    x->r.comment_len = strlen(MARKER);
    assert_int_equal(store_begin(s, &err), ST_OK);
    assert_int_equal(store_submit(s, &x->r, false, &v, &err), ST_OK);
    x->r.context.entry = ENTRY_KEYED;
    assert_int_equal(store_submit(s, &x->r, false, &v, &err), ST_OK);
    assert_int_equal(store_commit(s, &err), ST_OK);
}

static void erase(struct store *s, const struct sample *x)
{
    size_t erased = 0;

    assert_int_equal(store_begin(s, &err), ST_OK);
    assert_int_equal(store_erase(s, x->r.id, NOW, &erased, &err), ST_OK);
    assert_int_equal(store_commit(s, &err), ST_OK);
    assert_int_equal(erased, 2);
}

static void erased_bytes_leave_the_disk(void **state)
{
    struct store *s = open_ok(STORE_WRITE);
    struct sample x;

    (void)state;
    submit_many(s, 0, 300);
    submit_marked(s, &x);
    submit_many(s, 300, 300);
    store_care(s, true);
    submit_many(s, 600, 10);
    assert_true(on_disk(PATH, MARKER) || on_disk(PATH "-wal", MARKER));
    erase(s, &x);
    assert_false(on_disk(PATH, MARKER));
    assert_false(on_disk(PATH "-wal", MARKER));
    store_close(&s);
    assert_false(on_disk(PATH, MARKER));
}

struct midst {
    struct store *writer;
    const struct sample *x;
    bool done;
};

static enum status erase_in_the_midst(void *ctx, const struct store_row *row)
{
    struct midst *m = ctx;

    (void)row;
    if (!m->done) {
        erase(m->writer, m->x);
        assert_true(on_disk(PATH "-wal", MARKER)); /* the reader's moment */
        m->done = true;
    }
    return ST_OK;
}

static void reader_holds_erased_bytes_until_care(void **state)
{
    struct store *s = open_ok(STORE_WRITE), *reader = open_ok(STORE_READ);
    struct watermark w = {0};
    struct sample x;
    struct midst m = {.writer = s, .x = &x};

    (void)state;
    submit_marked(s, &x);
    assert_int_equal(
        store_scan(reader, &w, SCAN_ALL, 0, erase_in_the_midst, &m, &w, &err),
        ST_OK);
    store_care(s, false);
    assert_false(on_disk(PATH, MARKER));
    assert_false(on_disk(PATH "-wal", MARKER));
    store_close(&reader);
    store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(no_database, clean),
        cmocka_unit_test_teardown(another_programs_database, clean),
        cmocka_unit_test_teardown(newer_version, clean),
        cmocka_unit_test_teardown(missing_file, clean),
        cmocka_unit_test_teardown(empty_file, clean),
        cmocka_unit_test_teardown(older_version, clean),
        cmocka_unit_test_teardown(first_schema_is_brought_forward, clean),
        cmocka_unit_test_teardown(migration_is_all_or_nothing, clean),
        cmocka_unit_test_teardown(file_of_others, clean),
        cmocka_unit_test_teardown(reader_without_rights_beside_a_writer, clean),
        cmocka_unit_test_teardown(second_writer_is_refused, clean),
        cmocka_unit_test_teardown(killed_writer_lets_go, clean),
        cmocka_unit_test_teardown(restore_onto_a_store, clean),
        cmocka_unit_test_teardown(closing_leaves_one_file, clean),
        cmocka_unit_test_teardown(wal_stays_small, clean),
        cmocka_unit_test_teardown(erased_bytes_leave_the_disk, clean),
        cmocka_unit_test_teardown(reader_holds_erased_bytes_until_care, clean),
    };

    return cmocka_run_group_tests_name("store file", tests, NULL, NULL);
}
