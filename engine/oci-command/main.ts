import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { EngineError, toEngineError } from '#engine/contract/errors.ts';

import { readCommandLine, type CommandLine, type OptionTable } from './command-line.ts';
import type { OciCommand } from './command.ts';
import { logFailure, type LogFormat } from './log-failure.ts';
import { StateRoot } from './state-root.ts';

/** Each is loaded when it is asked for: a container's start waits for what is read before it. */
const commands: Readonly<Record<string, () => Promise<OciCommand>>> = {
  create: async () => (await import('./create.ts')).create,
  start: async () => (await import('./start.ts')).start,
  state: async () => (await import('./state.ts')).state,
  kill: async () => (await import('./kill.ts')).kill,
  delete: async () => (await import('./delete.ts')).deleteCommand,
  exec: async () => (await import('./exec.ts')).exec,
  run: async () => (await import('./run.ts')).run,
  ps: async () => (await import('./ps.ts')).ps,
  pause: async () => (await import('./pause.ts')).pause,
  resume: async () => (await import('./resume.ts')).resume,
  update: async () => (await import('./update.ts')).update,
  list: async () => (await import('./list.ts')).list,
  features: async () => (await import('./features.ts')).features,
  spec: async () => (await import('./spec.ts')).spec,
};

const help = { help: { kind: 'flag', short: 'h' } } as const;

/** What stands before the command's name, as runc and crun have it. */
const globalOptions: OptionTable = {
  ...help,
  root: { kind: 'word' },
  log: { kind: 'word' },
  'log-format': { kind: 'word' },
  'log-level': { kind: 'word' },
  debug: { kind: 'flag' },
  'systemd-cgroup': { kind: 'flag', short: 's' },
  'cgroup-manager': { kind: 'word' },
  rootless: { kind: 'word' },
  criu: { kind: 'word' },
  version: { kind: 'flag', short: 'v' },
};

const launcherPath = fileURLToPath(new URL('../launcher/build/estrato-launcher', import.meta.url));

/** The OCI runtime command line (github.com/opencontainers/runtime-tools, docs/command-line-interface.md). @returns the exit code. */
export async function runOciCommand(args: readonly string[]): Promise<number> {
  const log: { path: string | undefined; format: LogFormat } = { path: undefined, format: 'text' };
  try {
    const line = readCommandLine(args, globalOptions);
    log.path = line.word('log');
    log.format = logFormat(line);
    requireCgroupfs(line);
    if (line.flag('version')) return say(`estrato-runtime version ${version()}\nspec: 1.2.0\n`);
    const [name = '', ...rest] = line.words;
    if (line.flag('help') || name === '' || name === 'help') return say(overview());
    return await runCommand(name, rest, line);
  } catch (error) {
    logFailure(toEngineError(error), log);
    return 1;
  }
}

async function runCommand(name: string, args: readonly string[], global: CommandLine): Promise<number> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined)
    throw new EngineError(
      'invalid-argument',
      `There is no command ${name.slice(0, 100)}; --help lists those there are.`,
    );
  const command = await load();
  const line = readCommandLine(args, { ...command.options, ...help });
  if (line.flag('help')) return say(usageOf(name, command));
  if (command.usage.startsWith('CONTAINER') && line.words[0] === undefined) {
    throw new EngineError(
      'invalid-argument',
      `${name} needs the id of a container: ${usageOf(name, command).trimEnd()}`,
    );
  }
  return command.run({ launcherPath, states: new StateRoot(rootOf(global)) }, line);
}

/** Whoever isn't root has a runtime directory of their own. */
function rootOf(line: CommandLine): string {
  const { XDG_RUNTIME_DIR } = process.env;
  const isRoot = process.geteuid?.() === 0;
  const home = isRoot || XDG_RUNTIME_DIR === undefined ? '/run' : XDG_RUNTIME_DIR;
  return line.word('root') ?? `${home}/estrato/runtime`;
}

function logFormat(line: CommandLine): LogFormat {
  const word = line.word('log-format') ?? 'text';
  if (word === 'text' || word === 'json') return word;
  throw new EngineError('invalid-argument', `--log-format is text or json, and not ${word}.`);
}

function requireCgroupfs(line: CommandLine): void {
  if (!line.flag('systemd-cgroup') && line.word('cgroup-manager') !== 'systemd') return;
  const words =
    "systemd doesn't make cgroups for this runtime, which makes its own; choose the cgroup manager cgroupfs.";
  throw new EngineError('unsupported', words);
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function usageOf(name: string, { usage, options }: OciCommand): string {
  const named = Object.keys(options).map((option) => ` [--${option}]`);
  return `estrato-runtime ${name}${named.join('')}${usage === '' ? '' : ` ${usage}`}\n`;
}

function overview(): string {
  const options = Object.keys(globalOptions).map((option) => `--${option}`);
  return `estrato-runtime [OPTIONS] COMMAND\n\noptions: ${options.join(' ')}\ncommands: ${Object.keys(commands).join(' ')}\n`;
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? '';
}
