/* standing.c - see standing.h. */
#include "standing.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define WAYS 4

struct standings {
    pthread_mutex_t lock;
    size_t sets;
    struct standing place[];
};

enum status standings_new(size_t sets, struct standings **out)
{
    struct standings *s;

    assert(sets && (sets & (sets - 1)) == 0);
    s = calloc(1, sizeof *s + sets * WAYS * sizeof s->place[0]);
    if (!s)
        return ST_NOMEM;
    pthread_mutex_init(&s->lock, NULL);
    s->sets = sets;
    *out = s;
    return ST_OK;
}

void standings_free(struct standings **s)
{
    if (*s)
        pthread_mutex_destroy(&(*s)->lock);
    free(*s);
    *s = NULL;
}

/* The place of this id, or the one to give up for it. */
static struct standing *place_of(struct standings *s, const uint8_t id[ID_SIZE],
                                 bool *found)
{
    const size_t set = bytes_get64(id + 8) & (s->sets - 1);
    struct standing *const first = &s->place[set * WAYS];
    struct standing *oldest = first;

    *found = true;
    for (struct standing *at = first; at < first + WAYS; at++) {
        if (at->at && memcmp(at->id, id, ID_SIZE) == 0)
            return at;
        if (at->at < oldest->at)
            oldest = at;
    }
    *found = false;
    return oldest;
}

bool standings_get(struct standings *s, const uint8_t id[ID_SIZE],
                   struct standing *out)
{
    const struct standing *at;
    bool found;

    pthread_mutex_lock(&s->lock);
    at = place_of(s, id, &found);
    if (found)
        *out = *at;
    pthread_mutex_unlock(&s->lock);
    return found;
}

void standings_put(struct standings *s, const struct standing *told)
{
    bool found;

    pthread_mutex_lock(&s->lock);
    *place_of(s, told->id, &found) = *told;
    pthread_mutex_unlock(&s->lock);
}

void standing_of(const struct wire_invitation_state *told, int64_t now,
                 struct standing *out)
{
    const struct invitation *i = &told->invitation;

    *out = (struct standing){.at = now, .state = i->state};
    memcpy(out->id, i->id, ID_SIZE);
    if (i->state == INVITATION_UNKNOWN)
        return;
    memcpy(out->survey, i->survey, sizeof out->survey);
    memcpy(out->version, i->version, HASH_SIZE);
    memcpy(out->language, i->language, sizeof out->language);
    memcpy(out->operator, i->context.operator, sizeof out->operator);
    memcpy(out->product, i->context.product, sizeof out->product);
    memcpy(out->touchpoint, i->context.touchpoint, sizeof out->touchpoint);
    out->event_at = i->event_at;
    if (told->items && told->items <= ITEMS_MAX) {
        out->items = (uint8_t)told->items;
        memcpy(out->have, told->have, told->items);
    }
}
