/* held_handle.h - the inside of struct held, for its three files. */
#ifndef QUERY_HELD_HANDLE_H
#define QUERY_HELD_HANDLE_H

#include "collector/durable.h"
#include "held.h"

enum { HELD_CELLS = 1, HELD_PATTERN, HELD_WEIGHTS }; /* spaces of the table */

/* A month that was looked at, and how far the log reached then. */
struct held_month {
    const struct form *form;
    int32_t month;
    struct watermark at;
};

struct held {
    struct durable *table;
    char *temporary; /* its path, when it is ours to remove */
    size_t months;
    struct held_month *known;
};

enum { HELD_KEY_MAX = HASH_SIZE + 4 + CELL_KEY_MAX + ITEM_CODE_MAX };
struct held_key {
    size_t len;
    uint8_t bytes[HELD_KEY_MAX];
};

void held_key_begin(const struct form *form, int32_t month,
                    struct held_key *out);
void held_key_add(struct held_key *k, const void *data, size_t len);

/* A month is decided until this, inside a transaction. */
MUST_USE enum status held_undecided(struct held *h, const struct form *form,
                                    int32_t month, struct err *err);
/* The item weights of a month are fitted anew when they are asked for, inside a
 * transaction. */
MUST_USE enum status held_weights_forget(struct held *h,
                                         const struct form *form, int32_t month,
                                         struct err *err);
MUST_USE enum status held_is_undecided(struct held *h, const struct form *form,
                                       int32_t month, bool *out,
                                       struct err *err);

#endif
