/* The kernel itself: its modules, its clock, its log, its own machines. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/kexec.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <sys/io.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "attempts.h"

static long
make_bpf_map(void)
{
    union bpf_attr map = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};

    return syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof map);
}

static long
watch_processors(void)
{
    struct perf_event_attr event = {
        .type = PERF_TYPE_SOFTWARE, .size = sizeof event, .config = PERF_COUNT_SW_CPU_CLOCK};

    return syscall(SYS_perf_event_open, &event, -1, 0, -1, 0);
}

static long
handle_faults(void)
{
    return syscall(SYS_userfaultfd, O_CLOEXEC);
}

static long
set_up_ring(void)
{
    char parameters[120] = {0};

    return syscall(SYS_io_uring_setup, 1, parameters);
}

static long
add_key(void)
{
    return syscall(SYS_add_key, "user", "estrato-escape", "x", 1, KEY_SPEC_PROCESS_KEYRING);
}

static long
read_keyring(void)
{
    char list[4096];

    return syscall(SYS_keyctl, KEYCTL_READ, KEY_SPEC_USER_KEYRING, list, sizeof list);
}

/* Says which keyring the session has. */
static long
name_session(void)
{
    long keyring = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);

    (void)printf("%ld\n", keyring);
    return keyring;
}

static long
load_module(void)
{
    /* Whoever may is told that this is none. */
    return syscall(SYS_init_module, "", 0, "") < 0 && errno != EPERM && errno != ENOSYS ? 0 : -1;
}

static long
load_module_file(void)
{
    int file = open("/proc/self/exe", O_RDONLY);

    return syscall(SYS_finit_module, file, "", 0) < 0 && errno != EPERM && errno != ENOSYS ? 0 : -1;
}

static long
remove_module(void)
{
    return syscall(SYS_delete_module, "estrato-no-such", O_NONBLOCK) < 0 && errno != EPERM && errno != ENOSYS ? 0 : -1;
}

static long
load_kernel(void)
{
    /* A flag that there isn't. */
    return syscall(SYS_kexec_load, 0, 0, NULL, 0x8000) < 0 && errno != EPERM && errno != ENOSYS ? 0 : -1;
}

/* The mildest of its commands: what three keys do, which on most machines is
 * this already. */
static long
command_reboot(void)
{
    return syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_CAD_OFF, NULL);
}

static long
set_clock(void)
{
    struct timespec now = {0};

    return clock_gettime(CLOCK_REALTIME, &now) < 0 ? -1 : clock_settime(CLOCK_REALTIME, &now);
}

static long
set_time_of_day(void)
{
    struct timeval now = {0};

    return gettimeofday(&now, NULL) < 0 ? -1 : settimeofday(&now, NULL);
}

static long
adjust_clock(void)
{
    struct timex present = {0};

    if (adjtimex(&present) < 0)
        return -1;
    present.modes = ADJ_TICK;
    return adjtimex(&present);
}

static long
take_swap_away(void)
{
    return swapoff("/nowhere") < 0 && errno != EPERM ? 0 : -1;
}

static long
account(void)
{
    return acct("/nowhere/at/all") < 0 && errno != EPERM && errno != ENOSYS ? 0 : -1;
}

static long
read_kernel_log(void)
{
    char text[64];

    return syscall(SYS_syslog, 3 /* SYSLOG_ACTION_READ_ALL */, text, sizeof text);
}

static long
use_ports(void)
{
    return iopl(3);
}

static long
use_one_port(void)
{
    return ioperm(0x80, 1, 1);
}

const struct attempt kernel_attempts[] = {
    {"bpf", make_bpf_map},
    {"perf", watch_processors},
    {"userfaultfd", handle_faults},
    {"io-uring", set_up_ring},
    {"add-key", add_key},
    {"read-keyring", read_keyring},
    {"session-keyring", name_session},
    {"init-module", load_module},
    {"finit-module", load_module_file},
    {"delete-module", remove_module},
    {"kexec", load_kernel},
    {"reboot", command_reboot},
    {"clock-settime", set_clock},
    {"settimeofday", set_time_of_day},
    {"adjtimex", adjust_clock},
    {"swapoff", take_swap_away},
    {"acct", account},
    {"syslog", read_kernel_log},
    {"iopl", use_ports},
    {"ioperm", use_one_port},
    {NULL, NULL},
};
