/* taint_test.c - an error inside GSL marks the thread and lets it go on. */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_vector.h>

#include "scorer/taint.h"

static void provoke(void)
{
    gsl_vector *v = gsl_vector_alloc(2);

    (void)gsl_vector_get(v, 7); /* answers 0 */
    gsl_vector_free(v);
}

static void *elsewhere(void *arg)
{
    bool *was = arg;

    provoke();
    *was = taint_take();
    return NULL;
}

static void test_marks_the_thread(void **state)
{
    pthread_t thread;
    bool there = false;

    (void)state;
    taint_install();
    assert_false(taint_take());
    provoke();
    provoke();
    assert_true(taint_take());
    assert_false(taint_take());
    assert_int_equal(pthread_create(&thread, NULL, elsewhere, &there), 0);
    (void)pthread_join(thread, NULL);
    assert_true(there);
    assert_false(taint_take());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_marks_the_thread)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
