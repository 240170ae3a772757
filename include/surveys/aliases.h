/* aliases.h - the other names that people give to the columns of a file. */
#ifndef SURVEYS_ALIASES_H
#define SURVEYS_ALIASES_H

#include "base/err.h"

/* Alias -> name, from surveys/codes/aliases.csv (columns alias, field). */
struct aliases;
MUST_USE enum status aliases_load(const char *path, struct aliases **out,
                                  struct err *err);
void aliases_free(struct aliases **a);
/* NULL: no such alias. */
const char *aliases_find(const struct aliases *a, const char *alias);

#endif
