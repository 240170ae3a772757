/* holder.c - see holder.h.
 *
 * The kernel's list of locks tells without the file being opened: closing it
 * would drop the locks that this process may have on it itself.
 */
#include "holder.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/status.h"

/* "1: POSIX  ADVISORY  WRITE 4711 08:01:1234567 0 EOF" */
static pid_t holder_of(const char *path)
{
    struct stat file;
    char line[256];
    pid_t found = 0;
    FILE *f = stat(path, &file) == 0 ? fopen("/proc/locks", "r") : NULL;

    if (!f)
        return 0;
    while (!found && fgets(line, sizeof line, f)) {
        unsigned major_number, minor_number;
        unsigned long inode;
        int pid;

        if (sscanf(line, "%*s POSIX %*s %*s %d %x:%x:%lu", &pid, &major_number,
                   &minor_number, &inode) == 4 &&
            inode == file.st_ino && major_number == major(file.st_dev) &&
            minor_number == minor(file.st_dev) && pid > 0)
            found = (pid_t)pid;
    }
    (void)fclose(f);
    return found;
}

bool holder_serves(const char *path, pid_t *out)
{
    const pid_t pid = holder_of(path);
    char name[64], line[256] = "";
    const char *word;
    FILE *f;
    size_t len;

    if (!pid)
        return false;
    snprintf(name, sizeof name, "/proc/%d/cmdline", (int)pid);
    f = fopen(name, "rb");
    if (!f)
        return false;
    len = fread(line, 1, sizeof line - 1, f);
    (void)fclose(f);
    word = line + strnlen(line, len) + 1; /* behind the program's name */
    *out = pid;
    return word < line + len && streq(word, "serve");
}
