import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { DeviceRequest } from '#engine/contract/container-options.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeDevice, RuntimeDeviceRule } from '#engine/oci/runtime-spec.ts';

import { deviceNumbers } from './runtime-resources.ts';

export interface GivenDevices {
  readonly devices: readonly RuntimeDevice[];
  readonly rules: readonly RuntimeDeviceRule[];
}

/** What is in /dev and no device of the machine's: file systems of their own, and a container has its own of each. */
const OTHERS = new Set(['pts', 'shm', 'fd', 'mqueue', 'console', 'hugepages', '.lxc', '.lxd-mounts', '.udev']);

/** Deep enough for any /dev. */
const DEEPEST = 8;

/** The machine's devices that were asked for, each with the right to use it. @throws EngineError `invalid-argument`. */
export async function givenDevices(requests: readonly DeviceRequest[]): Promise<GivenDevices> {
  const found = await Promise.all(requests.map(given));
  return { devices: found.flatMap(({ devices }) => devices), rules: found.flatMap(({ rules }) => rules) };
}

async function given({ pathOnHost, pathInContainer, permissions }: DeviceRequest): Promise<GivenDevices> {
  const stats = await stat(pathOnHost, { bigint: true }).catch((cause: unknown) => {
    throw refusal(pathOnHost, 'no such file or directory', cause);
  });
  const devices = stats.isDirectory()
    ? await devicesIn(pathOnHost, pathInContainer, DEEPEST)
    : [deviceOf(stats, pathInContainer)].filter((device) => device !== undefined);
  if (devices.length === 0) throw refusal(pathOnHost, 'not a device node');
  return { devices, rules: devices.map((device) => ruleFor(device, permissions)) };
}

function refusal(path: string, why: string, cause?: unknown): EngineError {
  const message = `error gathering device information while adding custom device "${path}": ${why}`;
  return new EngineError('invalid-argument', message, { cause });
}

function ruleFor({ type, major = 0, minor = 0 }: RuntimeDevice, access: string): RuntimeDeviceRule {
  return { allow: true, type: type === 'b' ? 'b' : 'c', major, minor, access };
}

/** All of the machine's. */
export function hostDevices(): Promise<readonly RuntimeDevice[]> {
  return devicesIn('/dev', '/dev', DEEPEST);
}

/** Links aren't followed: what they name is there under its own name. */
async function devicesIn(path: string, as: string, depth: number): Promise<readonly RuntimeDevice[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries
      .filter(({ name }) => !OTHERS.has(name))
      .map(async (entry) => {
        const [from, to] = [join(path, entry.name), join(as, entry.name)];
        if (entry.isDirectory()) return depth > 0 ? devicesIn(from, to, depth - 1) : [];
        if (!entry.isCharacterDevice() && !entry.isBlockDevice()) return [];
        const stats = await stat(from, { bigint: true }).catch(() => undefined);
        const device = stats === undefined ? undefined : deviceOf(stats, to);
        return device === undefined ? [] : [device];
      }),
  );
  return found.flat();
}

function deviceOf(stats: BigIntStats, path: string): RuntimeDevice | undefined {
  const type = stats.isBlockDevice() ? 'b' : 'c';
  if (type === 'c' && !stats.isCharacterDevice()) return undefined;
  const { mode, uid, gid, rdev } = stats;
  return {
    type,
    path,
    ...deviceNumbers(Number(rdev)),
    fileMode: Number(mode) & 0o777,
    uid: Number(uid),
    gid: Number(gid),
  };
}

/** `c 10:* rwm`. @throws EngineError `invalid-argument`. */
export function parseDeviceRule(text: string): RuntimeDeviceRule {
  const [, type, major, minor, access] = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/.exec(text) ?? [];
  if (type !== 'a' && type !== 'b' && type !== 'c') {
    throw new EngineError('invalid-argument', `invalid device cgroup rule format: '${text}'`);
  }
  return {
    allow: true,
    type,
    ...(major === '*' ? {} : { major: Number(major) }),
    ...(minor === '*' ? {} : { minor: Number(minor) }),
    access: access ?? 'rwm',
  };
}
