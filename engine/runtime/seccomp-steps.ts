import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeSpec, SeccompProfile } from '#engine/oci/runtime-spec.ts';

import { step, type Step } from './encode-plan.ts';
import { containerState, type ContainerStatus, type HookSubject } from './hooks.ts';

/** SECCOMP_FILTER_FLAG_* (seccomp(2)). Of one thread, TSYNC says nothing. */
const flagBits: Readonly<Record<string, number>> = {
  SECCOMP_FILTER_FLAG_TSYNC: 0,
  SECCOMP_FILTER_FLAG_LOG: 2,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW: 4,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: 32,
};
const NEW_LISTENER = 8;
const WAIT_KILLABLE = 32;

export function seccompFlags(profile: SeccompProfile | undefined): number {
  const bits = (profile?.flags ?? []).reduce((sum, flag) => {
    if (!Object.hasOwn(flagBits, flag)) {
      throw new EngineError('invalid-argument', `There is no flag of a seccomp filter called ${flag}.`);
    }
    return sum | (flagBits[flag] ?? 0);
  }, 0);
  // Without anybody who is notified the kernel refuses what is about waiting for them.
  return profile !== undefined && notifies(profile) ? bits | NEW_LISTENER : bits & ~WAIT_KILLABLE;
}

/** What a supervisor of system calls is told of the process that its filter is loaded into. */
export interface Supervised {
  readonly subject: HookSubject;
  readonly status: ContainerStatus;
  /** Of the container's own process, where the filter is another's. */
  readonly initPid?: number;
}

/** The step that loads a filter, and hands over to `listenerPath` what is asked about. */
export function seccompSteps(spec: RuntimeSpec, filter: Uint8Array | undefined, whom: Supervised): readonly Step[] {
  const { seccomp } = spec.linux;
  if (filter === undefined) return [];
  const flags = seccompFlags(seccomp);
  if (seccomp === undefined || !notifies(seccomp)) return [step('seccomp', filter, flags)];
  return [step('seccomp', filter, flags, listenerOf(seccomp), ...processState(spec, seccomp, whom))];
}

function notifies({ syscalls, defaultAction }: SeccompProfile): boolean {
  return [defaultAction, ...syscalls.map(({ action }) => action)].includes('SCMP_ACT_NOTIFY');
}

/** The launcher says whom to ask by sendmsg(2): nobody could answer whether it may. */
function listenerOf({ listenerPath, defaultAction, syscalls }: SeccompProfile): string {
  const isTooMuch = syscalls.some(({ action, names }) => action === 'SCMP_ACT_NOTIFY' && names.includes('sendmsg'));
  if (defaultAction === 'SCMP_ACT_NOTIFY' || isTooMuch) {
    throw new EngineError('unsupported', 'SCMP_ACT_NOTIFY is for system calls that are named, and not for sendmsg.');
  }
  if (listenerPath !== undefined && listenerPath.startsWith('/')) return listenerPath;
  throw new EngineError('invalid-argument', 'SCMP_ACT_NOTIFY needs a listenerPath, the path of a socket on the host.');
}

/**
 * "Container Process State" of the runtime specification, in the pieces between which the launcher writes the pid of the
 * process.
 */
function processState(
  spec: RuntimeSpec,
  { listenerMetadata = '' }: SeccompProfile,
  { subject, status, initPid }: Supervised,
): readonly string[] {
  const mark = '"pid":0';
  const whole = JSON.stringify({
    ociVersion: spec.ociVersion,
    fds: ['seccompFd'],
    pid: 0,
    metadata: listenerMetadata,
    state: containerState(spec, subject, status, initPid ?? 0),
  });
  // No more than the two: an annotation has its quotes escaped.
  const pieces = whole.split(mark);
  return pieces.map((piece, place) => (place === pieces.length - 1 ? piece : `${piece}"pid":`));
}
