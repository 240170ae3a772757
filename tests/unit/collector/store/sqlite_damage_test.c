/* sqlite_damage_test.c - a store file whose content is wrong: an error that
 * names the place, never a crash. */
#include "file_fixture.h"

static enum status count_row(void *ctx, const struct store_row *row)
{
    size_t *rows = ctx;

    (*rows)++;
    (void)row;
    return ST_OK;
}

static enum status scan_all(struct store *s)
{
    struct watermark w = {0};
    size_t rows = 0;

    return store_scan(s, &w, SCAN_ALL, 0, count_row, &rows, &w, &err);
}

static void damaged_rows_are_named(void **state)
{
    static const char *const damage[] = {
        "id = x'00'",
        "id = zeroblob(17)",
        "entry = 4",
        "entry = -1",
        "state = 4",
        "version = 2",
        "version = -1",
        "version = 9223372036854775807",
        "operator = 'seventeen letters'",
        "stratum = x'4141414141414141414141414141414141'",
        "channel = 3",
        "frame = 256",
        "attributes = x'01'",
        "respondent = zeroblob(15)",
        "answers = zeroblob(129)",
        "staff = 'x'",
        "device = 5",
        "salt = zeroblob(17)",
        "comment = zeroblob(2001)",
    };

    (void)state;
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        char sql[128];
        struct store *s = open_ok(STORE_WRITE);

        submit_many(s, 1, 1);
        store_close(&s);
        (void)snprintf(sql, sizeof sql, "UPDATE log SET %s", damage[i]);
        say(sql);
        s = open_ok(STORE_READ);
        memset(&err, 0, sizeof err);
        if (scan_all(s) != ST_CORRUPT)
            fail_msg("not noticed: %s", damage[i]);
        assert_non_null(strstr(err.text, PATH));
        store_close(&s);
        clean(NULL);
    }
}

static void odd_types_are_read_as_they_can(void **state)
{
    struct store *s = open_ok(STORE_WRITE);

    (void)state;
    submit_many(s, 1, 1);
    store_close(&s);
    say("UPDATE log SET event_at = 'soon', rate_ppm = -1, flags = 1e300,"
        " answers = NULL, comment = 5, operator = 12.5");
    s = open_ok(STORE_READ);
    assert_int_equal(scan_all(s), ST_OK);
    store_close(&s);
}

static void missing_parts_are_corrupt(void **state)
{
    static const char *const damage[] = {"DROP TABLE meta", "DELETE FROM meta",
                                         "UPDATE meta SET lineage = 1"};

    (void)state;
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        struct store *s = open_ok(STORE_WRITE);

        store_close(&s);
        say(damage[i]);
        refused_untouched(ST_CORRUPT);
        clean(NULL);
    }
}

/* Whatever bytes are wrong: a status, never a crash. */
static void flipped_bytes(void **state)
{
    uint64_t random = 31337;
    struct store *s = open_ok(STORE_WRITE);
    struct buffer good;

    (void)state;
    submit_many(s, 0, 100);
    store_close(&s);
    good = read_file(PATH);
    for (int round = 0; round < 150; round++) {
        struct buffer bad = {0};
        struct sample x;
        enum verdict v;

        assert_int_equal(buffer_add(&bad, good.data, good.len), ST_OK);
        for (int i = 0; i < 40; i++)
            bad.data[100 + sample_next(&random) % (bad.len - 100)] =
                (uint8_t)sample_next(&random);
        write_file(PATH, bad.data, bad.len);
        buffer_free(&bad);
        sample_make(&x, (uint64_t)round, NOW);
        s = NULL;
        if (store_open(URL, STORE_WRITE, &s, &err) != ST_OK)
            continue;
        (void)!scan_all(s);
        if (store_begin(s, &err) == ST_OK) {
            (void)!store_submit(s, &x.r, false, &v, &err);
            (void)!store_commit(s, &err);
        }
        store_close(&s);
    }
    buffer_free(&good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(damaged_rows_are_named, clean),
        cmocka_unit_test_teardown(odd_types_are_read_as_they_can, clean),
        cmocka_unit_test_teardown(missing_parts_are_corrupt, clean),
        cmocka_unit_test_teardown(flipped_bytes, clean),
    };

    return cmocka_run_group_tests_name("store damage", tests, NULL, NULL);
}
