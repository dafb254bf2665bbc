import type { ImageParts } from './image-parts.ts';

/** Docker's words for what happens to images (Docker Engine API, `GET /events`). @param id an image id, or of a pull or push the name. */
export function publishImageEvent(
  { events }: Pick<ImageParts, 'events'>,
  action: 'create' | 'pull' | 'push' | 'load' | 'save' | 'import' | 'tag' | 'untag' | 'delete',
  id: string,
  attributes: Readonly<Record<string, string>>,
): void {
  events.publish({ type: 'image', action, id, attributes });
}
