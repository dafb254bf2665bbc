import { EngineError } from '#engine/contract/errors.ts';

/** Of System V and POSIX message queues, semaphores and memory (ipc_namespaces(7)). */
const ofIpc = new Set(
  'auto_msgmni msgmax msgmnb msgmni sem sem_next_id msg_next_id shm_next_id shmall shmmax shmmni shm_rmid_forced'
    .split(' ')
    .map((name) => `kernel.${name}`),
);

/**
 * Only what a namespace of the container's own has: anything else would be the machine's.
 * @throws EngineError `invalid-argument` in Docker's words.
 */
export function checkSysctls(
  sysctls: Readonly<Record<string, string>>,
  { network, ipc = 'private' }: { readonly network: string; readonly ipc?: string | undefined },
): void {
  for (const [name, value] of Object.entries(sysctls)) {
    const kind = kindOf(name, value);
    if (kind === undefined) {
      throw invalid(`sysctl '${name}' is not allowed: it isn't one of a container's own namespaces`);
    }
    const mode = kind === 'network' ? network : ipc;
    if (mode === 'host') throw invalid(`sysctl '${name}' not allowed in host ${kind} namespace`);
    if (mode.startsWith('container:')) throw invalid(`sysctl '${name}' not allowed in another's ${kind} namespace`);
  }
}

function kindOf(name: string, value: string): 'network' | 'ipc' | undefined {
  if (!/^[\w.-]+$/.test(name) || name.includes('..') || value.includes('\0')) return undefined;
  if (name.startsWith('net.')) return 'network';
  return ofIpc.has(name) || name.startsWith('fs.mqueue.') ? 'ipc' : undefined;
}

function invalid(message: string): EngineError {
  return new EngineError('invalid-argument', message);
}
