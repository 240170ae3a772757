/* shelf.c - see shelf.h. */
#include "shelf.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct place {
    char key[SHELF_KEY_MAX];
    int64_t at;
    struct http_page *page;
};

struct shelf {
    pthread_mutex_t lock;
    size_t places;
    struct place place[];
};

enum status shelf_new(size_t places, struct shelf **out)
{
    struct shelf *s;

    assert(places && (places & (places - 1)) == 0);
    s = calloc(1, sizeof *s + places * sizeof s->place[0]);
    if (!s)
        return ST_NOMEM;
    pthread_mutex_init(&s->lock, NULL);
    s->places = places;
    *out = s;
    return ST_OK;
}

void shelf_free(struct shelf **s)
{
    if (!*s)
        return;
    for (size_t i = 0; i < (*s)->places; i++)
        http_page_free(&(*s)->place[i].page);
    pthread_mutex_destroy(&(*s)->lock);
    free(*s);
    *s = NULL;
}

/* FNV-1a: the keys are our own, an outsider chooses but a few of their bytes.
 */
static struct place *place_of(struct shelf *s, const char *key)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (; *key; key++)
        hash = (hash ^ (uint8_t)*key) * UINT64_C(1099511628211);
    return &s->place[(hash ^ hash >> 32) & (s->places - 1)];
}

struct http_page *shelf_take(struct shelf *s, const char *key, int64_t steady)
{
    struct place *const p = place_of(s, key);
    struct http_page *page = NULL;

    pthread_mutex_lock(&s->lock);
    if (p->page && steady - p->at < SHELF_FRESH_MS && streq(p->key, key))
        page = http_page_share(p->page);
    pthread_mutex_unlock(&s->lock);
    return page;
}

void shelf_put(struct shelf *s, const char *key, struct http_page *page,
               int64_t steady)
{
    struct place *const p = place_of(s, key);

    if (strlen(key) >= SHELF_KEY_MAX)
        return;
    pthread_mutex_lock(&s->lock);
    http_page_free(&p->page);
    memcpy(p->key, key, strlen(key) + 1);
    p->page = http_page_share(page);
    p->at = steady;
    pthread_mutex_unlock(&s->lock);
}
