/* question_fuzz.c - any bytes as a frame to manyi-scorer serve: a question is
 * taken or refused with words, and what was taken is a query that can be
 * written and read again. */
#include <stdlib.h>

#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const int64_t now = INT64_C(1795323900000);

static void again(const struct question *q)
{
    struct question back = {0};
    struct buffer frame = {0};
    struct err err;

    if (question_write(q->ask, q->kind, &q->query, &frame, &err) == ST_OK &&
        (question_read(frame.data, frame.len, now, &back, &err) !=
             TROUBLE_NONE ||
         back.kind != q->kind))
        __builtin_trap();
    question_free(&back);
    buffer_free(&frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct question q = {0};
    struct err err;

    if (question_read(data, len, now, &q, &err) == TROUBLE_NONE && q.kind)
        again(&q);
    question_free(&q);
    return 0;
}
