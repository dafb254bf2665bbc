import { createHash } from 'node:crypto';

import { digestHex } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseImageConfig, type ImageConfig } from '#engine/oci/image-config.ts';
import type { RemoteRepository } from '#engine/registry/registry-client.ts';

/** A config is a document; containerd stops at the same size. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/** @throws EngineError `too-large`. */
export function checkConfigSize({ size }: Descriptor, what: string): void {
  if (size <= MAX_CONFIG_BYTES) return;
  throw new EngineError('too-large', `The config of ${what} has ${size} bytes, more than any image needs.`);
}

/** The config of an image that stays where it is. @throws EngineError `too-large`; `corrupt` for other bytes than promised. */
export async function readRemoteConfig(
  repository: RemoteRepository,
  config: Descriptor,
  what: string,
): Promise<ImageConfig> {
  checkConfigSize(config, what);
  const chunks: Uint8Array[] = [];
  for await (const chunk of repository.blob(config)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (createHash('sha256').update(bytes).digest('hex') !== digestHex(config.digest)) {
    throw new EngineError(
      'corrupt',
      `The config of ${what} is not the one that its manifest names; it has to be published again.`,
    );
  }
  return parseImageConfig(bytes, `The config of ${what}`);
}
