import type { VolumeParts } from './volume-parts.ts';

/** For windows: Docker has no word for it, and its clients aren't told. */
export function publishSavePoint(
  { events }: Pick<VolumeParts, 'events'>,
  volume: string,
  action: 'create' | 'restore' | 'remove',
): void {
  events.publish({ type: 'save-point', action, id: volume, attributes: {} });
}

/** Tells that something happened to a volume, with the attributes that Docker gives every event of one. */
export function publishVolume(
  parts: Pick<VolumeParts, 'events'>,
  name: string,
  action: 'create' | 'mount' | 'unmount' | 'destroy',
  attributes: Readonly<Record<string, string>> = {},
): void {
  parts.events.publish({ type: 'volume', action, id: name, attributes: { driver: 'local', ...attributes } });
}
