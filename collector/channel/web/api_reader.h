/* api_reader.h - a document while it is read; shared by the files that read. */
#ifndef WEB_API_READER_H
#define WEB_API_READER_H

#include "api_document.h"

struct api_reader {
    const struct api_reading *given;
    const struct json_value *root;
    struct api_document *out;
    struct response *r;
    struct api_problem *problem;
    const uint8_t *version; /* asked for, or NULL: the newest */
    uint8_t version_bytes[HASH_SIZE];
    bool timed; /* answered_at or event_at was given */
};

/* Notes what is wrong and returns ST_INVALID. */
__attribute__((format(printf, 4, 5))) enum status
api_wrong(struct api_reader *d, unsigned status, const char *field,
          const char *format, ...);
/* A member that is a text; absent is fine and leaves *out alone. */
MUST_USE enum status api_text_of(struct api_reader *d, const char *name,
                                 const char **out);

/* ---- api_members.c: what is known of the survey by then ---- */

MUST_USE enum status api_read_codes(struct api_reader *d);
MUST_USE enum status api_read_attributes(struct api_reader *d);
MUST_USE enum status api_read_answers(struct api_reader *d);
MUST_USE enum status api_read_comment(struct api_reader *d);
MUST_USE enum status api_read_numbers(struct api_reader *d);

#endif
