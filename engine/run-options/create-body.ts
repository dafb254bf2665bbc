/** `PortBinding` of the Docker Engine API. */
export interface PortBinding {
  HostIp: string;
  HostPort: string;
}

/** `Mount` of the Docker Engine API. */
export interface MountBody {
  Type: string;
  Target: string;
  Source?: string | undefined;
  ReadOnly?: boolean | undefined;
  BindOptions?:
    | { Propagation?: string | undefined; NonRecursive?: boolean | undefined; CreateMountpoint?: boolean | undefined }
    | undefined;
  VolumeOptions?:
    | {
        NoCopy?: boolean | undefined;
        Subpath?: string | undefined;
        Labels?: Record<string, string> | undefined;
        DriverConfig?: { Name?: string | undefined; Options?: Record<string, string> | undefined } | undefined;
      }
    | undefined;
  TmpfsOptions?: { SizeBytes?: number | undefined; Mode?: number | undefined } | undefined;
}

/** `HealthConfig` of the Docker Engine API; nanoseconds. */
export interface HealthBody {
  Test?: string[] | undefined;
  Interval?: number | undefined;
  Timeout?: number | undefined;
  StartPeriod?: number | undefined;
  StartInterval?: number | undefined;
  Retries?: number | undefined;
}

/** `EndpointSettings` of the Docker Engine API: what can be asked for. */
export interface EndpointBody {
  Aliases?: string[] | undefined;
  Links?: string[] | undefined;
  MacAddress?: string | undefined;
  IPAMConfig?: { IPv4Address?: string | undefined; IPv6Address?: string | undefined } | undefined;
}

interface DeviceRate {
  Path: string;
  Rate: number;
}

/** `HostConfig` of the Docker Engine API: what can be asked for. */
export interface HostBody {
  AutoRemove?: boolean | undefined;
  Binds?: string[] | undefined;
  BlkioWeight?: number | undefined;
  BlkioWeightDevice?: { Path: string; Weight: number }[] | undefined;
  BlkioDeviceReadBps?: DeviceRate[] | undefined;
  BlkioDeviceWriteBps?: DeviceRate[] | undefined;
  BlkioDeviceReadIOps?: DeviceRate[] | undefined;
  BlkioDeviceWriteIOps?: DeviceRate[] | undefined;
  CapAdd?: string[] | undefined;
  CapDrop?: string[] | undefined;
  CgroupParent?: string | undefined;
  CgroupnsMode?: string | undefined;
  ConsoleSize?: [rows: number, columns: number] | undefined;
  CpuPeriod?: number | undefined;
  CpuQuota?: number | undefined;
  CpuRealtimePeriod?: number | undefined;
  CpuRealtimeRuntime?: number | undefined;
  CpuShares?: number | undefined;
  CpusetCpus?: string | undefined;
  CpusetMems?: string | undefined;
  DeviceCgroupRules?: string[] | undefined;
  DeviceRequests?: { Count: number; Capabilities: string[][] }[] | undefined;
  Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[] | undefined;
  Dns?: string[] | undefined;
  DnsOptions?: string[] | undefined;
  DnsSearch?: string[] | undefined;
  ExtraHosts?: string[] | undefined;
  GroupAdd?: string[] | undefined;
  Init?: boolean | undefined;
  IpcMode?: string | undefined;
  Links?: string[] | undefined;
  LogConfig?: { Type: string; Config: Record<string, string> } | undefined;
  Memory?: number | undefined;
  MemoryReservation?: number | undefined;
  MemorySwap?: number | undefined;
  MemorySwappiness?: number | undefined;
  Mounts?: MountBody[] | undefined;
  NanoCpus?: number | undefined;
  NetworkMode?: string | undefined;
  OomKillDisable?: boolean | undefined;
  OomScoreAdj?: number | undefined;
  PidMode?: string | undefined;
  PidsLimit?: number | undefined;
  PortBindings?: Record<string, PortBinding[]> | undefined;
  Privileged?: boolean | undefined;
  PublishAllPorts?: boolean | undefined;
  ReadonlyRootfs?: boolean | undefined;
  RestartPolicy?: { Name: string; MaximumRetryCount: number } | undefined;
  Runtime?: string | undefined;
  SecurityOpt?: string[] | undefined;
  ShmSize?: number | undefined;
  StorageOpt?: Record<string, string> | undefined;
  Sysctls?: Record<string, string> | undefined;
  Tmpfs?: Record<string, string> | undefined;
  UTSMode?: string | undefined;
  Ulimits?: { Name: string; Soft: number; Hard: number }[] | undefined;
  UsernsMode?: string | undefined;
  VolumesFrom?: string[] | undefined;
  Annotations?: Record<string, string> | undefined;
}

/** `ContainerCreateRequest` of the Docker Engine API, as a client makes it. */
export interface CreateBody {
  Image: string;
  Hostname?: string | undefined;
  Domainname?: string | undefined;
  User?: string | undefined;
  AttachStdin?: boolean | undefined;
  AttachStdout?: boolean | undefined;
  AttachStderr?: boolean | undefined;
  ExposedPorts?: Record<string, Record<string, never>> | undefined;
  Tty?: boolean | undefined;
  OpenStdin?: boolean | undefined;
  StdinOnce?: boolean | undefined;
  Env?: string[] | undefined;
  Cmd?: string[] | undefined;
  Entrypoint?: string[] | undefined;
  WorkingDir?: string | undefined;
  Labels?: Record<string, string> | undefined;
  MacAddress?: string | undefined;
  StopSignal?: string | undefined;
  StopTimeout?: number | undefined;
  Healthcheck?: HealthBody | undefined;
  Volumes?: Record<string, Record<string, never>> | undefined;
  HostConfig: HostBody;
  NetworkingConfig?: { EndpointsConfig: Record<string, EndpointBody> } | undefined;
}
