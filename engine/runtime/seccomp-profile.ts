import { readFileSync } from 'node:fs';
import { arch } from 'node:os';

import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';
import type { SeccompProfile, SeccompRule } from '#engine/oci/runtime-spec.ts';

const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

const condition = z
  .object({
    caps: texts,
    arches: texts,
    /** `major.minor`. */
    minKernel: z.string().nullish(),
  })
  .nullish();
type Condition = NonNullable<z.infer<typeof condition>>;

const rule = z.object({
  /** Of the oldest profiles. */
  name: z.string().nullish(),
  names: texts,
  action: z.string(),
  errnoRet: z.int().nullish(),
  args: z
    .array(z.object({ index: z.int(), value: z.number(), valueTwo: z.number().nullish(), op: z.string() }))
    .nullish(),
  includes: condition,
  excludes: condition,
});

/** Docker's profile: rules with conditions, which the runtime specification doesn't have. */
const conditionalProfile = z.object({
  defaultAction: z.string(),
  defaultErrnoRet: z.int().nullish(),
  architectures: texts,
  archMap: z
    .array(z.object({ architecture: z.string(), subArchitectures: texts }))
    .nullish()
    .transform((list) => list ?? []),
  syscalls: z
    .array(rule)
    .nullish()
    .transform((list) => list ?? []),
});
export type ConditionalProfile = z.infer<typeof conditionalProfile>;

/** A person's own profile, as JSON. @throws EngineError `invalid-argument`. */
export function parseConditionalProfile(json: string): ConditionalProfile {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (cause) {
    throw new EngineError('invalid-argument', 'Decoding seccomp profile failed: it is no JSON.', { cause });
  }
  const parsed = conditionalProfile.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new EngineError(
    'invalid-argument',
    `Decoding seccomp profile failed: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`,
  );
}

/** Go's names beside libseccomp's. */
const architectures: Readonly<Record<string, { readonly names: readonly string[]; readonly scmp: string }>> = {
  x64: { names: ['amd64', 'x32'], scmp: 'SCMP_ARCH_X86_64' },
  arm64: { names: ['arm64'], scmp: 'SCMP_ARCH_AARCH64' },
};

let shipped: ConditionalProfile | undefined;

function shippedProfile(): ConditionalProfile {
  shipped ??= parseConditionalProfile(
    readFileSync(new URL('../../assets/seccomp-default.json', import.meta.url), 'utf8'),
  );
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
  const known = decided.get(key) ?? decideSeccomp(shippedProfile(), capabilities);
  decided.set(key, known);
  return known;
}

/** A profile without its conditions: what it comes to for these capabilities on this machine. */
export function decideSeccomp(profile: ConditionalProfile, capabilities: readonly string[]): SeccompProfile {
  const here = architectures[arch()] ?? { names: [], scmp: '' };
  const map = profile.archMap.find(({ architecture }) => architecture === here.scmp);
  const holds = ({ caps, arches }: Condition): boolean =>
    caps.every((name) => capabilities.includes(name)) &&
    (arches.length === 0 || arches.some((name) => here.names.includes(name)));
  const isHit = ({ caps, arches }: Condition): boolean =>
    caps.some((name) => capabilities.includes(name)) || arches.some((name) => here.names.includes(name));
  // Linux 5.9, which the launcher needs for close_range(2), satisfies every `minKernel` there is.
  const chosen = profile.syscalls.filter(
    ({ includes, excludes }) => (!includes || holds(includes)) && !(excludes && isHit(excludes)),
  );
  const mapped = map === undefined ? [] : [map.architecture, ...map.subArchitectures];
  return {
    defaultAction: profile.defaultAction,
    ...(typeof profile.defaultErrnoRet === 'number' ? { defaultErrnoRet: profile.defaultErrnoRet } : {}),
    architectures: mapped.length > 0 ? mapped : profile.architectures,
    syscalls: chosen.map(decidedRule),
  };
}

function decidedRule({ name, names, action, errnoRet, args }: ConditionalProfile['syscalls'][number]): SeccompRule {
  return {
    names: name ? [name, ...names] : names,
    action,
    ...(typeof errnoRet === 'number' ? { errnoRet } : {}),
    ...(args ? { args: args.map(({ valueTwo, ...rest }) => ({ ...rest, valueTwo: valueTwo ?? 0 })) } : {}),
  };
}
