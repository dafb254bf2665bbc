import type { DuplicateContent } from '#engine/contract/waste.ts';

import { ContentGroups } from './content-groups.ts';
import { largest } from './largest.ts';
import type { WeighedStack } from './weigh-stack.ts';

const MOST_ROWS = 50;
const MOST_PATHS = 20;

/** The same bytes by several names that the image shows, most to save first. */
export function duplicateContent(stack: WeighedStack): {
  readonly duplicates: DuplicateContent[];
  readonly duplicateBytes: number;
} {
  const groups = new ContentGroups(stack);
  let duplicateBytes = 0;
  function* added(): Generator<number> {
    for (const group of groups.repeated()) {
      duplicateBytes += groups.wastedBytes(group);
      yield group;
    }
  }
  const chosen = largest(added(), MOST_ROWS, (group) => groups.wastedBytes(group));
  const paths = groups.paths(chosen, MOST_PATHS);
  const duplicates = chosen.flatMap((group): DuplicateContent[] => {
    const contentDigest = groups.contentDigest(group);
    if (contentDigest === undefined) return [];
    const [size, copies] = [groups.size(group), groups.copies(group)];
    return [{ contentDigest, size, paths: paths.get(group) ?? [], copies, wastedBytes: groups.wastedBytes(group) }];
  });
  return { duplicates, duplicateBytes };
}
