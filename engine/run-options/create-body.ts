/** `PortBinding` of the Docker Engine API. */
export interface PortBinding {
  HostIp: string;
  HostPort: string;
}

/** `Mount` of the Docker Engine API. */
export interface MountBody {
  Type: string;
  Target: string;
  Source?: string;
  ReadOnly?: boolean;
  BindOptions?: { Propagation?: string; NonRecursive?: boolean; CreateMountpoint?: boolean };
  VolumeOptions?: {
    NoCopy?: boolean;
    Subpath?: string;
    Labels?: Record<string, string>;
    DriverConfig?: { Name?: string; Options?: Record<string, string> };
  };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

/** `HealthConfig` of the Docker Engine API; nanoseconds. */
export interface HealthBody {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

/** `EndpointSettings` of the Docker Engine API: what can be asked for. */
export interface EndpointBody {
  Aliases?: string[];
  Links?: string[];
  MacAddress?: string;
  IPAMConfig?: { IPv4Address?: string; IPv6Address?: string };
}

interface DeviceRate {
  Path: string;
  Rate: number;
}

/** `HostConfig` of the Docker Engine API: what can be asked for. */
export interface HostBody {
  AutoRemove?: boolean;
  Binds?: string[];
  BlkioWeight?: number;
  BlkioWeightDevice?: { Path: string; Weight: number }[];
  BlkioDeviceReadBps?: DeviceRate[];
  BlkioDeviceWriteBps?: DeviceRate[];
  BlkioDeviceReadIOps?: DeviceRate[];
  BlkioDeviceWriteIOps?: DeviceRate[];
  CapAdd?: string[];
  CapDrop?: string[];
  CgroupParent?: string;
  CgroupnsMode?: string;
  ConsoleSize?: [rows: number, columns: number];
  CpuPeriod?: number;
  CpuQuota?: number;
  CpuRealtimePeriod?: number;
  CpuRealtimeRuntime?: number;
  CpuShares?: number;
  CpusetCpus?: string;
  CpusetMems?: string;
  DeviceCgroupRules?: string[];
  DeviceRequests?: { Count: number; Capabilities: string[][] }[];
  Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[];
  Dns?: string[];
  DnsOptions?: string[];
  DnsSearch?: string[];
  ExtraHosts?: string[];
  GroupAdd?: string[];
  Init?: boolean;
  IpcMode?: string;
  Links?: string[];
  LogConfig?: { Type: string; Config: Record<string, string> };
  Memory?: number;
  MemoryReservation?: number;
  MemorySwap?: number;
  MemorySwappiness?: number;
  Mounts?: MountBody[];
  NanoCpus?: number;
  NetworkMode?: string;
  OomKillDisable?: boolean;
  OomScoreAdj?: number;
  PidMode?: string;
  PidsLimit?: number;
  PortBindings?: Record<string, PortBinding[]>;
  Privileged?: boolean;
  PublishAllPorts?: boolean;
  ReadonlyRootfs?: boolean;
  RestartPolicy?: { Name: string; MaximumRetryCount: number };
  Runtime?: string;
  SecurityOpt?: string[];
  ShmSize?: number;
  StorageOpt?: Record<string, string>;
  Sysctls?: Record<string, string>;
  Tmpfs?: Record<string, string>;
  UTSMode?: string;
  Ulimits?: { Name: string; Soft: number; Hard: number }[];
  UsernsMode?: string;
  VolumesFrom?: string[];
  Annotations?: Record<string, string>;
}

/** `ContainerCreateRequest` of the Docker Engine API, as a client makes it. */
export interface CreateBody {
  Image: string;
  Hostname?: string;
  Domainname?: string;
  User?: string;
  AttachStdin?: boolean;
  AttachStdout?: boolean;
  AttachStderr?: boolean;
  ExposedPorts?: Record<string, Record<string, never>>;
  Tty?: boolean;
  OpenStdin?: boolean;
  StdinOnce?: boolean;
  Env?: string[];
  Cmd?: string[];
  Entrypoint?: string[];
  WorkingDir?: string;
  Labels?: Record<string, string>;
  MacAddress?: string;
  StopSignal?: string;
  StopTimeout?: number;
  Healthcheck?: HealthBody;
  Volumes?: Record<string, Record<string, never>>;
  HostConfig: HostBody;
  NetworkingConfig?: { EndpointsConfig: Record<string, EndpointBody> };
}
