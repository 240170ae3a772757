/* codes.h - the code tables: operators, products, provinces, touchpoints,
 * classes and the operator's own units.
 *
 * Tables are dated CSV files in one folder (surveys/codes): a code is legal
 * for an event when valid_from <= local date < valid_to.  `org` and `product`
 * are trees: code, parent, level, kind, gb_code.
 */
#ifndef SURVEYS_CODES_H
#define SURVEYS_CODES_H

#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

enum code_table {
    CODES_OPERATOR,
    CODES_PRODUCT,
    CODES_PROVINCE,
    CODES_TOUCHPOINT,
    CODES_CLASS,
    CODES_CHANNEL,
    CODES_ENTRY,
    CODES_FRAME,
    CODES_ORG,
    CODES_TABLES
};

struct code {
    char code[CODE_MAX + 1];
    char parent[CODE_MAX + 1]; /* "" = a root, or no tree */
    char level[CODE_MAX + 1];  /* HQ PROV PREF COUNTY UNIT */
    char kind[CODE_MAX + 1];   /* own, contractor, partner */
    char gb_code[CODE_MAX + 1];
    const char *name_zh;
    const char *name_en;
    int32_t valid_from; /* days since 1970-01-01, included */
    int32_t valid_to;   /* excluded; INT32_MAX = still valid */
};

struct codes;

/* Load the tables from `folder`: operators.csv, products.csv, provinces.csv,
 * touchpoints.csv, classes.csv, channels.csv, entries.csv, frames.csv, with the
 * columns code, parent, level, kind, gb_code, name_zh, name_en, valid_from,
 * valid_to (others are passed over; an empty date is no bound).  Org units from
 * `org_file` (NULL: no tree, any org code is then legal).  Messages are
 * file:line: cause; duplicate codes with overlapping dates, unknown parents and
 * cycles are ST_INVALID. */
MUST_USE enum status codes_load(const char *folder, const char *org_file,
                                struct codes **out, struct err *err);
void codes_free(struct codes **c);

/* The code's row valid on that day, or NULL.  Constant time.  Without an org
 * tree any org code finds a row, one whose texts are all empty. */
const struct code *codes_find(const struct codes *c, enum code_table table,
                              const char *code, int32_t day);
/* Rows of a table in file order. */
size_t codes_count(const struct codes *c, enum code_table table);
const struct code *codes_at(const struct codes *c, enum code_table table,
                            size_t i);

#endif
