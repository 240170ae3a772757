/* store_handle.h - an open store, as store.c, submit.c and form.c share it. */
#ifndef COLLECTOR_STORE_HANDLE_H
#define COLLECTOR_STORE_HANDLE_H

#include "base/bytes.h"
#include "store_ops.h"

struct store {
    const struct store_ops *ops;
    void *db;
    enum store_mode mode;
    bool changing;       /* between begin and its end */
    enum status failed;  /* why the transaction is undone already, or ST_OK */
    struct kept found;   /* what store_find handed out */
    struct buffer forms; /* struct known_form, of versions met so far */
};

/* Every change passes both: the first refuses it when the transaction has
 * failed, the second notes that it has. */
MUST_USE enum status store_may_change(struct store *s, struct err *err);
MUST_USE enum status store_changed(struct store *s, enum status st);

/* Whether two versions of a survey have the same form, so that answers to one
 * are answers to the other.  A version whose definition is not in the store
 * has the form of no other. */
MUST_USE enum status store_same_form(struct store *s,
                                     const uint8_t a[HASH_SIZE],
                                     const uint8_t b[HASH_SIZE], bool *same,
                                     struct err *err);

#endif
