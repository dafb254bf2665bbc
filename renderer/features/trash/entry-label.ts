import type { TrashEntry } from '#engine/contract/trash.ts';

const ANONYMOUS = /^[0-9a-f]{64}$/;

/** Its name; of a volume that nobody named, as much of it as tells it from others. */
export function entryLabel({ name }: Pick<TrashEntry, 'name'>): string {
  return ANONYMOUS.test(name) ? name.slice(0, 12) : name;
}
