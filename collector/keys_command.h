/* keys_command.h - the commands of manyi-keys that change lists of who may do
 * what. */
#ifndef COLLECTOR_KEYS_COMMAND_H
#define COLLECTOR_KEYS_COMMAND_H

#include "base/bytes.h"
#include "base/err.h"

/* Its options, words separated by commas; NULL: not given. */
struct rights_text {
    const char *types, *channels, *frames, *units, *surveys, *role, *scope;
};

/* `operand`: what follows the command, NULL-terminated. */
typedef enum status keys_command_fn(char **operand,
                                    const struct rights_text *rights,
                                    struct err *err);

keys_command_fn keys_add, keys_remove, keys_list; /* clients.yaml */
keys_command_fn keys_api; /* FILE add | remove NAME; FILE list */

/* ---- what they share: words ---- */

typedef bool word_parse_fn(const char *name, uint8_t *out);
/* "a,b" as a set of bits; `option` is for the message. */
MUST_USE enum status words_set(const char *option, const char *list,
                               word_parse_fn *parse, uint32_t *out,
                               struct err *err);

#define WORDS_MAX 256
/* "a,b" apart, sorted. */
struct words {
    char *text; /* holds them */
    size_t count;
    const char *word[WORDS_MAX];
};
MUST_USE enum status words_cut(const char *option, const char *list,
                               struct words *out, struct err *err);
MUST_USE enum status words_cut_at(char between, const char *option,
                                  const char *list, struct words *out,
                                  struct err *err);
void words_free(struct words *w);
/* One more word behind those of a list. */
MUST_USE enum status words_join(struct buffer *list, const char *word);
/* Likewise every bit of a set; the name is NULL behind the last one. */
MUST_USE enum status words_join_set(struct buffer *list, uint32_t set,
                                    const char *(*name)(unsigned bit));

#endif
