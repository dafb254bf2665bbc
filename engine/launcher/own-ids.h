#pragma once

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/*
 * Ids of this process, by the system calls themselves: glibc's functions have every thread it knows change them too,
 * and a process that clone3() made knows those of whoever made it, which are not there to answer.
 */

static inline long
set_own_groups(size_t count, const gid_t *groups)
{
    return syscall(SYS_setgroups, count, groups);
}

static inline long
set_own_group(gid_t gid)
{
    return syscall(SYS_setresgid, gid, gid, gid);
}

static inline long
set_own_user(uid_t uid)
{
    return syscall(SYS_setresuid, uid, uid, uid);
}
