#include "loopback.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "cleanup.h"

int
raise_loopback_device(void)
{
    CLEANUP_FD int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo"};

    if (control < 0 || ioctl(control, SIOCGIFFLAGS, &request) < 0)
        return -errno;
    if (request.ifr_flags & IFF_UP)
        return 0;
    request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
    return ioctl(control, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}
