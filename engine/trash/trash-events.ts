import type { TrashParts } from './trash-parts.ts';
import type { TrashRecord } from './trash-record.ts';

/** For windows: Docker has no word for it, and its clients aren't told. */
export function publishTrash(
  { events }: Pick<TrashParts, 'events'>,
  { id, kind, name, cause }: TrashRecord,
  action: 'put' | 'measure' | 'restore' | 'remove',
): void {
  events.publish({ type: 'trash', action, id, attributes: { kind, name, cause } });
}
