/* select.c - the draw itself, once every event is known (see audience.h). */
#include <sodium.h>
#include <stdlib.h>

#include "audience.h"

static int unit_order(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    const int units = memcmp(x->unit, y->unit, ID_SIZE);

    if (units)
        return units;
    if (x->choice != y->choice)
        return x->choice < y->choice ? -1 : 1;
    return memcmp(x->key, y->key, ID_SIZE);
}

/* Of a unit's events the one of lowest choice stays; the others are asked too
 * recently. */
static void one_a_unit(struct audience *a)
{
    size_t kept = 0;

    qsort(a->list, a->count, sizeof *a->list, unit_order);
    for (size_t i = 0; i < a->count; i++) {
        const struct candidate c = a->list[i];
        struct cell *cell = &a->cells.list[c.cell];

        if (kept && memcmp(a->list[kept - 1].unit, c.unit, ID_SIZE) == 0) {
            cell->excluded[EXCLUDED_TOO_RECENT]++;
            continue;
        }
        cell->eligible++;
        a->stratum[c.stratum].eligible++;
        a->stratum[c.stratum].sum += c.rank;
        a->list[kept++] = c;
    }
    a->count = kept;
}

static int rank_order(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->stratum != y->stratum)
        return x->stratum < y->stratum ? -1 : 1;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return memcmp(x->key, y->key, ID_SIZE);
}

/* rate * N, and one more with the probability of the fraction. */
static uint32_t how_many(const struct audience *a, const struct stratum *s)
{
    const uint64_t exact = (uint64_t)s->eligible * s->ppm;
    uint8_t text[CODE_MAX + 1 + 8], hash[16];

    memcpy(text, s->code, sizeof s->code);
    bytes_put64(text + sizeof s->code, s->sum);
    (void)crypto_generichash(hash, sizeof hash, text, sizeof text, a->seed,
                             sizeof a->seed);
    return (uint32_t)(exact / 1000000 +
                      (bytes_get64(hash) % 1000000 < exact % 1000000));
}

static enum status draw(struct audience *a, const struct candidate *c)
{
    uint64_t *taken;
    bool was;
    enum status st = idset_at(&a->drawn, c->key, &taken, &was);

    if (st != ST_OK)
        return st;
    a->cells.list[c->cell].drawn++;
    a->stratum[c->stratum].drawn++;
    return ST_OK;
}

enum status audience_select(struct audience *a, struct err *err)
{
    enum status st = ST_OK;

    if (!a->count)
        return ST_OK;
    one_a_unit(a);
    qsort(a->list, a->count, sizeof *a->list, rank_order);
    for (size_t i = 0; i < a->count && st == ST_OK;) {
        const uint32_t stratum = a->list[i].stratum;
        const uint32_t n = how_many(a, &a->stratum[stratum]);
        const size_t behind = i + a->stratum[stratum].eligible;

        for (size_t k = i; k < i + n && st == ST_OK; k++)
            st = draw(a, &a->list[k]);
        i = behind;
    }
    free(a->list);
    a->list = NULL;
    a->count = a->cap = 0;
    idset_sort(&a->drawn);
    return st == ST_OK ? ST_OK : err_set(err, st, "out of memory");
}

static int key_order(const void *key, const void *element)
{
    const struct idset_slot *slot = element;

    return memcmp(key, slot->key, ID_SIZE);
}

bool audience_draws(const struct audience *a, const uint8_t event[ID_SIZE],
                    uint32_t *place)
{
    const struct idset_slot *slot =
        a->drawn.count ? bsearch(event, a->drawn.slot, a->drawn.count,
                                 sizeof *slot, key_order)
                       : NULL;

    if (!slot || slot->value)
        return false;
    *place = (uint32_t)(slot - a->drawn.slot);
    return true;
}

void audience_done(struct audience *a, uint32_t place)
{
    a->drawn.slot[place].value = 1;
}
