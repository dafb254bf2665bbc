import { EngineError } from '#engine/contract/errors.ts';
import type { ProcessFacts } from '#engine/runtime/process-facts.ts';

/** What columns need besides the process itself. */
export interface ColumnSurroundings {
  /** Unix milliseconds. */
  readonly now: number;
  readonly totalMemoryBytes: number;
  readonly userName: (uid: number) => string;
}

export interface Column {
  readonly title: string;
  readonly text: (process: ProcessFacts, around: ColumnSurroundings) => string;
}

const DAY_MS = 24 * 3600 * 1000;

/** ps(1)'s columns, by the names that -o knows them by. */
const columns: Readonly<Record<string, Column>> = {
  pid: { title: 'PID', text: ({ pid }) => String(pid) },
  ppid: { title: 'PPID', text: ({ parentPid }) => String(parentPid) },
  pgid: { title: 'PGID', text: ({ group }) => String(group) },
  sid: { title: 'SID', text: ({ session }) => String(session) },
  uid: { title: 'UID', text: ({ uid }) => String(uid) },
  gid: { title: 'GID', text: ({ gid }) => String(gid) },
  user: { title: 'USER', text: ({ uid }, { userName }) => userName(uid) },
  c: { title: 'C', text: (process, { now }) => String(Math.min(99, Math.trunc(cpuPercent(process, now)))) },
  pcpu: { title: '%CPU', text: (process, { now }) => cpuPercent(process, now).toFixed(1) },
  pmem: {
    title: '%MEM',
    text: ({ residentBytes }, { totalMemoryBytes }) => ((residentBytes / totalMemoryBytes) * 100).toFixed(1),
  },
  vsz: { title: 'VSZ', text: ({ virtualBytes }) => String(virtualBytes / 1024) },
  rss: { title: 'RSS', text: ({ residentBytes }) => String(residentBytes / 1024) },
  nlwp: { title: 'NLWP', text: ({ threads }) => String(threads) },
  ni: { title: 'NI', text: ({ nice }) => String(nice) },
  s: { title: 'S', text: ({ state }) => state },
  stat: { title: 'STAT', text: statText },
  tty: { title: 'TTY', text: ({ terminal }) => terminalText(terminal) },
  stime: { title: 'STIME', text: ({ startedAt }, { now }) => startText(startedAt, now) },
  start: { title: 'START', text: ({ startedAt }, { now }) => startText(startedAt, now) },
  etime: { title: 'ELAPSED', text: ({ startedAt }, { now }) => elapsedText((now - startedAt) / 1000) },
  time: { title: 'TIME', text: ({ cpuSeconds }) => clockText(cpuSeconds) },
  bsdtime: { title: 'TIME', text: ({ cpuSeconds }) => shortClockText(cpuSeconds) },
  comm: { title: 'COMMAND', text: ({ name }) => name },
  cmd: { title: 'CMD', text: commandText },
  args: { title: 'COMMAND', text: commandText },
};

const otherNames: Readonly<Record<string, string>> = {
  '%cpu': 'pcpu',
  '%mem': 'pmem',
  command: 'args',
  cputime: 'time',
  euid: 'uid',
  euser: 'user',
  nice: 'ni',
  pgrp: 'pgid',
  sess: 'sid',
  state: 's',
  thcount: 'nlwp',
  tname: 'tty',
  tt: 'tty',
  ucmd: 'comm',
  uname: 'user',
  vsize: 'vsz',
};

/** A column by ps(1)'s name, `name=TITLE` for a title of one's own. @throws EngineError `invalid-argument`. */
export function columnOf(word: string): Column {
  const [name = '', title] = word.split('=', 2);
  const column = columns[otherNames[name] ?? name];
  if (column === undefined) {
    throw new EngineError(
      'invalid-argument',
      `There is no column "${name}"; there are ${Object.keys(columns).join(', ')}.`,
    );
  }
  return title === undefined ? column : { ...column, title };
}

/** Of the time since it began, as ps(1) counts it. */
function cpuPercent({ cpuSeconds, startedAt }: ProcessFacts, now: number): number {
  return (cpuSeconds / Math.max(1, (now - startedAt) / 1000)) * 100;
}

function statText({ state, nice, session, pid, threads }: ProcessFacts): string {
  const priority = nice < 0 ? '<' : nice > 0 ? 'N' : '';
  return `${state}${priority}${session === pid ? 's' : ''}${threads > 1 ? 'l' : ''}`;
}

/** A device number as the kernel packs it: major 136 and on are pseudo terminals (devices.txt), 4 the console's. */
function terminalText(device: number): string {
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  if (major >= 136 && major < 144) return `pts/${minor + (major - 136) * 256}`;
  return major === 4 ? `tty${minor}` : '?';
}

function startText(startedAt: number, now: number): string {
  const date = new Date(startedAt);
  if (now - startedAt < DAY_MS) return `${two(date.getHours())}:${two(date.getMinutes())}`;
  return `${date.toLocaleString('en', { month: 'short' })}${two(date.getDate())}`;
}

function clockText(seconds: number): string {
  const whole = Math.trunc(seconds);
  return `${two(Math.trunc(whole / 3600))}:${two(Math.trunc(whole / 60) % 60)}:${two(whole % 60)}`;
}

function shortClockText(seconds: number): string {
  return `${Math.trunc(seconds / 60)}:${two(Math.trunc(seconds) % 60)}`;
}

function elapsedText(seconds: number): string {
  const whole = Math.max(0, Math.trunc(seconds));
  const days = Math.trunc(whole / 86_400);
  const hours = Math.trunc(whole / 3600) % 24;
  const rest = `${two(Math.trunc(whole / 60) % 60)}:${two(whole % 60)}`;
  if (days > 0) return `${days}-${two(hours)}:${rest}`;
  return hours > 0 ? `${two(hours)}:${rest}` : rest;
}

/** Brackets say that the program's own words aren't to be had: it has ended. */
function commandText({ command, name }: ProcessFacts): string {
  return command.length === 0 ? `[${name}]` : command.join(' ');
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
