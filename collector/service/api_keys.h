/* api_keys.h - the inside of the table of API keys, for those who change its
 * file. */
#ifndef SERVICE_API_KEYS_H
#define SERVICE_API_KEYS_H

#include "collector/api_keys.h"
#include "surveys/yaml.h"

#define API_KEYS_FILE_MAX (1 << 20)

/* As api_keys_load, from text; `path` is for messages. */
MUST_USE enum status api_keys_parse(const char *path, const char *text,
                                    size_t len, struct api_keys **out,
                                    struct err *err);

/* One entry of the list.  `text` is filled with pointers into the tree, which
 * out->unit and out->survey share, sorted. */
MUST_USE enum status api_key_read(const char *path, const struct yaml *entry,
                                  const char **text, struct api_key *out,
                                  struct err *err);
/* What a key must have and this one has not; NULL: nothing. */
const char *api_key_lacks(const struct api_key *k);

#endif
