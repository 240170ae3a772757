/* key.h - cells by name: what an answer is sorted by, and where a cell lies
 * in the cube.
 *
 * A cell's key is its form, its day or month, and the dimensions that its
 * layer keeps, in an order in which bytes sort: frame first, so that what is
 * asked for together lies together, and so that the cells of a nation's frame
 * are neighbours.
 */
#ifndef QUERY_KEY_H
#define QUERY_KEY_H

#include "scorer/cells.h"

enum layer {
    LAYER_DAY,    /* counts by day, every dimension and rate */
    LAYER_MONTH,  /* counts by month, the dimensions asked most, and stratum
                     and rate, which people's weights hang on */
    LAYER_FIT,    /* moments by month, unit of weighting and stratum */
    LAYER_NATION, /* moments by month and frame: what weights are fitted on */
    LAYERS
};

/* Zero-filled, so that two compare with memcmp. */
struct cell {
    uint32_t form; /* its number in this cube */
    int32_t when;  /* day; of a layer by month: the month */
    uint32_t rate_ppm;
    struct context context;
};

enum { CELL_KEY_MAX = 3 * 4 + sizeof(struct context) };
struct cell_key {
    uint8_t len;
    uint8_t bytes[CELL_KEY_MAX];
};

/* The key on a layer of the cell of an answer (`when` is a day). */
void cell_key(const struct cell *c, enum layer layer, struct cell_key *out);
/* Form and month (or day) only: what all keys of that time begin with. */
void cell_key_begin(uint32_t form, int32_t when, struct cell_key *out);
MUST_USE enum status cell_parse_begin(const uint8_t *key, size_t len,
                                      struct cell *out);
/* ST_CORRUPT when this is no key of the layer. */
MUST_USE enum status cell_parse(enum layer layer, const uint8_t *key,
                                size_t len, struct cell *out);

bool layer_keeps(enum layer layer, enum dimension d);

/* The cell's code in a dimension, "" = not given; `when` is a month for
 * DIM_PERIOD. */
void cell_code(const struct cell *c, enum dimension d, char out[CODE_MAX + 1]);

#endif
