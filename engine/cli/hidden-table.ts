import type { HiddenPath } from '#engine/contract/waste.ts';

import { formatBytes } from './format.ts';
import { formatTable } from './table.ts';

/** Layers from 1, as everywhere on the command line. */
export function hiddenTable(hidden: readonly HiddenPath[]): string {
  return formatTable(
    ['WASTED', 'LAYERS', 'HOW', 'PATH'],
    hidden.map(({ path, bytes, layers, hiddenBy, isRemoved }) => [
      formatBytes(bytes),
      layers.map((layer) => layer + 1).join(','),
      `${isRemoved ? 'removed' : 'replaced'} by layer ${hiddenBy + 1}`,
      path,
    ]),
  );
}
