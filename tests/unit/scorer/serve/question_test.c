/* question_test.c - a question over the wire is the question that was asked,
 * and what is none is refused. */
#include "serving.h"

static const enum dimension by[] = {DIM_CHANNEL, DIM_PROVINCE, DIM_ATTRIBUTE};
static const char *const provinces[] = {"11", "31", ""};
static const char *const operators[] = {"CT"};
static const struct query_filter where[] = {{DIM_PROVINCE, 3, provinces},
                                            {DIM_OPERATOR, 1, operators},
                                            {DIM_PROVINCE, 1, provinces}};
static const struct query_setting settings[] = {{"estimator", "ml", false},
                                                {"over", "province", false}};

static struct query full_query(void)
{
    return (struct query){.survey = "tcsi-mobile",
                          .from = 20454,
                          .to = 20510,
                          .by_count = 3,
                          .by = by,
                          .filters = 3,
                          .filter = where,
                          .scopes = 1,
                          .scope = &where[1],
                          .frames = 1u << FRAME_OPEN | 1u << FRAME_THIRD,
                          .weights = WEIGHTS_FROZEN,
                          .base_from = 20300,
                          .base_to = 20330,
                          .rollup = ROLLUP_DESIGN,
                          .construct = "SAT",
                          .weighting = WEIGHTING_DESIGN,
                          .weight_low = 0.3,
                          .weight_high = 3.25,
                          .reader = READER_PUBLIC,
                          .settings = 2,
                          .setting = settings};
}

static const struct query_kind *areas(void)
{
    const struct query_kind *k = kind_find("areas");

    assert_non_null(k);
    return k;
}

static void same_filters(const struct query_filter *a,
                         const struct query_filter *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(a[i].dimension, b[i].dimension);
        assert_int_equal(a[i].count, b[i].count);
        for (size_t k = 0; k < a[i].count; k++)
            assert_string_equal(a[i].codes[k], b[i].codes[k]);
    }
}

static void same_query(const struct query *a, const struct query *b)
{
    assert_string_equal(a->survey, b->survey);
    assert_int_equal(a->from, b->from);
    assert_int_equal(a->to, b->to);
    assert_int_equal(a->by_count, b->by_count);
    for (size_t i = 0; i < a->by_count; i++)
        assert_int_equal(a->by[i], b->by[i]);
    assert_int_equal(a->filters, b->filters);
    same_filters(a->filter, b->filter, a->filters);
    assert_int_equal(a->scopes, b->scopes);
    same_filters(a->scope, b->scope, a->scopes);
    assert_int_equal(a->frames, b->frames);
    assert_int_equal(a->weights, b->weights);
    assert_int_equal(a->base_from, b->base_from);
    assert_int_equal(a->base_to, b->base_to);
    assert_int_equal(a->rollup, b->rollup);
    assert_int_equal(a->weighting, b->weighting);
    assert_true(a->weight_low == b->weight_low);
    assert_true(a->weight_high == b->weight_high);
    assert_int_equal(a->reader, b->reader);
    assert_int_equal(a->construct != NULL, b->construct != NULL);
    if (a->construct)
        assert_string_equal(a->construct, b->construct);
    assert_int_equal(a->settings, b->settings);
    for (size_t i = 0; i < a->settings; i++) {
        assert_string_equal(a->setting[i].name, b->setting[i].name);
        assert_string_equal(a->setting[i].value, b->setting[i].value);
        assert_false(b->setting[i].file);
    }
}

static void comes_as_it_was_asked(void **state)
{
    const struct query whole = full_query();
    const struct query bare = {.survey = "x", .from = 3, .to = 5};
    const struct query *const list[] = {&whole, &bare};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct buffer frame = {0};
        struct question q;
        struct err err = {""};
        uint8_t *copy;

        assert_int_equal(question_write(77 + i, areas(), list[i], &frame, &err),
                         ST_OK);
        copy = exactly(frame.data, frame.len);
        assert_int_equal(question_read(copy, frame.len, NOW, &q, &err),
                         TROUBLE_NONE);
        free(copy); /* nothing points into it */
        assert_true(q.ask == 77 + i);
        assert_false(q.describe);
        assert_ptr_equal(q.kind, areas());
        same_query(list[i], &q.query);
        question_free(&q);
        buffer_free(&frame);
    }
}

/* {v, type, ask, kind, survey} and one field more. */
static void begin(struct pack *p, struct buffer *frame, size_t more)
{
    frame->len = 0;
    pack_begin(p, frame);
    pack_map(p, 5 + more);
    pack_text(p, "kind");
    pack_text(p, "areas");
    pack_text(p, "survey");
    pack_text(p, "s");
    pack_text(p, "v");
    pack_number(p, 1);
    pack_text(p, "type");
    pack_text(p, "query");
    pack_text(p, "ask");
    pack_number(p, 9);
}

static enum trouble read_frame(const struct buffer *frame, struct question *q)
{
    uint8_t *copy = exactly(frame->data, frame->len);
    struct err err = {""};
    const enum trouble t = question_read(copy, frame->len, NOW, q, &err);

    free(copy);
    assert_int_equal(t != TROUBLE_NONE, err.text[0] != '\0');
    return t;
}

static void days_have_defaults(void **state)
{
    static const struct {
        const char *key, *text;
        int32_t from, to;
    } cases[] = {{NULL, NULL, 20758, 20787}, /* November 2026 */
                 {"from", "2026-10-05", 20731, 20757},
                 {"from", "2026-10", 20727, 20757},
                 {"to", "2026-10-05", 20727, 20731},
                 {"to", "2026-10", 20727, 20757}};
    struct buffer frame = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct question q;
        struct pack p;

        begin(&p, &frame, cases[i].key != NULL);
        if (cases[i].key) {
            pack_text(&p, cases[i].key);
            pack_text(&p, cases[i].text);
        }
        assert_int_equal(pack_end(&p), ST_OK);
        assert_int_equal(read_frame(&frame, &q), TROUBLE_NONE);
        assert_int_equal(q.query.from, cases[i].from);
        assert_int_equal(q.query.to, cases[i].to);
        question_free(&q);
    }
    buffer_free(&frame);
}

static void options_may_be_numbers(void **state)
{
    struct buffer frame = {0};
    struct question q;
    struct pack p;

    (void)state;
    begin(&p, &frame, 1);
    pack_text(&p, "options");
    pack_map(&p, 3);
    pack_text(&p, "over");
    pack_signed(&p, INT64_MIN);
    pack_text(&p, "estimator");
    pack_real(&p, 0.1);
    pack_text(&p, "variances");
    pack_real(&p, 1e300 / 7);
    assert_int_equal(pack_end(&p), ST_OK);
    assert_int_equal(read_frame(&frame, &q), TROUBLE_NONE);
    assert_int_equal(q.query.settings, 3);
    assert_string_equal(q.query.setting[0].value, "-9223372036854775808");
    assert_string_equal(q.query.setting[1].value, "0.1");
    assert_true(strtod(q.query.setting[2].value, NULL) == 1e300 / 7);
    question_free(&q);
    buffer_free(&frame);
}

/* As many codes as a message may have, which is less than the limits allow. */
static void room_is_what_the_frame_has(void **state)
{
    struct buffer frame = {0};
    struct question q;
    struct pack p;

    (void)state;
    begin(&p, &frame, 2);
    for (int list = 0; list < 2; list++) {
        pack_text(&p, list ? "where" : "scope");
        pack_map(&p, ASK_FILTERS_MAX);
        for (int i = 0; i < ASK_FILTERS_MAX; i++) {
            pack_text(&p, "province");
            pack_list(&p, ASK_CODES_MAX);
            for (int k = 0; k < ASK_CODES_MAX; k++)
                pack_text(&p, "");
        }
    }
    assert_int_equal(pack_end(&p), ST_OK);
    assert_true(frame.len < MESSAGE_MAX);
    assert_int_equal(read_frame(&frame, &q), TROUBLE_NONE);
    assert_int_equal(q.query.filters, ASK_FILTERS_MAX);
    assert_int_equal(q.query.scopes, ASK_FILTERS_MAX);
    assert_string_equal(
        q.query.filter[ASK_FILTERS_MAX - 1].codes[ASK_CODES_MAX - 1], "");
    question_free(&q);
    buffer_free(&frame);
}

static void any_bytes_are_survived(void **state)
{
    const struct query whole = full_query();
    struct buffer frame = {0};
    uint64_t random = 4711;

    (void)state;
    assert_int_equal(question_write(5, areas(), &whole, &frame, NULL), ST_OK);
    for (size_t i = 0; i < 20000; i++) {
        const size_t len =
            i % 3 ? frame.len : next_random(&random) % (frame.len + 1);
        uint8_t *copy = exactly(frame.data, len);
        struct question q;

        for (size_t k = 0; len && k < 1 + i % 4; k++)
            copy[next_random(&random) % len] = (uint8_t)next_random(&random);
        if (question_read(copy, len, NOW, &q, NULL) == TROUBLE_NONE)
            question_free(&q);
        else
            assert_null(q.text);
        free(copy);
    }
    buffer_free(&frame);
}

/* ---- what a key may ask ---- */

static struct client client(size_t scopes, const char *const *scope)
{
    return (struct client){.name = "boss",
                           .types = 1u << RIGHT_ASK,
                           .role = ROLE_READER,
                           .scopes = scopes,
                           .scope = scope};
}

static void scopes_stand_behind_the_askers(void **state)
{
    static const char *const scope[] = {"operator=CT", "province=11,31,"};
    struct client c = client(2, scope);
    const struct query whole = full_query();
    struct buffer frame = {0};
    struct question q;

    (void)state;
    assert_int_equal(question_write(5, areas(), &whole, &frame, NULL), ST_OK);
    assert_int_equal(read_frame(&frame, &q), TROUBLE_NONE);
    q.query.reader = READER_ANALYST;
    assert_int_equal(question_bind(&q, &c, NULL), ST_OK);
    assert_int_equal(q.query.reader, READER_PUBLIC);
    assert_int_equal(q.query.scopes, 3);
    same_filters(&q.query.scope[0], &where[1], 1);
    same_filters(&q.query.scope[1], &where[1], 1);
    same_filters(&q.query.scope[2], &where[0], 1);
    question_free(&q);
    assert_int_equal(read_frame(&frame, &q), TROUBLE_NONE);
    q.query.reader = READER_ANALYST;
    c.role = ROLE_ANALYST;
    c.scopes = 0;
    assert_int_equal(question_bind(&q, &c, NULL), ST_OK);
    assert_int_equal(q.query.reader, READER_ANALYST);
    assert_int_equal(q.query.scopes, 1);
    question_free(&q);
    buffer_free(&frame);
}

static void scopes_are_understood_or_refused(void **state)
{
    static const char *const wrong[] = {"",     "province",    "=11",
                                        "a=11", "provinces=1", "Province=1"};
    const char *many[ASK_FILTERS_MAX + 1];
    struct question q = {0};
    struct err err;

    (void)state;
    for (size_t i = 0; i <= ASK_FILTERS_MAX; i++)
        many[i] = "province=1";
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct client c = client(1, &wrong[i]);

        assert_int_equal(question_bind(&q, &c, &err), ST_INVALID);
        assert_non_null(strstr(err.text, "boss"));
        question_free(&q);
    }
    assert_int_equal(
        question_bind(
            &q, &(struct client){.scopes = ASK_FILTERS_MAX + 1, .scope = many},
            &err),
        ST_INVALID);
    question_free(&q);
}

static void files_stay_here(void **state)
{
    const struct query_setting file = {"covariates", "x.csv", true};
    struct query q = {.survey = "x", .rollup_file = "x.csv"};
    struct buffer frame = {0};
    struct err err;

    (void)state;
    assert_int_equal(question_write(1, areas(), &q, &frame, &err), ST_REFUSED);
    assert_non_null(strstr(err.text, "--rollup-file"));
    q = (struct query){.survey = "x", .population = "x.csv"};
    assert_int_equal(question_write(1, areas(), &q, &frame, &err), ST_REFUSED);
    q = (struct query){.survey = "x", .settings = 1, .setting = &file};
    assert_int_equal(question_write(1, areas(), &q, &frame, &err), ST_REFUSED);
    assert_non_null(strstr(err.text, "--covariates"));
    assert_int_equal(frame.len, 0);
    buffer_free(&frame);
}

/* ---- memory ---- */

static enum status ask_once(void *ctx)
{
    static const char *const scope[] = {"province=11"};
    const struct query whole = full_query();
    const struct client c = client(1, scope);
    struct buffer frame = {0};
    struct question q = {0};
    enum status st = question_write(5, areas(), &whole, &frame, NULL);

    (void)ctx;
    if (st == ST_OK)
        st =
            trouble_status(question_read(frame.data, frame.len, NOW, &q, NULL));
    if (st == ST_OK)
        st = question_bind(&q, &c, NULL);
    question_free(&q);
    buffer_free(&frame);
    return st;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    alloc_torture(ask_once, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_as_it_was_asked),
        cmocka_unit_test(days_have_defaults),
        cmocka_unit_test(options_may_be_numbers),
        cmocka_unit_test(room_is_what_the_frame_has),
        cmocka_unit_test(any_bytes_are_survived),
        cmocka_unit_test(scopes_stand_behind_the_askers),
        cmocka_unit_test(scopes_are_understood_or_refused),
        cmocka_unit_test(files_stay_here),
        cmocka_unit_test(memory_may_run_out)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
