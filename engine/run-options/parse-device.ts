import { EngineError } from '#engine/contract/errors.ts';

import type { HostBody } from './create-body.ts';
import { parseWhole } from './numbers.ts';
import { parsePair } from './pairs.ts';
import { parseSize } from './parse-size.ts';

/** `--device /dev/fuse[:/dev/files][:rwm]`. */
export function parseDevice(text: string): NonNullable<HostBody['Devices']>[number] {
  const [host = '', second = '', third = ''] = text.split(':');
  const isMode = /^[rwm]+$/.test(second);
  return {
    PathOnHost: host,
    PathInContainer: second === '' || isMode ? host : second,
    CgroupPermissions: (isMode ? second : third) || 'rwm',
  };
}

/** `nofile=1024:2048`, or one number for both. @throws EngineError `invalid-argument`. */
export function parseUlimit(text: string): NonNullable<HostBody['Ulimits']>[number] {
  const [name, limits] = parsePair(text);
  const [soft = '', hard = soft] = limits.split(':');
  if (name === '' || soft === '') throw new EngineError('invalid-argument', `invalid ulimit argument: ${text}`);
  return { Name: name, Soft: parseWhole(soft), Hard: parseWhole(hard) };
}

/** `/dev/sda:10mb`: bytes a second; `/dev/sda:1000`: operations. @throws EngineError `invalid-argument`. */
export function parseRate(text: string): { Path: string; Rate: number } {
  const at = text.lastIndexOf(':');
  if (at <= 0) throw new EngineError('invalid-argument', `bad format: ${text}; write it like /dev/sda:10mb.`);
  return { Path: text.slice(0, at), Rate: parseSize(text.slice(at + 1)) };
}

/** `on-failure:3`. @throws EngineError `invalid-argument` in Docker's words. */
export function parseRestart(text: string): NonNullable<HostBody['RestartPolicy']> {
  const [name = '', count] = text.split(':');
  if (count !== undefined && !/^\d+$/.test(count)) {
    throw new EngineError('invalid-argument', 'invalid restart policy format: maximum retry count must be an integer');
  }
  return { Name: name, MaximumRetryCount: Number(count ?? 0) };
}
