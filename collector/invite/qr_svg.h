/* qr_svg.h - a QR code as SVG. */
#ifndef INVITE_QR_SVG_H
#define INVITE_QR_SVG_H

#include "base/bytes.h"

/* Error correction level Q (a quarter may be dirty or torn), a quiet zone of
 * four modules, one path, 4 mm a module.  ST_RANGE: the text is too long. */
MUST_USE enum status qr_svg(const char *text, struct buffer *out);

#endif
