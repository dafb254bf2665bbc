import { z } from 'zod';

import { comparedDirectory, comparison, compareSide } from '#engine/contract/comparison.ts';
import { fileDiff, fileVersion } from '#engine/contract/file-diff.ts';
import { filePreview, treePage, treeRow, treeWalk } from '#engine/contract/layer.ts';
import { packagePage } from '#engine/contract/package.ts';
import { searchNews, searchRequest } from '#engine/contract/search.ts';
import { sharedMap, usedBy, usedThing } from '#engine/contract/sharing.ts';
import { imageEfficiency, whyBig } from '#engine/contract/waste.ts';
import { call, nothing, stream } from '#engine/contract/method.ts';

/** Questions that go across layers, images and containers. */
export const inspectMethods = {
  /** How one version of a file differs from another; the two need not be of one image. */
  'inspect.fileDiff': call(z.object({ before: fileVersion, now: fileVersion }), fileDiff),
  /** How much of what an image ships anybody can see. */
  'inspect.efficiency': call(z.object({ image: z.string() }), imageEfficiency),
  /** What makes an image big: goes through all its files, and reads the beginnings of some. */
  'inspect.whyBig': call(z.object({ image: z.string() }), whyBig),
  /** What leads from one thing to another; a side that has to be fetched or read first takes as long as that. */
  'inspect.compare': call(z.object({ before: compareSide, now: compareSide }), comparison),
  /** The rows of one directory, as `layers.children` has them; `layer` counts in the side that a row is shown of. */
  'inspect.compareChildren': call(comparedDirectory, treePage),
  /** A file as one side has it. How it differs from the other's is `inspect.fileDiff`. */
  'inspect.comparePreview': call(
    z.object({ comparison: z.string(), side: z.enum(['before', 'now']), path: z.string() }),
    filePreview,
  ),
  /** Everything beneath a directory, as `layers.walk` has it. */
  'inspect.compareWalk': stream(treeWalk.extend({ comparison: z.string() }), z.array(treeRow)),
  /** What an image's files say is installed in it. */
  'inspect.packages': stream(z.object({ image: z.string() }), packagePage),
  /** The same as an SPDX 2.3 document in JSON, in pieces. */
  'inspect.sbom': stream(z.object({ image: z.string() }), z.string()),
  /** Which images share which layers, trunk and branches. */
  'inspect.sharedMap': call(nothing, sharedMap),
  /** What was made from an image or built on it, or has a layer; what is in the trash among it. */
  'inspect.usedBy': call(usedThing, usedBy),
  /** Entries of all layers of all images, page by page as they are found. */
  'inspect.search': stream(searchRequest, searchNews),
};
