#include "words.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/status.h"

/* What the pages say.
 *
 * Plain words, since anybody may have to read them; no blame in what is wrong.
 * A new language is a column here and a tag in words_tag.
 */
/* clang-format off */
static const char *const said[WORDS][WORDS_LANGUAGES] = {
    [WORD_LANGUAGE] = {"语言", "Language"},
    [WORD_LARGE] = {"大字版", "Large type"},
    [WORD_NORMAL] = {"标准字号", "Normal type"},
    [WORD_SIZE] = {"语言和字号", "Language and type size"},
    [WORD_PHONE] = {"不方便在网页上填写？请拨打{0}，由客服人员代您记录。",
        "Would you rather answer by telephone? Call {0} and we will fill it in for you."},
    [WORD_PRIVACY] = {"隐私说明", "Privacy notice"},
    [WORD_LEAVE_EMPTY] = {"请不要填写此栏", "Leave this field empty"},

    [WORD_INTRO] = {"请选择最符合您感受的答案；没有用过或说不清的，请选最后一项。",
        "Choose what fits best. If you have not used something or cannot say, choose the last answer."},
    [WORD_PROGRESS] = {"第{0}页，共{1}页", "Page {0} of {1}"},
    [WORD_UNSURE] = {"不清楚或没用过", "Don’t know or not used"},
    [WORD_UNSURE_CHOICE] = {"不清楚", "Don’t know"},
    [WORD_IF] = {"如果第{0}题选“{1}”：", "If you chose “{1}” in question {0}: "},
    [WORD_IF_EARLIER] = {"如果您曾就“{0}”答“{1}”：", "If you once answered “{1}” to “{0}”: "},
    [WORD_OR] = {"或", " or "},
    [WORD_COMMENT_HINT] = {"选填，最多{0}字。请不要写姓名、电话和证件号码。",
        "Optional, up to {0} characters. Please leave out names and numbers."},
    [WORD_RESUMED] = {"您之前填写的内容已经保留，可以接着填。",
        "What you filled in before was kept; you can go on from here."},
    [WORD_CORRECTING] = {"您正在更正已提交的答案，只能更正一次。",
        "You are correcting what you submitted. This is possible once."},

    [WORD_WRONG] = {"有误：", "Error: "},
    [WORD_WRONG_HEAD] = {"还有{0}处需要您看一下", "{0} answers need your attention"},
    [WORD_WRONG_ONE] = {"还有1处需要您看一下", "One answer needs your attention"},
    [WORD_MISSING] = {"请选择一项", "Please choose an answer"},
    [WORD_INVALID] = {"这不是可选的答案，请重新选择", "This is not one of the answers; please choose again"},
    [WORD_LONG] = {"写得太长了，请缩短一些", "This is too long; please shorten it"},

    [WORD_NEXT] = {"下一页", "Next"},
    [WORD_BACK] = {"上一页", "Back"},
    [WORD_SUBMIT] = {"提交", "Submit"},
    [WORD_REVIEW] = {"检查答案", "Check your answers"},
    [WORD_SAVE] = {"保存，以后再答", "Save for later"},
    [WORD_START] = {"开始", "Start"},
    [WORD_CHANGE] = {"修改第{0}题", "Change question {0}"},
    [WORD_RETURN] = {"返回问卷", "Back to the survey"},

    [WORD_REVIEW_TITLE] = {"检查答案", "Check your answers"},
    [WORD_REVIEW_TEXT] = {"还没有提交。确认后请按“提交”。",
        "Nothing is submitted yet. When all is right, press “Submit”."},
    [WORD_NO_ANSWER] = {"未答", "No answer"},
    [WORD_NO_COMMENT] = {"没有填写", "Left empty"},
    [WORD_OUT_OF] = {"{0}分（满分{1}）", "{0} out of {1}"},

    [WORD_START_TEXT] = {"共{0}题，无需登录，不留姓名和号码。",
        "{0} questions. No login, no name, no number."},
    [WORD_THANKS_TITLE] = {"谢谢您的评价", "Thank you"},
    [WORD_THANKS_TEXT] = {"您的回答已经收到，我们会用来改进服务。现在可以关闭本页。",
        "We have your answers and will use them to improve the service. You can close this page now."},
    [WORD_THANKS_CORRECT] = {"如果填错了，{0}分钟内可以更正一次。",
        "If something is wrong, you can correct it once within {0} minutes."},
    [WORD_CORRECT] = {"更正答案", "Correct the answers"},
    [WORD_YOURS] = {"您的数据", "Your data"},
    [WORD_COPY] = {"查看我的数据", "See my data"},
    [WORD_DELETE] = {"删除我的回答", "Delete my answers"},
    [WORD_STOP] = {"以后不再邀请我", "Do not ask me again"},

    [WORD_ANSWERED] = {"您已经答过了", "You have already answered"},
    [WORD_ANSWERED_TEXT] = {"这个链接的回答已经收到，谢谢您。",
        "We have the answers of this link. Thank you."},
    [WORD_EXPIRED] = {"链接已过期", "This link has expired"},
    [WORD_EXPIRED_TEXT] = {"这份问卷的回答时间已过，谢谢您的关注。",
        "The time to answer is over. Thank you for your interest."},
    [WORD_UNKNOWN] = {"链接无效", "This link is not valid"},
    [WORD_UNKNOWN_TEXT] = {"请核对短信里的链接是否完整，区分大小写。",
        "Please check that the link is as in the message, with capitals and small letters as they are."},
    [WORD_CLOSED] = {"调查已结束", "This survey is over"},
    [WORD_CLOSED_TEXT] = {"这项调查已经结束，不再接收回答。谢谢您的关注。",
        "This survey takes no more answers. Thank you for your interest."},
    [WORD_NOWHERE] = {"没有这个网页", "There is no such page"},
    [WORD_NOWHERE_TEXT] = {"请核对网址。", "Please check the address."},
    [WORD_BAD] = {"没能读懂提交的内容", "What was sent could not be read"},
    [WORD_BAD_TEXT] = {"请返回上一页，重新提交。", "Please go back and submit again."},
    [WORD_METHOD] = {"这样打不开本页", "This page cannot be used in this way"},
    [WORD_METHOD_TEXT] = {"请重新打开短信里的链接。", "Please open the link of the message again."},
    [WORD_TOO_LARGE] = {"提交的内容太长", "Too much was sent"},
    [WORD_TOO_LARGE_TEXT] = {"请返回上一页，把意见缩短后重新提交。",
        "Please go back, shorten your comment and submit again."},
    [WORD_MANY] = {"操作太频繁", "Too many tries"},
    [WORD_MANY_TEXT] = {"请过一分钟再试。", "Please try again in a minute."},
    [WORD_BUSY] = {"暂时没能保存", "It could not be saved just now"},
    [WORD_BUSY_TEXT] = {"您的回答还没有收到。请过一会儿返回上一页，重新提交。",
        "We do not have your answers yet. Please go back in a little while and submit again."},
    [WORD_DELETED] = {"已删除", "Deleted"},
    [WORD_DELETED_TEXT] = {"您用这个链接提交的全部回答不再参与统计，最迟7日内从系统中全部删除。",
        "All answers of this link count no more and are deleted within 7 days."},
    [WORD_STOPPED] = {"已为您退订", "You will not be asked again"},
    [WORD_STOPPED_TEXT] = {"您将不再收到满意度调查的邀请。",
        "You will get no more invitations to satisfaction surveys."},
    [WORD_NO_COPY] = {"没有您的数据", "There is no data of yours"},
    [WORD_NO_COPY_TEXT] = {"这个链接名下没有保存任何回答。",
        "No answers are stored for this link."},
    [WORD_WAIT] = {"暂时无法显示", "It cannot be shown just now"},
    [WORD_WAIT_TEXT] = {"数据暂时取不到，请过一会儿再试。",
        "Your data cannot be fetched at the moment. Please try again in a little while."},
    [WORD_SAVED] = {"已保存", "Saved"},
    [WORD_SAVED_TEXT] = {"还没有提交。用同一个链接随时可以接着填。",
        "Nothing is submitted yet. Open the same link again to go on."},

    [WORD_DELETE_TITLE] = {"删除我的回答？", "Delete my answers?"},
    [WORD_DELETE_TEXT] = {"删除后不能恢复，这个链接也不能再用来回答。",
        "This cannot be undone, and the link cannot be used to answer again."},
    [WORD_DELETE_YES] = {"删除", "Delete"},
    [WORD_STOP_TITLE] = {"以后不再邀请？", "No more invitations?"},
    [WORD_STOP_TEXT] = {"确认后，您将不再收到满意度调查的短信和链接。这不影响您使用任何业务。",
        "You will get no more survey messages or links. It does not affect your services in any way."},
    [WORD_STOP_YES] = {"确认退订", "Stop invitations"},
    [WORD_NO] = {"不，返回", "No, go back"},

    [WORD_COPY_TEXT] = {"以下是系统中保存的与这个链接有关的全部数据。",
        "This is everything that is stored about this link."},
    [WORD_COPY_WAITING] = {"您刚提交的回答还在传送中，尚未列在下面。",
        "The answers that you have just submitted are on their way and not listed yet."},
    [WORD_COPY_OTHER] = {"这份回答来自问卷的另一版本，只能列出编号。",
        "This answer is to another version of the survey, so only its codes can be listed."},
    [WORD_SURVEY] = {"问卷", "Survey"},
    [WORD_ID] = {"编号", "Id"},
    [WORD_ENTRY] = {"填写方式", "Entered by"},
    [WORD_ANSWERED_AT] = {"回答时间", "Answered at"},
    [WORD_EVENT_AT] = {"所评服务的时间", "Time of the service"},
    [WORD_RECEIVED_AT] = {"收到时间", "Received at"},
    [WORD_CHANNEL] = {"渠道", "Channel"},
    [WORD_FRAME] = {"调查类别", "Kind of survey"},
    [WORD_OPERATOR] = {"运营商", "Operator"},
    [WORD_PRODUCT] = {"业务", "Product"},
    [WORD_PROVINCE] = {"省份", "Province"},
    [WORD_ORG] = {"单位", "Unit"},
    [WORD_TOUCHPOINT] = {"服务触点", "Touch point"},
    [WORD_CLASS] = {"客户等级", "Customer class"},
    [WORD_STRATUM] = {"抽样层", "Sampling stratum"},
    [WORD_RATE] = {"抽样比例（百万分之）", "Sampling rate (per million)"},
    [WORD_DURATION] = {"用时", "Time taken"},
    [WORD_SECONDS] = {"{0}秒", "{0} s"},
    [WORD_RESPONDENT] = {"由您的号码算出的标识", "Code made from your number"},
    [WORD_DEVICE] = {"由您的设备算出的标识", "Code made from your device"},
    [WORD_STAFF] = {"由服务人员工号算出的标识", "Code made from the staff number"},
    [WORD_FLAGS] = {"质量标记", "Quality flags"},
    [WORD_ATTRIBUTE] = {"分类{0}", "Attribute {0}"},
    [WORD_ANSWERS] = {"回答", "Answers"},
    [WORD_COMMENT] = {"意见", "Comment"},

    [WORD_WHO] = {"谁在处理您的信息", "Who handles your data"},
    [WORD_WHO_TEXT] = {"{0}。", "{0}."},
    [WORD_WHO_CONTACT] = {"联系方式：{0}", "Contact: {0}"},
    [WORD_WHY] = {"为什么", "Why"},
    [WORD_WHY_TEXT] = {"为了解您对服务是否满意、哪里需要改进。回答只用于统计和改进服务，不用于推销，也不会据此对您个人自动作出任何决定。",
        "To learn how satisfied you are and what to improve. Answers serve statistics and better service, never advertising, and nothing is decided about you from them automatically."},
    [WORD_WHAT] = {"收集什么", "What is collected"},
    [WORD_WHAT_TEXT] = {"您的回答和意见；回答的时间和用时；所评服务的时间、业务、省份、服务单位等分类；由号码和设备算出、不能直接看出号码的标识，用来避免重复询问和重复计数。",
        "Your answers and comment; when you answered and how long it took; the time, product, province and unit of the service; and codes made from your number and device, from which the number cannot be read, so that nobody is asked or counted twice."},
    [WORD_WHAT_NOT] = {"不收集姓名、证件号码和位置。号码不与回答放在一起。本网页没有Cookie，不运行脚本，也不连接任何第三方。",
        "No names, identity numbers or locations. Your number is not kept with your answers. This page sets no cookies, runs no scripts and contacts no third party."},
    [WORD_KEEP] = {"保存多久", "How long it is kept"},
    [WORD_KEEP_MONTHS] = {"保存{0}个月，期满删除；此后只留下不能识别个人的统计数字。",
        "{0} months, then it is deleted; only figures that identify nobody remain."},
    [WORD_KEEP_TEXT] = {"只保存实现上述目的所需的最短时间，之后删除；此后只留下不能识别个人的统计数字。",
        "No longer than these purposes need, then it is deleted; only figures that identify nobody remain."},
    [WORD_RIGHTS] = {"您的权利", "Your rights"},
    [WORD_RIGHTS_TEXT] = {"回答完全自愿，不回答不影响您使用任何业务。您可以查看、复制、更正、删除自己的回答，也可以撤回同意，今后不再接受调查。",
        "Answering is voluntary and not answering changes nothing about your services. You can see, copy, correct and delete your answers, and withdraw so that you are not asked again."},
    [WORD_RIGHTS_HOW] = {"也可以通过上面的联系方式提出。",
        "You can also use the contact above to do so."},
    [WORD_NOTICE] = {"本说明的版本：{0}", "Version of this notice: {0}"},
};
/* clang-format on */

static const struct {
    const char *tag, *name;
} names[] = {
    {"ar", "العربية"},     {"bo", "བོད་ཡིག"},         {"de", "Deutsch"},
    {"en", "English"},     {"es", "Español"},       {"fa", "فارسی"},
    {"fr", "Français"},    {"he", "עברית"},         {"hi", "हिन्दी"},
    {"id", "Indonesia"},   {"ii", "ꆈꌠꉙ"},        {"it", "Italiano"},
    {"ja", "日本語"},      {"kk", "Қазақша"},       {"kk-Arab", "قازاقشا"},
    {"ko", "한국어"},      {"ky", "Кыргызча"},      {"mn", "Монгол"},
    {"mn-Mong", "ᠮᠣᠩᠭᠣᠯ"}, {"ms", "Melayu"},        {"pt", "Português"},
    {"ru", "Русский"},     {"th", "ไทย"},           {"tr", "Türkçe"},
    {"ug", "ئۇيغۇرچە"},    {"ur", "اردو"},          {"vi", "Tiếng Việt"},
    {"yue", "粵語"},       {"za", "Vahcuengh"},     {"zh", "中文"},
    {"zh-CN", "简体中文"}, {"zh-Hans", "简体中文"}, {"zh-Hant", "繁體中文"},
    {"zh-HK", "繁體中文"}, {"zh-TW", "繁體中文"},
};

/* Languages whose readers rather read Chinese than English, where the two are
 * all that there is. */
static const char *const chinese[] = {"bo", "ii", "ug", "yue", "za", "zh"};

static size_t base_length(const char *language)
{
    return strcspn(language, "-");
}

enum words_language words_for(const char *language)
{
    const size_t n = base_length(language);

    for (size_t i = 0; i < sizeof chinese / sizeof *chinese; i++)
        if (strlen(chinese[i]) == n &&
            strncasecmp(chinese[i], language, n) == 0)
            return WORDS_ZH;
    /* Mongolian and Kazakh in their old scripts are written in China */
    if (strncasecmp(language, "mn-Mong", 7) == 0 ||
        strncasecmp(language, "kk-Arab", 7) == 0)
        return WORDS_ZH;
    return WORDS_EN;
}

const char *words_tag(enum words_language l)
{
    return l == WORDS_ZH ? "zh-CN" : "en";
}

const char *words_text(enum words_language l, enum word w)
{
    return said[w][l];
}

static const char *name_of(const char *tag, size_t len)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].tag) == len &&
            strncasecmp(names[i].tag, tag, len) == 0)
            return names[i].name;
    return NULL;
}

const char *words_name(const char *language)
{
    const char *name = name_of(language, strlen(language));

    if (!name)
        name = name_of(language, base_length(language));
    return name ? name : language;
}
