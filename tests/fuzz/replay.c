/* replay.c - run one fuzz target over its saved corpus, without a fuzzer.
 *
 * The target's corpus is tests/fuzz/corpus/<name>/; every input is given whole
 * and cut short at every length up to 4096, so each run meets more than the
 * files hold.  Linked once to each target; part of `make check`.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Exactly `len` bytes on the heap, so that a checker sees one read too far. */
static void give(const uint8_t *data, size_t len)
{
    uint8_t *exact = malloc(len ? len : 1);

    if (!exact)
        return;
    memcpy(exact, data, len);
    (void)LLVMFuzzerTestOneInput(exact, len);
    free(exact);
}

static int replay(const char *path)
{
    static uint8_t data[1 << 22];
    FILE *file = fopen(path, "rb");
    size_t len, step;

    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return 1;
    }
    len = fread(data, 1, sizeof data, file);
    fclose(file);
    give(data, len);
    step = len / 512 + 1;
    for (size_t cut = 0; cut < len && cut < 4096; cut += step)
        give(data, cut);
    return 0;
}

int main(int argc, char **argv)
{
    const char *name = strrchr(argv[0], '/');
    const char *root = getenv("ROOT");
    char folder[4096], path[8192];
    struct dirent *entry;
    int inputs = 0, failed = 0;
    DIR *dir;

    name = name ? name + 1 : argv[0];
    (void)argc;
    snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%.*s",
             root ? root : ".", (int)strcspn(name, "_"), name);
    dir = opendir(folder);
    if (!dir) {
        fprintf(stderr, "%s: %s\n", folder, strerror(errno));
        return 1;
    }
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        failed |= replay(path);
        inputs++;
    }
    closedir(dir);
    printf("%d inputs\n", inputs);
    return failed || !inputs;
}
