/**
 * A container's configuration, `config.json` of a bundle: what the OCI runtime specification 1.2 has for Linux
 * (config.md, config-linux.md). Everything is plain JSON, so that `crun` and `runc` take it too. What the specification
 * lets one leave out and every container has is required here; who reads somebody else's file fills it in.
 */
export interface RuntimeSpec {
  readonly ociVersion: string;
  readonly process: RuntimeProcess;
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly hostname?: string;
  readonly domainname?: string;
  /** In order. */
  readonly mounts: readonly RuntimeMount[];
  readonly hooks?: RuntimeHooks;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly linux: RuntimeLinux;
}

export interface RuntimeProcess {
  readonly terminal: boolean;
  readonly consoleSize?: { readonly height: number; readonly width: number };
  readonly user: {
    readonly uid: number;
    readonly gid: number;
    readonly umask?: number;
    readonly additionalGids?: readonly number[];
  };
  readonly args: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  /** Absolute, in the container. */
  readonly cwd: string;
  readonly capabilities: RuntimeCapabilities;
  readonly rlimits?: readonly RuntimeRlimit[];
  readonly noNewPrivileges: boolean;
  readonly oomScoreAdj?: number;
  /** A profile that the kernel has loaded. */
  readonly apparmorProfile?: string;
  /** `user:role:type:level`. */
  readonly selinuxLabel?: string;
  readonly ioPriority?: RuntimeIoPriority;
  readonly scheduler?: RuntimeScheduler;
  /** Of a process that is put beside the container's own: lists as cpuset(7) has them. */
  readonly execCPUAffinity?: { readonly initial?: string; readonly final?: string };
}

/** Names as in capabilities(7): `CAP_CHOWN`. */
export interface RuntimeCapabilities {
  readonly bounding: readonly string[];
  readonly effective: readonly string[];
  readonly permitted: readonly string[];
  readonly inheritable: readonly string[];
  readonly ambient: readonly string[];
}

export interface RuntimeRlimit {
  /** `RLIMIT_NOFILE`. */
  readonly type: string;
  /** From 2^64 - 1 on no limit. */
  readonly soft: number;
  readonly hard: number;
}

/** ioprio_set(2). */
export interface RuntimeIoPriority {
  readonly class: 'IOPRIO_CLASS_RT' | 'IOPRIO_CLASS_BE' | 'IOPRIO_CLASS_IDLE';
  /** 0 is the first to be served, 7 the last. */
  readonly priority?: number;
}

/** sched_setattr(2). */
export interface RuntimeScheduler {
  readonly policy:
    'SCHED_OTHER' | 'SCHED_FIFO' | 'SCHED_RR' | 'SCHED_BATCH' | 'SCHED_ISO' | 'SCHED_IDLE' | 'SCHED_DEADLINE';
  readonly nice?: number;
  readonly priority?: number;
  /** `SCHED_FLAG_RESET_ON_FORK`. */
  readonly flags?: readonly string[];
  /** Nanoseconds, of SCHED_DEADLINE. */
  readonly runtime?: number;
  readonly deadline?: number;
  readonly period?: number;
}

export interface RuntimeMount {
  readonly destination: string;
  /** A file system's name, or `bind`. */
  readonly type: string;
  readonly source: string;
  /** mount(8)'s words: `nosuid`, `ro`, `rbind`, `mode=755`; with an `r` before them of what is beneath too: `rro`. */
  readonly options: readonly string[];
  /** Of a bind, beyond the specification: what is mounted is at this path in the source, and no link leads out of it. */
  readonly subpath?: string;
  /** Of a bind, beyond the specification too: the mount namespace that its source is in, by a path; the host's else. */
  readonly namespace?: string;
  /** Owners in the source (`containerID`) as they appear in the mount (`hostID`): mount_setattr(2), MOUNT_ATTR_IDMAP. */
  readonly uidMappings?: readonly IdMapping[];
  readonly gidMappings?: readonly IdMapping[];
}

/** Programs of the host's that are called on a container's way, with its state as JSON on stdin. */
export interface RuntimeHooks {
  /** Once the namespaces are there, in the runtime's own; the older name of `createRuntime`. */
  readonly prestart?: readonly RuntimeHook[];
  readonly createRuntime?: readonly RuntimeHook[];
  /** In the container's namespaces, with the host's root still the root. */
  readonly createContainer?: readonly RuntimeHook[];
  /** In the container, right before its program. */
  readonly startContainer?: readonly RuntimeHook[];
  readonly poststart?: readonly RuntimeHook[];
  readonly poststop?: readonly RuntimeHook[];
}

export interface RuntimeHook {
  /** Absolute. */
  readonly path: string;
  /** With the program's own name first, as execv(3) takes them. */
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  /** Seconds. */
  readonly timeout?: number;
}

export interface RuntimeLinux {
  readonly namespaces: readonly RuntimeNamespace[];
  readonly uidMappings?: readonly IdMapping[];
  readonly gidMappings?: readonly IdMapping[];
  readonly timeOffsets?: {
    readonly boottime?: RuntimeTimeOffset;
    readonly monotonic?: RuntimeTimeOffset;
  };
  readonly devices?: readonly RuntimeDevice[];
  /** Interfaces of the host's that become the container's, by name. */
  readonly netDevices?: Readonly<Record<string, { readonly name?: string }>>;
  readonly cgroupsPath?: string;
  readonly resources?: RuntimeResources;
  readonly rootfsPropagation?: 'private' | 'slave' | 'shared' | 'unbindable';
  readonly seccomp?: SeccompProfile;
  readonly sysctl?: Readonly<Record<string, string>>;
  readonly maskedPaths?: readonly string[];
  readonly readonlyPaths?: readonly string[];
  /** Of SELinux, for the file systems that are mounted. */
  readonly mountLabel?: string;
  readonly personality?: { readonly domain: 'LINUX' | 'LINUX32'; readonly flags?: readonly string[] };
  readonly intelRdt?: {
    readonly closID?: string;
    readonly schemata?: readonly string[];
    readonly l3CacheSchema?: string;
    readonly memBwSchema?: string;
    readonly enableMonitoring?: boolean;
  };
  /** set_mempolicy(2). */
  readonly memoryPolicy?: { readonly mode: string; readonly nodes?: string; readonly flags?: readonly string[] };
}

export interface RuntimeNamespace {
  readonly type: 'pid' | 'network' | 'mount' | 'ipc' | 'uts' | 'user' | 'cgroup' | 'time';
  /** Join this one instead of making a new one. */
  readonly path?: string;
}

export interface RuntimeTimeOffset {
  readonly secs?: number;
  readonly nanosecs?: number;
}

export interface IdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

export interface RuntimeDevice {
  /** `u` is the same as `c`. */
  readonly type: 'c' | 'b' | 'u' | 'p';
  readonly path: string;
  /** A `p` has none. */
  readonly major?: number;
  readonly minor?: number;
  readonly fileMode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** Limits as cgroups(7) v1 has them; on v2 each is set as what does the same there. */
export interface RuntimeResources {
  readonly devices?: readonly RuntimeDeviceRule[];
  readonly memory?: RuntimeMemory;
  readonly cpu?: RuntimeCpu;
  /** 0 and below is no limit. */
  readonly pids?: { readonly limit: number };
  readonly blockIO?: RuntimeBlockIo;
  readonly hugepageLimits?: readonly RuntimeHugepageLimit[];
  readonly network?: RuntimeNetworkLimits;
  /** By device: `mlx5_1`. */
  readonly rdma?: Readonly<Record<string, { readonly hcaHandles?: number; readonly hcaObjects?: number }>>;
  /** Files of a v2 cgroup and what is written to them. */
  readonly unified?: Readonly<Record<string, string>>;
}

export interface RuntimeDeviceRule {
  readonly allow: boolean;
  /** All when left out. */
  readonly type?: 'a' | 'b' | 'c';
  /** Any when left out, or -1. */
  readonly major?: number;
  readonly minor?: number;
  /** Of `r`, `w`, `m` (mknod). */
  readonly access?: string;
}

/** In bytes; -1 is no limit. */
export interface RuntimeMemory {
  readonly limit?: number;
  /** What is given back first when the machine has none left. */
  readonly reservation?: number;
  /** Of memory and swap together. */
  readonly swap?: number;
  /** Of the kernel's own; Linux since 5.16 has no such limit. */
  readonly kernel?: number;
  readonly kernelTCP?: number;
  /** 0 to 100. */
  readonly swappiness?: number;
  readonly disableOOMKiller?: boolean;
  readonly useHierarchy?: boolean;
  /** Refuse a limit below what is used already. */
  readonly checkBeforeUpdate?: boolean;
}

export interface RuntimeCpu {
  /** In proportion to others', 1024 by default. */
  readonly shares?: number;
  /** Microseconds in each period; -1 is no limit. */
  readonly quota?: number;
  readonly burst?: number;
  /** Microseconds. */
  readonly period?: number;
  readonly realtimeRuntime?: number;
  readonly realtimePeriod?: number;
  /** Lists of processors and of memory nodes: `0-2,7` (cpuset(7)). */
  readonly cpus?: string;
  readonly mems?: string;
  /** 1: only what nobody else wants. */
  readonly idle?: number;
}

export interface RuntimeBlockIo {
  /** 10 to 1000. */
  readonly weight?: number;
  readonly leafWeight?: number;
  readonly weightDevice?: readonly (RuntimeBlockDevice & { readonly weight?: number; readonly leafWeight?: number })[];
  readonly throttleReadBpsDevice?: readonly RuntimeThrottle[];
  readonly throttleWriteBpsDevice?: readonly RuntimeThrottle[];
  readonly throttleReadIOPSDevice?: readonly RuntimeThrottle[];
  readonly throttleWriteIOPSDevice?: readonly RuntimeThrottle[];
}

export interface RuntimeBlockDevice {
  readonly major: number;
  readonly minor: number;
}

/** Bytes or operations per second; 0 is no limit. */
export type RuntimeThrottle = RuntimeBlockDevice & { readonly rate: number };

export interface RuntimeHugepageLimit {
  /** `2MB`. */
  readonly pageSize: string;
  /** Bytes. */
  readonly limit: number;
}

export interface RuntimeNetworkLimits {
  /** What packets are marked with (tc(8)). */
  readonly classID?: number;
  /** By interface. */
  readonly priorities?: readonly { readonly name: string; readonly priority: number }[];
}

/** A filter as the runtime specification has it: Docker's conditions are already decided. */
export interface SeccompProfile {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  /** `SCMP_ARCH_X86_64`; none is the machine's own. */
  readonly architectures: readonly string[];
  /** `SECCOMP_FILTER_FLAG_LOG`. */
  readonly flags?: readonly string[];
  /** Who answers SCMP_ACT_NOTIFY. */
  readonly listenerPath?: string;
  readonly listenerMetadata?: string;
  readonly syscalls: readonly SeccompRule[];
}

export interface SeccompRule {
  readonly names: readonly string[];
  /** `SCMP_ACT_ALLOW`. */
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly {
    readonly index: number;
    readonly value: number;
    readonly valueTwo?: number;
    /** `SCMP_CMP_EQ`. */
    readonly op: string;
  }[];
}
