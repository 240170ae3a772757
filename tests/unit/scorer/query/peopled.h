/* peopled.h - a store of people with a population beside it, for tests of their
 * weights. */
#ifndef TESTS_PEOPLED_H
#define TESTS_PEOPLED_H

#include "kept.h"

#include <unistd.h>

#include "engine_handle.h"

#define FILE_NAME "people-population.csv"

enum { PEOPLE = 900 };

struct fixture {
    struct world w;
    struct kept kept;
    struct engine *e;
};

static inline void write_file(const char *text)
{
    FILE *f = fopen(FILE_NAME, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static const char raked[] = "period,province,operator,population\n"
                            "2026-10,11,,1000\n2026-10,31,,5000\n"
                            "2026-10,44,,12000.5\n2026-10,65,,700\n"
                            "2026-10,,CT,15000\n2026-10,,CM,3700.5\n"
                            "2026-11,11,,3000\n2026-11,31,,1000\n"
                            "2026-11,44,,9000\n2026-11,65,,2000\n"
                            "2026-11,,CM,9000\n2026-11,,CT,6000\n";

static inline void open_fixture(struct fixture *f, uint64_t seed,
                                const char *missing)
{
    *f = (struct fixture){0};
    world_open(&f->w, seed, NULL, missing);
    keep_world(&f->w, MINI_MOB, PEOPLE, &f->kept);
    keep_world(&f->w, MINI_FIX, PEOPLE / 2, &f->kept);
    ok(&f->w, engine_on(f->w.read, NULL, &f->e, &f->w.err));
    write_file(raked);
}

static inline void close_fixture(struct fixture *f)
{
    engine_close(&f->e);
    free(f->kept.person);
    world_close(&f->w);
    unlink(FILE_NAME);
}

static inline struct query weighted_query(void)
{
    struct query q = ask_for("mini-mob");

    q.weighting = WEIGHTING_POPULATION;
    q.population = FILE_NAME;
    return q;
}

#endif
