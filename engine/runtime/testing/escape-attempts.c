/*
 * Ways out of a container, each one system call that root of a machine may make. `escape-attempts NAME [ARGUMENT]...`
 * ends with 0 where it worked, and with 1 and the reason where it didn't. None leaves anything changed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/kexec.h>
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char **words;

static long
number(int index)
{
    return strtol(words[index], NULL, 0);
}

/* A device by its numbers: what an image could have in it, and a program with CAP_MKNOD make. */
static long
open_device(void)
{
    mode_t type = strcmp(words[0], "b") == 0 ? S_IFBLK : S_IFCHR;
    char byte = 0;

    (void)unlink("/tmp/node");
    if (mknod("/tmp/node", type | 0600, makedev((unsigned)number(1), (unsigned)number(2))) < 0)
        return -1;

    int device = open("/tmp/node", O_RDONLY | O_NONBLOCK);

    (void)unlink("/tmp/node");
    return device < 0 ? -1 : (read(device, &byte, 1), 0);
}

static long
attach_to_process(void)
{
    pid_t pid = (pid_t)number(0);

    if (ptrace(PTRACE_SEIZE, pid, 0, 0) < 0)
        return -1;
    return ptrace(PTRACE_INTERRUPT, pid, 0, 0);
}

static long
signal_process(void)
{
    return kill((pid_t)number(0), 0);
}

static long
open_pidfd(void)
{
    return syscall(SYS_pidfd_open, number(0), 0);
}

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

/* A file of the host by its handle, through a mount of the host's file system (CVE-2014-9357's kin, "shocker"). */
static long
open_by_handle(void)
{
    union {
        struct file_handle handle;
        char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
    } wanted = {.handle = {.handle_bytes = MAX_HANDLE_SZ}};
    int mount_id = 0;
    int mount = open(words[0], O_RDONLY);

    if (name_to_handle_at(AT_FDCWD, words[0], &wanted.handle, &mount_id, 0) < 0)
        return -1;
    return open_by_handle_at(mount, &wanted.handle, O_RDONLY);
}

static long
mount_something(void)
{
    (void)mkdir("/tmp/mounted", 0700);
    if (mount(words[0], "/tmp/mounted", words[0], 0, words[1]) < 0)
        return -1;
    return umount2("/tmp/mounted", MNT_DETACH);
}

static long
open_file_system(void)
{
    return syscall(SYS_fsopen, words[0], 0);
}

static long
clone_mount(void)
{
    return syscall(SYS_open_tree, AT_FDCWD, words[0], 1 /* OPEN_TREE_CLONE */);
}

static long
remount_writable(void)
{
    return mount(NULL, words[0], NULL, MS_REMOUNT | MS_BIND, NULL);
}

static long
unmount(void)
{
    return umount2(words[0], MNT_DETACH);
}

static long
make_namespace(void)
{
    return unshare((int)number(0));
}

/* As clone(2), whose flags a filter can see, unlike those of clone3(2). */
static long
clone_namespace(void)
{
    long child = syscall(SYS_clone, number(0) | SIGCHLD, NULL, NULL, NULL, NULL);

    if (child == 0)
        _exit(0);
    return child;
}

static long
clone3_namespace(void)
{
    uint64_t arguments[8] = {(uint64_t)number(0), 0, 0, 0, SIGCHLD};
    long child = syscall(SYS_clone3, arguments, sizeof arguments);

    if (child == 0)
        _exit(0);
    return child;
}

static long
enter_namespace(void)
{
    return setns(open(words[0], O_RDONLY), 0);
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

/* The mildest of its commands: what three keys do, which on most machines is this already. */
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

static long
watch_file_system(void)
{
    return fanotify_init(FAN_CLASS_CONTENT, O_RDONLY);
}

static long
set_quota(void)
{
    return syscall(SYS_quotactl, 0 /* Q_SYNC */ | 0x800001 << 8, NULL, 0, NULL) < 0 && errno == EPERM ? -1 : 0;
}

static long
change_personality(void)
{
    return personality(READ_IMPLIES_EXEC);
}

static long
take_capability(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};

    if (syscall(SYS_capget, &header, data) < 0)
        return -1;
    data[0].permitted |= 1U << CAP_SYS_ADMIN;
    data[0].effective |= 1U << CAP_SYS_ADMIN;
    return syscall(SYS_capset, &header, data);
}

static long
set_up_ring(void)
{
    char parameters[120] = {0};

    return syscall(SYS_io_uring_setup, 1, parameters);
}

static long
connect_abstract(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(words[0]);
    int client = socket(AF_UNIX, SOCK_STREAM, 0);

    memcpy(address.sun_path + 1, words[0], length);
    return connect(
        client, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length));
}

static long
see_interface(void)
{
    return if_nametoindex(words[0]) == 0 ? -1 : 0;
}

/* A new interface is asked for with a flag that there isn't, by whoever may ask at all. */
static long
change_network(void)
{
    struct {
        struct nlmsghdr header;
        struct ifinfomsg message;
    } request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_SETLINK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
        .message = {.ifi_family = AF_UNSPEC, .ifi_index = 1},
    };
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[512];
    } answer = {0};
    int kernel = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

    if (send(kernel, &request, sizeof request, 0) < 0 || recv(kernel, &answer, sizeof answer, 0) < 0)
        return -1;
    errno = -answer.error.error;
    return answer.error.error == 0 ? 0 : -1;
}

static long
raise_limit(void)
{
    struct rlimit limit = {0};

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return -1;
    limit.rlim_max += 1;
    return setrlimit(RLIMIT_NOFILE, &limit);
}

/* Out of a root by leaving a directory open outside of it (chroot(2)): is there a file of the host's? */
static long
leave_root(void)
{
    int outside = open(".", O_RDONLY | O_DIRECTORY);

    (void)mkdir("/tmp/root", 0700);
    if (outside < 0 || chroot("/tmp/root") < 0 || fchdir(outside) < 0)
        return -1;
    for (int level = 0; level < 64; level++)
        if (chdir("..") < 0)
            return -1;
    return chroot(".") < 0 ? -1 : access(words[0], F_OK);
}

static long
become_root(void)
{
    return geteuid() == 0 ? 0 : (errno = EPERM, -1);
}

static long
compare_descriptors(void)
{
    return syscall(SYS_kcmp, getpid(), number(0), 0 /* KCMP_FILE */, 0, 0);
}

static long
open_tcp(void)
{
    struct {
        uint16_t family;
        uint16_t port;
        uint32_t address;
        char zero[8];
    } address = {AF_INET, (uint16_t)((number(0) & 255) << 8 | number(0) >> 8), 0x0100007f, {0}};
    int client = socket(AF_INET, SOCK_STREAM, 0);

    return connect(client, (struct sockaddr *)&address, sizeof address);
}

static const struct {
    const char *name;
    long (*attempt)(void);
} attempts[] = {
    {"open-device", open_device},
    {"ptrace", attach_to_process},
    {"signal", signal_process},
    {"pidfd", open_pidfd},
    {"bpf", make_bpf_map},
    {"perf", watch_processors},
    {"userfaultfd", handle_faults},
    {"add-key", add_key},
    {"read-keyring", read_keyring},
    {"session-keyring", name_session},
    {"open-by-handle", open_by_handle},
    {"mount", mount_something},
    {"fsopen", open_file_system},
    {"open-tree", clone_mount},
    {"remount", remount_writable},
    {"umount", unmount},
    {"unshare", make_namespace},
    {"clone", clone_namespace},
    {"clone3", clone3_namespace},
    {"setns", enter_namespace},
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
    {"fanotify", watch_file_system},
    {"quotactl", set_quota},
    {"personality", change_personality},
    {"capset", take_capability},
    {"io-uring", set_up_ring},
    {"abstract-socket", connect_abstract},
    {"interface", see_interface},
    {"netlink", change_network},
    {"rlimit", raise_limit},
    {"chroot", leave_root},
    {"root", become_root},
    {"kcmp", compare_descriptors},
    {"tcp", open_tcp},
};

int
main(int count, char **arguments)
{
    words = arguments + 2;
    for (size_t index = 0; count > 1 && index < sizeof attempts / sizeof *attempts; index++) {
        if (strcmp(arguments[1], attempts[index].name) != 0)
            continue;
        if (attempts[index].attempt() >= 0)
            return 0;
        (void)fprintf(stderr, "%s: %s\n", arguments[1], strerror(errno));
        return 1;
    }
    (void)fprintf(stderr, "There is no attempt %s.\n", count > 1 ? arguments[1] : "");
    return 2;
}
