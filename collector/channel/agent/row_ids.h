/* row_ids.h - the ids that follow from a file and its rows.
 *
 * The same file with the same options always gives the same ids, so that an
 * import which is killed and begun again, or done twice, adds nothing twice.
 */
#ifndef AGENT_ROW_IDS_H
#define AGENT_ROW_IDS_H

#include "collector/source.h"

/* What makes a row's id: the file, and every option that becomes part of its
 * answers (`given`, any bytes). */
struct row_ids {
    uint8_t key[HASH_SIZE];
    uint8_t secret[HASH_SIZE]; /* of the salts: random, drawn by the caller */
    int64_t clock;             /* of row 0; each row is a millisecond later */
};

/* `first_ms`: a moment in the file, so that ids stand near their time; 0: the
 * file has none, and the clock is made from its hash.  Rows are numbered in
 * file order and their ids ascend: a store takes ascending keys ten times
 * faster. */
void row_ids_init(struct row_ids *ids, const struct source *s,
                  const void *given, size_t len, int64_t first_ms);
void row_id(const struct row_ids *ids, uint64_t row, uint8_t out[ID_SIZE]);
/* The same person's same event, told again in whatever file, is the same
 * response: such a row's id hangs on neither file nor options nor its number.
 * Its clock part is `answered_at`. */
struct row_person {
    const char *survey; /* its code */
    uint8_t entry;
    const uint8_t *respondent; /* ID_SIZE */
    int64_t event_at, answered_at;
};
void row_person_id(const struct row_person *p, uint8_t out[ID_SIZE]);

/* The row's salt for later proofs: who has the file cannot guess it. */
void row_salt(const struct row_ids *ids, uint64_t row, uint8_t out[ID_SIZE]);

#endif
