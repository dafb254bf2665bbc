import { readFileSync } from 'node:fs';

import { EngineError } from '#engine/contract/errors.ts';
import type { SeccompProfile } from '#engine/oci/runtime-spec.ts';
import { decideSeccomp, parseConditionalProfile } from '#engine/runtime/seccomp-profile.ts';

/** What `--security-opt` says; absent is as usual. */
export interface SecurityOptions {
  readonly noNewPrivileges?: boolean;
  /** A profile as JSON, or `unconfined`. */
  readonly seccomp?: string;
  readonly apparmor?: string;
  /** `user:…`, `disable`. */
  readonly labels: readonly string[];
}

/** @throws EngineError `invalid-argument` for what nobody knows, `unsupported` for what this kernel hasn't. */
export function parseSecurityOptions(options: readonly string[] = []): SecurityOptions {
  let parsed: SecurityOptions = { labels: [] };
  for (const option of options) parsed = { ...parsed, ...parseOption(option, parsed) };
  return parsed;
}

function parseOption(option: string, { labels }: SecurityOptions): Partial<SecurityOptions> {
  if (option === 'no-new-privileges') return { noNewPrivileges: true };
  // Older clients write a colon.
  const [, key, value = ''] = /^([a-z-]+)[=:](.*)$/s.exec(option) ?? [];
  switch (key) {
    case 'no-new-privileges':
      return { noNewPrivileges: booleanOf(option, value) };
    case 'seccomp':
      checkSeccomp(value);
      return { seccomp: value };
    case 'apparmor':
      checkAppArmor(value);
      return { apparmor: value };
    case 'label':
      return { labels: [...labels, value] };
    case 'systempaths':
      return {};
    default:
      throw new EngineError('invalid-argument', `invalid --security-opt 2: "${option}"`);
  }
}

function booleanOf(option: string, value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw new EngineError('invalid-argument', `invalid --security-opt: "${option}": it is true or false`);
}

function checkSeccomp(value: string): void {
  if (value !== 'unconfined' && value !== 'builtin' && value !== '') parseConditionalProfile(value);
}

function checkAppArmor(profile: string): void {
  if (profile === 'unconfined' || hasAppArmor()) return;
  throw new EngineError(
    'unsupported',
    `This machine's kernel has no AppArmor, so the profile ${profile} can't confine anything; leave it out.`,
  );
}

function hasAppArmor(): boolean {
  try {
    return readFileSync('/sys/module/apparmor/parameters/enabled', 'utf8').startsWith('Y');
  } catch {
    return false;
  }
}

/** The filter that was asked for, for a container with these capabilities. Undefined is none. */
export function seccompFor(
  { seccomp = 'builtin' }: SecurityOptions,
  usual: SeccompProfile | undefined,
  capabilities: readonly string[],
): SeccompProfile | undefined {
  if (seccomp === 'unconfined') return undefined;
  if (seccomp === 'builtin' || seccomp === '') return usual;
  return decideSeccomp(parseConditionalProfile(seccomp), capabilities);
}
