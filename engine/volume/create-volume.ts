import { mkdir } from 'node:fs/promises';

import { explainWriteFailure } from '#engine/content/file-failures.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { localMount } from './local-options.ts';
import { volumeData } from './volume-dir.ts';
import { publishVolume } from './volume-events.ts';
import { anonymousName, checkVolumeName } from './volume-name.ts';
import type { VolumeParts } from './volume-parts.ts';
import { ANONYMOUS_LABEL, type Volume } from './volume.ts';

export interface VolumeRequest {
  /** Without one the volume is anonymous. */
  readonly name?: string | undefined;
  readonly driver?: string | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** The container being created that it goes with, should it not come to be. */
  readonly madeFor?: string | undefined;
}

/**
 * Makes a volume; one that is there already is answered as it is.
 *
 * @throws EngineError `invalid-argument` for a name or options it can't have, `not-found` for another driver.
 */
export async function createVolume(parts: VolumeParts, request: VolumeRequest): Promise<Volume> {
  const { volume, hold } = await holdVolume(parts, request);
  hold[Symbol.dispose]();
  return volume;
}

/** The same, kept from being removed until `hold` is disposed. */
export async function holdVolume(
  parts: VolumeParts,
  request: VolumeRequest,
): Promise<{ readonly volume: Volume; readonly hold: Disposable }> {
  const { driver = 'local', name = '' } = request;
  const chosen = name === '' ? anonymousName() : name;
  checkVolumeName(chosen);
  if (driver !== '' && driver !== 'local') {
    throw new EngineError(
      'not-found',
      `create ${chosen}: error looking up volume plugin ${driver}: plugin "${driver}" not found`,
    );
  }
  return parts.table.exclusively(chosen, async () => {
    const volume = parts.table.get(chosen) ?? (await make(parts, chosen, request));
    return { volume, hold: parts.table.hold(chosen) };
  });
}

/** The record is first: a directory that a killed engine didn't get to is made by the next. */
async function make(parts: VolumeParts, name: string, request: VolumeRequest): Promise<Volume> {
  const { labels = {}, options = {}, madeFor } = request;
  localMount(options);
  const anonymous = request.name === undefined || request.name === '' ? { [ANONYMOUS_LABEL]: '' } : {};
  const made: Volume = { name, createdAt: Date.now(), labels: { ...labels, ...anonymous }, options: { ...options } };
  parts.table.insert(made, madeFor);
  try {
    await makeVolumeDir(parts, name);
  } catch (error) {
    parts.table.delete(name);
    throw explainWriteFailure(error, `the volume ${name}`);
  }
  publishVolume(parts, name, 'create');
  return made;
}

export async function makeVolumeDir(parts: VolumeParts, name: string): Promise<void> {
  await mkdir(volumeData(parts, name), { recursive: true, mode: 0o755 });
}
