/* faults_test.c - a full disk, a lock, a kill, no memory: nothing that was
 * acknowledged is lost, nothing else is kept, and the handle works again. */
#include "file_fixture.h"

#include <dirent.h>
#include <signal.h>
#include <sys/random.h>
#include <time.h>

#include "alloc.h"
#include "sqlite_db.h"
#include "store_handle.h"

static sqlite3 *db_of(struct store *s)
{
    return ((struct sqlite *)s->db)->db;
}

static void limit_pages(struct store *s, int64_t pages)
{
    char sql[64];

    (void)snprintf(sql, sizeof sql, "PRAGMA max_page_count = %lld",
                   (long long)pages);
    assert_int_equal(sqlite3_exec(db_of(s), sql, NULL, NULL, NULL), SQLITE_OK);
}

static int64_t count(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    int64_t n;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return n;
}

static void assert_whole(const char *path, int64_t rows)
{
    assert_int_equal(count(path, "SELECT count(*) FROM log"), rows);
    assert_int_equal(count(path, "SELECT count(DISTINCT id) FROM log"), rows);
    assert_int_equal(count(path, "SELECT integrity_check = 'ok'"
                                 " FROM pragma_integrity_check"),
                     1);
}

/* One transaction of `n` rows; what its first failure said. */
static enum status batch(struct store *s, uint64_t seed, uint64_t n)
{
    struct sample x;
    enum verdict v;
    enum status st = store_begin(s, &err);

    if (st != ST_OK)
        return st;
    for (uint64_t i = 0; i < n && st == ST_OK; i++) {
        sample_make(&x, seed + i, NOW);
        st = store_submit(s, &x.r, false, &v, &err);
    }
    if (st == ST_OK)
        return store_commit(s, &err);
    store_rollback(s);
    return st;
}

/* ---- no room ---- */

static void full_then_room_again(void **state)
{
    struct store *s = open_ok(STORE_WRITE);
    const struct store_key key = {"k", 1};
    struct sample x;
    enum verdict v;
    size_t erased;

    (void)state;
    submit_many(s, 0, 100);
    limit_pages(s, 40);
    sample_make(&x, 5000, NOW);
    assert_int_equal(store_begin(s, &err), ST_OK);
    for (uint64_t i = 0;; i++) {
        enum status st;

        sample_make(&x, 1000 + i, NOW);
        st = store_submit(s, &x.r, false, &v, &err);
        if (st == ST_OK)
            continue;
        assert_int_equal(st, ST_FULL);
        break;
    }
    assert_string_equal(err.text, PATH ": no room on the disk");
    /* the transaction is over, whatever is tried in it */
    limit_pages(s, 100000);
    assert_int_equal(store_submit(s, &x.r, false, &v, &err), ST_FULL);
    assert_int_equal(store_put(s, TABLE_DUE, key, "", 0, &err), ST_FULL);
    assert_int_equal(store_delete(s, TABLE_DUE, key, &err), ST_FULL);
    assert_int_equal(store_erase(s, x.r.id, NOW, &erased, &err), ST_FULL);
    assert_int_equal(
        store_review(s, x.r.id, ENTRY_OWN, REVIEW_RELEASE, NOW, &err), ST_FULL);
    assert_int_equal(store_commit(s, &err), ST_FULL);
    assert_int_equal(batch(s, 1000, 2000), ST_OK);
    store_close(&s);
    assert_whole(PATH, 2100);
}

static int files_in(const char *folder)
{
    struct dirent **list = NULL;
    const int n = scandir(folder, &list, NULL, NULL);

    for (int i = 0; i < n; i++)
        free(list[i]);
    free(list);
    return n - 2; /* . and .. */
}

/* On a small file system that tests/flow/store_faults_test.sh makes. */
static void full_disk(void **state)
{
    const char *folder = getenv("STORE_SMALL_DISK");
    char url[4096], ballast[4096], copy[4096], zeros[65536] = {0};
    struct store *s = NULL;
    uint64_t kept = 0;
    enum status st;
    FILE *f;

    (void)state;
    if (!folder)
        skip();
    (void)snprintf(url, sizeof url, "sqlite:%s/small.db", folder);
    (void)snprintf(ballast, sizeof ballast, "%s/ballast", folder);
    (void)snprintf(copy, sizeof copy, "%s/copy.db", folder);
    assert_int_equal(store_open(url, STORE_WRITE, &s, &err), ST_OK);
    f = fopen(ballast, "wb");
    assert_non_null(f);
    for (int i = 0; i < 16; i++)
        assert_int_equal(fwrite(zeros, 1, sizeof zeros, f), sizeof zeros);
    assert_int_equal(fclose(f), 0);
    while ((st = batch(s, kept, 500)) == ST_OK) {
        kept += 500;
        store_care(s, kept % 1000 == 0);
    }
    assert_int_equal(st, ST_FULL);
    assert_int_equal(batch(s, kept, 500), ST_FULL);
    assert_int_equal(store_backup(s, copy, &err), ST_FULL);
    assert_int_equal(unlink(ballast), 0);
    assert_int_equal(batch(s, kept, 500), ST_OK);
    store_close(&s);
    assert_whole(url + strlen("sqlite:"), (int64_t)kept + 500);
    assert_int_equal(unlink(url + strlen("sqlite:")), 0);
    assert_int_equal(files_in(folder), 0); /* no half-made backup */
}

/* ---- a lock ---- */

static pid_t lock_in_child(int *release)
{
    int locked[2], done[2];
    char c = 0;
    pid_t pid;

    assert_int_equal(pipe(locked) | pipe(done), 0);
    pid = fork();
    if (pid == 0) {
        sqlite3 *db = NULL;

        close(done[1]);
        if (sqlite3_open(PATH, &db) != SQLITE_OK ||
            sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
            _exit(1);
        c = (char)write(locked[1], "x", 1);
        _exit(read(done[0], &c, 1) < 0);
    }
    close(locked[1]);
    close(done[0]);
    assert_int_equal(read(locked[0], &c, 1), 1);
    close(locked[0]);
    *release = done[1];
    return pid;
}

static void locked_by_another_process(void **state)
{
    struct store *s = open_ok(STORE_WRITE), *reader = open_ok(STORE_READ);
    struct store_entry e;
    struct sample x;
    int release = -1;
    pid_t pid;

    (void)state;
    submit_many(s, 0, 10);
    pid = lock_in_child(&release);
    assert_int_equal(batch(s, 10, 10), ST_BUSY);
    assert_string_equal(err.text, PATH ": locked by another process");
    sample_make(&x, 5, NOW);
    assert_int_equal(store_find(reader, x.r.id, ENTRY_OWN, &e, &err), ST_OK);
    close(release);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(batch(s, 10, 10), ST_OK);
    store_close(&reader);
    store_close(&s);
    assert_whole(PATH, 20);
}

/* ---- a kill ---- */

/* Commits batches of seven and tells each one's end, until it is killed. */
static void write_for_ever(int tell, uint64_t from)
{
    struct store *s = NULL;

    if (store_open(URL, STORE_WRITE, &s, &err) != ST_OK)
        _exit(1);
    for (;; from += 7) {
        const uint64_t end = from + 7;

        if (batch(s, from, 7) != ST_OK ||
            write(tell, &end, sizeof end) != (ssize_t)sizeof end)
            _exit(1);
        store_care(s, from % 3 == 0);
    }
}

static void killed_at_any_moment(void **state)
{
    uint64_t kept = 0;

    (void)state;
    for (int round = 0; round < 8; round++) {
        struct timespec pause = {0};
        uint64_t acknowledged = kept, random = 0;
        struct store *s;
        int ends[2], status;
        pid_t pid;

        assert_int_equal(pipe(ends), 0);
        assert_int_equal(getrandom(&random, sizeof random, 0), sizeof random);
        pause.tv_nsec = (long)(random % 60000000);
        pid = fork();
        if (pid == 0)
            write_for_ever(ends[1], kept);
        close(ends[1]);
        nanosleep(&pause, NULL);
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status));
        while (read(ends[0], &acknowledged, sizeof acknowledged) > 0)
            ;
        close(ends[0]);
        s = open_ok(STORE_WRITE);
        store_close(&s);
        /* a batch may be on the disk that was not told yet; never half */
        kept = (uint64_t)count(PATH, "SELECT count(*) FROM log");
        assert_true(kept == acknowledged || kept == acknowledged + 7);
        assert_whole(PATH, (int64_t)kept);
    }
}

/* ---- no memory ---- */

static enum status refuse_row(void *ctx, const struct store_row *row)
{
    (void)ctx;
    (void)row;
    return ST_OK;
}

/* Every verb once; ends with the first failure. */
static enum status all_verbs(void *url)
{
    const struct store_key key = {"k", 1};
    struct watermark w = {0};
    struct store *s = NULL;
    struct buffer out = {0};
    struct sample x, part;
    enum verdict v;
    size_t erased;
    enum status st = store_open(url, STORE_WRITE, &s, &err);

    sample_make(&x, 1, NOW);
    sample_make(&part, 1, NOW);
    memset(part.answers, 0, 5);
    if (st == ST_OK)
        st = store_begin(s, &err);
    if (st == ST_OK)
        st = store_submit(s, &part.r, false, &v, &err);
    if (st == ST_OK)
        st = store_submit(s, &x.r, false, &v, &err);
    if (st == ST_OK)
        st = store_put(s, TABLE_DUE, key, "value", 5, &err);
    if (st == ST_OK)
        st = store_commit(s, &err);
    if (st == ST_OK)
        st = store_get(s, TABLE_DUE, key, &out, &err);
    if (st == ST_OK)
        st = store_of_respondent(s, x.r.respondent, &out, &err);
    if (st == ST_OK)
        st = store_scan(s, &w, SCAN_ALL, 0, refuse_row, NULL, &w, &err);
    if (st == ST_OK)
        st = store_begin(s, &err);
    if (st == ST_OK)
        st = store_erase(s, x.r.id, NOW, &erased, &err);
    if (st == ST_OK)
        st = store_delete(s, TABLE_DUE, key, &err);
    if (st == ST_OK)
        st = store_commit(s, &err);
    store_close(&s);
    buffer_free(&out);
    clean(NULL);
    return st;
}

static void each_allocation_fails(void **state)
{
    char sqlite[] = URL, memory[] = "memory:";

    (void)state;
    alloc_torture(all_verbs, memory);
    alloc_torture(all_verbs, sqlite);
}

static void sqlite_has_no_memory(void **state)
{
    static uint8_t big[DEFINITION_MAX];
    struct store *s = open_ok(STORE_WRITE);
    const struct store_key key = {"k", 1};

    (void)state;
    submit_many(s, 0, 10);
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + 65536);
    assert_int_equal(store_begin(s, &err), ST_OK);
    assert_int_equal(
        store_put(s, TABLE_DEFINITIONS, key, big, sizeof big, &err), ST_NOMEM);
    sqlite3_hard_heap_limit64(0);
    assert_int_equal(store_commit(s, &err), ST_NOMEM);
    assert_int_equal(batch(s, 10, 10), ST_OK);
    store_close(&s);
    assert_whole(PATH, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(full_then_room_again, clean),
        cmocka_unit_test_teardown(full_disk, clean),
        cmocka_unit_test_teardown(locked_by_another_process, clean),
        cmocka_unit_test_teardown(killed_at_any_moment, clean),
        cmocka_unit_test_teardown(each_allocation_fails, clean),
        cmocka_unit_test_teardown(sqlite_has_no_memory, clean),
    };

    return cmocka_run_group_tests_name("store faults", tests, NULL, NULL);
}
