import type { EngineEvent } from '#engine/contract/event.ts';

import { filterMatches, hasLabels, type Filters } from './query.ts';

/** Kinds of things whose events can be narrowed down to one of them by its name, its id, or how either begins. */
const NAMED = ['container', 'daemon', 'network', 'volume'] as const;

export const EVENT_FILTERS: readonly string[] = ['type', 'event', 'image', 'label', 'scope', ...NAMED];

/** Windows are told more than Docker knows: what goes into the trash is gone for its clients. */
const OURS: readonly EngineEvent['type'][] = ['trash', 'save-point', 'store'];

/** Whether a client of Docker's is to hear of it (Docker Engine API, `GET /events`, `filters`). */
export function isWantedEvent(event: EngineEvent, wanted: Filters): boolean {
  const { type, action, id, attributes } = event;
  return (
    !OURS.includes(type) &&
    filterMatches(wanted, 'type', (value) => value === type) &&
    filterMatches(wanted, 'scope', (value) => value === 'local') &&
    filterMatches(wanted, 'event', (value) => action === value || action.startsWith(`${value}:`)) &&
    filterMatches(wanted, 'image', (value) => imageNames(event).includes(value)) &&
    NAMED.every((kind) =>
      filterMatches(
        wanted,
        kind,
        (value) => type === kind && (id.startsWith(value) || attributes['name']?.startsWith(value) === true),
      ),
    ) &&
    hasLabels(attributes, wanted.get('label') ?? [])
  );
}

/** What the image of an event, or of its container, is called, and the same without a tag. */
function imageNames({ type, id, attributes }: EngineEvent): readonly string[] {
  const named = attributes[type === 'image' ? 'name' : 'image'];
  const names = named === undefined ? [id] : [id, named];
  return names.flatMap((name) => [name, name.replace(/(?<=.)[:@][^/]*$/, '')]);
}

/** `EventMessage` of the Docker Engine API. Images and containers have the words of before 1.22 beside the new ones. */
export function dockerEvent({ type, action, id, attributes, time }: EngineEvent): Record<string, unknown> {
  const isOld = type === 'image' || type === 'container';
  return {
    // What is undefined or empty is left out, as Go does it.
    status: isOld ? action : undefined,
    id: isOld && id !== '' ? id : undefined,
    from: type === 'container' ? attributes['image'] : undefined,
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: attributes },
    scope: 'local',
    time: Math.floor(time / 1000),
    timeNano: time * 1_000_000,
  };
}
