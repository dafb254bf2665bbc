import type { ImageEfficiency } from '#engine/contract/waste.ts';

import { largest } from './largest.ts';
import type { WeighedStack } from './weigh-stack.ts';

const MOST_PATHS = 200;

/**
 * How much of what an image ships anybody can see.
 *
 * Wasted are the bytes that would not be there if each path were written once, as it is at the end: copies that layers
 * above replace or remove. dive counts every copy of such a path as waste, the one that is seen too, so its wasted bytes
 * are higher; and for its efficiency it takes the smallest copy of a path for what is needed, where here it is the one
 * that is seen. As with dive, the share of the user's own bytes leaves the lowest layer out.
 */
export function stackEfficiency(stack: WeighedStack): Omit<ImageEfficiency, 'image'> {
  let [shippedBytes, visibleBytes, userBytes] = [0, 0, 0];
  for (const [layer, index] of stack.indexes.entries()) {
    for (let entry = 0; entry < index.count; entry += 1) {
      if (index.type(entry) !== 'file') continue;
      const size = index.size(entry);
      shippedBytes += size;
      if (layer > 0) userBytes += size;
      if (stack.isVisible({ layer, entry })) visibleBytes += size;
    }
  }
  const wastedBytes = shippedBytes - visibleBytes;
  let hiddenPaths = 0;
  function* counted(): ReturnType<WeighedStack['hidden']> {
    for (const path of stack.hidden()) {
      hiddenPaths += 1;
      yield path;
    }
  }
  const hidden = largest(counted(), MOST_PATHS, ({ bytes }) => bytes);
  return {
    shippedBytes,
    visibleBytes,
    wastedBytes,
    efficiency: shippedBytes === 0 ? 1 : visibleBytes / shippedBytes,
    userBytes,
    userWastedShare: wastedBytes === 0 ? 0 : Math.min(1, wastedBytes / Math.max(1, userBytes)),
    hidden: hidden.map((path) => stack.describeHidden(path)),
    hiddenPaths,
  };
}
