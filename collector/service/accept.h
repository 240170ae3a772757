/* accept.h - which form of an answer a client takes. */
#ifndef SERVICE_ACCEPT_H
#define SERVICE_ACCEPT_H

#include <stdbool.h>

/* Accept-Encoding (RFC 9110, 12.5.3): "br;q=1.0, gzip;q=0.5, *;q=0".  NULL, no
 * such header: no.  What does not say it plainly does not take it. */
bool accept_gzip(const char *header);
/* Is a body of that media type text, and so worth compressing? */
bool accept_is_text(const char *type);

#endif
