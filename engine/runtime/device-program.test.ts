import { expect, test } from 'vitest';

import type { RuntimeDeviceRule } from '#engine/oci/runtime-spec.ts';

import { defaultSpec } from './default-spec.ts';
import { deviceProgram } from './device-program.ts';

const MKNOD = 1;
const READ = 2;
const WRITE = 4;

interface Asked {
  readonly type: 'b' | 'c';
  readonly major: number;
  readonly minor: number;
  readonly access: number;
}

type Arithmetic = (operands: { readonly left: number; readonly right: number; readonly value: number }) => number;

/** The operations that give a register a value. */
const arithmetic: Readonly<Record<number, Arithmetic>> = {
  0xbc: ({ right }) => right,
  0x74: ({ left, value }) => left >>> value,
  0x54: ({ left, value }) => (left & value) >>> 0,
  0xb7: ({ value }) => value,
};

const LOAD = 0x61;
const EXIT = 0x95;
const jumps: Readonly<Record<number, (left: number, value: number) => boolean>> = {
  0x15: (left, value) => left === value,
  0x55: (left, value) => left !== value,
};

/** Runs a program as the kernel would (its bpf/instruction-set.rst), as far as ours goes. */
function run(program: Uint8Array, { type, major, minor, access }: Asked): boolean {
  const code = Buffer.from(program);
  const context = [((access << 16) | (type === 'b' ? 1 : 2)) >>> 0, major, minor];
  const registers = Array.from({ length: 11 }, () => 0);
  let at = 0;
  for (let operation = code.readUInt8(0); operation !== EXIT; operation = code.readUInt8(at)) {
    const names = code.readUInt8(at + 1);
    const [to, from] = [names & 15, names >> 4];
    const [offset, value] = [code.readInt16LE(at + 2), code.readInt32LE(at + 4)];
    const [left = 0, right = 0] = [registers[to], registers[from]];
    const compute = arithmetic[operation];
    if (operation === LOAD) registers[to] = context[offset / 4] ?? 0;
    else if (compute !== undefined) registers[to] = compute({ left, right, value });
    else if (jumps[operation]?.(left, value) === true) at += offset * 8;
    at += 8;
  }
  return registers[0] === 1;
}

function decide(rules: readonly RuntimeDeviceRule[], ...asked: readonly Asked[]): readonly boolean[] {
  const program = deviceProgram(rules);
  return asked.map((one) => run(program, one));
}

const null_ = { type: 'c', major: 1, minor: 3, access: READ | WRITE } as const;
const memory = { type: 'c', major: 1, minor: 1, access: READ } as const;
const disk = { type: 'b', major: 8, minor: 0, access: READ } as const;

test('without rules everything is allowed, after a ban nothing', () => {
  expect(decide([], null_, disk)).toEqual([true, true]);
  expect(decide([{ allow: false }], null_, disk, { ...disk, access: MKNOD })).toEqual([false, false, false]);
});

test('the default of containers allows the usual devices, and to make any', () => {
  const { resources } = defaultSpec({
    args: [],
    env: [],
    cwd: '/',
    user: { uid: 0, gid: 0 },
    terminal: false,
    hostname: '',
    cgroupsPath: '/x',
    readonlyRootfs: false,
    network: 'none',
  }).linux;
  const rules = resources?.devices ?? [];
  expect(decide(rules, null_, memory, disk)).toEqual([true, false, false]);
  expect(decide(rules, { ...memory, access: MKNOD }, { ...disk, access: MKNOD })).toEqual([true, true]);
  expect(decide(rules, { type: 'c', major: 136, minor: 5, access: READ | WRITE })).toEqual([true]);
});

test('one rule has to cover all that is asked for, as with the older controller', () => {
  const apart: readonly RuntimeDeviceRule[] = [
    { allow: false },
    { allow: true, type: 'c', major: 1, minor: 3, access: 'r' },
    { allow: true, type: 'c', major: 1, access: 'w' },
  ];
  expect(decide(apart, null_, { ...null_, access: READ }, { ...memory, access: WRITE })).toEqual([false, true, true]);
  const together = [...apart, { allow: true, type: 'c', major: 1, minor: 3, access: 'w' } as const];
  expect(decide(together, null_)).toEqual([true]);
});

test('what is taken back is gone, and after a permission for all bans hold', () => {
  const rules: readonly RuntimeDeviceRule[] = [
    { allow: false },
    { allow: true, type: 'c', major: 1, minor: 3 },
    { allow: false, type: 'c', major: 1, minor: 3, access: 'w' },
  ];
  expect(decide(rules, null_, { ...null_, access: READ })).toEqual([false, true]);
  const open: readonly RuntimeDeviceRule[] = [
    { allow: true, type: 'a' },
    { allow: false, type: 'b', access: 'w' },
  ];
  expect(decide(open, disk, { ...disk, access: READ | WRITE }, null_)).toEqual([true, false, true]);
});
