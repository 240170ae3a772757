/* reply_flags.c - see reply_flags.h.
 *
 * An alarm too many costs a telephone call, one too few a customer; so here, in
 * contrast to ratings, a word counts wherever it stands, unless what is around
 * it plainly takes it back.  Some 150 words are tried at each character.
 */
#include "reply_flags.h"

#include <string.h>

#include "base/status.h"

static const char *const broken[] = {"没修好",
                                     "没有修好",
                                     "未修好",
                                     "没能修好",
                                     "没给修好",
                                     "没完全修好",
                                     "没彻底修好",
                                     "没修",
                                     "没有修",
                                     "未修复",
                                     "没修复",
                                     "没好",
                                     "没有好",
                                     "没弄好",
                                     "没搞好",
                                     "没整好",
                                     "没弄完",
                                     "没装好",
                                     "又断",
                                     "又坏",
                                     "又掉线",
                                     "又不行",
                                     "又不能",
                                     "又没",
                                     "又上不了",
                                     "又出问题",
                                     "又出现",
                                     "又出毛病",
                                     "又卡",
                                     "又出故障",
                                     "没人来",
                                     "没人上门",
                                     "没有人来",
                                     "没有人上门",
                                     "没人修",
                                     "没人管",
                                     "没人处理",
                                     "没人联系",
                                     "无人上门",
                                     "无人处理",
                                     "无人维修",
                                     "没来人",
                                     "没来修",
                                     "没上门",
                                     "没有上门",
                                     "根本没来",
                                     "还没来",
                                     "一直没来",
                                     "没见人",
                                     "人都没来",
                                     "还是不行",
                                     "还不行",
                                     "还是不能",
                                     "还是没",
                                     "还是断",
                                     "还是坏",
                                     "还是上不了",
                                     "还上不了",
                                     "还是连不上",
                                     "还是不好",
                                     "还是掉线",
                                     "还是老样子",
                                     "还是那样",
                                     "还是这样",
                                     "还是一样",
                                     "依然不行",
                                     "依旧不行",
                                     "仍然不行",
                                     "仍不能",
                                     "仍然不能",
                                     "仍未",
                                     "依然没",
                                     "依旧没",
                                     "仍然没",
                                     "照样断",
                                     "故障依旧",
                                     "问题依旧",
                                     "没解决",
                                     "没有解决",
                                     "未解决",
                                     "没得到解决",
                                     "未得到解决",
                                     "没处理",
                                     "没有处理",
                                     "未处理",
                                     "没恢复",
                                     "没有恢复",
                                     "未恢复",
                                     "修不好",
                                     "修了也白修",
                                     "白修",
                                     "修了没用",
                                     "修完又",
                                     "修了又",
                                     "修好又",
                                     "好了又",
                                     "刚修好就",
                                     "还坏着",
                                     "还断着",
                                     "还是用不了",
                                     "还用不了",
                                     "仍用不了",
                                     "并没有修",
                                     "not fixed",
                                     "not repaired",
                                     "isn't fixed",
                                     "wasn't fixed",
                                     "isnt fixed",
                                     "not solved",
                                     "not resolved",
                                     "unresolved",
                                     "still broken",
                                     "still down",
                                     "still not",
                                     "not working",
                                     "doesn't work",
                                     "doesnt work",
                                     "still out",
                                     "nobody came",
                                     "no one came",
                                     "noone came",
                                     "never came",
                                     "didn't come",
                                     "never fixed",
                                     "not been fixed",
                                     "didn't fix",
                                     "broke again",
                                     "broken again",
                                     "down again",
                                     "not yet fixed",
                                     "never showed",
                                     "didn't show",
                                     "still doesn't",
                                     "still no ",
                                     "still can't",
                                     "hasn't been fixed",
                                     "has not been",
                                     "unfixed",
                                     NULL};

/* 没好 within these is something else. */
static const char *const other_words[] = {
    "没好好",   "没好气",   "没好感", "没好意思", "没好处",
    "没有好处", "没有好好", "没修改", "没有修改", "没有好感",
    "没处理过", "没来过",   NULL};

/* After one of these all is well. */
static const char *const mended[] = {
    "现在好了",   "现在修好了", "现在已修好", "现在已经好了", "现在可以了",
    "后来修好了", "后来好了",   "终于修好了", "终于好了",     "最后修好了",
    "已经修好了", "这次修好了", "这回修好了", "总算修好了",   "总算好了",
    "已经好了",   "现在正常",   "now fixed",  "fixed now",    "now it works",
    "works now",  NULL};

static const char *const before_broken[] = {"没有", "不是",   "没有说",
                                            "并非", "不存在", NULL};

static const char *const complaint[] = {
    "投诉",       "申诉",       "举报",
    "12300",      "12315",      "12381",
    "12345",      "12321",      "工信部",
    "工信局",     "工信厅",     "工信委",
    "工信",       "信息化部",   "通管局",
    "通信管理局", "管局",       "消协",
    "消委会",     "消费者协会", "消费者保护",
    "市长热线",   "起诉",       "告你们",
    "法院",       "律师",       "信访",
    "上访",       "曝光",       "打315",
    "找315",      "告到",       "complain",
    "miit",       "regulator",  "lawsuit",
    "lawyer",     "sue you",    "sue your",
    "ombudsman",  "ministry",   "consumer association",
    NULL};

static const char *const no_complaint[] = {"complaints department was",
                                           "投诉处理满意",
                                           "投诉已解决",
                                           "投诉已处理",
                                           "撤诉",
                                           NULL};

/* What may stand between a negation and the word: 不会去投诉. */
static const char *const between[] = {
    "会",    "想",   "用",    "要",    "再",     "必",   "打算",    "准备",
    "需要",  "去",   "有",    "能",    "敢",     "愿意", "愿",      "打",
    "曾",    "过",   "向",    "到",    "找",     "任何", "什么",    "是",
    "得",    "跟",   "和",    "给",    "的",     "你们", "了",      "电话",
    "意思",  "可",   "该",    "并",    "进行",   "作",   "做",      "提",
    "提出",  "考虑", "or",    "to",    "any",    "will", "be",      "want",
    "going", "have", "wish",  "need",  "plan",   "a",    "further", " ",
    "投诉",  "、",   "12315", "12300", "工信部", "举报", NULL};

static const char *const negations[] = {
    "不",      "没",       "没有",    "无",   "未",    "别",     "勿",
    "撤销",    "取消",     "撤回",    "免",   "非",    "not",    "no",
    "don't",   "dont",     "won't",   "wont", "never", "didn't", "nothing",
    "without", "wouldn't", "haven't", NULL};

/* They look like negations and are none. */
static const char *const no_negations[] = {
    "不得不", "要不要", "要不",   "能不能", "会不会", "想不想",
    "该不该", "是不是", "用不用", "无奈",   NULL};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t ends_with(const char *text, size_t len, const char *const *words)
{
    size_t best = 0;

    for (; *words; words++) {
        const size_t n = strlen(*words);

        if (n > best && n <= len && !memcmp(text + len - n, *words, n))
            best = n;
    }
    return best;
}

static size_t starts_with(const char *text, size_t len,
                          const char *const *words)
{
    size_t best = 0;

    for (; len && *words; words++) {
        const size_t n = **words == *text ? strlen(*words) : 0;

        if (n > best && n <= len && !memcmp(text, *words, n))
            best = n;
    }
    return best;
}

static bool holds(const char *text, size_t len, const char *const *words)
{
    for (; *words; words++)
        if (memmem(text, len, *words, strlen(*words)))
            return true;
    return false;
}

bool flags_not_fixed(const char *text, size_t len)
{
    for (size_t at = 0; at < len; at++) {
        const size_t n = starts_with(text + at, len - at, broken);
        size_t other;

        if (!n)
            continue;
        other = starts_with(text + at, len - at, other_words);
        if (other < n && !ends_with(text, at, before_broken) &&
            !holds(text + at + n, len - at - n, mended))
            return true;
        at += (other > n ? other : n) - 1;
    }
    return false;
}

/* Does the text up to `len` end in a negation of what comes? */
static bool negated(const char *text, size_t len)
{
    size_t n;

    for (;;) {
        if (ends_with(text, len, no_negations))
            return false;
        n = ends_with(text, len, negations);
        if (n)
            return true;
        n = ends_with(text, len, between);
        if (!n)
            return false;
        len -= n;
    }
}

/* 不投诉不行: the second negation takes back the first. */
static bool needed(const char *text, size_t len)
{
    static const char *const needs[] = {"不行",   "不解决", "不可", "不管",
                                        "没人管", "不处理", "不修", NULL};

    return starts_with(text, len, needs) != 0;
}

bool flags_escalate(const char *text, size_t len)
{
    for (size_t at = 0; at < len; at++) {
        const size_t n = starts_with(text + at, len - at, complaint);
        const bool number = n && digit(text[at]);

        if (!n || starts_with(text + at, len - at, no_complaint))
            continue;
        /* a part of a longer number is another number */
        if (number && ((at && digit(text[at - 1])) ||
                       (at + n < len && digit(text[at + n]))))
            continue;
        if (!negated(text, at) || needed(text + at + n, len - at - n))
            return true;
        at += n - 1;
    }
    return false;
}
