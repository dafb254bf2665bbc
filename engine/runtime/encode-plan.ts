import { EngineError } from '#engine/contract/errors.ts';

/** What a step of a launch plan does; the numbers are the format (engine/launcher/README.md). */
export const operations = {
  shim: 1,
  session: 2,
  oomScore: 3,
  cgroup: 4,
  unshare: 5,
  propagation: 6,
  rootOverlay: 7,
  rootBind: 8,
  mount: 9,
  bind: 10,
  device: 11,
  symlink: 12,
  directory: 13,
  mask: 14,
  readonly: 15,
  sysctl: 16,
  enterRoot: 17,
  rootReadonly: 18,
  hostname: 19,
  domainname: 20,
  loopback: 21,
  terminal: 22,
  rlimit: 23,
  bounding: 24,
  user: 25,
  capabilities: 26,
  noNewPrivileges: 27,
  seccomp: 28,
  chdir: 29,
  environment: 30,
  exec: 31,
  join: 32,
  seccompDefault: 33,
  seccompArchitecture: 34,
  seccompRule: 35,
  hold: 36,
  link: 37,
  interface: 38,
  bridge: 39,
  unlink: 40,
  launch: 41,
  gate: 42,
  enter: 43,
  child: 44,
  idMaps: 45,
  writeSelf: 46,
  deviceFilter: 47,
  hook: 48,
  rootPropagation: 49,
  personality: 50,
  ioPriority: 51,
  scheduler: 52,
  affinity: 53,
  memoryPolicy: 54,
  publish: 55,
  home: 56,
  setting: 57,
  runtime: 58,
  detach: 59,
  networkAside: 60,
  keyring: 61,
} as const;

export type Operation = keyof typeof operations;
export type Argument = string | number | bigint | boolean | Uint8Array;

export interface Step {
  readonly operation: Operation;
  readonly args: readonly Argument[];
}

export function step(operation: Operation, ...args: readonly Argument[]): Step {
  return { operation, args };
}

const MAGIC = 'ESTPLAN1';

/** What launcher/plan.c takes, and a frame has room for beside a container's directory. */
const MOST_STEPS = 4096;
const MOST_BYTES = 15 * 1024 * 1024;

/**
 * `ESTPLAN1`, then of each step u32 operation, u32 count, and of each argument u32 length, bytes, NUL; little-endian.
 * @throws EngineError `invalid-argument` for more than the launcher takes.
 */
export function encodePlan(steps: readonly Step[]): Buffer {
  refuse(steps.length, MOST_STEPS, 'mounts, devices and settings');
  const written = steps.map(({ operation, args }) => ({ operation, args: args.map(asWritten) }));
  const sizes = written.map(({ args }) => args.reduce((sum, arg) => sum + 4 + Buffer.byteLength(arg) + 1, 8));
  // One buffer for all of it: thousands of small ones would cost a start more than their bytes.
  const size = sizes.reduce((sum, one) => sum + one, MAGIC.length);
  refuse(size, MOST_BYTES, 'bytes of arguments, environment and paths');
  const plan = Buffer.allocUnsafe(size);
  let at = plan.write(MAGIC);
  for (const { operation, args } of written) {
    at = plan.writeUInt32LE(operations[operation], at);
    at = plan.writeUInt32LE(args.length, at);
    for (const arg of args) {
      const length = writeArgument(plan, arg, at + 4);
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
function writeArgument(plan: Buffer, arg: string | Uint8Array, at: number): number {
  if (typeof arg === 'string') return plan.write(arg, at);
  plan.set(arg, at);
  return arg.length;
}

function asWritten(arg: Argument): string | Uint8Array {
  if (typeof arg === 'boolean') return arg ? '1' : '0';
  return typeof arg === 'string' || arg instanceof Uint8Array ? arg : String(arg);
}
