/* state_draws.c - the draws that were made, one record each: who doubts one can
 * make it again from the feed and the seed. */
#include "state.h"

/* The numbers of a note, in the order of the record. */
#define NUMBERS (7 + EXCLUDED_REASONS)
static void numbers_of(struct draw_note *n, uint64_t *out[NUMBERS],
                       uint64_t *first)
{
    uint64_t *const all[] = {&n->rows,     &n->bad,   &n->seen, &n->events,
                             &n->eligible, &n->drawn, first};
    size_t i = 0;

    for (; i < sizeof all / sizeof *all; i++)
        out[i] = all[i];
    for (size_t e = 0; e < EXCLUDED_REASONS; e++)
        out[i++] = &n->excluded[e];
}

enum status state_put_draw(struct state *s, const struct draw_note *note,
                           struct err *err)
{
    struct draw_note n = *note;
    uint64_t *number[NUMBERS], first = note->first;
    uint8_t key[SURVEY_CODE_MAX + 1 + 8];
    const size_t len = strlen(note->campaign) + 1;
    enum status st;

    memcpy(key, note->campaign, len);
    bytes_put64(key + len, (uint64_t)note->at);
    numbers_of(&n, number, &first);
    s->value.len = 0;
    st = buffer_add(&s->value, note->seed, PLAN_SEED_SIZE);
    if (st == ST_OK)
        st = buffer_add(&s->value, note->feed, HASH_SIZE);
    for (size_t i = 0; i < NUMBERS && st == ST_OK; i++)
        st = buffer_varint(&s->value, *number[i]);
    if (st != ST_OK)
        return err_set(err, st, "out of memory");
    return durable_put(s->table,
                       (struct durable_key){SPACE_DRAWS, key, len + 8},
                       s->value.data, s->value.len, err);
}

struct telling {
    state_draw_fn *fn;
    void *ctx;
};

static enum status tell(void *ctx, const uint8_t *key, size_t key_len,
                        const uint8_t *value, size_t len)
{
    const struct telling *t = ctx;
    const uint8_t *at = value + PLAN_SEED_SIZE + HASH_SIZE, *end = value + len;
    struct draw_note n = {.at = 0};
    uint64_t *number[NUMBERS], first = 0;
    enum status st = ST_OK;

    if (key_len < 9 || key_len > sizeof n.campaign + 8 ||
        len < PLAN_SEED_SIZE + HASH_SIZE || key[key_len - 9])
        return ST_CORRUPT;
    memcpy(n.campaign, key, key_len - 8);
    n.at = (int64_t)bytes_get64(key + key_len - 8);
    memcpy(n.seed, value, PLAN_SEED_SIZE);
    memcpy(n.feed, value + PLAN_SEED_SIZE, HASH_SIZE);
    numbers_of(&n, number, &first);
    for (size_t i = 0; i < NUMBERS && st == ST_OK; i++)
        st = bytes_varint(&at, end, number[i]);
    n.first = (uint32_t)first;
    return st == ST_OK ? t->fn(t->ctx, &n) : st;
}

enum status state_draws(struct state *s, state_draw_fn *fn, void *ctx,
                        struct err *err)
{
    struct telling t = {fn, ctx};
    enum status st =
        durable_walk(s->table, (struct durable_key){SPACE_DRAWS, "", 0}, NULL,
                     tell, &t, err);

    return st == ST_CORRUPT ? err_set(err, st, "the outbox's file is damaged")
                            : st;
}
