/* plan_value.h - a map of a campaign's file, read by a table: which key is what
 * and where it goes. */
#ifndef INVITE_PLAN_VALUE_H
#define INVITE_PLAN_VALUE_H

#include <stdint.h>

#include "base/err.h"
#include "surveys/yaml.h"

struct plan_place {
    const char *path;
    struct err *err;
};

/* "file:line:column: key: cause", ST_INVALID. */
MUST_USE enum status plan_refuse(const struct plan_place *at,
                                 const struct yaml *v, const char *cause);

enum plan_kind {
    PLAN_TEXT,    /* char[size]: 1 to size - 1 bytes */
    PLAN_WORD,    /* the same, of printable ASCII without blanks */
    PLAN_NAME,    /* the same, of [a-z0-9-] */
    PLAN_WHOLE,   /* int64_t: a whole number of min..max, times `size` */
    PLAN_REAL,    /* double in min..max */
    PLAN_SHARE,   /* uint32_t in millionths: "0.05", "5%", 0 */
    PLAN_DAY,     /* int64_t: a date's first moment */
    PLAN_DAY_END, /* int64_t: the first moment behind it */
    PLAN_HASH,    /* uint8_t[32]: 64 hexadecimal digits */
    PLAN_MAP,     /* a map with `count` keys of its own, of the same struct */
    PLAN_OWN      /* whatever `read` makes of it */
};

struct plan_key {
    const char *name;
    enum plan_kind kind;
    size_t offset; /* of the place in the struct */
    size_t size;
    double min, max;
    const struct plan_key *keys; /* PLAN_MAP: `size` of them */
    enum status (*read)(const struct plan_place *at, const struct yaml *v,
                        void *into);
};

/* Unknown keys are refused. */
MUST_USE enum status plan_map(const struct plan_place *at,
                              const struct yaml *map,
                              const struct plan_key *keys, size_t count,
                              void *into);
/* One value that is no key's: an element of a list or of a free map. */
MUST_USE enum status plan_value(const struct plan_place *at,
                                const struct yaml *v,
                                const struct plan_key *key, void *into);

#endif
