import type { Digest } from '#engine/contract/digest.ts';
import type { DuplicateContent } from '#engine/contract/waste.ts';

import { largest } from './largest.ts';
import type { LayerFile, WeighedStack } from './weigh-stack.ts';

const MOST_ROWS = 50;
const MOST_PATHS = 20;
/** Smaller files take a block of the disk whatever they hold. */
const LEAST_BYTES = 4096;

/** The same bytes by several names that the image shows, most to save first. */
export function duplicateContent(stack: WeighedStack): {
  readonly duplicates: DuplicateContent[];
  readonly duplicateBytes: number;
} {
  const groups = [...copiesByContent(stack)].filter(([, copies]) => copies.length > 1);
  const wastedBytes = (copies: readonly LayerFile[]): number => (copies[0]?.size ?? 0) * (copies.length - 1);
  return {
    duplicates: largest(groups, MOST_ROWS, ([, copies]) => wastedBytes(copies)).map(([contentDigest, copies]) => ({
      contentDigest,
      size: copies[0]?.size ?? 0,
      paths: copies.slice(0, MOST_PATHS).map(({ path, layer }) => ({ path, layer })),
      copies: copies.length,
      wastedBytes: wastedBytes(copies),
    })),
    duplicateBytes: groups.reduce((sum, [, copies]) => sum + wastedBytes(copies), 0),
  };
}

/** Files of a size of their own are no copies, and need no look at their digests. */
function copiesByContent(stack: WeighedStack): ReadonlyMap<Digest, readonly LayerFile[]> {
  const sizes = repeatedSizes(stack);
  const groups = new Map<Digest, LayerFile[]>();
  for (const file of stack.files()) {
    if (!sizes.has(file.size) || !stack.isVisible(file)) continue;
    const contentDigest = stack.indexes[file.layer]?.contentDigest(file.entry);
    if (contentDigest === undefined) continue;
    const group = groups.get(contentDigest);
    if (group === undefined) groups.set(contentDigest, [file]);
    else group.push(file);
  }
  return groups;
}

function repeatedSizes(stack: WeighedStack): ReadonlySet<number> {
  const once = new Set<number>();
  const repeated = new Set<number>();
  for (const file of stack.files()) {
    if (file.size < LEAST_BYTES || !stack.isVisible(file)) continue;
    (once.has(file.size) ? repeated : once).add(file.size);
  }
  return repeated;
}
