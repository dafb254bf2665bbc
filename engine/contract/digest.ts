import { z } from 'zod';

import { EngineError } from './errors.ts';

declare const brand: unique symbol;

/** `sha256:` and 64 lower-case hex digits (OCI image specification, descriptor.md, "Digests"). */
export type Digest = string & { readonly [brand]: 'Digest' };

const SHA256 = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return SHA256.test(text);
}

/** @throws EngineError `invalid-argument` for anything but a sha256 digest. */
export function parseDigest(text: string): Digest {
  if (!isDigest(text)) throw new EngineError('invalid-argument', `not a sha256 digest: ${text}`);
  return text;
}

/** The 64 hex digits without the algorithm. */
export function digestHex(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

/** The first twelve hex digits: as people are shown an id (Docker's clients show as many). */
export function shortDigest(digest: string): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 12);
}

export const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'not a sha256 digest');
