import { EngineError } from '#engine/contract/errors.ts';

import type { Operation } from './operations.ts';

export type Argument = string | number | bigint | boolean | Uint8Array;

export interface Step {
  readonly operation: Operation;
  readonly args: readonly Argument[];
}

export function step(operation: Operation, ...args: readonly Argument[]): Step {
  return { operation, args };
}

const MAGIC = 'ESTPLAN2';

/** What launcher/plan.c takes, and a frame has room for beside a container's directory. */
const MOST_STEPS = 4096;
const MOST_BYTES = 15 * 1024 * 1024;

/**
 * `ESTPLAN2`, then of each step u32 count of words, and of each word (its operation, its arguments) u32 length, bytes,
 * NUL; little-endian.
 * @throws EngineError `invalid-argument` for more than the launcher takes.
 */
export function encodePlan(steps: readonly Step[]): Buffer {
  refuse(steps.length, MOST_STEPS, 'mounts, devices and settings');
  const written = steps.map(({ operation, args }) => [operation, ...args.map(asWritten)]);
  const sizes = written.map((words) => words.reduce((sum, word) => sum + 4 + Buffer.byteLength(word) + 1, 4));
  // One buffer for all of it: thousands of small ones would cost a start more than their bytes.
  const size = sizes.reduce((sum, one) => sum + one, MAGIC.length);
  refuse(size, MOST_BYTES, 'bytes of arguments, environment and paths');
  const plan = Buffer.allocUnsafe(size);
  let at = plan.write(MAGIC);
  for (const words of written) {
    at = plan.writeUInt32LE(words.length, at);
    for (const word of words) {
      const length = writeWord(plan, word, at + 4);
      plan.writeUInt32LE(length, at);
      at = plan.writeUInt8(0, at + 4 + length);
    }
  }
  return plan;
}

function refuse(count: number, most: number, what: string): void {
  if (count <= most) return;
  throw new EngineError(
    'invalid-argument',
    `The container asks for ${count} ${what}, and the launcher takes ${most} at most; ask for fewer.`,
  );
}

/** @returns how many bytes it is. */
function writeWord(plan: Buffer, word: string | Uint8Array, at: number): number {
  if (typeof word === 'string') return plan.write(word, at);
  plan.set(word, at);
  return word.length;
}

function asWritten(arg: Argument): string | Uint8Array {
  if (typeof arg === 'boolean') return arg ? '1' : '0';
  return typeof arg === 'string' || arg instanceof Uint8Array ? arg : String(arg);
}
