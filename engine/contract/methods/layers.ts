import { z } from 'zod';

import { digest } from '#engine/contract/digest.ts';
import { entryDetails } from '#engine/contract/file-facts.ts';
import {
  filePreview,
  layerRange,
  rangeSummary,
  treePage,
  treeRow,
  treeWalk,
  directoryPage,
} from '#engine/contract/layer.ts';
import { imageTimeline, pathBlame } from '#engine/contract/timeline.ts';
import { call, duplex, nothing, stream } from '#engine/contract/method.ts';

/** What is in the layers of an image. */
export const layerMethods = {
  /** The rows of one directory. */
  'layers.children': call(layerRange.extend(directoryPage.shape), treePage),
  /** What the history alone doesn't say: where the base ends. */
  'layers.timeline': call(z.object({ image: digest }), imageTimeline),
  'layers.summary': call(layerRange, rangeSummary),
  'layers.walk': stream(layerRange.extend(treeWalk.shape), z.array(treeRow)),
  /** Which layers wrote a path, or took it away. */
  'layers.blame': call(z.object({ image: digest, path: z.string() }), pathBlame),
  /** All that is known of a path as the stack `0..to` has it; a link at its end is not followed. */
  'layers.entry': call(z.object({ image: digest, to: z.int().min(0), path: z.string() }), entryDetails),
  /** The bytes of a file as the stack `0..to` has it come down, or a tar of whatever is there. */
  'layers.extract': duplex(
    z.object({
      image: digest,
      to: z.int().min(0),
      path: z.string(),
      as: z.enum(['file', 'tar']),
      /** Only these bytes of a file. */
      part: z.object({ offset: z.int().min(0), length: z.int().min(0) }).optional(),
    }),
    { up: nothing, down: nothing },
    z.object({ bytes: z.int() }),
  ),
  /** The file as the stack `0..to` has it; a link is followed inside the image only. */
  'layers.preview': call(z.object({ image: digest, to: z.int().min(0), path: z.string() }), filePreview),
};
