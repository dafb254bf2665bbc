import type { EngineEvent } from '#engine/contract/event.ts';

import type { EventBus } from './event-bus.ts';

/** Tells that all of a kind that nobody used are gone (Docker Engine API, `GET /events`: no id, and the bytes as text). */
export function publishPrune(events: EventBus, type: EngineEvent['type'], freedBytes: number): void {
  events.publish({ type, action: 'prune', id: '', attributes: { reclaimed: String(freedBytes) } });
}
