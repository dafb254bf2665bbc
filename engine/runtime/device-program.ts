import type { RuntimeDeviceRule } from '#engine/oci/runtime-spec.ts';

/** BPF_DEVCG_* (linux/bpf.h). */
const typeBits: Readonly<Record<string, number>> = { b: 1, c: 2 };
const accessBits: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };
const EVERY_ACCESS = 7;

interface Exception {
  readonly type: number;
  /** Undefined for any. */
  readonly major: number | undefined;
  readonly minor: number | undefined;
  readonly access: number;
}

/** What v1's controller makes of a list of rules (admin-guide/cgroup-v1/devices.rst): a default and its exceptions. */
interface Verdicts {
  readonly allowsByDefault: boolean;
  readonly exceptions: readonly Exception[];
}

/**
 * A program that decides about devices as v1's controller would, for cgroups of v2 (BPF_PROG_TYPE_CGROUP_DEVICE): it
 * gets type and access, major and minor number, and returns whether they are allowed.
 */
export function deviceProgram(rules: readonly RuntimeDeviceRule[]): Uint8Array {
  const { allowsByDefault, exceptions } = settle(rules);
  const blocks = exceptions.map((exception) => exceptionBlock(exception, allowsByDefault));
  return Buffer.concat([...loadContext, ...blocks.flat(), ...answer(allowsByDefault)]);
}

function settle(rules: readonly RuntimeDeviceRule[]): Verdicts {
  return rules.reduce<Verdicts>(apply, { allowsByDefault: true, exceptions: [] });
}

function apply({ allowsByDefault, exceptions }: Verdicts, rule: RuntimeDeviceRule): Verdicts {
  const { allow, type = 'a', major, minor, access = 'rwm' } = rule;
  if (type === 'a') return { allowsByDefault: allow, exceptions: [] };
  const numbered = (number: number | undefined): number | undefined =>
    number === undefined || number < 0 ? undefined : number;
  const named = { type: typeBits[type] ?? 0, major: numbered(major), minor: numbered(minor) };
  const isSame = (other: Exception): boolean =>
    other.type === named.type && other.major === named.major && other.minor === named.minor;
  const before = exceptions.find(isSame)?.access ?? 0;
  const bits = Object.entries(accessBits).reduce((sum, [letter, bit]) => sum | (access.includes(letter) ? bit : 0), 0);
  const after = allow === allowsByDefault ? before & ~bits : before | bits;
  const others = exceptions.filter((other) => !isSame(other));
  return { allowsByDefault, exceptions: after === 0 ? others : [...others, { ...named, access: after }] };
}

/** Registers: 0 for the answer, 1 where the context is, then type, access, major, minor. */
const [R0, R1, TYPE, ACCESS, MAJOR, MINOR] = [0, 1, 2, 3, 4, 5] as const;

/** Operations (bpf(2), the kernel's bpf/instruction-set.rst). */
const LOAD = 0x61;
const COPY = 0xbc;
const SHIFT_RIGHT = 0x74;
const AND = 0x54;
const SET = 0xb7;
const JUMP_IF_EQUAL = 0x15;
const JUMP_UNLESS_EQUAL = 0x55;
const EXIT = 0x95;

interface Operands {
  readonly to?: number;
  readonly from?: number;
  readonly offset?: number;
  readonly value?: number;
}

/** u8 operation, u4 source, u4 destination, s16 offset, s32 value. */
function instruction(operation: number, { to = 0, from = 0, offset = 0, value = 0 }: Operands = {}): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(operation, 0);
  bytes.writeUInt8((from << 4) | to, 1);
  bytes.writeInt16LE(offset, 2);
  bytes.writeInt32LE(value, 4);
  return bytes;
}

/** struct bpf_cgroup_dev_ctx: access in the upper half of the first word and type in the lower, major, minor. */
const loadContext = [
  instruction(LOAD, { to: TYPE, from: R1, offset: 0 }),
  instruction(COPY, { to: ACCESS, from: TYPE }),
  instruction(SHIFT_RIGHT, { to: ACCESS, value: 16 }),
  instruction(AND, { to: TYPE, value: 0xffff }),
  instruction(LOAD, { to: MAJOR, from: R1, offset: 4 }),
  instruction(LOAD, { to: MINOR, from: R1, offset: 8 }),
];

function answer(allows: boolean): readonly Buffer[] {
  return [instruction(SET, { to: R0, value: Number(allows) }), instruction(EXIT)];
}

/** An exception from a ban has to cover all that is asked for, one from a permission any of it. */
function exceptionBlock({ type, major, minor, access }: Exception, allowsByDefault: boolean): readonly Buffer[] {
  const compares = [
    { register: TYPE, value: type },
    ...(major === undefined ? [] : [{ register: MAJOR, value: major }]),
    ...(minor === undefined ? [] : [{ register: MINOR, value: minor }]),
  ];
  const covered = allowsByDefault ? access : EVERY_ACCESS & ~access;
  const onward = allowsByDefault ? JUMP_IF_EQUAL : JUMP_UNLESS_EQUAL;
  const rest = [
    instruction(COPY, { to: R0, from: ACCESS }),
    instruction(AND, { to: R0, value: covered }),
    instruction(onward, { to: R0, value: 0, offset: 2 }),
    ...answer(!allowsByDefault),
  ];
  return [
    ...compares.map(({ register, value }, index) =>
      instruction(JUMP_UNLESS_EQUAL, { to: register, value, offset: compares.length - 1 - index + rest.length }),
    ),
    ...rest,
  ];
}
