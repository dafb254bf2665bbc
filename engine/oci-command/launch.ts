import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { Socket } from 'node:net';

import { EngineError } from '#engine/contract/errors.ts';
import { encodePlan, type Step } from '#engine/runtime/encode-plan.ts';
import { launchFailure } from '#engine/runtime/launch-failure.ts';
import { readFrames, type ShimFrame } from '#engine/runtime/shim-frames.ts';

/** The caller's descriptors that come after the standard streams (systemd's LISTEN_FDS begin there too). */
const FIRST_PRESERVED = 3;

/** A program that has been launched with this process's own streams. */
export interface Launched {
  /** On the host. */
  readonly pid: number;
  /** Resolves with its exit code; only where the plan asks for a keeper. */
  readonly ended: Promise<number>;
}

export interface Launch {
  readonly steps: readonly Step[];
  /** The container's state directory. */
  readonly statePath: string;
  /** How many descriptors the program has beside its streams. */
  readonly preserved: number;
}

/** Starts the launcher in its role `launch` (launcher/launch.h). @throws EngineError with the launcher's sentence. */
export async function launch(launcherPath: string, { steps, statePath, preserved }: Launch): Promise<Launched> {
  const passed = Array.from({ length: preserved }, (_, index) => FIRST_PRESERVED + index);
  for (const descriptor of passed) requireInherited(descriptor);
  const child = spawn(launcherPath, ['launch', statePath], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe', ...passed],
  });
  const control = controlOf(child);
  const failed = once(child, 'error').then(([cause]: unknown[]) => {
    throw new EngineError(
      'internal',
      `The launcher ${launcherPath} can't be started; make -C engine/launcher builds it.`,
      {
        cause,
      },
    );
  });
  control.end(encodePlan(steps));
  const frames = readFrames(control);
  const pid = await Promise.race([answerOf(frames), failed]);
  const ended = endOf(frames);
  ended.catch(() => undefined);
  return { pid, ended };
}

function controlOf({ stdio }: ChildProcess): Socket {
  const control = stdio[3];
  if (!(control instanceof Socket)) throw new EngineError('internal', 'The launcher has no control socket.');
  return control.on('error', () => undefined);
}

async function answerOf(frames: AsyncIterator<ShimFrame, undefined>): Promise<number> {
  const { value } = await frames.next();
  if (value === undefined) throw new EngineError('internal', 'The launcher ended without an answer.');
  if (value.type === 'K') return value.payload.readUInt32LE(0);
  throw launchFailure(value.payload[0] ?? 0, value.payload.toString('utf8', 1));
}

async function endOf(frames: AsyncGenerator<ShimFrame>): Promise<number> {
  for await (const { type, payload } of frames) {
    if (type === 'X') return Number(payload.toString('latin1').split(' ')[0]);
  }
  throw new EngineError('internal', 'The launcher ended before the program it kept.');
}

/** A number beyond what the caller passed on may be one of this process's own. */
function requireInherited(descriptor: number): void {
  const link = linkOf(descriptor);
  if (link === undefined || link.startsWith('anon_inode:')) {
    throw new EngineError('invalid-argument', `Descriptor ${descriptor} was to be preserved, and it isn't open.`);
  }
}

function linkOf(descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}
