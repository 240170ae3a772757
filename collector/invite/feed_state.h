/* feed_state.h - what the two kinds of feed share. */
#ifndef INVITE_FEED_STATE_H
#define INVITE_FEED_STATE_H

#include "feed.h"
#include "feed_lines.h"
#include "surveys/json.h"

#define NO_SLOT   SIZE_MAX
#define KEYS_MAX  128 /* different keys of a file of JSON lines */
#define KEY_BYTES 64

/* A key that was met, and where its value goes. */
struct feed_key {
    char name[KEY_BYTES];
    size_t slot; /* or NO_SLOT */
};

struct feed {
    struct feed_options options;
    const char *path;
    struct csv *csv; /* one of these two */
    struct feed_lines *lines;
    uint64_t header;
    size_t column[FEED_SLOTS]; /* of CSV: where a slot's value stands */
    /* of JSON */
    struct json_document *document;
    struct feed_key key[KEYS_MAX];
    size_t keys, guess;
    char number[FEED_SLOTS][24]; /* values that are no texts, as text */
    struct buffer list;          /* the texts of a list */
    size_t ignored;
    char ignored_names[256];
};

/* What this name stands for, or NO_SLOT. */
size_t feed_slot(const struct feed *f, const char *name);
void feed_ignore(struct feed *f, const char *name);

MUST_USE enum status feed_csv_open(struct feed *f, struct err *err);
MUST_USE enum status feed_csv_next(struct feed *f, struct feed_row *out,
                                   struct err *err);
MUST_USE enum status feed_json_open(struct feed *f, struct err *err);
MUST_USE enum status feed_json_next(struct feed *f, struct feed_row *out,
                                    struct err *err);

#endif
