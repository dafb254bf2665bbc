import { z } from 'zod';

import { parseLogging, type Logging } from '#engine/container/logging.ts';
import type { Isolation } from '#engine/contract/container-options.ts';

const flag = z
  .boolean()
  .nullish()
  .transform((value) => value || undefined);
const word = z
  .string()
  .nullish()
  .transform((value) => value || undefined);
const words = z
  .array(z.string())
  .nullish()
  .transform((list) => (list === null || list?.length === 0 ? undefined : list));
/** Here an empty list is an answer. */
const paths = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? undefined);
const map = z
  .record(z.string(), z.string())
  .nullish()
  .transform((found) => (found && Object.keys(found).length > 0 ? found : undefined));

/** `HostConfig` of the Docker Engine API: what sets a container apart from its machine. */
export const isolationFields = {
  Privileged: flag,
  SecurityOpt: words,
  MaskedPaths: paths,
  ReadonlyPaths: paths,
  IpcMode: word,
  PidMode: word,
  UTSMode: word,
  CgroupnsMode: word,
  UsernsMode: word,
  Init: flag,
  Sysctls: map,
  Ulimits: z
    .array(z.object({ Name: z.string(), Soft: z.number(), Hard: z.number() }))
    .nullish()
    .transform((list) => list?.map(({ Name, Soft, Hard }) => ({ name: Name, soft: Soft, hard: Hard }))),
  OomScoreAdj: z
    .int()
    .nullish()
    .transform((score) => score || undefined),
  Devices: z
    .array(z.object({ PathOnHost: z.string(), PathInContainer: z.string(), CgroupPermissions: z.string() }))
    .nullish()
    .transform((list) =>
      list?.map(({ PathOnHost, PathInContainer, CgroupPermissions }) => ({
        pathOnHost: PathOnHost,
        pathInContainer: PathInContainer || PathOnHost,
        permissions: CgroupPermissions || 'rwm',
      })),
    ),
  DeviceCgroupRules: words,
  Annotations: map,
  Isolation: word,
  LogConfig: z.object({ Type: z.string().nullish(), Config: z.record(z.string(), z.string()).nullish() }).nullish(),
};
type IsolationBody = Partial<z.infer<z.ZodObject<typeof isolationFields>>>;

/** Only what isn't as usual. */
export function isolationOf(body: IsolationBody): Isolation {
  const isolation: Record<keyof Isolation, unknown> = {
    privileged: body.Privileged,
    securityOptions: body.SecurityOpt,
    maskedPaths: body.MaskedPaths,
    readonlyPaths: body.ReadonlyPaths,
    ipc: body.IpcMode,
    pid: body.PidMode,
    uts: body.UTSMode,
    cgroupNamespace: body.CgroupnsMode,
    userNamespace: body.UsernsMode,
    init: body.Init,
    sysctls: body.Sysctls,
    ulimits: body.Ulimits?.length === 0 ? undefined : body.Ulimits,
    oomScoreAdjustment: body.OomScoreAdj,
    devices: body.Devices?.length === 0 ? undefined : body.Devices,
    deviceRules: body.DeviceCgroupRules,
    annotations: body.Annotations,
  };
  return Object.fromEntries(Object.entries(isolation).filter(([, value]) => value !== undefined));
}

export function loggingOf({ LogConfig }: IsolationBody): Logging | undefined {
  const { Type, Config } = LogConfig ?? {};
  return Type || Config ? parseLogging(Type ?? '', Config ?? {}) : undefined;
}
