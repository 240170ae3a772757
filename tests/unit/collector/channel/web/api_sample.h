/* api_sample.h - a survey, and somebody who may post answers to it. */
#ifndef TESTS_API_SAMPLE_H
#define TESTS_API_SAMPLE_H

#include <stdlib.h>
#include <string.h>

#include "api_document.h"
#include "known_state.h"

static const char sample_survey[] =
    "survey: sample\ntitle: {en: Sample}\n"
    "attributes:\n"
    "  - {code: AGE, values: [{code: 1, text: {en: young}}, "
    "{code: 9, text: {en: old}}]}\n"
    "items:\n"
    "  - code: Q1\n    scale: {min: 0, max: 10}\n    text: {en: One?}\n"
    "  - code: Q2\n    kind: choice\n    text: {en: Two?}\n"
    "    choices:\n      - {code: 1, text: {en: a}}\n"
    "      - {code: 3, text: {en: b}}\n"
    "  - code: Q3\n    kind: text\n    text: {en: Three?}\n";

/* Free with known_free; NULL: out of memory. */
static inline struct known *sample_known(void)
{
    struct known *k = calloc(1, sizeof *k);
    struct survey *s = NULL;

    if (!k)
        return NULL;
    pthread_mutex_init(&k->lock, NULL);
    if (survey_parse("sample", sample_survey, strlen(sample_survey), NULL, NULL,
                     &s, NULL) != ST_OK ||
        known_place(k, &s, true, true) != ST_OK) {
        survey_free(&s);
        known_free(&k);
    }
    return k;
}

static const struct api_key sample_key = {.name = "app",
                                          .frames = 1u << FRAME_OPEN};

#endif
