/* summary.c - see summary.h. */
#include "summary.h"

#include <stdlib.h>

#include "surveys/table.h"

/* In the order of their names, whatever the feed's order was. */
static int code_order(const void *a, const void *b)
{
    const struct stratum *const *x = a, *const *y = b;

    return strcmp((*x)->code, (*y)->code);
}

static const struct stratum **sorted(const struct audience *a)
{
    const struct stratum **list = calloc(a->strata + 1, sizeof(*list));

    for (size_t i = 0; list && i < a->strata; i++)
        list[i] = &a->stratum[i];
    if (list)
        qsort(list, a->strata, sizeof(*list), code_order);
    return list;
}

enum status summary_strata_table(const struct audience *a)
{
    static const char *const titles[] = {"stratum", ">rate", ">eligible",
                                         ">drawn"};
    const struct stratum **list = sorted(a);
    struct table *t = NULL;
    enum status st = list ? table_new(4, titles, &t) : ST_NOMEM;

    for (size_t i = 0; i < a->strata && st == ST_OK; i++) {
        char rate[24], eligible[24], drawn[24];
        const char *const cells[] = {list[i]->code, rate, eligible, drawn};

        (void)snprintf(rate, sizeof rate, "%g%%", list[i]->ppm / 1e4);
        (void)snprintf(eligible, sizeof eligible, "%u", list[i]->eligible);
        (void)snprintf(drawn, sizeof drawn, "%u", list[i]->drawn);
        st = table_row(t, cells);
    }
    if (st == ST_OK && a->strata)
        st = table_print(t, stdout);
    table_free(&t);
    free(list);
    return st;
}

void summary_strata(const struct audience *a, struct json *j)
{
    const struct stratum **list = sorted(a);

    json_put_array(j, "strata");
    for (size_t i = 0; list && i < a->strata; i++) {
        json_put_object(j, NULL);
        json_put_text(j, "stratum", list[i]->code);
        json_put_number(j, "rate", list[i]->ppm / 1e6);
        json_put_integer(j, "eligible", list[i]->eligible);
        json_put_integer(j, "drawn", list[i]->drawn);
        json_close(j);
    }
    json_close(j);
    free(list);
}

void summary_counts(const struct draw_note *n, struct json *j)
{
    json_put_integer(j, "rows", (int64_t)n->rows);
    json_put_integer(j, "bad", (int64_t)n->bad);
    json_put_integer(j, "seen", (int64_t)n->seen);
    json_put_integer(j, "events", (int64_t)n->events);
    json_put_object(j, "excluded");
    for (size_t e = 0; e < EXCLUDED_REASONS; e++)
        json_put_integer(j, exclusion_word((enum exclusion)e),
                         (int64_t)n->excluded[e]);
    json_close(j);
    json_put_integer(j, "eligible", (int64_t)n->eligible);
    json_put_integer(j, "drawn", (int64_t)n->drawn);
}

void summary_counts_text(const struct draw_note *n)
{
    printf("%s: rows=%llu bad=%llu seen=%llu events=%llu eligible=%llu "
           "drawn=%llu\nexcluded:",
           n->campaign, (unsigned long long)n->rows, (unsigned long long)n->bad,
           (unsigned long long)n->seen, (unsigned long long)n->events,
           (unsigned long long)n->eligible, (unsigned long long)n->drawn);
    for (size_t e = 0; e < EXCLUDED_REASONS; e++)
        printf(" %s=%llu", exclusion_word((enum exclusion)e),
               (unsigned long long)n->excluded[e]);
    printf("\n");
}

static enum status print_json(const struct drawing *d, struct err *err)
{
    struct json *j = json_new();
    struct outbox_counts counts;
    char digits[2 * HASH_SIZE + 1];
    enum status st;

    sender_counts(d->sender, &counts);
    json_put_object(j, NULL);
    json_put_text(j, "campaign", d->note.campaign);
    bytes_hex(d->note.seed, PLAN_SEED_SIZE, digits);
    json_put_text(j, "seed", digits);
    bytes_hex(d->note.feed, HASH_SIZE, digits);
    json_put_text(j, "feed", digits);
    summary_counts(&d->note, j);
    json_put_integer(j, "fresh_contacts", (int64_t)d->audience.fresh);
    json_put_integer(j, "repairs", (int64_t)d->audience.repairs);
    json_put_integer(j, "late_visits", (int64_t)d->audience.late);
    summary_strata(&d->audience, j);
    json_put_integer(j, "owed_messages", (int64_t)counts.pending);
    json_put_integer(j, "refused", (int64_t)counts.refused);
    json_close(j);
    st = json_end(&j, stdout);
    return st == ST_OK ? st : err_set(err, st, "can not be printed");
}

static enum status print_text(const struct drawing *d, struct err *err)
{
    struct outbox_counts counts;
    char seed[2 * PLAN_SEED_SIZE + 1];

    sender_counts(d->sender, &counts);
    summary_counts_text(&d->note);
    bytes_hex(d->note.seed, PLAN_SEED_SIZE, seed);
    printf("fresh_contacts=%llu repairs=%llu late_visits=%llu "
           "owed_messages=%llu refused=%llu\nseed=%s\n",
           (unsigned long long)d->audience.fresh,
           (unsigned long long)d->audience.repairs,
           (unsigned long long)d->audience.late,
           (unsigned long long)counts.pending,
           (unsigned long long)counts.refused, seed);
    return summary_strata_table(&d->audience) == ST_OK
               ? ST_OK
               : err_set(err, ST_NOMEM, "out of memory");
}

enum status summary_print(const struct drawing *d, bool json, struct err *err)
{
    return json ? print_json(d, err) : print_text(d, err);
}
