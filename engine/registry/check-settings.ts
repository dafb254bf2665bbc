import { X509Certificate } from 'node:crypto';

import { EngineError } from '#engine/contract/errors.ts';

import type { RegistrySettings } from './known-registries.ts';

/** A host with its port, and what stands before the repositories there, if anything. */
const MIRROR = /^(?:[a-zA-Z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?(?:\/[a-z0-9._/-]+)?$/;
const MOST_MIRRORS = 10;

/** @throws EngineError `invalid-argument` for what could never be used. */
export function checkSettings({ mirrors = [], authorities, proxy }: RegistrySettings): void {
  const odd = mirrors.find((mirror) => !MIRROR.test(mirror));
  if (odd !== undefined) {
    throw invalid(`${odd.slice(0, 100)} is no registry to read from instead; write it like mirror.example:5000.`);
  }
  if (mirrors.length > MOST_MIRRORS) throw invalid(`A registry has at most ${MOST_MIRRORS} mirrors here.`);
  if (authorities !== undefined) checkCertificate(authorities);
  if (proxy !== undefined && proxy !== 'none' && !isProxy(proxy)) {
    throw invalid(`${withoutPassword(proxy).slice(0, 100)} is no proxy; write http://proxy.example:3128, or none.`);
  }
}

/** An address as it may be shown. */
export function withoutPassword(address: string): string {
  return address.replace(/^(\w+:\/\/)[^/]*@/, '$1');
}

function isProxy(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

function checkCertificate(pem: string): void {
  try {
    // oxlint-disable-next-line no-new -- whether it can be read is all that is asked
    new X509Certificate(pem);
  } catch (cause) {
    throw new EngineError(
      'invalid-argument',
      'The authority is no certificate; it has to be PEM, as openssl writes it.',
      {
        cause,
      },
    );
  }
}

function invalid(sentence: string): EngineError {
  return new EngineError('invalid-argument', sentence);
}
