import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeLinux, RuntimeNamespace } from '#engine/oci/runtime-spec.ts';

import { step, type Step } from './encode-plan.ts';
import { has } from './namespace-steps.ts';

/** The settings that a namespace has for itself; every other is the whole machine's (proc_sys(5), namespaces(7)). */
const namespaced: readonly (readonly [pattern: RegExp, type: RuntimeNamespace['type']])[] = [
  [
    /^kernel\/(?:msgmax|msgmnb|msgmni|msg_next_id|sem|sem_next_id|shmall|shmmax|shmmni|shm_next_id|shm_rmid_forced)$/,
    'ipc',
  ],
  [/^fs\/mqueue\/[a-z_]+$/, 'ipc'],
  [/^kernel\/(?:hostname|domainname)$/, 'uts'],
  [/^net\/.+/, 'network'],
  [/^user\/[a-z_]+$/, 'user'],
];

/** @throws EngineError `invalid-argument` for a setting that would be the host's too. */
export function sysctlSteps(linux: RuntimeLinux): readonly Step[] {
  return Object.entries(linux.sysctl ?? {}).map(([name, value]) => {
    const path = pathOf(name);
    const isClean = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
    const type = isClean ? namespaced.find(([pattern]) => pattern.test(path))?.[1] : undefined;
    if (type === undefined || !has(linux, type)) {
      throw new EngineError(
        'invalid-argument',
        `sysctl "${name}" is not in a separate kernel namespace: it is the machine's, not one container's.`,
      );
    }
    return step('sysctl', name, value);
  });
}

/** As sysctl(8) reads it: with a slash first, a dot is one of a name's. */
function pathOf(name: string): string {
  const [slash, dot] = [name.indexOf('/'), name.indexOf('.')];
  return slash >= 0 && (dot < 0 || slash < dot) ? name : name.replaceAll('.', '/');
}
