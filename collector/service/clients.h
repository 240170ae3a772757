/* clients.h - the inside of the client table, for those who read and change
 * its file. */
#ifndef SERVICE_CLIENTS_H
#define SERVICE_CLIENTS_H

#include "collector/keys.h"
#include "surveys/yaml.h"

#define CLIENTS_FILE_MAX (1 << 20)

/* As clients_load, from text; `path` is for messages. */
MUST_USE enum status clients_parse(const char *path, const char *text,
                                   size_t len, struct clients **out,
                                   struct err *err);

/* One entry of the list.  `text` is filled with a pointer into the tree for
 * each of its units and scopes; out->unit and out->scope point there. */
MUST_USE enum status client_read(const char *path, const struct yaml *entry,
                                 const char **text, struct client *out,
                                 struct err *err);
/* What a client must have and this one has not; NULL: nothing. */
const char *client_lacks(const struct client *c);

#endif
