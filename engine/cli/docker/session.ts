import { spawnSync } from 'node:child_process';
import type { Socket } from 'node:net';

import type { TakenOver } from '#engine/client/docker-http.ts';
import { DetachKeyScanner, parseDetachKeys } from '#engine/contract/detach-keys.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { OutputFrames, untilDrained } from './output-frames.ts';

export interface SessionOptions {
  /** Whether the program in the container has a terminal. */
  readonly tty: boolean;
  /** Whether what is typed here goes there. */
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly detachKeys?: string;
}

/** @throws EngineError `invalid-argument` in Docker's words when a terminal is asked for and there is none here. */
export function refuseWithoutTerminal({ tty, stdin }: Pick<SessionOptions, 'tty' | 'stdin'>): void {
  if (tty && stdin && !process.stdin.isTTY) throw new EngineError('invalid-argument', 'the input device is not a TTY');
}

/**
 * This terminal, or these pipes, joined to a program in a container until it has said all or the detach keys are typed.
 * The terminal is as it was afterwards.
 */
export async function joinSession({ socket, head }: TakenOver, options: SessionOptions): Promise<'ended' | 'detached'> {
  socket.setNoDelay(true);
  const typed = Promise.withResolvers<'detached'>();
  using _ = options.stdin ? sendInput(socket, options, () => typed.resolve('detached')) : nothing;
  if (!options.stdin) socket.end();
  const received = receive(socket, head, options).then(() => 'ended' as const);
  const ending = await Promise.race([received, typed.promise]);
  socket.destroy();
  if (ending === 'detached') process.stderr.write('read escape sequence\n');
  return ending;
}

const nothing: Disposable = { [Symbol.dispose]: () => undefined };

async function receive(socket: Socket, head: Buffer, { tty, stdout, stderr }: SessionOptions): Promise<void> {
  const frames = new OutputFrames({
    stdout: (bytes) => stdout && process.stdout.write(bytes),
    stderr: (bytes) => stderr && process.stderr.write(bytes),
  });
  const show = (bytes: Buffer): void => {
    if (!tty) frames.add(bytes);
    else if (stdout) process.stdout.write(bytes);
  };
  if (head.length > 0) show(head);
  try {
    for await (const bytes of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      show(bytes);
      await untilDrained();
    }
  } catch (error) {
    // We have let go of it, having detached.
    if (!socket.destroyed) throw error;
  }
}

/** Sends on what is typed, byte by byte as a terminal gives it, until disposed. */
function sendInput(socket: Socket, { tty, detachKeys = '' }: SessionOptions, detached: () => void): Disposable {
  const { stdin } = process;
  const isTerminal = tty && stdin.isTTY;
  const keys = new DetachKeyScanner(parseDetachKeys(detachKeys));
  const send = (bytes: Buffer): void => {
    const { passed, isDetached } = isTerminal ? keys.scan(bytes) : { passed: bytes, isDetached: false };
    if (passed.length > 0 && !socket.write(passed)) {
      stdin.pause();
      socket.once('drain', () => stdin.resume());
    }
    if (isDetached) detached();
  };
  const end = (): void => void socket.end();
  socket.on('error', () => undefined);
  if (isTerminal) setRaw();
  stdin.on('data', send).once('end', end);
  return {
    [Symbol.dispose]: () => {
      if (isTerminal) stdin.setRawMode(false);
      stdin.off('data', send).off('end', end).pause();
      // A pipe that nobody closes would keep this process.
      stdin.unref?.();
    },
  };
}

/**
 * What is typed goes on as it is, and what comes is shown as it is. Node's raw mode leaves output processed: every line's
 * end would get a second return. Leaving raw mode brings all of it back.
 */
function setRaw(): void {
  process.stdin.setRawMode(true);
  spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
}

/** Tells the engine this terminal's size, now and whenever it changes, until disposed. */
export function followSize(resize: (size: { readonly h: number; readonly w: number }) => Promise<unknown>): Disposable {
  const tell = (): void => {
    const { rows, columns } = process.stdout;
    // One that has ended meanwhile has no size any more.
    if (process.stdout.isTTY) resize({ h: rows, w: columns }).catch(() => undefined);
  };
  tell();
  process.stdout.on('resize', tell);
  return { [Symbol.dispose]: () => void process.stdout.off('resize', tell) };
}

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;

/** Signals that this process gets go to the one in the container, until disposed. */
export function forwardSignals(kill: (signal: string) => Promise<unknown>): Disposable {
  const pass = (signal: string): void => void kill(signal).catch(() => undefined);
  for (const signal of forwarded) process.on(signal, pass);
  return { [Symbol.dispose]: () => forwarded.forEach((signal) => process.off(signal, pass)) };
}
