/* batch.c - see batch.h. */
#include "batch.h"

#include <assert.h>
#include <stdlib.h>

#include "surveys/survey.h"

static bool grow(void **array, size_t count, size_t size)
{
    void *more = realloc(*array, count * size);

    if (more)
        *array = more;
    return more != NULL;
}

enum status batch_reserve(struct batch *b, size_t count)
{
    if (count <= b->cap)
        return ST_OK;
    if (!grow((void **)&b->list, count, sizeof *b->list) ||
        !grow((void **)&b->place, count, sizeof *b->place) ||
        !grow((void **)&b->ack.rejected, count, sizeof *b->ack.rejected))
        return ST_NOMEM;
    b->cap = count;
    return ST_OK;
}

void batch_reject(struct batch *b, const struct rejection *r)
{
    assert(b->ack.rejections < b->cap);
    b->ack.rejected[b->ack.rejections++] = *r;
}

void batch_reset(struct batch *b)
{
    const struct batch keep = *b;

    parcel_free(&b->parcel);
    clients_free(&b->clients);
    survey_free(&b->define);
    *b = (struct batch){.list = keep.list,
                        .place = keep.place,
                        .cap = keep.cap,
                        .ack.rejected = keep.ack.rejected,
                        .reply = keep.reply};
    b->reply.len = 0;
}

void batch_free(struct batch *b)
{
    batch_reset(b);
    free(b->list);
    free(b->place);
    free(b->ack.rejected);
    buffer_free(&b->reply);
    *b = (struct batch){0};
}
