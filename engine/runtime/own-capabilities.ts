import { readFileSync } from 'node:fs';

import { capabilityNames } from './capabilities.ts';

let known: readonly string[] | undefined;

/** What this process, and so whatever it starts, can ever have: its bounding set (capabilities(7)). */
export function ownCapabilities(): readonly string[] {
  if (known !== undefined) return known;
  const [, hex = '0'] = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  known = capabilityNames(BigInt(`0x${hex}`));
  return known;
}
