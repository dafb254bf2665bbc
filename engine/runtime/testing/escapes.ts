/** What of the host's the attempts are made upon. */
export interface Host {
  /** Of a process. */
  readonly pid: number;
  /** Of a process of the host's own, listening. */
  readonly port: number;
  /** Name of an abstract socket. */
  readonly socket: string;
  /** A file's path. */
  readonly secret: string;
  /** Type and numbers of a block device: `b 8 0`. */
  readonly disk: string;
}

/** One way out. */
export interface Escape {
  /** What would be possible. */
  readonly can: string;
  /** A shell's script that ends with 0, saying something or not, if it is. */
  readonly attempt: (host: Host) => string;
  /**
   * Whether the same is shown to work for root outside: it `works`; some kernels are `without`, as they are made; to do
   * it would be `harmful`.
   */
  readonly proof?: 'works' | 'without' | 'harmful';
}

const CLONE_NEWUSER = 0x1000_0000;
const CLONE_NEWNS = 0x0002_0000;
const CLONE_NEWPID = 0x2000_0000;
const CLONE_NEWNET = 0x4000_0000;

function call(can: string, words: string, proof?: Escape['proof']): Escape {
  return { can, attempt: () => `attempt ${words}`, ...(proof === undefined ? {} : { proof }) };
}

/** Opens for writing, and writes nothing: enough to know that one could. */
function write(path: string, proof: Escape['proof'] = 'works'): Escape {
  return { can: `write to ${path}`, attempt: () => `exec 3>> ${path}`, proof };
}

function read(path: string, proof: Escape['proof'] = 'without'): Escape {
  return { can: `read ${path}`, attempt: () => `[ -n "$(head -c 64 ${path} 2>/dev/null | tr -d '\\0')" ]`, proof };
}

const processes: readonly Escape[] = [
  { can: 'see processes of the host', attempt: ({ pid }) => `[ -d /proc/${pid} ]` },
  { can: 'signal them', attempt: ({ pid }) => `attempt signal ${pid}` },
  { can: 'hold them by a descriptor', attempt: ({ pid }) => `attempt pidfd ${pid}` },
  { can: 'trace them', attempt: ({ pid }) => `attempt ptrace ${pid}` },
  { can: 'read their memory', attempt: ({ pid }) => `exec 3< /proc/${pid}/mem` },
  { can: 'read their environment', attempt: ({ pid }) => `cat /proc/${pid}/environ > /tmp/environ` },
  { can: 'reach their root', attempt: ({ pid }) => `ls /proc/${pid}/root/ > /tmp/root-of-host` },
  { can: 'compare descriptors with theirs', attempt: ({ pid }) => `attempt kcmp ${pid}` },
  { can: 'enter their namespaces', attempt: ({ pid }) => `attempt setns /proc/${pid}/ns/mnt` },
  {
    can: 'spare itself from being killed for memory',
    attempt: () => 'echo -1000 > /proc/self/oom_score_adj',
    proof: 'harmful',
  },
];

const files: readonly Escape[] = [
  { can: 'see files of the host', attempt: ({ secret }) => `cat ${secret}`, proof: 'harmful' },
  {
    can: 'leave its root by a directory that is open',
    attempt: ({ secret }) => `attempt chroot ${secret}`,
    proof: 'harmful',
  },
  { can: 'open a file by its handle, through what is bound', attempt: () => 'attempt open-by-handle /mnt/own/secret' },
  {
    can: 'make writable what is bound read-only',
    attempt: () => 'attempt remount /mnt/own && touch /mnt/own/x && rm /mnt/own/x',
  },
  {
    can: 'see mounts of the host',
    attempt: () => `grep -qE ' /(boot|home|var|run/netns) ' /proc/self/mountinfo`,
    proof: 'harmful',
  },
  call('mount proc anew', 'mount proc'),
  call('mount sysfs anew', 'mount sysfs'),
  call('mount a file system in memory', 'mount tmpfs'),
  call('mount the kernel’s debugging', 'mount debugfs', 'without'),
  call('mount its tracing', 'mount tracefs', 'without'),
  call('mount what starts programs by their format', 'mount binfmt_misc', 'without'),
  call('mount devices', 'mount devtmpfs', 'without'),
  call('open a file system', 'fsopen tmpfs'),
  call('copy a mount', 'open-tree /'),
  call('take away what masks the kernel’s', 'umount /proc/interrupts', 'harmful'),
  call('make the kernel’s settings writable', 'remount /proc/sys', 'harmful'),
  call('watch a file system of the host', 'fanotify'),
];

const devices: readonly Escape[] = [
  { can: 'open a disk', attempt: ({ disk }) => `attempt open-device ${disk}`, proof: 'without' },
  call('open the machine’s memory', 'open-device c 1 1', 'without'),
  call('open its ports', 'open-device c 1 4', 'without'),
  call('open the kernel’s messages', 'open-device c 1 11'),
  call('open the console', 'open-device c 5 1', 'harmful'),
  call('open a loop device’s control', 'open-device c 10 237', 'without'),
  call('open the tunnels’ device', 'open-device c 10 200', 'without'),
  call('open file systems in user space', 'open-device c 10 229', 'without'),
  call('open virtual machines', 'open-device c 10 232', 'without'),
  call('use every port of the machine', 'iopl', 'without'),
  call('use one', 'ioperm', 'without'),
];

const kernel: readonly Escape[] = [
  call('load a module', 'init-module', 'without'),
  call('load one from a file', 'finit-module', 'without'),
  call('remove one', 'delete-module', 'without'),
  call('start another kernel', 'kexec', 'without'),
  call('restart the machine', 'reboot'),
  call('set the clock', 'clock-settime'),
  call('set the time of day', 'settimeofday'),
  call('change the clock’s pace', 'adjtimex'),
  call('take swap away', 'swapoff'),
  call('account processes', 'acct', 'without'),
  call('read the kernel’s log', 'syslog'),
  call('change quotas', 'quotactl', 'without'),
  call('load programs into the kernel', 'bpf'),
  call('watch the processors', 'perf', 'without'),
  call('answer faults of memory', 'userfaultfd', 'without'),
  call('queue calls past the filter', 'io-uring', 'without'),
  call('add keys', 'add-key'),
  call('read its user’s keys', 'read-keyring', 'without'),
  call('make memory executable by a flag', 'personality'),
  write('/proc/sys/kernel/core_pattern'),
  write('/proc/sys/kernel/modprobe', 'without'),
  write('/proc/sys/kernel/hostname'),
  write('/proc/sys/vm/swappiness'),
  write('/proc/sys/fs/file-max'),
  write('/proc/sysrq-trigger', 'without'),
  write('/proc/irq/default_smp_affinity', 'without'),
  write('/sys/kernel/uevent_helper', 'without'),
  write('/sys/kernel/mm/transparent_hugepage/enabled', 'without'),
  write('/sys/power/state', 'without'),
  read('/proc/kcore'),
  read('/proc/keys'),
  read('/proc/timer_list'),
  read('/proc/interrupts'),
  read('/proc/sched_debug'),
  { can: 'see the firmware', attempt: () => '[ -n "$(ls /sys/firmware)" ]', proof: 'without' },
];

const rights: readonly Escape[] = [
  call('take a capability it wasn’t given', 'capset'),
  call('raise a limit', 'rlimit', 'harmful'),
  call('make a user namespace, and be root there', `unshare ${CLONE_NEWUSER}`),
  call('make one with a process', `clone ${CLONE_NEWUSER}`),
  call('make one in the way that a filter can’t look into', `clone3 ${CLONE_NEWUSER}`),
  call('make a mount namespace', `unshare ${CLONE_NEWNS}`),
  call('make a pid namespace', `unshare ${CLONE_NEWPID}`),
  call('make a network namespace', `clone ${CLONE_NEWNET}`),
  {
    can: 'become root by a program that is root’s',
    attempt: () => 'cp /bin/attempt /tmp/setuid && chmod 4755 /tmp/setuid && su user -c "/tmp/setuid root"',
  },
];

const cgroups: readonly Escape[] = [
  call('mount control groups anew', 'mount cgroup memory', 'without'),
  call('mount those of version 2', 'mount cgroup2', 'without'),
  {
    can: 'leave its cgroup',
    attempt: () =>
      'for file in /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs; do (exec 3>> $file) 2>/dev/null && exit 0; done; exit 1',
  },
  {
    can: 'name a program for the host to start when a cgroup ends',
    attempt: () =>
      'for file in /sys/fs/cgroup/*/release_agent; do [ -e $file ] && (exec 3>> $file) 2>/dev/null && exit 0; done; exit 1',
    proof: 'without',
  },
  {
    can: 'give itself more memory',
    attempt: () =>
      'for file in /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max; do [ -e $file ] && (exec 3>> $file) 2>/dev/null && exit 0; done; exit 1',
    proof: 'without',
  },
];

const network: readonly Escape[] = [
  { can: 'reach an abstract socket of the host', attempt: ({ socket }) => `attempt abstract-socket ${socket}` },
  { can: 'reach a port on the host’s loopback', attempt: ({ port }) => `attempt tcp ${port}` },
  { can: 'see the host’s interfaces', attempt: () => `[ "$(grep -c : /proc/net/dev)" -gt 1 ]`, proof: 'without' },
  { can: 'see the host’s sockets', attempt: ({ socket }) => `grep -q ${socket} /proc/net/unix` },
  call('change its network', 'netlink'),
];

/** Every way that is tried. */
export const escapes: readonly Escape[] = [
  ...processes,
  ...files,
  ...devices,
  ...kernel,
  ...rights,
  ...cgroups,
  ...network,
];
