import { open } from 'node:fs/promises';

import { z } from 'zod';

import { isMissing } from '#engine/content/file-failures.ts';
import { digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { HEADER_BYTES, MAGIC } from './index-format.ts';
import type { LayerRecord } from './layer-store.ts';

const layerRecord = z.object({
  diffId: digest,
  mediaType: z.string(),
  blobDigest: digest,
  compressedSize: z.int(),
  size: z.int(),
  entryCount: z.int(),
  form: z.enum(['tar', 'tree']).optional(),
  tarSize: z.int().optional(),
});

/** @throws EngineError `corrupt` */
export function parseLayerRecord(text: string): LayerRecord {
  try {
    return layerRecord.parse(JSON.parse(text));
  } catch (error) {
    throw new EngineError('corrupt', "a layer's record is damaged; remove its image and pull or load it again", {
      cause: error,
    });
  }
}

/** A record is a few hundred bytes; a file that promises more is damaged. */
const MAX_RECORD_BYTES = 64 * 1024;

/**
 * From the beginning of an index file, without the rest of it. Undefined when there is no such file.
 *
 * @throws EngineError `corrupt`
 */
export async function readLayerRecord(path: string): Promise<LayerRecord | undefined> {
  try {
    await using file = await open(path, 'r');
    const header = Buffer.alloc(HEADER_BYTES);
    await file.read(header, 0, HEADER_BYTES, 0);
    const length = Math.min(header.readUInt32LE(MAGIC.length), MAX_RECORD_BYTES);
    const record = Buffer.alloc(length);
    await file.read(record, 0, length, HEADER_BYTES);
    return parseLayerRecord(record.toString('utf8'));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
