import { json } from 'node:stream/consumers';

import { Command } from 'commander';
import { z } from 'zod';

import type { DockerHttp } from '#engine/client/docker-http.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { followSize, forwardSignals, joinSession, refuseWithoutTerminal, type SessionOptions } from './session.ts';
import { withDocker } from './with-docker.ts';

interface AttachOptions extends PlaceOptions {
  readonly stdin: boolean;
  readonly sigProxy: boolean;
  readonly detachKeys?: string;
}

export function attachCommand(): Command {
  return withPlace(new Command('attach'))
    .description('join this terminal to a container that runs')
    .argument('<container>', 'its name, its id or the beginning of it')
    .option('--no-stdin', 'send it nothing')
    .option('--detach-keys <keys>', 'what leaves it running (default: ctrl-p,ctrl-q)')
    .option('--no-sig-proxy', 'keep signals to itself')
    .action((id: string, { stdin, sigProxy, detachKeys, ...place }: AttachOptions) =>
      withDocker(place, (docker) =>
        attachTo(docker, id, {
          stdin,
          isStarted: true,
          sigProxy,
          ...(detachKeys === undefined ? {} : { detachKeys }),
        }),
      ),
    );
}

const inspected = z.object({
  Id: z.string(),
  State: z.object({ Running: z.boolean(), Paused: z.boolean() }),
  Config: z.object({ Tty: z.boolean(), OpenStdin: z.boolean() }),
});
const waited = z.object({ StatusCode: z.int() });

interface Attach {
  readonly stdin: boolean;
  /** Whether it is to run already; otherwise it is started once all is in place. */
  readonly isStarted: boolean;
  readonly sigProxy?: boolean;
  readonly detachKeys?: string;
}

/** Joins the main process of a container, and ends with its exit code. @throws EngineError in Docker's words. */
export async function attachTo(docker: DockerHttp, ref: string, { isStarted, stdin, ...how }: Attach): Promise<void> {
  const { Id, State, Config } = inspected.parse(await docker.ask('GET', `/containers/${encodeURIComponent(ref)}/json`));
  if (isStarted && !State.Running) {
    throw new EngineError('conflict', 'You cannot attach to a stopped container, start it first');
  }
  if (isStarted && State.Paused) {
    throw new EngineError('conflict', 'You cannot attach to a paused container, unpause it first');
  }
  const { detachKeys } = how;
  const streams: SessionOptions = {
    tty: Config.Tty,
    stdin: stdin && Config.OpenStdin,
    stdout: true,
    stderr: true,
    ...(detachKeys === undefined ? {} : { detachKeys }),
  };
  refuseWithoutTerminal(streams);
  await joinRun(docker, Id, {
    streams,
    sigProxy: how.sigProxy ?? true,
    condition: isStarted ? 'not-running' : 'next-exit',
    begin: isStarted ? async () => undefined : async () => docker.ask('POST', `/containers/${Id}/start`),
  });
}

export interface JoinedRun {
  readonly streams: SessionOptions;
  readonly sigProxy: boolean;
  /** What counts as the end (Docker Engine API, wait). */
  readonly condition: 'not-running' | 'next-exit' | 'removed';
  /** Starts it, once nothing of it can be missed. */
  readonly begin: () => Promise<unknown>;
}

/** One run of a container, from its first byte to its exit code, which becomes this command's; or until it is left. */
export async function joinRun(docker: DockerHttp, id: string, run: JoinedRun): Promise<void> {
  const path = `/containers/${id}`;
  const { stdin, stdout, stderr, detachKeys, tty } = run.streams;
  const taken = await docker.takeOver(`${path}/attach`, { query: { stream: true, stdin, stdout, stderr, detachKeys } });
  const left = new AbortController();
  try {
    // Its head comes as soon as the engine waits.
    const waiting = await docker.open('POST', `${path}/wait`, {
      query: { condition: run.condition },
      signal: left.signal,
    });
    const ended = json(waiting);
    ended.catch(() => undefined);
    const kill = async (signal: string): Promise<unknown> => docker.ask('POST', `${path}/kill`, { query: { signal } });
    using _ = run.sigProxy ? forwardSignals(kill) : undefined;
    await run.begin();
    using __ = tty
      ? followSize(async (size) => docker.ask('POST', `${path}/resize`, { query: { ...size } }))
      : undefined;
    if ((await joinSession(taken, run.streams)) === 'ended') process.exitCode = waited.parse(await ended).StatusCode;
  } finally {
    taken.socket.destroy();
    left.abort();
  }
}
