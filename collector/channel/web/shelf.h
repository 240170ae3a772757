/* shelf.h - pages that many customers see alike, made once.
 *
 * A page is kept for SHELF_FRESH_MS: a form carries the moment it was made at,
 * and may not be much older than it says.  A shelf of fixed size, in which a
 * page has one place; whoever needs that place takes it.  Any thread.
 */
#ifndef WEB_SHELF_H
#define WEB_SHELF_H

#include "collector/http.h"

#define SHELF_FRESH_MS 2000
#define SHELF_KEY_MAX  320

struct shelf;

/* `places` is a power of two. */
MUST_USE enum status shelf_new(size_t places, struct shelf **out);
void shelf_free(struct shelf **s);

/* A share of the page of that key, or NULL. */
struct http_page *shelf_take(struct shelf *s, const char *key, int64_t steady);
/* Put one in; the caller keeps its own share. */
void shelf_put(struct shelf *s, const char *key, struct http_page *page,
               int64_t steady);

#endif
