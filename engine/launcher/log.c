#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

int
open_log(struct log *log)
{
    log->bytes = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log->bytes < 0)
        return -errno;
    log->index = open("log.index", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return log->index < 0 ? -errno : 0;
}

static size_t
write_whole(int file, const char *bytes, size_t length)
{
    size_t done = 0;

    while (done < length) {
        ssize_t written = write(file, bytes + done, length - done);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            break;
        done += (size_t)written;
    }
    return done;
}

void
write_log(const struct log *log, int stream, const char *bytes, size_t length)
{
    struct {
        uint64_t time;
        uint32_t length;
        uint8_t stream;
        uint8_t zero[3];
    } record = {.stream = (uint8_t)stream};
    struct timespec now = {0};
    size_t written = write_whole(log->bytes, bytes, length);

    if (length > 0 && written == 0)
        return;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    record.time = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
    record.length = (uint32_t)written;
    (void)write_whole(log->index, (const char *)&record, sizeof record);
}
