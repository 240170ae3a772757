/* holder.h - who has a file that is locked. */
#ifndef QUERY_HOLDER_H
#define QUERY_HOLDER_H

#include <stdbool.h>
#include <sys/types.h>

/* A `manyi-scorer serve` on this machine, which keeps it until it ends. */
bool holder_serves(const char *path, pid_t *out);

#endif
