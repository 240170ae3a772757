/* person.h - what a gateway does to people before anything of them leaves it:
 * numbers become keyed hashes, and comments lose what names somebody.
 *
 * The hash is BLAKE2b-128 under a key that is kept outside every database: a
 * bare hash of a telephone number is undone in a second.  All gateways of an
 * operator use one key, so that one customer has one hash.
 */
#ifndef COLLECTOR_PERSON_H
#define COLLECTOR_PERSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

#define PERSON_KEY_SIZE 32

struct person_key {
    uint8_t bytes[PERSON_KEY_SIZE];
};

/* A file of mode 0600 or stricter with one line of 64 hexadecimal digits.
 * ST_REFUSED when others may read it; ST_INVALID when malformed. */
MUST_USE enum status person_key_load(const char *path, struct person_key *out,
                                     struct err *err);

/* A telephone number as it is compared, hashed and dialled: digits alone.
 * +86, 0086 and 86 before a number of ours, blanks, hyphens, dots, brackets and
 * full-width or Chinese digits make no difference; a landline keeps its area
 * code's 0 ("021 5888 1234" and "+86 21 58881234" are 02158881234); a mobile
 * loses a 0 before it.  Foreign numbers, told by + or 00, keep their country
 * code behind "00".  ST_INVALID when it is no number: fewer than 7 or more than
 * 15 digits, more than a number of ours has (an extension, two numbers), or
 * anything else in it. */
#define PERSON_NUMBER_MAX 17
MUST_USE enum status person_number(const char *text,
                                   char out[PERSON_NUMBER_MAX + 1]);

/* The respondent of a number and the date it was activated on ("" when that is
 * not known), which person_number has normalised or will.  A number that was
 * given to somebody else (二次放号) is another respondent.  ST_INVALID. */
MUST_USE enum status person_respondent(const struct person_key *key,
                                       const char *number,
                                       const char *activated,
                                       uint8_t out[ID_SIZE]);
/* Who served: any text that the operator knows its staff by. */
void person_staff(const struct person_key *key, const char *staff,
                  uint8_t out[ID_SIZE]);

/* Replace every digit of a run of six or more (full-width and Chinese ones
 * too, with single blanks, dots or hyphens between, and the X that ends an
 * identity number) and every e-mail address by '*'.  `text[0..len)` is valid
 * UTF-8; it only gets shorter.  Returns the new length. */
size_t person_mask(char *text, size_t len);

#endif
