/* api_document.h - the JSON of POST /v1/responses, as a response.
 *
 * README.md lists the members.  What is wrong is told with the member's name
 * and never with its value; nothing is guessed, and a member that is not known
 * is refused, so that a misspelt one is not lost in silence.
 */
#ifndef WEB_API_DOCUMENT_H
#define WEB_API_DOCUMENT_H

#include "collector/api_keys.h"
#include "known.h"
#include "surveys/codes.h"
#include "surveys/json.h"

struct api_problem {
    unsigned status;
    char field[64]; /* "answers.SAT1", or "" */
    struct err detail;
};

struct api_reading {
    const struct api_key *key;
    struct known *known;
    const struct codes *codes; /* NULL: codes are not checked */
    int64_t now;
    uint8_t random[2 * ID_SIZE]; /* for an id and a salt */
};

struct api_document {
    char survey_code[SURVEY_CODE_MAX + 1];
    const struct survey *survey;
    struct submission submission; /* its views are below */
    uint8_t answers[ITEMS_MAX];
    char comment[COMMENT_MAX + 1];
    uint8_t digest[ID_SIZE]; /* of what was said, whatever its order */
};

/* ST_INVALID: *problem says what is wrong.  ST_NOTFOUND: the survey, named by
 * out->survey_code alone, is not known here. */
MUST_USE enum status api_document_read(const struct api_reading *r,
                                       const char *text, size_t len,
                                       struct api_document *out,
                                       struct api_problem *problem);

#define API_ID_TEXT 37
void api_id_text(const uint8_t id[ID_SIZE], char out[API_ID_TEXT]);
bool api_id_read(const char *text, uint8_t id[ID_SIZE]);

#endif
