import { readFileSync } from 'node:fs';
import { arch } from 'node:os';

import type { SeccompProfile, SeccompRule } from '#engine/oci/runtime-spec.ts';

/** Docker's profile: rules with conditions, which the runtime specification doesn't have. */
interface ConditionalProfile {
  readonly defaultAction: string;
  readonly defaultErrnoRet: number;
  readonly archMap: readonly { readonly architecture: string; readonly subArchitectures: readonly string[] | null }[];
  readonly syscalls: readonly (SeccompRule & { readonly includes?: Condition; readonly excludes?: Condition })[];
}

interface Condition {
  readonly caps?: readonly string[];
  readonly arches?: readonly string[];
  /** `major.minor`. */
  readonly minKernel?: string;
}

/** Go's names beside libseccomp's. */
const architectures: Readonly<Record<string, { readonly names: readonly string[]; readonly scmp: string }>> = {
  x64: { names: ['amd64', 'x32'], scmp: 'SCMP_ARCH_X86_64' },
  arm64: { names: ['arm64'], scmp: 'SCMP_ARCH_AARCH64' },
};

let shipped: ConditionalProfile | undefined;

function shippedProfile(): ConditionalProfile {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of ours, covered by a test
  shipped ??= JSON.parse(
    readFileSync(new URL('../../assets/seccomp-default.json', import.meta.url), 'utf8'),
  ) as ConditionalProfile;
  return shipped;
}

/** By the capabilities that decided them. */
const decided = new Map<string, SeccompProfile>();

/**
 * The default profile with its conditions decided, for a container that has these capabilities on this machine. The same
 * value for the same capabilities.
 */
export function defaultSeccomp(capabilities: readonly string[]): SeccompProfile {
  const key = capabilities.toSorted().join();
  const known = decided.get(key) ?? decide(capabilities);
  decided.set(key, known);
  return known;
}

function decide(capabilities: readonly string[]): SeccompProfile {
  const profile = shippedProfile();
  const here = architectures[arch()] ?? { names: [], scmp: '' };
  const map = profile.archMap.find(({ architecture }) => architecture === here.scmp);
  const holds = ({ caps = [], arches = [] }: Condition): boolean =>
    caps.every((name) => capabilities.includes(name)) &&
    (arches.length === 0 || arches.some((name) => here.names.includes(name)));
  const isHit = ({ caps = [], arches = [] }: Condition): boolean =>
    caps.some((name) => capabilities.includes(name)) || arches.some((name) => here.names.includes(name));
  // Linux 5.9, which the launcher needs for close_range(2), satisfies every `minKernel` there is.
  const chosen = profile.syscalls.filter(
    ({ includes = {}, excludes }) => holds(includes) && !(excludes !== undefined && isHit(excludes)),
  );
  return {
    defaultAction: profile.defaultAction,
    defaultErrnoRet: profile.defaultErrnoRet,
    architectures: map === undefined ? [] : [map.architecture, ...(map.subArchitectures ?? [])],
    syscalls: chosen.map(({ names, action, errnoRet, args }) => ({
      names,
      action,
      ...(errnoRet === undefined ? {} : { errnoRet }),
      ...(args === undefined ? {} : { args }),
    })),
  };
}
