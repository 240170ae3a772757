/* people_cells.c - see people_cells.h. */
#include "people_cells.h"

/* What weights can hang on. */
static struct cell person(int32_t month, uint32_t rate_ppm,
                          const struct context *context)
{
    struct cell c;

    memset(&c, 0, sizeof c);
    c.when = month;
    c.rate_ppm = rate_ppm;
    c.context.frame = context->frame;
    memcpy(c.context.operator, context->operator, sizeof c.context.operator);
    memcpy(c.context.product, context->product, sizeof c.context.product);
    memcpy(c.context.province, context->province, sizeof c.context.province);
    memcpy(c.context.stratum, context->stratum, sizeof c.context.stratum);
    return c;
}

const double *people_weights(const struct people *p, int32_t month,
                             uint32_t rate_ppm, const struct context *context)
{
    const struct cell c = person(month, rate_ppm, context);
    uint32_t number;

    return intern_find(&p->cells, &c, &number)
               ? p->weight + number * (GROUPS + 1)
               : NULL;
}
