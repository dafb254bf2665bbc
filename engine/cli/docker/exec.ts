import { Command } from 'commander';
import { z } from 'zod';

import type { DockerHttp } from '#engine/client/docker-http.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import { repeated } from '#engine/cli/repeated.ts';
import { parsePairLines, parseVariable } from '#engine/run-options/pairs.ts';

import { readTextFile } from '#engine/cli/read-text-file.ts';

import { followSize, joinSession, refuseWithoutTerminal } from './session.ts';
import { withDocker } from './with-docker.ts';

interface ExecOptions extends PlaceOptions {
  readonly interactive?: true;
  readonly tty?: true;
  readonly detach?: true;
  readonly detachKeys?: string;
  readonly env?: readonly string[];
  readonly envFile?: readonly string[];
  readonly user?: string;
  readonly workdir?: string;
  readonly privileged?: true;
}

export function execCommand(): Command {
  return withPlace(new Command('exec'))
    .description('run a command in a container that runs')
    .argument('<container>', 'its name, its id or the beginning of it')
    .argument('<command...>', 'the program and its arguments')
    .passThroughOptions()
    .option('-i, --interactive', 'send it what is typed')
    .option('-t, --tty', 'give it a terminal')
    .option('-d, --detach', 'leave it running')
    .option('--detach-keys <keys>', 'what leaves it running (default: ctrl-p,ctrl-q)')
    .option('-e, --env <variable>', 'NAME=value, or NAME for what this shell has', repeated)
    .option('--env-file <file>', 'a file of them', repeated)
    .option('-u, --user <user>', 'as whom: a name or an id, with :GROUP')
    .option('-w, --workdir <dir>', 'where in the container')
    .option('--privileged', 'with nearly all rights')
    .action((id: string, command: readonly string[], options: ExecOptions) =>
      withDocker(options, (docker) => exec(docker, { id, command, options })),
    );
}

const made = z.object({ Id: z.string() });
const inspected = z.object({ ExitCode: z.int().nullable() });

interface Exec {
  readonly id: string;
  readonly command: readonly string[];
  readonly options: ExecOptions;
}

async function exec(docker: DockerHttp, { id, command, options }: Exec): Promise<void> {
  const tty = options.tty === true;
  const isDetached = options.detach === true;
  const stdin = options.interactive === true && !isDetached;
  refuseWithoutTerminal({ tty, stdin });
  const body = {
    Cmd: command,
    Tty: tty,
    AttachStdin: stdin,
    AttachStdout: !isDetached,
    AttachStderr: !isDetached,
    DetachKeys: options.detachKeys,
    Env: await variables(options),
    User: options.user,
    WorkingDir: options.workdir,
    Privileged: options.privileged,
  };
  const session = made.parse(await docker.ask('POST', `/containers/${encodeURIComponent(id)}/exec`, { body }));
  const path = `/exec/${session.Id}`;
  const { rows, columns } = process.stdout;
  const size = tty && process.stdout.isTTY ? { ConsoleSize: [rows, columns] } : {};
  if (isDetached) {
    await docker.ask('POST', `${path}/start`, { body: { Detach: true, Tty: tty, ...size } });
    return;
  }
  const taken = await docker.takeOver(`${path}/start`, { body: { Detach: false, Tty: tty, ...size } });
  using _ = tty ? followSize(async (now) => docker.ask('POST', `${path}/resize`, { query: { ...now } })) : undefined;
  const { detachKeys } = options;
  const streams = { tty, stdin, stdout: true, stderr: true, ...(detachKeys === undefined ? {} : { detachKeys }) };
  if ((await joinSession(taken, streams)) === 'detached') return;
  process.exitCode = inspected.parse(await docker.ask('GET', `${path}/json`)).ExitCode ?? 0;
}

/** Variables of files come first, so that those of options win. */
async function variables({ env = [], envFile = [] }: ExecOptions): Promise<string[]> {
  const files = await Promise.all(envFile.map(async (path) => parsePairLines(await readTextFile(path), path)));
  return [...files.flat(), ...env].map((text) => parseVariable(text, process.env)).filter((text) => text !== undefined);
}
