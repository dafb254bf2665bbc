import type { Digest } from '#engine/contract/digest.ts';

import type { ImageParts } from './image-parts.ts';
import { findImage } from './image-records.ts';

export type ImageAction = 'create' | 'pull' | 'push' | 'load' | 'save' | 'import' | 'tag' | 'untag' | 'delete';

/**
 * Docker's words for what happens to images (Docker Engine API, `GET /events`), with the image's labels as long as it is there.
 * @param image whose event it is. @param named what else it is called by: `id` of a pull or push, `name` of anything.
 */
export function publishImageEvent(
  { events, database }: Pick<ImageParts, 'events' | 'database'>,
  action: ImageAction,
  image: Digest,
  { id = image, name = image }: { readonly id?: string; readonly name?: string } = {},
): void {
  const labels = action === 'delete' ? {} : findImage(database, image)?.labels;
  events.publish({ type: 'image', action, id, attributes: { ...labels, name } });
}
