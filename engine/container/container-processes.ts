import { setTimeout as pause } from 'node:timers/promises';

import type { ContainerProcess } from '#engine/contract/process.ts';
import { readProcess, type ProcessFacts } from '#engine/runtime/process-facts.ts';

import type { ContainerParts } from './container-parts.ts';
import { readContainerFile } from './read-container-file.ts';

const TURN_MS = 2000;

/** The processes of a container, every two seconds; none while it doesn't run. Ends when it has been removed. */
export async function* watchProcesses(
  parts: ContainerParts,
  ref: string,
  signal: AbortSignal,
): AsyncGenerator<ContainerProcess[]> {
  const container = parts.table.find(ref);
  const { id } = container;
  const userName = userNames((await readContainerFile(parts, container, '/etc/passwd')) ?? '');
  let before: Reading | undefined;
  while (!signal.aborted && parts.table.get(id) !== undefined) {
    const now = await readAll(parts, id);
    yield now.processes.map((facts) => describe(facts, { now, before, userName }));
    before = now;
    await pause(TURN_MS, undefined, { signal }).catch(() => undefined);
  }
}

interface Reading {
  /** Unix milliseconds. */
  readonly time: number;
  readonly processes: readonly ProcessFacts[];
}

async function readAll(parts: ContainerParts, id: string): Promise<Reading> {
  const pids = (await parts.table.running(id)?.pids()) ?? [];
  const found = await Promise.all([...pids].toSorted((a, b) => a - b).map(readProcess));
  return { time: Date.now(), processes: found.filter((facts) => facts !== undefined) };
}

interface Surroundings {
  readonly now: Reading;
  readonly before: Reading | undefined;
  readonly userName: (uid: number) => string;
}

function describe(facts: ProcessFacts, { now, before, userName }: Surroundings): ContainerProcess {
  const earlier = before?.processes.find(({ pid, startedAt }) => pid === facts.pid && startedAt === facts.startedAt);
  const since = earlier === undefined ? facts.startedAt : (before?.time ?? 0);
  const seconds = Math.max(1, (now.time - since) / 1000);
  return {
    pid: facts.pid,
    innerPid: facts.innerPid,
    parentPid: facts.parentPid,
    state: facts.state,
    user: userName(facts.uid),
    command: facts.command.length === 0 ? `[${facts.name}]` : facts.command.join(' '),
    cpus: Math.max(0, facts.cpuSeconds - (earlier?.cpuSeconds ?? 0)) / seconds,
    cpuSeconds: facts.cpuSeconds,
    memoryBytes: facts.residentBytes,
    threads: facts.threads,
    startedAt: facts.startedAt,
  };
}

function userNames(passwd: string): (uid: number) => string {
  const names = new Map<string, string>();
  for (const line of passwd.split('\n')) {
    const [name = '', , uid = ''] = line.split(':');
    // The first that has a number is whom it belongs to.
    if (name !== '' && !names.has(uid)) names.set(uid, name);
  }
  return (uid) => names.get(String(uid)) ?? String(uid);
}
