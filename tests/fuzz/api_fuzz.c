/* api_fuzz.c - any bytes as the document of POST /v1/responses: what is taken
 * passes as a response; what is not is told without a word of it. */
#include "../unit/collector/channel/web/api_sample.h"

#include "surveys/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct known *known;
    struct api_reading reading = {.key = &sample_key, .now = 1795312800000};
    struct api_document document;
    struct api_problem problem;
    enum status st;

    if (!known)
        known = sample_known();
    reading.known = known;
    st = api_document_read(&reading, (const char *)data, len, &document,
                           &problem);
    if (st == ST_OK) {
        const struct response *r = &document.submission.response;

        if (response_check(r, document.survey, NULL) != ST_OK ||
            r->context.channel != CHANNEL_WEB ||
            r->context.entry != ENTRY_OWN || r->context.frame != FRAME_OPEN)
            __builtin_trap();
    } else if (st == ST_INVALID) {
        if (problem.status < 400 || !*problem.detail.text ||
            utf8_valid(problem.detail.text, strlen(problem.detail.text)) !=
                strlen(problem.detail.text))
            __builtin_trap();
    } else if (st != ST_NOTFOUND) {
        __builtin_trap();
    }
    return 0;
}
