/* sums_test.c - packed sums and keys of cells: there and back, canonical, and
 * nothing believed of damaged bytes. */
#include "scorer/world.h"

#include "intern.h"
#include "key.h"
#include "sums.h"

enum { N = 300 };

static void test_counts_there_and_back(void **state)
{
    struct world w = {.random = 1};
    struct counters in, out;

    (void)state;
    assert_int_equal(counters_make(N, &in), ST_OK);
    assert_int_equal(counters_make(N, &out), ST_OK);
    for (int round = 0; round < 200; round++) {
        int64_t want[N] = {0}, rows = 0;
        struct buffer b = {0};
        struct part p;

        for (size_t i = 0; i < N; i++)
            if (draw(&w) % (unsigned)(1 + round) == 0) {
                want[i] = (int64_t)(draw(&w) >> (1 + draw(&w) % 63));
                counters_add(&in, i, want[i]);
            }
        assert_int_equal(counts_pack(77 + round, &in, &b), ST_OK);
        p = (struct part){3, b.data, b.len};
        assert_int_equal(counts_unpack(&p, &rows, &out), ST_OK);
        assert_int_equal(rows, 77 + round);
        assert_memory_equal(want, out.count, sizeof want);
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(in.count[i], 0); /* packing empties them */
            out.count[i] = 0;
        }
        buffer_free(&b);
    }
    counters_free(&in);
    counters_free(&out);
}

/* A count that was added and taken out again leaves no byte. */
static void test_counts_back_to_nothing(void **state)
{
    struct counters c;
    struct buffer a = {0}, b = {0};

    (void)state;
    assert_int_equal(counters_make(N, &c), ST_OK);
    counters_add(&c, 17, 1);
    assert_int_equal(counts_pack(1, &c, &a), ST_OK);
    counters_add(&c, 17, 1);
    counters_add(&c, 130, 4);
    counters_add(&c, 299, 1);
    counters_add(&c, 130, -4);
    counters_add(&c, 299, -1);
    assert_int_equal(counts_pack(1, &c, &b), ST_OK);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    buffer_free(&a);
    buffer_free(&b);
    counters_free(&c);
}

static void test_counts_below_zero(void **state)
{
    struct buffer b = {0};
    struct counters c;

    (void)state;
    assert_int_equal(counters_make(3, &c), ST_OK);
    counters_add(&c, 0, 4);
    counters_add(&c, 1, -1);
    assert_int_equal(counts_pack(2, &c, &b), ST_CORRUPT);
    assert_int_equal(counts_pack(-2, &c, &b), ST_CORRUPT);
    buffer_free(&b);
    counters_free(&c);
}

/* Any cut and any bit of it: ST_OK or ST_CORRUPT, and nothing past the end. */
static void test_damaged_counts(void **state)
{
    struct world w = {.random = 2};
    struct counters c;
    struct buffer b = {0};

    (void)state;
    assert_int_equal(counters_make(N, &c), ST_OK);
    for (size_t i = 0; i < N; i += 7)
        counters_add(&c, i, (int64_t)(draw(&w) % 100000));
    assert_int_equal(counts_pack(123, &c, &b), ST_OK);
    for (size_t round = 0; round < 20000; round++) {
        const size_t len = draw(&w) % (b.len + 1);
        uint8_t *bytes = malloc(len + 1); /* a block of its own, for ASan */
        int64_t rows = 0;
        enum status st;

        assert_non_null(bytes);
        memcpy(bytes, b.data, len);
        if (len)
            bytes[draw(&w) % len] ^= (uint8_t)(1u << draw(&w) % 8);
        st = counts_unpack(&(struct part){0, bytes, len}, &rows, &c);
        assert_true(st == ST_OK || st == ST_CORRUPT);
        memset(c.count, 0, N * sizeof *c.count);
        free(bytes);
    }
    buffer_free(&b);
    counters_free(&c);
}

static void test_count_overflow(void **state)
{
    struct counters c;
    int64_t rows = 0;
    struct buffer b = {0};
    struct part p;

    (void)state;
    assert_int_equal(counters_make(1, &c), ST_OK);
    counters_add(&c, 0, INT64_MAX);
    assert_int_equal(counts_pack(1, &c, &b), ST_OK);
    p = (struct part){0, b.data, b.len};
    assert_int_equal(counts_unpack(&p, &rows, &c), ST_OK);
    assert_int_equal(counts_unpack(&p, &rows, &c), ST_CORRUPT);
    buffer_free(&b);
    counters_free(&c);
}

static void test_parts(void **state)
{
    const uint8_t far[] = {GROUPS, 0}, longer[] = {1, 5, 'a', 'b'};
    struct buffer b = {0};
    struct part p = {7, (const uint8_t *)"sums", 4}, q;
    const uint8_t *at;

    (void)state;
    assert_int_equal(part_add(&b, &p), ST_OK);
    p.group = 49;
    p.len = 0;
    assert_int_equal(part_add(&b, &p), ST_OK);
    at = b.data;
    assert_int_equal(part_next(&at, b.data + b.len, &q), ST_OK);
    assert_int_equal(q.group, 7);
    assert_memory_equal(q.data, "sums", 4);
    assert_int_equal(part_next(&at, b.data + b.len, &q), ST_OK);
    assert_int_equal(q.group, 49);
    assert_int_equal(q.len, 0);
    assert_int_equal(part_next(&at, b.data + b.len, &q), ST_NOTFOUND);
    at = far;
    assert_int_equal(part_next(&at, far + sizeof far, &q), ST_CORRUPT);
    at = longer;
    assert_int_equal(part_next(&at, longer + sizeof longer, &q), ST_CORRUPT);
    buffer_free(&b);
}

static void random_cell(struct world *w, struct cell *c)
{
    static const char *const codes[] = {"", "CT", "1234567890123456", "北京"};

    memset(c, 0, sizeof *c);
    c->form = (uint32_t)draw(w);
    c->when = period_first(OCTOBER) + (int32_t)(draw(w) % 600) - 300;
    c->rate_ppm = (uint32_t)(draw(w) % 1000001);
    set_code(c->context.operator, codes[draw(w) % 4]);
    set_code(c->context.product, codes[draw(w) % 4]);
    set_code(c->context.province, codes[draw(w) % 4]);
    set_code(c->context.org, codes[draw(w) % 4]);
    set_code(c->context.touchpoint, codes[draw(w) % 4]);
    set_code(c->context.class, codes[draw(w) % 4]);
    set_code(c->context.stratum, codes[draw(w) % 4]);
    c->context.channel = (uint8_t)(draw(w) % CHANNELS);
    c->context.entry = (uint8_t)(draw(w) % ENTRIES);
    c->context.frame = (uint8_t)(draw(w) % FRAMES);
    for (size_t i = 0; i < ATTRIBUTES_MAX; i++)
        c->context.attributes[i] = (uint8_t)draw(w);
}

static void test_keys(void **state)
{
    struct world w = {.random = 3};

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct cell in, out;
        struct cell_key key;

        random_cell(&w, &in);
        cell_key(&in, LAYER_DAY, &key);
        assert_int_equal(cell_parse(LAYER_DAY, key.bytes, key.len, &out),
                         ST_OK);
        assert_memory_equal(&in, &out, sizeof in);
        in.rate_ppm = 5;
        for (enum layer l = LAYER_MONTH; l <= LAYER_FIT; l++) {
            cell_key(&in, l, &key);
            assert_int_equal(cell_parse(l, key.bytes, key.len, &out), ST_OK);
            assert_int_equal(out.when, period_month(in.when));
            assert_int_equal(out.rate_ppm, 5);
            assert_string_equal(out.context.stratum, in.context.stratum);
            assert_string_equal(out.context.org, "");
        }
    }
}

static void test_damaged_keys(void **state)
{
    struct world w = {.random = 4};

    (void)state;
    for (int round = 0; round < 20000; round++) {
        const enum layer layer = (enum layer)(draw(&w) % LAYERS);
        struct cell in, out;
        struct cell_key key;
        enum status st;
        size_t len;

        random_cell(&w, &in);
        cell_key(&in, layer, &key);
        len = draw(&w) % (key.len + 1u);
        key.bytes[draw(&w) % key.len] ^= (uint8_t)(1u << draw(&w) % 8);
        st = cell_parse(layer, key.bytes, len, &out);
        assert_true(st == ST_OK || st == ST_CORRUPT);
    }
}

/* Days before 1970 come first. */
static void test_keys_sort_by_time(void **state)
{
    struct cell_key a, b;

    (void)state;
    for (int32_t day = -40; day < 40; day++) {
        cell_key_begin(9, day, &a);
        cell_key_begin(9, day + 1, &b);
        assert_true(memcmp(a.bytes, b.bytes, a.len) < 0);
    }
}

static void test_intern(void **state)
{
    struct intern t = {.size = 12};
    struct world w = {.random = 5};
    uint32_t number;
    bool fresh;

    (void)state;
    assert_false(intern_has(&t, "twelve bytes"));
    for (uint32_t i = 0; i < 5000; i++) {
        uint64_t key[2] = {i, 0};

        assert_int_equal(intern_put(&t, key, &number, &fresh), ST_OK);
        assert_int_equal(number, i);
        assert_true(fresh);
    }
    for (int round = 0; round < 5000; round++) {
        const uint64_t key[2] = {draw(&w) % 9000, 0};

        assert_int_equal(intern_has(&t, key), key[0] < 5000);
        if (key[0] >= 5000)
            continue;
        assert_int_equal(intern_put(&t, key, &number, &fresh), ST_OK);
        assert_int_equal(number, key[0]);
        assert_false(fresh);
    }
    intern_clear(&t);
    assert_int_equal(t.count, 0);
    assert_false(intern_has(&t, "twelve bytes"));
    intern_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_there_and_back),
        cmocka_unit_test(test_counts_back_to_nothing),
        cmocka_unit_test(test_counts_below_zero),
        cmocka_unit_test(test_damaged_counts),
        cmocka_unit_test(test_count_overflow),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_damaged_keys),
        cmocka_unit_test(test_keys_sort_by_time),
        cmocka_unit_test(test_intern),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
