/* definition.h - reading a definition: what its parts share.
 *
 * A definition is read in one pass over its YAML tree, part by part.  A part
 * that is wrong is reported and left out, and reading goes on, so that one run
 * tells every problem; the survey is thrown away at the end when there was one.
 */
#ifndef SURVEYS_DEFINITION_H
#define SURVEYS_DEFINITION_H

#include "arena.h"
#include "surveys/survey.h"
#include "surveys/yaml.h"

struct definition {
    const char *name; /* of the file, for messages */
    survey_report_fn *report;
    void *ctx;
    struct err *err;
    size_t problems;
    bool nomem;
    struct arena *arena;
    struct survey *s;              /* as far as it is read */
    const struct texts *languages; /* the first texts: all have its languages */
};

/* A key that a map may have. */
struct key {
    const char *name;
    enum yaml_kind kind;
    bool required;
};

/* Report a problem at a value, or at its key. */
__attribute__((format(printf, 3, 4))) void
definition_problem(struct definition *d, const struct yaml *at,
                   const char *format, ...);
__attribute__((format(printf, 3, 4))) void
definition_key_problem(struct definition *d, const struct yaml *at,
                       const char *format, ...);

/* As arena_alloc; remembers that memory ran out. */
void *definition_alloc(struct definition *d, size_t count, size_t size);

/* Report unknown and missing keys, values of the wrong kind, empty ones.  False
 * when `node` is no map. */
bool definition_map(struct definition *d, const struct yaml *node,
                    const struct key *keys, size_t count);
/* Report a map or list of more than `most` parts; false then.  Stands before
 * anything is allocated for them. */
bool definition_few(struct definition *d, const struct yaml *node, size_t most);
/* The value of a key, NULL when it is missing, of another kind or empty. */
const struct yaml *definition_get(const struct yaml *map, const char *key,
                                  enum yaml_kind kind);

/* A whole number without sign from `least` to `most`. */
bool definition_integer(struct definition *d, const struct yaml *node,
                        int least, int most, int *out);
/* One of `count` words. */
bool definition_word(struct definition *d, const struct yaml *node,
                     const char *const *words, size_t count, size_t *out);
/* A code: a capital, then letters, digits and _. */
bool definition_code(struct definition *d, const struct yaml *node,
                     char out[ITEM_CODE_MAX + 1]);

/* A map of language to text. */
bool definition_texts(struct definition *d, const struct yaml *node,
                      struct texts *out);
/* The title, whose languages are those of the survey, and `fill`, the default
 * values of placeholders; either may be NULL. */
void definition_title(struct definition *d, const struct yaml *title,
                      const struct yaml *fill);
/* Units of the text as an SMS, placeholders filled in.  ST_RANGE when it is
 * longer than TEXT_MAX bytes then. */
MUST_USE enum status definition_units(const struct survey *s,
                                      const struct text *text, size_t *units,
                                      bool *gsm7);

void definition_items(struct definition *d, const struct yaml *node);
/* The filter of an item or variant, which stands before item `before`. */
void definition_when(struct definition *d, const struct yaml *node,
                     size_t before, size_t *count,
                     const struct condition **out);
void definition_choices(struct definition *d, const struct yaml *node,
                        int least, int most, size_t *count,
                        const struct choice **out);
void definition_attributes(struct definition *d, const struct yaml *node);
void definition_short(struct definition *d, const struct yaml *node);

void definition_model(struct definition *d, const struct yaml *node);
/* Report cycles.  `edge[to * constructs + from]` is where the arrow stands in
 * the file. */
void definition_cycles(struct definition *d, const struct model *m,
                       const struct yaml *const *edge);
/* Report constructs that no path links to the others; `block[i]` is where the
 * construct stands.  Says something true only when no path was refused. */
void definition_pieces(struct definition *d, const struct model *m,
                       const struct yaml *const *block);

/* Report higher-order constructs whose paths do not say what they are.  As
 * definition_pieces. */
void definition_parts(struct definition *d, const struct model *m,
                      const struct yaml *const *block);

/* SHA-256 of the canonical forms; see surveys/README.md. */
MUST_USE enum status definition_version(const struct yaml *root,
                                        uint8_t out[HASH_SIZE]);
MUST_USE enum status definition_form(const struct survey *s,
                                     uint8_t out[HASH_SIZE]);

/* Words of the file for the enums of survey.h. */
extern const char *const definition_kinds[3];
extern const char *const definition_modes[2];
extern const char *const definition_schemes[3];
extern const char *const definition_missing[3];

#endif
