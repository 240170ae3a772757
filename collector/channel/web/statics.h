/* statics.h - the few files at the root of a site that others ask for to see
 * that it is ours ("MP_verify_x.txt"), and robots.txt.
 *
 * Read once, at the start: nothing that a request says becomes a file name.
 */
#ifndef WEB_STATICS_H
#define WEB_STATICS_H

#include "base/err.h"
#include "collector/http.h"

#define STATICS_MAX      64
#define STATIC_BYTES_MAX 65536

struct statics;

/* `folder` "": robots.txt alone.  Its files have plain names: letters, digits,
 * '-', '_' and dots, not at the beginning.  ST_INVALID names what is not. */
MUST_USE enum status statics_load(const char *folder, struct statics **out,
                                  struct err *err);
void statics_free(struct statics **s);
size_t statics_count(const struct statics *s);

/* Answers the path "/NAME"; false: there is no such file. */
bool statics_answer(const struct statics *s, const char *path,
                    struct http_answer *answer);

#endif
