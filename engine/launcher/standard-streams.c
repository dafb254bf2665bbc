#include "standard-streams.h"

#include <fcntl.h>
#include <unistd.h>

void
forget_standard_streams(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (null < 0)
        return;
    for (int stream = 0; stream < 3; stream++)
        (void)dup2(null, stream);
    if (null > 2)
        (void)close(null);
}
