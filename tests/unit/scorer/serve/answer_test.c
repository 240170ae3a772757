/* answer_test.c - a result over the wire is the result that was sent, in
 * however many parts, and what is none is refused. */
#include "serving.h"

static struct question question_of(size_t filters,
                                   const struct query_filter *filter)
{
    return (struct question){.ask = 12,
                             .kind = kind_find("score"),
                             .query = {.survey = "x",
                                       .from = 20000,
                                       .to = 20030,
                                       .filters = filters,
                                       .filter = filter}};
}

/* Every type of column, with values at their ends. */
static void fill(struct result *r, size_t rows)
{
    static const enum dimension by[] = {DIM_PROVINCE, DIM_CHANNEL};

    result_column(
        r, &(struct column){.name = "survey", .type = VALUE_TEXT, .place = 1});
    result_cell(r, by, 2, 2);
    result_column(
        r, &(struct column){.name = "n", .type = VALUE_COUNT, .place = 9});
    result_column(
        r, &(struct column){
               .name = "index", .type = VALUE_NUMBER, .place = 8, .digits = 3});
    result_column(r, &(struct column){.name = "flags", .type = VALUE_WORDS});
    for (size_t i = 0; i < rows; i++) {
        char text[40];

        snprintf(text, sizeof text, "满意 %zu", i);
        result_text(r, text);
        result_text(r, i % 3 ? "11" : "");
        result_text(r, "web");
        result_count(r, i % 5   ? (int64_t)(i * i)
                        : i % 2 ? COUNT_NONE
                                : INT64_MIN + 1);
        result_number(r, i % 7 ? 100.0 / (double)(i + 3) : NAN);
        result_text(r, i % 2 ? "suppressed no_interval" : "");
    }
    result_note(r, "%zu rows rest on 满意", rows);
    result_note(r, "and on this");
    memcpy(r->query, "0123456789abcdef0123456789abcdef", 33);
    r->watermark = (struct watermark){3, {1, 0, 255}};
}

static void same_result(const struct result *a, const struct result *b)
{
    assert_int_equal(a->columns, b->columns);
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->has_cell, b->has_cell);
    assert_int_equal(a->cell, b->cell);
    assert_int_equal(a->cells, b->cells);
    for (size_t c = 0; c < a->columns; c++) {
        assert_string_equal(a->column[c].name, b->column[c].name);
        assert_int_equal(a->column[c].type, b->column[c].type);
        assert_int_equal(a->column[c].place, b->column[c].place);
        assert_int_equal(a->column[c].digits, b->column[c].digits);
        assert_int_equal(a->column[c].dimension, b->column[c].dimension);
    }
    for (size_t i = 0; i < a->rows * a->columns; i++) {
        const struct value *x = &a->value[i], *y = &b->value[i];

        assert_string_equal(x->text, y->text);
        assert_true(x->count == y->count);
        assert_true(x->number == y->number ||
                    (isnan(x->number) && isnan(y->number)));
    }
    assert_int_equal(a->notes, b->notes);
    for (size_t i = 0; i < a->notes; i++)
        assert_string_equal(a->note[i], b->note[i]);
    assert_string_equal(a->query, b->query);
    assert_string_equal(a->elsewhere, b->elsewhere);
    assert_int_equal(a->watermark.len, b->watermark.len);
    assert_memory_equal(a->watermark.bytes, b->watermark.bytes,
                        a->watermark.len);
    assert_int_equal(a->met != NULL, b->met != NULL);
}

static enum status take(struct answer_reader *r, const struct buffer *part,
                        struct err *err)
{
    uint8_t *copy = exactly(part->data, part->len);
    const enum status st = answer_take(r, copy, part->len, err);

    free(copy);
    return st;
}

static enum status take_all(const struct answer *a, struct answer_reader *r)
{
    struct err err = {""};
    enum status st = ST_OK;

    *r = (struct answer_reader){.ask = 12};
    for (size_t i = 0; i < a->parts && st == ST_OK; i++) {
        assert_false(r->done);
        assert_true(a->part[i].len <= MESSAGE_MAX);
        st = take(r, &a->part[i], &err);
    }
    return st;
}

static void comes_as_it_was_sent(void **state)
{
    static const size_t rows[] = {0, 1, 2, 500, 4096, 4097, 30000};
    const struct question q = question_of(0, NULL);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct result r = {0};
        struct answer a = {0};
        struct answer_reader back;

        fill(&r, rows[i]);
        assert_int_equal(result_end(&r), ST_OK);
        assert_int_equal(answer_result(&q, &r, &a), ST_OK);
        assert_int_equal(a.parts > 1, rows[i] > 4096);
        assert_int_equal(take_all(&a, &back), ST_OK);
        assert_true(back.done);
        same_result(&r, &back.result);
        result_free(&back.result);
        answer_free(&a);
        result_free(&r);
    }
}

static void says_what_met_nothing(void **state)
{
    static const char *const codes[] = {"11", "12", "13"};
    const struct query_filter filter[] = {{DIM_PROVINCE, 3, codes},
                                          {DIM_PROVINCE, 1, codes}};
    const struct question q = question_of(2, filter);
    struct result r = {0};
    struct answer a = {0};
    struct answer_reader back;

    (void)state;
    result_column(&r, &(struct column){.name = "n", .type = VALUE_COUNT});
    result_cell(&r, NULL, 0, 1); /* an empty one */
    r.met = calloc(5, sizeof(bool));
    assert_non_null(r.met);
    r.met[2] = r.met[4] = true;
    snprintf(r.elsewhere, sizeof r.elsewhere, "2026-09 (open)");
    assert_int_equal(answer_result(&q, &r, &a), ST_OK);
    assert_int_equal(take_all(&a, &back), ST_OK);
    same_result(&r, &back.result);
    assert_memory_equal(r.met, back.result.met, 5);
    result_free(&back.result);
    answer_free(&a);
    result_free(&r);
}

static void too_much_is_refused(void **state)
{
    const struct question q = question_of(0, NULL);
    struct result r = {0};
    struct answer a = {0};

    (void)state;
    result_column(&r, &(struct column){.name = "n", .type = VALUE_COUNT});
    for (size_t i = 0; i <= (size_t)ANSWER_PARTS_MAX * BATCH_MAX; i++)
        result_count(&r, 1);
    assert_int_equal(answer_result(&q, &r, &a), ST_RANGE);
    assert_int_equal(a.parts, 0);
    result_free(&r);
}

static void troubles_have_words(void **state)
{
    const char cut[] = "the store says: \xe6\xbb\xa1\xe6";

    (void)state;
    for (int t = TROUBLE_NONE + 1; t < TROUBLE_KINDS; t++) {
        struct answer a = {0};
        struct answer_reader back = {.ask = 12};
        struct err err = {""};
        enum trouble parsed = TROUBLE_NONE;

        assert_true(trouble_parse(trouble_word((enum trouble)t), &parsed));
        assert_int_equal(parsed, t);
        /* of a question that could not be read, too */
        assert_int_equal(
            answer_trouble(t % 2 ? 12 : 0, (enum trouble)t, cut, &a), ST_OK);
        assert_int_equal(take(&back, &a.part[0], &err),
                         trouble_status((enum trouble)t));
        assert_int_equal(back.trouble, t);
        assert_string_equal(err.text, "the store says: \xe6\xbb\xa1");
        answer_free(&a);
    }
    assert_int_equal(trouble_of(ST_NUMERIC), TROUBLE_NUMERIC);
    assert_int_equal(trouble_of(ST_FULL), TROUBLE_STORE);
    assert_int_equal(trouble_of(ST_CORRUPT), TROUBLE_STORE);
    assert_int_equal(trouble_of(ST_NOTFOUND), TROUBLE_NOT_FOUND);
}

static void parts_have_an_order(void **state)
{
    const struct question q = question_of(0, NULL);
    struct answer_reader back = {.ask = 12}, other = {.ask = 13};
    struct result r = {0};
    struct answer a = {0};
    struct err err;

    (void)state;
    fill(&r, 9000);
    assert_int_equal(answer_result(&q, &r, &a), ST_OK);
    assert_true(a.parts >= 3);
    assert_int_equal(take(&other, &a.part[0], &err), ST_OK); /* not its own */
    assert_int_equal(other.part, 0);
    assert_int_equal(take(&back, &a.part[1], &err), ST_CORRUPT);
    assert_int_equal(take(&back, &a.part[0], &err), ST_OK);
    assert_int_equal(take(&back, &a.part[0], &err), ST_CORRUPT);
    assert_int_equal(take(&back, &a.part[2], &err), ST_CORRUPT);
    assert_int_equal(take(&back, &a.part[1], &err), ST_OK);
    assert_int_equal(take(&back, &a.part[2], &err), ST_OK);
    result_free(&back.result);
    answer_free(&a);
    result_free(&r);
}

static void any_bytes_are_survived(void **state)
{
    const struct question q = question_of(0, NULL);
    struct result r = {0};
    struct answer a = {0};
    uint64_t random = 99;

    (void)state;
    fill(&r, 8);
    assert_int_equal(answer_result(&q, &r, &a), ST_OK);
    for (size_t i = 0; i < 20000; i++) {
        const struct buffer *part = &a.part[0];
        const size_t len =
            i % 3 ? part->len : next_random(&random) % (part->len + 1);
        uint8_t *copy = exactly(part->data, len);
        struct answer_reader back = {.ask = 12};

        for (size_t k = 0; len && k < 1 + i % 4; k++)
            copy[next_random(&random) % len] = (uint8_t)next_random(&random);
        (void)!answer_take(&back, copy, len, NULL);
        result_free(&back.result);
        free(copy);
    }
    answer_free(&a);
    result_free(&r);
}

static enum status send_once(void *ctx)
{
    const struct question *q = ctx;
    struct answer_reader back = {0};
    struct answer a = {0};
    struct result r = {0};
    enum status st;

    fill(&r, 40);
    st = result_end(&r);
    if (st == ST_OK)
        st = answer_result(q, &r, &a);
    back.ask = q->ask;
    for (size_t i = 0; i < a.parts && st == ST_OK; i++)
        st = answer_take(&back, a.part[i].data, a.part[i].len, NULL);
    result_free(&back.result);
    answer_free(&a);
    result_free(&r);
    if (st == ST_OK)
        st = answer_trouble(1, TROUBLE_TIME, "x", &a);
    answer_free(&a);
    return st;
}

static void memory_may_run_out(void **state)
{
    struct question q = question_of(0, NULL);

    (void)state;
    alloc_torture(send_once, &q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(comes_as_it_was_sent),
                                       cmocka_unit_test(says_what_met_nothing),
                                       cmocka_unit_test(too_much_is_refused),
                                       cmocka_unit_test(troubles_have_words),
                                       cmocka_unit_test(parts_have_an_order),
                                       cmocka_unit_test(any_bytes_are_survived),
                                       cmocka_unit_test(memory_may_run_out)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
