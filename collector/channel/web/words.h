/* words.h - what the pages say of themselves, in the languages they have.
 *
 * The survey's own texts are in its definition.  A page in a language that is
 * not here speaks zh-CN where that is a language of China, else en.
 */
#ifndef WORDS_H
#define WORDS_H

enum words_language { WORDS_ZH, WORDS_EN, WORDS_LANGUAGES };

/* "{0}" and "{1}" in a text stand for values. */
enum word {
    /* on every page */
    WORD_LANGUAGE, /* what the links at the top are for */
    WORD_LARGE,
    WORD_NORMAL,
    WORD_SIZE,
    WORD_PHONE, /* {0}: the number and its hours */
    WORD_PRIVACY,
    WORD_LEAVE_EMPTY,
    /* questions */
    WORD_INTRO,
    WORD_PROGRESS, /* {0} of {1} */
    WORD_UNSURE,   /* of a scale */
    WORD_UNSURE_CHOICE,
    WORD_IF, /* in question {0} {1} was chosen */
    WORD_IF_EARLIER,
    WORD_OR,
    WORD_COMMENT_HINT, /* {0}: how many characters */
    WORD_RESUMED,
    WORD_CORRECTING,
    /* what is wrong */
    WORD_WRONG,      /* before the title */
    WORD_WRONG_HEAD, /* {0}: how many */
    WORD_WRONG_ONE,
    WORD_MISSING,
    WORD_INVALID,
    WORD_LONG,
    /* what one does */
    WORD_NEXT,
    WORD_BACK,
    WORD_SUBMIT,
    WORD_REVIEW,
    WORD_SAVE,
    WORD_START,
    WORD_CHANGE, /* {0}: the question's number */
    WORD_RETURN,
    /* review */
    WORD_REVIEW_TITLE,
    WORD_REVIEW_TEXT,
    WORD_NO_ANSWER,
    WORD_NO_COMMENT,
    WORD_OUT_OF, /* {0} of {1} */
    /* before and after */
    WORD_START_TEXT, /* {0}: how many questions */
    WORD_THANKS_TITLE,
    WORD_THANKS_TEXT,
    WORD_THANKS_CORRECT, /* {0}: minutes */
    WORD_CORRECT,
    WORD_YOURS, /* what one may do with one's answers */
    WORD_COPY,
    WORD_DELETE,
    WORD_STOP,
    /* notices: a title, and a text behind it */
    WORD_ANSWERED,
    WORD_ANSWERED_TEXT,
    WORD_EXPIRED,
    WORD_EXPIRED_TEXT,
    WORD_UNKNOWN,
    WORD_UNKNOWN_TEXT,
    WORD_CLOSED,
    WORD_CLOSED_TEXT,
    WORD_NOWHERE,
    WORD_NOWHERE_TEXT,
    WORD_BAD,
    WORD_BAD_TEXT,
    WORD_METHOD,
    WORD_METHOD_TEXT,
    WORD_TOO_LARGE,
    WORD_TOO_LARGE_TEXT,
    WORD_MANY,
    WORD_MANY_TEXT,
    WORD_BUSY,
    WORD_BUSY_TEXT,
    WORD_DELETED,
    WORD_DELETED_TEXT,
    WORD_STOPPED,
    WORD_STOPPED_TEXT,
    WORD_NO_COPY,
    WORD_NO_COPY_TEXT,
    WORD_WAIT,
    WORD_WAIT_TEXT,
    WORD_SAVED,
    WORD_SAVED_TEXT,
    /* confirmations */
    WORD_DELETE_TITLE,
    WORD_DELETE_TEXT,
    WORD_DELETE_YES,
    WORD_STOP_TITLE,
    WORD_STOP_TEXT,
    WORD_STOP_YES,
    WORD_NO,
    /* the copy */
    WORD_COPY_TEXT,
    WORD_COPY_WAITING,
    WORD_COPY_OTHER,
    WORD_SURVEY,
    WORD_ID,
    WORD_ENTRY,
    WORD_ANSWERED_AT,
    WORD_EVENT_AT,
    WORD_RECEIVED_AT,
    WORD_CHANNEL,
    WORD_FRAME,
    WORD_OPERATOR,
    WORD_PRODUCT,
    WORD_PROVINCE,
    WORD_ORG,
    WORD_TOUCHPOINT,
    WORD_CLASS,
    WORD_STRATUM,
    WORD_RATE,
    WORD_DURATION,
    WORD_SECONDS, /* {0} */
    WORD_RESPONDENT,
    WORD_DEVICE,
    WORD_STAFF,
    WORD_FLAGS,
    WORD_ATTRIBUTE, /* {0}: its code */
    WORD_ANSWERS,
    WORD_COMMENT,
    /* the privacy notice: {0} in _WHO is the controller */
    WORD_WHO,
    WORD_WHO_TEXT,
    WORD_WHO_CONTACT, /* {0} */
    WORD_WHY,
    WORD_WHY_TEXT,
    WORD_WHAT,
    WORD_WHAT_TEXT,
    WORD_WHAT_NOT,
    WORD_KEEP,
    WORD_KEEP_MONTHS, /* {0} */
    WORD_KEEP_TEXT,
    WORD_RIGHTS,
    WORD_RIGHTS_TEXT,
    WORD_RIGHTS_HOW,
    WORD_NOTICE, /* {0}: its version */
    WORDS
};

/* In which of them to speak to somebody who reads this. */
enum words_language words_for(const char *language);
const char *words_tag(enum words_language l); /* "zh-CN", "en" */
const char *words_text(enum words_language l, enum word w);

/* A language's name in itself; an unknown tag stands for itself. */
const char *words_name(const char *language);

#endif
