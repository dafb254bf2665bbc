import { EngineError } from '#engine/contract/errors.ts';

/** By number (capabilities(7), linux/capability.h). */
const names = [
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE',
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN',
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE',
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE',
]
  .join(' ')
  .split(' ')
  .map((name) => `CAP_${name}`);

/** Docker's fourteen: what a container has that asks for nothing. */
export const defaultCapabilities: readonly string[] =
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'
    .split(' ')
    .map((name) => `CAP_${name}`);

export interface CapabilityWishes {
  /** With or without `CAP_`; `ALL` is every one. */
  readonly add: readonly string[];
  readonly drop: readonly string[];
}

/** @throws EngineError `invalid-argument` for a name that Linux doesn't have. */
export function chooseCapabilities({ add, drop }: CapabilityWishes): readonly string[] {
  const added = add.flatMap(expand);
  const dropped = new Set(drop.flatMap(expand));
  const dropsAll = drop.some((name) => name.toUpperCase() === 'ALL');
  const base = dropsAll ? [] : defaultCapabilities;
  const kept = base.filter((name) => !dropped.has(name));
  const wanted = new Set([...kept, ...added.filter((name) => dropsAll || !dropped.has(name))]);
  return names.filter((name) => wanted.has(name));
}

function expand(wish: string): readonly string[] {
  const upper = wish.toUpperCase();
  if (upper === 'ALL') return names;
  const name = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  if (names.includes(name)) return [name];
  throw new EngineError('invalid-argument', `There is no capability ${wish}; see capabilities(7) for those there are.`);
}

/** Names as the kernel's bits, capabilities this engine doesn't know left out. */
export function capabilityBits(chosen: readonly string[]): bigint {
  return chosen.reduce((bits, name) => bits | (names.includes(name) ? 1n << BigInt(names.indexOf(name)) : 0n), 0n);
}

/** The kernel's bits as names; those that this engine doesn't know are left out. */
export function capabilityNames(bits: bigint): readonly string[] {
  return names.filter((_, number) => ((bits >> BigInt(number)) & 1n) === 1n);
}
