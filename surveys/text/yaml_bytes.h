/* yaml_bytes.h - what is done to YAML's bytes without libfyaml, since it does
 * it badly or not at all. */
#ifndef TEXT_YAML_BYTES_H
#define TEXT_YAML_BYTES_H

#include <stddef.h>

#include "base/err.h"

/* Bytes that no text may hold; tabs and line ends apart. */
bool yaml_control(unsigned char b);

/* Refuse what libfyaml would pass over or choke on: it ends the text at a NUL
 * byte, takes wrong UTF-8 for nothing, and holds 300 bytes for each bracket
 * that is not closed, and for each word of a line, before it tells of the
 * first. Brackets are counted without a look at quotes: no text for people has
 * 256 that are not closed. */
MUST_USE enum status yaml_check_bytes(const char *name, const char *text,
                                      size_t len, struct err *err);

/* How a text is written. */
enum yaml_style { YAML_PLAIN, YAML_SINGLE, YAML_DOUBLE };

/* Decode a text as YAML 1.2 has it (7.3): line breaks are folded, doubled
 * single quotes and escapes taken back.  `from` to `end` is what stands between
 * the quotes, known to be well-formed; `out` holds 2 * (end - from) + 1.  Gives
 * the length.  An escape for what is no character gives bytes that are not
 * UTF-8. (libfyaml 0.7.12 reads another text, and loses memory, where quotes
 * are doubled or blanks end a line, some time.) */
size_t yaml_decode(enum yaml_style style, const char *from, const char *end,
                   char *out);

#endif
