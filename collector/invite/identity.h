/* identity.h - who and what a feed speaks of, as 16 bytes that tell nobody.
 *
 * Event ids, accounts and cases are short and guessable like telephone
 * numbers, so they are hashed under the same key before anything is kept.
 */
#ifndef INVITE_IDENTITY_H
#define INVITE_IDENTITY_H

#include "collector/person.h"

/* `label` keeps kinds apart: an account is never a case of the same digits. */
void identity_of(const struct person_key *key, const char *label,
                 const char *text, uint8_t out[ID_SIZE]);

#endif
