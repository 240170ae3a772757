/* power_test.c - the power goes at any moment: what a commit acknowledged is
 * there again.
 *
 * A VFS under SQLite keeps a second copy of each file, brought up to date only
 * by fsync, as a disk is that loses all that was not synced.  After every
 * fsync, and after every commit, that copy must open as a whole store with
 * every acknowledged row, each once.
 */
#include "file_fixture.h"

#define LOST "lost.db" /* what the disk would hold */
#define TRY  "try.db"  /* opened in its stead: recovery changes files */

struct watched {
    sqlite3_file base;
    const char *ending; /* "" or "-wal"; NULL: not looked at */
    sqlite3_file *real;
};

static sqlite3_vfs *unix_vfs;
static int64_t acknowledged, syncs;

static void copy_file(const char *from, const char *to)
{
    struct buffer b = read_file(from);

    if (access(from, F_OK) == 0)
        write_file(to, b.data, b.len);
    else
        (void)unlink(to);
    buffer_free(&b);
}

static int64_t number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int64_t n = -1;

    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static void power_cut(void)
{
    sqlite3 *db = NULL;
    int64_t rows;

    copy_file(LOST, TRY);
    copy_file(LOST "-wal", TRY "-wal");
    assert_int_equal(sqlite3_open_v2(TRY, &db, SQLITE_OPEN_READWRITE, "unix"),
                     SQLITE_OK);
    rows = number(db, "SELECT count(*) FROM log");
    assert_true(rows >= acknowledged);
    assert_int_equal(number(db, "SELECT count(DISTINCT id) FROM log"), rows);
    assert_int_equal(number(db, "SELECT integrity_check = 'ok'"
                                " FROM pragma_integrity_check"),
                     1);
    sqlite3_close(db);
}

/* ---- the VFS: all is passed on, xSync is looked at ---- */

#define REAL(f) (((struct watched *)(f))->real)
#define M(f)    (REAL(f)->pMethods)

static int w_close(sqlite3_file *f)
{
    return M(f)->xClose(REAL(f));
}
static int w_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    return M(f)->xRead(REAL(f), p, n, at);
}
static int w_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    return M(f)->xWrite(REAL(f), p, n, at);
}
static int w_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return M(f)->xTruncate(REAL(f), size);
}
static int w_sync(sqlite3_file *f, int flags)
{
    const char *ending = ((struct watched *)f)->ending;
    const int rc = M(f)->xSync(REAL(f), flags);
    char from[64], to[64];

    if (!ending)
        return rc;
    (void)snprintf(from, sizeof from, PATH "%s", ending);
    (void)snprintf(to, sizeof to, LOST "%s", ending);
    copy_file(from, to);
    syncs++;
    if (acknowledged > 0)
        power_cut();
    return rc;
}
static int w_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return M(f)->xFileSize(REAL(f), size);
}
static int w_lock(sqlite3_file *f, int l)
{
    return M(f)->xLock(REAL(f), l);
}
static int w_unlock(sqlite3_file *f, int l)
{
    return M(f)->xUnlock(REAL(f), l);
}
static int w_reserved(sqlite3_file *f, int *out)
{
    return M(f)->xCheckReservedLock(REAL(f), out);
}
static int w_control(sqlite3_file *f, int op, void *arg)
{
    return M(f)->xFileControl(REAL(f), op, arg);
}
static int w_sector(sqlite3_file *f)
{
    return M(f)->xSectorSize(REAL(f));
}
static int w_device(sqlite3_file *f)
{
    return M(f)->xDeviceCharacteristics(REAL(f));
}
static int w_map(sqlite3_file *f, int page, int size, int extend,
                 void volatile **out)
{
    return M(f)->xShmMap(REAL(f), page, size, extend, out);
}
static int w_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    return M(f)->xShmLock(REAL(f), at, n, flags);
}
static void w_barrier(sqlite3_file *f)
{
    M(f)->xShmBarrier(REAL(f));
}
static int w_unmap(sqlite3_file *f, int drop)
{
    return M(f)->xShmUnmap(REAL(f), drop);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = w_close,
    .xRead = w_read,
    .xWrite = w_write,
    .xTruncate = w_truncate,
    .xSync = w_sync,
    .xFileSize = w_size,
    .xLock = w_lock,
    .xUnlock = w_unlock,
    .xCheckReservedLock = w_reserved,
    .xFileControl = w_control,
    .xSectorSize = w_sector,
    .xDeviceCharacteristics = w_device,
    .xShmMap = w_map,
    .xShmLock = w_shm_lock,
    .xShmBarrier = w_barrier,
    .xShmUnmap = w_unmap,
};

static int w_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f,
                  int flags, int *out)
{
    struct watched *w = (struct watched *)f;
    int rc;

    (void)vfs;
    w->real = (sqlite3_file *)(w + 1);
    w->ending = flags & SQLITE_OPEN_MAIN_DB ? ""
                : flags & SQLITE_OPEN_WAL   ? "-wal"
                                            : NULL;
    rc = unix_vfs->xOpen(unix_vfs, name, w->real, flags, out);
    w->base.pMethods = w->real->pMethods ? &methods : NULL;
    return rc;
}

static int set_up(void **state)
{
    static sqlite3_vfs vfs;

    (void)state;
    unix_vfs = sqlite3_vfs_find("unix");
    vfs = *unix_vfs;
    vfs.zName = "watched";
    vfs.szOsFile = (int)sizeof(struct watched) + unix_vfs->szOsFile;
    vfs.xOpen = w_open;
    return sqlite3_vfs_register(&vfs, 1);
}

static int tear_down(void **state)
{
    static const char *const names[] = {
        LOST, LOST "-wal", TRY, TRY "-wal", TRY "-shm", TRY "-journal"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unlink(names[i]);
    return clean(state);
}

/* ---- the tests ---- */

static void acknowledged_survives(void **state)
{
    struct store *s = open_ok(STORE_WRITE);
    uint64_t random = 8086, seed = 0;

    (void)state;
    acknowledged = syncs = 0;
    for (int round = 0; round < 25; round++) {
        const uint64_t n = 1 + sample_next(&random) % 400;

        submit_many(s, seed, n);
        seed += n;
        acknowledged = (int64_t)seed;
        power_cut();
        if (round % 4 == 3)
            store_care(s, true);
    }
    store_close(&s);
    power_cut();
    assert_true(syncs > 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(acknowledged_survives, set_up,
                                        tear_down),
    };

    if (getenv(
            "FAIL_AT")) /* make torture: most allocations are the test's own */
        return 0;
    return cmocka_run_group_tests_name("store power", tests, NULL, NULL);
}
