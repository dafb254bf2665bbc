import { open } from 'node:fs/promises';

import { Command, Option } from 'commander';
import { z } from 'zod';

import type { DockerHttp } from '#engine/client/docker-http.ts';
import { repeated } from '#engine/cli/repeated.ts';
import { withPlace } from '#engine/cli/place-options.ts';
import { toEngineError, type EngineError } from '#engine/contract/errors.ts';
import type { CreateBody } from '#engine/run-options/create-body.ts';

import { joinRun } from './attach.ts';
import { pullImage, type PullWish } from './pull-image.ts';
import { requestOf, withCreateOptions, type RequestOptions, type Said } from './run-request.ts';
import { refuseWithoutTerminal, type SessionOptions } from './session.ts';
import { withDocker } from './with-docker.ts';

interface CreateCommand extends PullWish, RequestOptions {
  readonly name?: string;
  readonly pull: 'always' | 'missing' | 'never';
  readonly cidfile?: string;
  readonly rm?: true;
}

interface RunCommand extends CreateCommand {
  readonly detach?: true;
  readonly attach?: readonly string[];
  readonly detachKeys?: string;
  readonly sigProxy: boolean;
}

const created = z.object({ Id: z.string(), Warnings: z.array(z.string()).nullish() });

/** Exit codes of Docker's own failures: nothing began, what was to begin can't be run, or isn't there. */
const FAILED = 125;
const NOT_RUNNABLE = 126;
const NOT_FOUND = 127;

export function createCommand(name = 'create'): Command {
  const command = base(name, 'make a container, and leave it for later to be started');
  const said = withCreateOptions(command);
  return command.action((words: readonly string[], options: CreateCommand) =>
    withDocker(options, async (docker) => {
      const body = await requestOf(said, words, options);
      process.stdout.write(`${await create(docker, withRemoval(body, options), options)}\n`);
    }),
  );
}

export function runCommand(name = 'run'): Command {
  const command = base(name, 'make a container of an image, and start it')
    .addOption(new Option('-d, --detach', 'leave it running, and say its id').helpGroup('Streams:'))
    .addOption(
      new Option('-a, --attach <stream>', 'join only to this: stdin, stdout, stderr')
        .argParser(repeated)
        .helpGroup('Streams:'),
    )
    .addOption(
      new Option('--detach-keys <keys>', 'what leaves it running (default: ctrl-p,ctrl-q)').helpGroup('Streams:'),
    )
    .addOption(new Option('--no-sig-proxy', 'keep signals to itself').helpGroup('Streams:'))
    .addOption(new Option('--sig-proxy', 'pass signals on to it').default(true).hideHelp());
  const said = withCreateOptions(command);
  return command.action(async (words: readonly string[], options: RunCommand) => {
    try {
      await withDocker(options, (docker) => run(docker, { said, words, options }));
    } catch (error) {
      const told = toEngineError(error);
      process.stderr.write(`estrato: ${told.message}\n`);
      process.exitCode = failureCode(told);
    }
  });
}

function base(name: string, description: string): Command {
  return withPlace(new Command(name))
    .description(description)
    .usage('[options] <image> [command] [argument...]')
    .argument('<words...>', 'the image, and the program to run instead of its own')
    .passThroughOptions()
    .helpOption('--help', 'say all this')
    .option('--name <name>', 'what to call it; nobody names it when left out')
    .option('--rm', 'remove it when it ends')
    .addOption(new Option('--pull <when>', 'the image').choices(['always', 'missing', 'never']).default('missing'))
    .option('--platform <platform>', 'the image for this, such as linux/arm64')
    .option('-q, --quiet', 'say nothing of a pull')
    .option('--cidfile <file>', 'write its id there');
}

function withRemoval(body: CreateBody, { rm }: CreateCommand): CreateBody {
  return rm === true ? { ...body, HostConfig: { ...body.HostConfig, AutoRemove: true } } : body;
}

async function create(docker: DockerHttp, body: CreateBody, options: CreateCommand): Promise<string> {
  const { name, platform, cidfile, pull } = options;
  await using file = cidfile === undefined ? undefined : await open(cidfile, 'wx');
  if (pull === 'always') await pullImage(body.Image, options);
  const make = async (): Promise<unknown> =>
    docker.ask('POST', '/containers/create', { query: { name, platform }, body });
  const answer = await make().catch(async (error: unknown) => {
    if (pull !== 'missing' || !isMissingImage(toEngineError(error))) throw error;
    process.stderr.write(`Unable to find image '${body.Image}' locally\n`);
    await pullImage(body.Image, options);
    return make();
  });
  const { Id, Warnings } = created.parse(answer);
  for (const warning of Warnings ?? []) process.stderr.write(`WARNING: ${warning}\n`);
  await file?.write(Id);
  return Id;
}

function isMissingImage({ code, message }: EngineError): boolean {
  return code === 'not-found' && /no such image/i.test(message);
}

interface Run {
  readonly said: Said;
  readonly words: readonly string[];
  readonly options: RunCommand;
}

async function run(docker: DockerHttp, { said, words, options }: Run): Promise<void> {
  const body = withRemoval(await requestOf(said, words, options), options);
  const isDetached = options.detach === true;
  const streams = streamsOf(options);
  if (!isDetached) refuseWithoutTerminal(streams);
  if (body.Tty === true && process.stdout.isTTY) {
    body.HostConfig.ConsoleSize = [process.stdout.rows, process.stdout.columns];
  }
  body.AttachStdin = !isDetached && streams.stdin;
  body.AttachStdout = !isDetached && streams.stdout;
  body.AttachStderr = !isDetached && streams.stderr;
  body.StdinOnce = body.AttachStdin;
  const id = await create(docker, body, options);
  const begin = async (): Promise<unknown> => docker.ask('POST', `/containers/${id}/start`);
  if (!isDetached) {
    const condition = options.rm === true ? 'removed' : 'next-exit';
    return joinRun(docker, id, { streams, sigProxy: options.sigProxy, condition, begin });
  }
  await begin();
  process.stdout.write(`${id}\n`);
}

function streamsOf({ attach, tty, interactive, detachKeys }: RunCommand): SessionOptions {
  const wants = (stream: string): boolean => attach === undefined || attach.some((one) => one.toLowerCase() === stream);
  return {
    tty: tty === true,
    stdin: interactive === true && wants('stdin'),
    stdout: wants('stdout'),
    stderr: wants('stderr'),
    ...(detachKeys === undefined ? {} : { detachKeys }),
  };
}

function failureCode({ message }: EngineError): number {
  if (/executable file not found|no such file or directory/i.test(message)) return NOT_FOUND;
  return /permission denied|is a directory/i.test(message) ? NOT_RUNNABLE : FAILED;
}
