/* store_file.h - files that appear whole or not at all. */
#ifndef COLLECTOR_STORE_FILE_H
#define COLLECTOR_STORE_FILE_H

#include "base/err.h"

/* What an errno means to us. */
enum status store_file_status(int why);

/* Make an empty file (mode 0600) beside `path` for work on its content; *temp
 * is its name, freed by the caller.  ST_EXISTS when `path` is there. */
MUST_USE enum status store_file_temp(const char *path, char **temp,
                                     struct err *err);

/* Bring the finished file to the disk and give it its name, which must still
 * be free.  The temporary name is gone on ST_OK. */
MUST_USE enum status store_file_publish(const char *temp, const char *path,
                                        struct err *err);

/* Be the one that holds the lock file `name`, until *fd goes to
 * store_file_unlock; the kernel lets go of it when the process ends, however
 * it does.  ST_BUSY, at once: somebody holds it. */
MUST_USE enum status store_file_lock(const char *name, int *fd,
                                     struct err *err);
void store_file_unlock(const char *name, int fd);

#endif
