import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import { transaction } from '#engine/metadata/database.ts';

import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { copyDocument, documentTagged, forgetDocumentTag } from './kept-documents.ts';
import { moveTag } from './record-image.ts';
import { findPresent } from './resolve-image.ts';

/**
 * Gives an image one more name; an image that had it loses it.
 *
 * @throws EngineError `not-found`, or `invalid-argument` for a name by digest: what a registry calls an image isn't ours to say.
 */
export async function tagImage(parts: ImageParts, image: string, reference: Reference): Promise<void> {
  if (reference.tag === undefined || reference.digest !== undefined) {
    throw new EngineError('invalid-argument', 'refusing to create a tag with a digest reference');
  }
  const { id, reference: from } = findPresent(parts.database, image);
  transaction(parts.database, () => {
    const index = from && documentTagged(parts.database, from);
    moveTag(parts.database, reference, { to: id, cause: 'tag' });
    // What it is for other platforms goes with the name.
    if (from === undefined || index === undefined) forgetDocumentTag(parts.database, reference);
    else copyDocument(parts.database, { from, digest: index }, reference);
  });
  publishImageEvent(parts, 'tag', id, { name: familiarName(reference) });
}
