/* options.c - see collector/options.h.
 *
 * Everything is read and checked into `settings` first and stored at the end,
 * so a program that is told something wrong still holds its defaults.
 */
#include <getopt.h>
#include <stdlib.h>

#include "help.h"
#include "surveys/yaml.h"
#include "value.h"

/* The sections of manyi.yaml: a misspelt one would otherwise just not count. */
static const char *const sections[] = {
    "agent", "collector", "invite", "report", "scorer", "sms", "web"};

struct setting {
    bool set;
    union value value;
    const char *argument; /* as given on the command line, last one counts */
    bool given;
};

struct options {
    struct yaml *config; /* holds the texts of the configuration */
};

/* One call of options_read. */
struct reading {
    const struct program *program;
    struct setting *settings;
    const char *config; /* -c */
    bool check, help, version;
    struct err *err;
};

enum { OPT_HELP = 256, OPT_VERSION, OPT_CHECK, OPT_FIRST };

static struct option *long_options(const struct program *p)
{
    struct option *list = calloc(p->count + 4, sizeof *list);
    size_t n = 0;

    if (!list)
        return NULL;
    list[n++] = (struct option){"help", no_argument, NULL, OPT_HELP};
    list[n++] = (struct option){"version", no_argument, NULL, OPT_VERSION};
    if (p->section)
        list[n++] =
            (struct option){"check-config", no_argument, NULL, OPT_CHECK};
    for (size_t i = 0; i < p->count; i++)
        list[n++] = (struct option){p->options[i].name,
                                    p->options[i].kind == OPTION_FLAG
                                        ? optional_argument
                                        : required_argument,
                                    NULL, OPT_FIRST + (int)i};
    return list;
}

static enum status refuse_usage(struct reading *r, int code, char **argv)
{
    const char *name = r->program->name;
    char letter[3] = {'-', (char)optopt, '\0'};
    const bool is_letter = optopt > 0 && optopt < OPT_HELP;
    const char *what = is_letter ? letter : argv[optind - 1];

    return err_set(r->err, ST_INVALID, "%s: %s (%s --help tells more)", what,
                   code == ':' ? "a value is missing" : "no such option", name);
}

static enum status take_argument(struct reading *r, int code, char **argv)
{
    if (code == 'c')
        r->config = optarg;
    else if (code == OPT_HELP)
        r->help = true;
    else if (code == OPT_VERSION)
        r->version = true;
    else if (code == OPT_CHECK)
        r->check = true;
    else if (code >= OPT_FIRST) {
        struct setting *s = &r->settings[code - OPT_FIRST];

        s->given = true;
        s->argument = optarg ? optarg : "true"; /* a flag by itself */
    } else
        return refuse_usage(r, code, argv);
    return ST_OK;
}

static enum status read_arguments(struct reading *r, int argc, char **argv,
                                  int *first)
{
    struct option *list = long_options(r->program);
    enum status st = ST_OK;
    int code;

    if (!list)
        return err_set(r->err, ST_NOMEM, "out of memory");
    optind = 0; /* begin anew, also when it was called before */
    opterr = 0;
    while (st == ST_OK && !r->help && !r->version &&
           (code = getopt_long(argc, argv, r->program->section ? ":c:" : ":",
                               list, NULL)) != -1)
        st = take_argument(r, code, argv);
    if (st == ST_OK)
        *first = optind;
    free(list);
    return st;
}

static enum status refuse(const struct reading *r, const struct yaml *at,
                          const char *cause)
{
    return err_set(r->err, ST_INVALID, "%s:%u:%u: %s: %s", r->config,
                   at->key ? at->key_line : at->line,
                   at->key ? at->key_column : at->column,
                   at->key ? at->key : "top level", cause);
}

static const struct option_spec *find_option(const struct program *p,
                                             const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (streq(p->options[i].name, name))
            return &p->options[i];
    return NULL;
}

static bool blank(const struct yaml *v)
{
    return v->kind == YAML_TEXT && v->plain && v->text[0] == '\0';
}

/* Type and range; where the values themselves are asked after, also those. */
static enum status understand(const struct reading *r,
                              const struct option_spec *spec, const char *text,
                              union value *out, struct err *cause)
{
    enum status st = value_parse(spec, text, out, cause);

    if (st == ST_OK && r->check && r->program->check &&
        spec->kind == OPTION_TEXT)
        st = r->program->check(spec->name, text, cause);
    return st;
}

/* One key of the program's section.  A key without a value leaves the
 * default. */
static enum status read_key(struct reading *r, const struct yaml *v)
{
    const struct option_spec *spec = find_option(r->program, v->key);
    struct setting *s;
    struct err cause;

    if (!spec)
        return refuse(r, v, "unknown key");
    if (spec->command_line_only)
        return refuse(r, v, "belongs on the command line");
    if (blank(v))
        return ST_OK;
    if (v->kind != YAML_TEXT)
        return refuse(r, v, "one value is wanted");
    s = &r->settings[spec - r->program->options];
    if (understand(r, spec, v->text, &s->value, &cause) != ST_OK)
        return err_set(r->err, ST_INVALID, "%s:%u:%u: %s: %s", r->config,
                       v->line, v->column, v->key, cause.text);
    s->set = true;
    return ST_OK;
}

/* All keys when they are only to be checked: the last of several problems is
 * the one that is returned. */
static enum status read_keys(struct reading *r, const struct yaml *own)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < own->count && (st == ST_OK || r->check); i++) {
        struct err before = {""};
        enum status next;

        if (st != ST_OK && r->err)
            before = *r->err;
        next = read_key(r, &own->child[i]);
        if (next != ST_OK && st != ST_OK)
            (void)fprintf(stderr, "%s: %s\n", r->program->name, before.text);
        if (next != ST_OK)
            st = next;
    }
    return st;
}

static bool known_section(const char *name)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (streq(sections[i], name))
            return true;
    return false;
}

static enum status read_config(struct reading *r, const struct yaml *root)
{
    const struct yaml *own;

    if (root->kind != YAML_MAP)
        return refuse(r, root, "a map of sections is wanted");
    for (size_t i = 0; i < root->count; i++)
        if (!known_section(root->child[i].key))
            return refuse(r, &root->child[i], "unknown section");
    own = yaml_get(root, r->program->section);
    if (!own || blank(own))
        return ST_OK;
    if (own->kind != YAML_MAP)
        return refuse(r, own, "a map of options is wanted");
    return read_keys(r, own);
}

static enum status parse_arguments(struct reading *r)
{
    struct err cause;

    for (size_t i = 0; i < r->program->count; i++) {
        const struct option_spec *spec = &r->program->options[i];
        struct setting *s = &r->settings[i];

        if (!s->given)
            continue;
        if (understand(r, spec, s->argument, &s->value, &cause) != ST_OK)
            return err_set(r->err, ST_INVALID, "--%s: %s", spec->name,
                           cause.text);
        s->set = true;
    }
    return ST_OK;
}

/* What is answered on stdout, instead of the program's work. */
static enum status answer(const struct reading *r)
{
    if (r->help)
        help_print(r->program, stdout);
    else if (r->version)
        printf("%s %s\n", r->program->name, manyi_version);
    else
        printf("%s: the section %s is right\n", r->config, r->program->section);
    if (fflush(stdout) != 0 || ferror(stdout))
        return err_set(r->err, ST_IO, "standard output: can not be written");
    return ST_OK;
}

static enum status read_all(struct reading *r, struct options *o)
{
    enum status st = ST_OK;

    if (r->help || r->version)
        return ST_OK;
    if (r->check && !r->config)
        return err_set(r->err, ST_INVALID, "--check-config: needs -c FILE");
    if (r->config)
        st = yaml_load(r->config, &o->config, r->err);
    if (st == ST_OK && r->config)
        st = read_config(r, o->config);
    return st == ST_OK ? parse_arguments(r) : st;
}

enum status options_read(const struct program *p, int argc, char **argv,
                         struct options **out, int *first, bool *done,
                         struct err *err)
{
    struct options *o = calloc(1, sizeof *o);
    struct reading r = {.program = p, .err = err};
    bool answered;
    int operands = argc;
    enum status st;

    r.settings = calloc(p->count + 1, sizeof *r.settings);
    st = o && r.settings ? read_arguments(&r, argc, argv, &operands)
                         : err_set(err, ST_NOMEM, "out of memory");
    if (st == ST_OK)
        st = read_all(&r, o);
    answered = r.help || r.version || r.check;
    if (st == ST_OK && answered)
        st = answer(&r);
    if (st != ST_OK) {
        options_free(&o);
        goto done;
    }
    for (size_t i = 0; i < p->count; i++)
        if (r.settings[i].set)
            value_store(&p->options[i], &r.settings[i].value);
    *out = o;
    *first = operands;
    *done = answered;
done:
    free(r.settings);
    return st;
}

void options_free(struct options **o)
{
    if (!*o)
        return;
    yaml_free(&(*o)->config);
    free(*o);
    *o = NULL;
}
