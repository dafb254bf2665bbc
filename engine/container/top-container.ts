import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';

import { EngineError } from '#engine/contract/errors.ts';
import { readProcess } from '#engine/runtime/process-facts.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import { columnOf, type Column } from './process-columns.ts';

export interface ProcessTable {
  readonly titles: string[];
  /** A row a process, its cells in the order of the titles. */
  readonly processes: string[][];
}

/**
 * The processes of a container, with their numbers on the engine's machine, as ps(1) would list them.
 * @param psArguments `-ef`, `aux` or `-o pid,comm`; the first when empty.
 * @throws EngineError `conflict` when it doesn't run, `invalid-argument` for what isn't understood of ps(1)'s options.
 */
export async function topContainer(parts: ContainerParts, ref: string, psArguments = ''): Promise<ProcessTable> {
  const container = parts.table.find(ref);
  const { id } = container;
  const running = parts.table.running(id);
  if (running === undefined) throw new EngineError('conflict', `container ${id} is not running`);
  const columns = chooseColumns(psArguments);
  const [pids, userName] = await Promise.all([running.pids(), readUserNames()]);
  const found = await Promise.all([...pids].toSorted((a, b) => a - b).map(readProcess));
  publishEvent(parts, container, 'top');
  const around = { now: Date.now(), totalMemoryBytes: totalmem(), userName };
  return {
    titles: columns.map(({ title }) => title),
    processes: found.flatMap((process) =>
      process === undefined ? [] : [columns.map(({ text }) => text(process, around))],
    ),
  };
}

const FULL = 'user=UID pid ppid c stime tty time cmd';
const BSD = 'user pid pcpu pmem vsz rss tty stat start bsdtime args';

/** @throws EngineError `invalid-argument`. */
export function chooseColumns(psArguments: string): readonly Column[] {
  const words = psArguments.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return FULL.split(' ').map(columnOf);
  const named = namedColumns(words);
  if (named !== undefined) return named;
  const letters = words.map((word) => word.replace(/^-/, '')).join('');
  const isKnown = /^[Aaedfuxw]+$/.test(letters);
  if (isKnown && letters.includes('u')) return BSD.split(' ').map(columnOf);
  if (isKnown && letters.includes('f')) return FULL.split(' ').map(columnOf);
  if (isKnown) return 'pid tty time cmd'.split(' ').map(columnOf);
  throw new EngineError(
    'invalid-argument',
    `"${psArguments}" is not understood; use -ef, aux, or -o with names of columns.`,
  );
}

/** What `-o` names: in the same word, or in the next. */
function namedColumns(words: readonly string[]): readonly Column[] | undefined {
  const lists = words.flatMap((word, index) => {
    const [, attached] = /^-?[Aaedx]*o(.*)$/.exec(word) ?? [];
    if (attached === undefined) return [];
    return [attached === '' ? (words[index + 1] ?? '') : attached];
  });
  return lists.length === 0 ? undefined : lists.join(',').split(',').map(columnOf);
}

/** The machine's names: that is whose processes these are on it. */
async function readUserNames(): Promise<(uid: number) => string> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const names = new Map(passwd.split('\n').map((line) => [line.split(':')[2] ?? '', line.split(':')[0] ?? '']));
  return (uid) => names.get(String(uid)) ?? String(uid);
}
