/* identity.c - see identity.h. */
#include "identity.h"

#include <sodium.h>
#include <string.h>

void identity_of(const struct person_key *key, const char *label,
                 const char *text, uint8_t out[ID_SIZE])
{
    crypto_generichash_state state;

    (void)crypto_generichash_init(&state, key->bytes, sizeof key->bytes,
                                  ID_SIZE);
    (void)crypto_generichash_update(&state, (const uint8_t *)label,
                                    strlen(label) + 1);
    (void)crypto_generichash_update(&state, (const uint8_t *)text,
                                    strlen(text));
    (void)crypto_generichash_final(&state, out, ID_SIZE);
}
