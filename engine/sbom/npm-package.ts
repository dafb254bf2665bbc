import { z } from 'zod';

import { foundPackage, type FoundPackage } from './found-package.ts';

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.unknown().optional(),
});

/** Older ones name a licence in an object (docs.npmjs.com, package.json, "license"). */
const namedLicense = z.object({ type: z.string() });

/** An installed package by its package.json; undefined for one that has no version, or is none. */
export function npmPackage(text: string): FoundPackage | undefined {
  const said = manifest.safeParse(parsed(text)).data;
  if (said === undefined) return undefined;
  const { name, version, license } = said;
  const named = typeof license === 'string' ? license : namedLicense.safeParse(license).data?.type;
  return foundPackage({ kind: 'npm', name, version, license: named });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
