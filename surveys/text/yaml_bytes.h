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

/* The text between two single quotes; where quotes are doubled in it, libfyaml
 * 0.7.12 reads another text and loses memory.  Blanks around a line break go,
 * one break becomes a blank, more become one less (YAML 1.2, 7.3.2).  `end` is
 * where the closing quote stands; gives the length, which is no more than was
 * there. */
size_t yaml_unquote(const char *from, const char *end, char *out);

#endif
