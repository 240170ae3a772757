/* survey.h - a questionnaire definition, as loaded and checked.
 *
 * Its `version` is the SHA-256 of everything in it in canonical form, its
 * `form` that of what makes numbers only; neither changes with white space,
 * comments or the order of keys.  surveys/README.md documents the file format
 * and both canonical forms.
 *
 * A loaded survey is immutable and owns all its texts; it may be read by any
 * number of threads.
 */
#ifndef SURVEYS_SURVEY_H
#define SURVEYS_SURVEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

enum item_kind { ITEM_SCALE, ITEM_CHOICE, ITEM_TEXT };
enum construct_mode { MODE_A, MODE_B };
enum inner_scheme { SCHEME_PATH, SCHEME_CENTROID, SCHEME_FACTORIAL };
enum missing_policy { MISSING_MEAN, MISSING_PAIRWISE, MISSING_COMPLETE };

/* A text in one language. */
struct text {
    const char *language; /* BCP 47 */
    const char *text;     /* UTF-8, may hold {placeholders} */
};

struct texts {
    size_t count;
    const struct text *list; /* sorted by language */
};

/* "asked when item `item` was answered with one of these". */
struct condition {
    size_t item;
    size_t count;
    const int *values; /* as the customer gives them, not as stored */
};

struct variant {
    size_t conditions;
    const struct condition *when; /* all of them must hold */
    struct texts text;
};

struct choice {
    int code;
    struct texts text;
};

struct item {
    char code[ITEM_CODE_MAX + 1];
    enum item_kind kind;
    int revision;
    int min, max; /* of the answer; for a choice its lowest and highest code;
                     the stored byte is answer - min + 1, 0 = missing */
    struct texts text;
    size_t variants;
    const struct variant *variant; /* the same item, asked as it fits */
    size_t choices;
    const struct choice *choice;
    size_t conditions;
    const struct condition *when; /* the filter; none: always asked */
};

struct construct {
    char code[ITEM_CODE_MAX + 1];
    enum construct_mode mode;
    struct texts title;
    size_t items;
    const size_t *item; /* indices into survey.item, definition order */
    size_t parts;       /* of a higher-order construct, else 0: it stands for
                           these lower-order ones, which stand before it, and
                           `item` holds all their items, part by part */
    const size_t *part; /* indices into model.construct */
};

struct model {
    enum inner_scheme scheme;
    enum missing_policy missing;
    size_t constructs; /* 0: no model, the index is the single scale item */
    const struct construct *construct;
    /* path[to * constructs + from]: the arrow from -> to exists.  Acyclic. */
    const bool *path;
    size_t index; /* the construct that is the index (SAT) */
};

struct attribute {
    char code[ITEM_CODE_MAX + 1];
    size_t values;
    const struct choice *value; /* codes 1..255, 0 = unknown */
};

/* What a {placeholder} stands for when nobody knows better. */
struct fill {
    const char *name;
    struct texts text;
};

struct survey {
    char code[SURVEY_CODE_MAX + 1];
    char family[SURVEY_CODE_MAX + 1]; /* "" = none */
    char product[CODE_MAX + 1];       /* "" = any */
    uint8_t version[HASH_SIZE];
    uint8_t form[HASH_SIZE];
    bool unverified; /* the source of its wording or paths was not seen */
    struct texts title;
    size_t fills;
    const struct fill *fill; /* all placeholders that its texts may hold */
    size_t items;
    const struct item *item;
    size_t shorts;
    const size_t *shortlist; /* the items of the short form */
    size_t attributes;
    const struct attribute *attribute;
    struct model model;
    size_t comment;     /* index of the text item, or SIZE_MAX */
    const char *source; /* the YAML text as given, NUL-terminated */
    size_t source_len;
};

/* Parse and check `len` bytes of YAML.  `name` is used in messages only
 * ("name:line:column: cause").  All problems found go to `report`, one call
 * each (NULL: none wanted); the first also to *err.  ST_INVALID when there was
 * one.  Caller owns the result. */
typedef void survey_report_fn(void *ctx, const char *line);
MUST_USE enum status survey_parse(const char *name, const char *yaml,
                                  size_t len, survey_report_fn *report,
                                  void *ctx, struct survey **out,
                                  struct err *err);
MUST_USE enum status survey_load(const char *path, survey_report_fn *report,
                                 void *ctx, struct survey **out,
                                 struct err *err);
void survey_free(struct survey **s);

/* Index of the item or construct with that code, SIZE_MAX when there is none.
 */
size_t survey_item(const struct survey *s, const char *code);
size_t survey_construct(const struct survey *s, const char *code);

/* Distinct stored values of an item, without 0: max - min + 1. */
static inline int item_points(const struct item *it)
{
    return it->max - it->min + 1;
}

/* The text in the language asked for, else in its base language ("zh" for
 * "zh-TW"), else the first. Never NULL for a loaded survey; "" when empty. */
const char *texts_in(const struct texts *t, const char *language);

#endif
