/* spool.h - standard input as a file, since a draw reads its feed twice. */
#ifndef INVITE_SPOOL_H
#define INVITE_SPOOL_H

#include "base/err.h"

/* All of standard input goes into a file beside `beside`, of mode 0600 and
 * without a name, so that it is gone with its descriptor. */
MUST_USE enum status spool_input(const char *beside, int *fd, struct err *err);

#endif
