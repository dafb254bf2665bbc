import { shortDigest } from '#engine/contract/digest.ts';
import type { ChainSegment, SharedMap } from '#engine/contract/sharing.ts';

import { formatBytes } from './format.ts';
import { formatTable } from './table.ts';

/** A line for each run of layers, deeper where it stands on another, with the images that end there. */
export function sharedTree({ segments, totalBytes, unsharedBytes }: SharedMap): string {
  if (segments.length === 0) return 'There are no images yet: estrato bootstrap busybox makes a first one.\n';
  const depths: number[] = [];
  const rows = segments.map((segment) => {
    const depth = segment.parent === undefined ? 0 : (depths[segment.parent] ?? 0) + 1;
    depths.push(depth);
    return [
      formatBytes(segment.bytes),
      `${segment.layers.length}`,
      `${segment.imageCount}`,
      `${'  '.repeat(depth)}${wordsOf(segment)}`,
    ];
  });
  const sum = `${formatBytes(totalBytes)} on the disk, ${formatBytes(unsharedBytes - totalBytes)} saved by sharing\n`;
  return `${formatTable(['ON DISK', 'LAYERS', 'IMAGES', 'WHAT'], rows)}${sum}`;
}

function wordsOf({ images, layers }: ChainSegment): string {
  if (images.length > 0) return images.map(({ name }) => name).join(', ');
  const top = layers.at(-1)?.diffId;
  return `(${top === undefined ? '' : shortDigest(top)})`;
}
