import type { HealthCheck, Isolation, ResourceLimits } from '#engine/contract/container-options.ts';
import type { Platform } from '#engine/contract/image.ts';

import type { MountRequest } from './container-mount.ts';
import type { DnsConfig } from './container-network.ts';
import type { ContainerConfig } from './container.ts';
import type { PortRequest } from './port-wishes.ts';
import type { Logging } from './logging.ts';

/** What a container asks for in one network. Empty is left out. */
export interface EndpointRequest {
  readonly aliases?: readonly string[] | undefined;
  /** `container[:alias]`. */
  readonly links?: readonly string[] | undefined;
  readonly ipv4?: string | undefined;
  readonly ipv6?: string | undefined;
  readonly hardwareAddress?: string | undefined;
}

/** What a container is made from: what both fronts translate to. What is left out, the image or Docker's defaults say. */
export interface CreateRequest {
  readonly image: string;
  /** What the image must have been made for; whatever it was made for when left out. */
  readonly platform?: Platform | undefined;
  readonly name?: string | undefined;
  /** Empty takes the image's away; `['']` too, as Docker has it. */
  readonly entrypoint?: readonly string[] | undefined;
  readonly command?: readonly string[] | undefined;
  /** `NAME=value`; `NAME` alone takes the image's away. */
  readonly env?: readonly string[] | undefined;
  readonly workingDir?: string | undefined;
  readonly user?: string | undefined;
  readonly hostname?: string | undefined;
  readonly domainname?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly stdinOnce?: boolean | undefined;
  readonly attached?: ContainerConfig['attached'] | undefined;
  readonly autoRemove?: boolean | undefined;
  /** `default`, `none`, `host`, `container:NAME`, or a network's name or id. */
  readonly network?: string | undefined;
  /** What is asked for in networks, by their names: more than one network makes a container of several. */
  readonly endpoints?: Readonly<Record<string, EndpointRequest>> | undefined;
  /** `container[:alias]`, in the first network. */
  readonly links?: readonly string[] | undefined;
  /** In the first network. */
  readonly hardwareAddress?: string | undefined;
  readonly dns?: DnsConfig | undefined;
  /** To be published. */
  readonly ports?: readonly PortRequest[] | undefined;
  /** And every exposed one. */
  readonly publishAllPorts?: boolean | undefined;
  readonly readOnlyRootfs?: boolean | undefined;
  /** `source:destination[:modes]`. A source is a path, made as a directory where it isn't there, or a volume's name. */
  readonly binds?: readonly string[] | undefined;
  readonly mounts?: readonly MountRequest[] | undefined;
  /** Of `mounts`: paths that must be there, and are not made. */
  readonly existingSources?: readonly string[] | undefined;
  /** Paths of new volumes that nobody names. */
  readonly volumes?: readonly string[] | undefined;
  /** `container[:ro]`. */
  readonly volumesFrom?: readonly string[] | undefined;
  readonly capAdd?: readonly string[] | undefined;
  readonly capDrop?: readonly string[] | undefined;
  /** Bytes; 0 is no limit. */
  readonly memoryBytes?: number | undefined;
  /** 0 and below is no limit. */
  readonly pidsLimit?: number | undefined;
  readonly limits?: ResourceLimits | undefined;
  readonly isolation?: Isolation | undefined;
  readonly logging?: Logging | undefined;
  /** Names or numbers of groups beside the user's own. */
  readonly groupAdd?: readonly string[] | undefined;
  /** `name:address`. */
  readonly extraHosts?: readonly string[] | undefined;
  /** A name that `docker info` lists; the engine's default unless asked for. */
  readonly runtime?: string | undefined;
  /** What its control groups are made in: `/builds`. Empty is the engine's own place. */
  readonly cgroupParent?: string | undefined;
  /** Of /dev/shm; 0 is Docker's 64 MiB. */
  readonly shmSizeBytes?: number | undefined;
  readonly stopSignal?: string | undefined;
  readonly stopTimeoutSeconds?: number | undefined;
  readonly exposedPorts?: readonly string[] | undefined;
  readonly consoleSize?: ContainerConfig['consoleSize'] | undefined;
  /** Never unless asked for. `maximumRetries` is of `on-failure`, 0 as often as it takes. */
  readonly restartPolicy?: { readonly name: string; readonly maximumRetries?: number | undefined } | undefined;
  /** What is left out of it, the image says. */
  readonly healthCheck?: HealthCheck | undefined;
  /** What this engine has no notion of yet, each by the name people know it by: `--privileged`, `--publish`. */
  readonly refused?: readonly string[] | undefined;
}
