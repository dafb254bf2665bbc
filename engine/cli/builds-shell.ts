import type { Command } from 'commander';

import type { EngineClient } from '#engine/contract/client.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { secretOf } from './build-secrets.ts';
import { followBuild } from './follow-build.ts';
import { withPlace, type PlaceOptions } from './place-options.ts';
import { joinTerminal } from './shell-terminal.ts';
import { repeated } from './repeated.ts';
import { withEngine } from './with-engine.ts';

interface ShellOptions extends PlaceOptions {
  readonly step?: number;
  readonly before?: boolean;
  readonly command?: string;
  readonly continue?: boolean;
  readonly secret: readonly string[];
}

export function addBuildsShell(builds: Command): void {
  withPlace(builds.command('shell'))
    .description("a shell where a build's step was, with its files, variables, mounts and network")
    .argument('<build>', 'the id of a build, or the beginning of it')
    .option('--step <number>', 'which step (default: the one that failed, or else the last)', numberOf)
    .option('--before', 'on what the step found, instead of what it left')
    .option('-c, --command <script>', 'what the shell runs, instead of what is typed')
    .option('--continue', 'when the shell ends with 0, build on from what was changed in it')
    .option('--secret <id=name,src=file>', 'a secret that the step mounts: none is kept', repeated, [])
    .action((build: string, options: ShellOptions) =>
      withEngine(options, (engine, signal) => shell(engine, { build, options }, signal)),
    );
}

interface Asked {
  readonly build: string;
  readonly options: ShellOptions;
}

async function shell(engine: EngineClient, { build, options }: Asked, signal: AbortSignal): Promise<void> {
  if (options.command === undefined && !process.stdin.isTTY)
    throw new EngineError('invalid-argument', 'This is no terminal: say what the shell runs with --command.');
  const secrets = Object.fromEntries(await Promise.all(options.secret.map(secretOf)));
  const opened = await engine.call('builds.openShell', {
    build,
    side: options.before === true ? 'before' : 'after',
    secrets,
    ...(options.step === undefined ? {} : { step: options.step }),
    ...(options.command === undefined ? {} : { script: options.command }),
  });
  for (const sentence of opened.missing) process.stderr.write(`${sentence}\n`);
  let isTaken = false;
  try {
    const isTyped = options.command === undefined;
    process.exitCode = await (isTyped ? joinTerminal : showOutput)(engine, opened.shell, signal);
    if (options.continue !== true || process.exitCode !== 0) return;
    const next = await engine.call('builds.continue', { shell: opened.shell, secrets });
    isTaken = true;
    await followBuild(engine, next.build, signal);
  } finally {
    if (!isTaken) await engine.call('builds.closeShell', { shell: opened.shell });
  }
}

/** @returns the exit code. */
async function showOutput(engine: EngineClient, id: string, signal: AbortSignal): Promise<number> {
  for await (const entries of engine.stream('containers.logs', { id, follow: true, tail: 1_000_000 }, signal)) {
    for (const { stream, text } of entries) process[stream].write(`${text}\n`);
  }
  return (await engine.call('containers.get', { id })).summary.exitCode;
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new EngineError('invalid-argument', `${text} is no step's number; estrato builds --format json has them.`);
}
