/* form.c - which versions of a survey ask the same.
 *
 * A typo mended between an SMS and the web link gives the second submission
 * another version.  Its answers may be merged only if items, scales and their
 * order are the same, which is what equal forms mean.  Definitions are parsed
 * at most once a version and handle, and only when two versions meet.
 */
#include "store_handle.h"

struct known_form {
    uint8_t version[HASH_SIZE];
    uint8_t form[HASH_SIZE];
};

static enum status parse_form(struct store *s, const uint8_t version[HASH_SIZE],
                              struct known_form *out, struct err *err)
{
    const struct store_key key = {version, HASH_SIZE};
    struct buffer yaml = {.max = DEFINITION_MAX};
    struct survey *survey = NULL;
    enum status st = s->ops->get(s->db, TABLE_DEFINITIONS, key, &yaml, err);

    if (st == ST_OK && yaml.len == 0)
        st = ST_NOTFOUND;
    if (st == ST_OK)
        st = survey_parse("definition", (const char *)yaml.data, yaml.len, NULL,
                          NULL, &survey, err);
    if (st == ST_OK && memcmp(survey->version, version, HASH_SIZE) != 0)
        st = ST_NOTFOUND;
    if (st == ST_OK) {
        memcpy(out->version, version, HASH_SIZE);
        memcpy(out->form, survey->form, HASH_SIZE);
    }
    survey_free(&survey);
    buffer_free(&yaml);
    return st;
}

/* ST_NOTFOUND: the store has no legal definition of that version. */
static enum status form_of(struct store *s, const uint8_t version[HASH_SIZE],
                           struct known_form *out, struct err *err)
{
    const size_t size = sizeof *out;
    enum status st;

    for (size_t at = 0; at < s->forms.len; at += size) {
        memcpy(out, s->forms.data + at, size);
        if (memcmp(out->version, version, HASH_SIZE) == 0)
            return ST_OK;
    }
    st = parse_form(s, version, out, err);
    if (st == ST_INVALID || st == ST_RANGE)
        return ST_NOTFOUND;
    /* The version is the definition's hash: what was read once stays true. */
    return st == ST_OK ? buffer_add(&s->forms, out, size) : st;
}

enum status store_same_form(struct store *s, const uint8_t a[HASH_SIZE],
                            const uint8_t b[HASH_SIZE], bool *same,
                            struct err *err)
{
    struct known_form of_a, of_b;
    enum status st = form_of(s, a, &of_a, err);

    if (st == ST_OK)
        st = form_of(s, b, &of_b, err);
    if (st == ST_NOTFOUND) {
        *same = false;
        return ST_OK;
    }
    if (st == ST_OK)
        *same = memcmp(of_a.form, of_b.form, HASH_SIZE) == 0;
    return st;
}
