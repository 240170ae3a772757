/* definitions.h - questionnaire definitions: from files, into the store, and
 * from the store into the catalog.
 *
 * The store keeps every version that was ever defined, and beside the events,
 * under "newest NUL code", which version of a code was defined last.
 */
#ifndef INTAKE_DEFINITIONS_H
#define INTAKE_DEFINITIONS_H

#include "catalog.h"
#include "collector/store.h"

/* Read every *.yaml in a folder; ST_INVALID when one does not pass or two are
 * of one code, ST_NOTFOUND when there is no folder. */
MUST_USE enum status definitions_read(const char *folder, struct catalog *out,
                                      struct err *err);
/* Every version in the store, into an empty catalog. */
MUST_USE enum status definitions_load(struct store *s, struct catalog *out,
                                      struct err *err);
/* The code of a version's survey.  ST_NOTFOUND: it is not in the store, or
 * damaged there. */
MUST_USE enum status definition_survey(struct store *s,
                                       const uint8_t version[HASH_SIZE],
                                       char out[SURVEY_CODE_MAX + 1],
                                       struct err *err);
/* Inside a transaction: keep it, as the newest of its code. */
MUST_USE enum status definition_store(struct store *s, const struct survey *d,
                                      struct err *err);
/* Store those of `fresh` that are not the newest of their code already, in one
 * transaction, and move all to the catalog. */
MUST_USE enum status definitions_adopt(struct store *s, struct catalog *catalog,
                                       struct catalog *fresh, struct err *err);

#endif
