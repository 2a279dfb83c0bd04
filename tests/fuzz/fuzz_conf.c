/* Any bytes as the configuration file: taken, or refused with a sentence that names the file. The
 * first byte chooses whether a place is asked for. */
#include "config.h"

#include "fuzz.h"

#include "base/text.h"
#include "conf/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[64] = "/tmp/vigie-fuzz-conf-XXXXXX";

static void remove_file(void)
{
    (void)unlink(path);
}

/* One private file for the whole run, written anew each time. */
static int file(void)
{
    static int fd = -1;
    if (fd < 0) {
        fd = mkstemp(path);
        PROMISE(fd >= 0 && fchmod(fd, 0600) == 0 && atexit(remove_file) == 0);
    }
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct options o;
    struct err e = {0};
    char conninfo[CONNINFO_MAX];
    int fd = file();
    const char *place = size > 0 && data[0] & 1 ? "prod" : NULL;
    if (size > 0) {
        data++;
        size--;
    }
    PROMISE(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
    options_init(&o);
    int rc = conf_load(&o, path, 1, place, conninfo, &e);
    PROMISE(rc <= 0);
    if (rc == 0)
        PROMISE(memchr(conninfo, '\0', sizeof conninfo));
    else
        PROMISE((int)e.code == -rc && e.text[0]);
    for (int i = 0; i < OPTION_COUNT; i++)
        PROMISE(!o.value[i] || strlen(o.value[i]) < (size_t)CONF_LINE_MAX * 10);
    options_finish(&o);
    return 0;
}
