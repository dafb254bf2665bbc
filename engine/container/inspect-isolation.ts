import type { Isolation } from '#engine/contract/container-options.ts';

import type { ContainerConfig } from './container.ts';
import { usualLogging } from './logging.ts';

/** Of `HostConfig` of the Docker Engine API: what sets a container apart from its machine. */
export interface InspectedIsolation {
  readonly Privileged: boolean;
  readonly SecurityOpt: string[];
  readonly MaskedPaths?: string[];
  readonly ReadonlyPaths?: string[];
  readonly IpcMode: string;
  readonly PidMode: string;
  readonly UTSMode: string;
  readonly CgroupnsMode: string;
  readonly UsernsMode: string;
  readonly Init?: boolean;
  readonly Sysctls?: Record<string, string>;
  readonly Ulimits: { readonly Name: string; readonly Soft: number; readonly Hard: number }[];
  readonly OomScoreAdj: number;
  readonly Devices: {
    readonly PathOnHost: string;
    readonly PathInContainer: string;
    readonly CgroupPermissions: string;
  }[];
  readonly DeviceCgroupRules: string[];
  readonly Annotations?: Record<string, string>;
  readonly Isolation: string;
  readonly LogConfig: { readonly Type: string; readonly Config: Record<string, string> };
}

export function inspectIsolation({ isolation = {}, logging = usualLogging }: ContainerConfig): InspectedIsolation {
  return {
    Privileged: isolation.privileged ?? false,
    SecurityOpt: isolation.securityOptions ?? [],
    ...inspectModes(isolation),
    ...inspectOptional(isolation),
    Ulimits: (isolation.ulimits ?? []).map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    OomScoreAdj: isolation.oomScoreAdjustment ?? 0,
    Devices: (isolation.devices ?? []).map(({ pathOnHost, pathInContainer, permissions }) => ({
      PathOnHost: pathOnHost,
      PathInContainer: pathInContainer,
      CgroupPermissions: permissions,
    })),
    DeviceCgroupRules: isolation.deviceRules ?? [],
    Isolation: '',
    LogConfig: { Type: logging.driver, Config: logging.options },
  };
}

type Modes = 'IpcMode' | 'PidMode' | 'UTSMode' | 'CgroupnsMode' | 'UsernsMode';

function inspectModes({ ipc, pid, uts, cgroupNamespace, userNamespace }: Isolation): Pick<InspectedIsolation, Modes> {
  return {
    IpcMode: ipc ?? 'private',
    PidMode: pid ?? '',
    UTSMode: uts ?? '',
    CgroupnsMode: cgroupNamespace ?? 'private',
    UsernsMode: userNamespace ?? '',
  };
}

function inspectOptional({
  maskedPaths,
  readonlyPaths,
  init,
  sysctls,
  annotations,
}: Isolation): Pick<InspectedIsolation, 'MaskedPaths' | 'ReadonlyPaths' | 'Init' | 'Sysctls' | 'Annotations'> {
  return {
    ...(maskedPaths === undefined ? {} : { MaskedPaths: maskedPaths }),
    ...(readonlyPaths === undefined ? {} : { ReadonlyPaths: readonlyPaths }),
    ...(init === undefined ? {} : { Init: init }),
    ...(sysctls === undefined ? {} : { Sysctls: sysctls }),
    ...(annotations === undefined ? {} : { Annotations: annotations }),
  };
}
