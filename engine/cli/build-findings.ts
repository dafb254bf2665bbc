import type { BuildFindings } from '#engine/contract/build-findings.ts';

import { formatBytes } from './format.ts';
import { hiddenTable } from './hidden-table.ts';
import { secretsSection } from './secrets-section.ts';

const SHOWN = 10;

/** What a build's end says of what nobody meant to ship; nothing where there is nothing. */
export function findingsText({ wastedBytes, hidden, secrets }: BuildFindings): string {
  const title = `\nDeleted or replaced above, but still shipped: ${formatBytes(wastedBytes)}\n`;
  const waste = wastedBytes === 0 ? '' : `${title}${hiddenTable(hidden.slice(0, SHOWN))}`;
  return `${waste}${secretsSection(secrets)}`;
}
