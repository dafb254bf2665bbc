#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "outside.h"
#include "paths.h"

/* Before the process is in its cgroup for good: from here on the kernel asks the program for every device. */
void
ask_for_device_filter(const struct step *step, struct launch *launch)
{
    (void)step;
    (void)ask_outside(launch);
}

static long
bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
    return syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

/* cgroup of version 2, program (device-program.ts). */
int
filter_devices(const struct step *step, pid_t process)
{
    const char *path = text_of(step, 0);
    const char *program = text_of(step, 1);
    size_t length = step->arguments[1].length;
    union bpf_attr load = {
        .prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
        .insns = (uint64_t)(uintptr_t)program,
        .insn_cnt = (uint32_t)(length / sizeof(struct bpf_insn)),
        .license = (uint64_t)(uintptr_t) "Apache-2.0",
    };

    (void)process;

    CLEANUP_FD int cgroup = open_host(path, O_RDONLY | O_DIRECTORY);
    CLEANUP_FD int loaded = (int)bpf(BPF_PROG_LOAD, &load);

    if (loaded < 0)
        die("load the program that says which devices the container may use");

    union bpf_attr attach = {
        .target_fd = (uint32_t)cgroup,
        .attach_bpf_fd = (uint32_t)loaded,
        .attach_type = BPF_CGROUP_DEVICE,
        .attach_flags = BPF_F_ALLOW_MULTI,
    };

    if (bpf(BPF_PROG_ATTACH, &attach) < 0)
        die("say which devices the processes of %s may use", path);
    return -1;
}
