/* reply_lexicon.c - see reply_lexicon.h.
 *
 * Words that are not here make a number beside them uncertain, so the lexicon
 * decides how often somebody is asked again, and never lets a wrong number
 * through by being short.  It may do so by being wrong: a word is WORD_PLAIN or
 * WORD_FILLER only when no number before or behind it could belong to it.
 *
 * At the first look-up the words are put into chains by their first character,
 * once for the process (24 kB); a look-up then tries some three of them.
 */
#include "reply_lexicon.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Words by class, each behind a blank; '_' stands for a blank in a word. */
static const struct {
    enum word word;
    const char *words;
} lexicon[] = {
    {WORD_GIVE,
     " 给 给了 给个 打 打个 评 评了 评分 打分 评价 评价为 选 选了 选择 回 "
     "回复 答 答案 得分 分数 总分 总评 评星 评级 我给 我打 我评 我选 我回复 "
     "给你 给你们 给您 给他 给她 给他们 给师傅 给师父 给客服 "
     "rate rating score give giving gave reply answer choose scored rated "
     "نومۇر "},
    {WORD_POINTS, " 分 分儿 分值 point points pt pts marks སྐར་མ བལ بال "},
    {WORD_STARS, " 星 颗星 个星 星级 颗星星 颗 star stars "},
    {WORD_FULL, " 满分 full_marks full_score "},
    {WORD_OUT_OF, " out_of of "},
    {WORD_FILLER,
     " 主要 主要是 我 俺 咱 我们 咱们 你 你们 您 他 她 他们 那 那就 那我 就 这 "
     "这个 那个 "
     "此 "
     "吧 啊 呀 哦 噢 喔 嗯 恩 呢 哈 哈哈 哈哈哈 嘿嘿 嘻嘻 啦 了 咯 喽 嘛 哟 哇 "
     "的 地 是 为 算 个 来 来个 只 只能 勉强 也 谢谢 谢谢你 谢谢您 谢谢你们 "
     "谢谢了 多谢 感谢 十分感谢 非常感谢 辛苦 辛苦了 你好 您好 好的 好吧 行 "
     "行吧 "
     "ok okay 收到 请 对 对于 在 此次 本次 这次 这回 总体 整体 综合 总的来说 "
     "总体来说 总的 我觉得 觉得 感觉 我认为 认为 个人 不客气 不好意思 没事 "
     "对不起 打扰了 早上好 上午好 下午好 晚上好 祝好 再见 拜拜 "
     "i i'd i'll a an the it would say my is was please pls thanks thank thx "
     "you "
     "to him her them your for this that and very_much hi hello yes yeah "
     "am i'm sir madam dear overall all in ya "},
    {WORD_PLAIN,
     " 师傅 师父 维修 维修员 维修人员 维修师傅 装机师傅 客服 营业员 营业厅 "
     "工作人员 小哥 小姐姐 人员 服务 服务态度 服务质量 服务员 态度 技术 信号 "
     "网络 网速 宽带 速度 价格 资费 套餐 手机 固话 光纤 流量 质量 效率 故障 "
     "电信 中国电信 移动 中国移动 联通 中国联通 满意度 业务 处理 解决 办理 "
     "修理 "
     "修得 做得 干得 说得 不错 挺好 还好 还行 还可以 可以 挺不错 很不错 棒 "
     "很棒 "
     "真棒 赞 点赞 很赞 给力 周到 热情 耐心 专业 及时 快 很快 挺快 真快 慢 "
     "太慢 "
     "很慢 好评 差评 差劲 太差劲 贵 太贵 贵了 加油 支持 继续努力 继续加油 继续 "
     "努力 再接再厉 修好了 已修好 修好 解决了 已解决 好了 一流 一级棒 负责 "
     "认真 "
     "负责任 礼貌 有礼貌 细心 高效 迅速 稳定 不稳定 卡 很卡 太卡 一直 一直很好 "
     "垃圾 太垃圾 烂 太烂 希望 改进 改善 提高 表扬 值得表扬 恶劣 到位 没问题 "
     "service great nice excellent fast slow quick friendly polite helpful "
     "technician guy man engineer signal network awful terrible job work "
     "fixed well done happy unhappy staff professional "},
    {WORD_COUNTED,
     " 打了 等 等了 等过 等待 修 修了 花 花了 用 用了 用过 跑了 交了 扣了 充了 "
     "来过 "
     "换了 拖了 打过 停了 断了 坏了 过了 等到 办了 去了 报修 报了 报修了 "
     "投诉了 "
     "欠了 差了 涨了 超了 waited wait after took paid "},
    {WORD_NEUTRAL, " 一般 一般般 neutral average so-so "},
    {WORD_SATISFIED, " 满意 满意了 满意的 satisfied "},
    {WORD_UNSATISFIED, " dissatisfied unsatisfied "},
    {WORD_GOOD, " 好 good "},
    {WORD_BAD, " 差 poor bad "},
    {WORD_VERY,
     " 很 非常 特别 极其 极 超级 超 最 太 真 真的 真是 真心 相当 完全 百分百 "
     "绝对 老 忒 巨 very extremely totally completely really so "},
    {WORD_RATHER,
     " 比较 基本 基本上 还算 挺 蛮 还 还是 有点 有点儿 有些 稍微 略 算是 "
     "quite rather fairly somewhat mostly "},
    {WORD_NOT,
     " 不 没 没有 未 无 非 别 不够 并不 毫不 一点不 一点也不 一点都不 丝毫不 "
     "从不 not isn't wasn't don't didn't no never "},
    {WORD_NOT_SO, " 不太 不怎么 不大 不甚 没那么 没太 "},
    {WORD_MISSING,
     " 不知道 不清楚 不了解 没用过 没有用过 没使用过 没有使用过 未使用 "
     "未使用过 "
     "未用过 从没用过 从未用过 从未使用过 不适用 无法评价 无法评分 没法评价 "
     "没法评分 不好评价 说不清 说不清楚 说不好 没打过 没去过 不记得 不记得了 "
     "忘了 "
     "忘记了 没接触过 没体验过 没办过 没办理过 没遇到过 没遇过 没用到 "
     "没有接触过 "
     "没有体验过 不晓得 没印象 不太清楚 不太了解 不太知道 不确定 没感觉 "
     "don't_know dont_know do_not_know dk idk n/a na not_applicable never_used "
     "never_used_it no_idea not_used didn't_use didn't_use_it not_sure "
     "no_experience haven't_used_it haven't_used have_not_used "
     "can't_say cannot_say no_opinion "},
    {WORD_UNIT,
     " 天 日 月 月份 年 周 星期 礼拜 小时 个小时 钟头 个钟 钟 分钟 个月 个星期 "
     "个礼拜 个多 个半 秒 秒钟 次 遍 趟 元 元钱 块 块钱 角 毛 毛钱 分钱 号 "
     "号线 "
     "号楼 楼 层 栋 幢 单元 室 户 人 个人 位 名 家 台 部 条 根 张 件 项 种 样 "
     "岁 "
     "点 点钟 点半 点多 兆 米 公里 里 度 倍 成 折 期 代 季度 格 路 段 队 组 班 "
     "只 "
     "双 套 份 笔 场 顿 口 句 批 万 千 亿 平 斤 声 步 字 页 条 款 多 多天 多次 "
     "来 "
     "余 几 旬 届 级 个 刻 刻钟 多小时 多分钟 工作日 个工作日 秒内 天内 年级 "
     "对 站 楼的 门 栏 环 头 颗牌 回了 下 把 批次 步骤 回合 幅 道 组人 "
     "m mb mbps g gb k kb h hr hrs hour hours day days week weeks month months "
     "year years minute minutes min mins second seconds sec time times yuan "
     "rmb "
     "people person persons am pm th st nd rd o'clock calls visits km bars "
     "dollars percent ones other others guys technicians engineers visit call "
     "كۈن قېتىم سائەت يوم أيام مرة ساعة ཉིན ཐེངས "},
    {WORD_BINDER,
     " 第 周 星期 礼拜 初 每 前 后 近 约 共 扣 减 少 多 加 电话 尾号 房 门牌 "
     "工号 "
     "编号 单号 号码 晚 晚了 早 早了 差 超 仅剩 剩 剩下 还剩 还有 只有 有 余额 "
     "iphone mate wifi windows room line number no since "},
    {WORD_HEDGE,
     " 左右 以上 以下 以内 之间 之内 几 多少 大概 大约 差不多 可能 也许 或 "
     "或者 "
     "或是 至少 最少 最多 顶多 不到 不止 超过 低于 高于 小于 大于 不低于 "
     "不超过 "
     "起码 应该 将近 接近 半 分半 分多 分制 开始 到 至 和 跟 与 及 除了 才 都 "
     "都行 随便 随意 看着 倒数 负 零头 点几 上下 起 封顶 为止 之一 分之 "
     "the_one this_one that_one maybe about or between almost nearly less more "
     "than least most under "
     "over "
     "around perhaps if half minus either up only "},
    {WORD_DOUBT,
     " 你猜 猜 做梦 休想 想得美 没门 门都没有 不可能 不配 想多了 下辈子 "
     "白日做梦 如果 "
     "要是 假如 若 若是 本来 原来 原本 之前 以前 上次 从前 昨天 下次 "
     "以后 "
     "不是 不是很 不是太 不是特别 并非 才怪 除非 否则 让我 叫我 要我 求我 逼我 "
     "要求 必须 一定要 非要 开玩笑 呵呵 吗 么 怎么 为什么 为啥 凭什么 凭啥 "
     "什么 "
     "谁 哪 哪个 难道 岂 想给 想打 不想 不给 不打 不选 不评 不能给 不会给 没给 "
     "没打 别给 给我 送我 还我 退我 别人 人家 朋友 邻居 差评师 师傅让 师傅叫 "
     "师傅说 "
     "客服让 客服说 他让 他说 她说 你们让 你们要 让打 叫打 要打 让给 要给 "
     "应该给 改成 改为 变成 扣到 降到 后悔 取消 作废 错了 打错 发错 按错 不对 "
     "不算 算不上 谈不上 说不上 称不上 难以 无法 就是 但 但是 不过 可是 "
     "只是 然而 可惜 除 满意才怪 没有不 不能说 不能不 不得不 无不 不会不 "
     "不是不 "
     "是不是 满不满意 好不好 吧? "
     "but except if though although however would've should wouldn't won't "
     "cannot can't unless instead before were was_going told asked someone "
     "friend changed neither nor nobody none "}};

static bool latin(char c)
{
    return (c >= 'a' && c <= 'z') || c == '\'';
}

enum { ENTRIES_MAX = 1500, CHAINS = 1024 };

struct entry {
    const char *text;
    uint16_t len;
    uint16_t next; /* in its chain, from 1 on; 0: the last one */
    enum word word;
};

/* Written once, under `once`. */
static struct entry entry[ENTRIES_MAX + 1];
static uint16_t chain[CHAINS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The chain of texts that start with these bytes: their first character. */
static uint16_t *chain_of(const char *text, size_t len)
{
    const unsigned char *const c = (const unsigned char *)text;

    if (c[0] < 0x80 || len < 3)
        return &chain[c[0]];
    return &chain[(c[0] * 31u + c[1] * 63u + c[2]) % CHAINS];
}

/* Later words go to the front, so the earlier of two classes is met last. */
static void build(void)
{
    uint16_t count = 0;

    for (size_t i = 0; i < sizeof lexicon / sizeof *lexicon; i++) {
        const char *at = lexicon[i].words + 1;

        while (*at) {
            const size_t n = strcspn(at, " ");
            uint16_t *const first = chain_of(at, n);

            assert(n && count < ENTRIES_MAX);
            entry[++count] =
                (struct entry){at, (uint16_t)n, *first, lexicon[i].word};
            *first = count;
            at += n + 1;
        }
    }
}

/* Does the word stand at the start of the text? */
static bool stands(const struct entry *e, const char *text, size_t len)
{
    const char last = e->text[e->len - 1];

    if (e->len > len)
        return false;
    for (size_t i = 0; i < e->len; i++)
        if (e->text[i] != text[i] && !(e->text[i] == '_' && text[i] == ' '))
            return false;
    return !latin(last) || e->len == len || !latin(text[e->len]);
}

size_t lexicon_at(const char *text, size_t len, enum word *out)
{
    size_t best = 0;

    (void)pthread_once(&once, build);
    for (size_t i = len ? *chain_of(text, len) : 0; i; i = entry[i].next)
        if (entry[i].len >= best && stands(&entry[i], text, len)) {
            best = entry[i].len;
            *out = entry[i].word;
        }
    return best;
}

size_t lexicon_unit_at(const char *text, size_t len)
{
    size_t best = 0;
    enum word word;

    (void)pthread_once(&once, build);
    for (size_t i = len ? *chain_of(text, len) : 0; i; i = entry[i].next)
        if (entry[i].word == WORD_UNIT && entry[i].len > best &&
            stands(&entry[i], text, len))
            best = entry[i].len;
    return best && lexicon_at(text, len, &word) <= best ? best : 0;
}
