import { z } from 'zod';

import { digest } from './digest.ts';
import { directoryPage, rangeSummary } from './layer.ts';

/** One of two things that are compared. */
export const compareSide = z.discriminatedUnion('kind', [
  /** An image of this engine, by any of its names. */
  z.object({ kind: z.literal('image'), image: z.string() }),
  /** One of its layers alone, base = 0. */
  z.object({ kind: z.literal('layer'), image: z.string(), layer: z.int().min(0) }),
  /** A container as it is now: its image, and what it has changed itself. */
  z.object({ kind: z.literal('container'), container: z.string() }),
  /** A tag at its registry. `fetch` gets the layers that aren't here, to look at; nothing of it is stored. */
  z.object({ kind: z.literal('remote'), reference: z.string(), fetch: z.boolean().optional() }),
  /** A file of the engine's machine: what `docker save` or an OCI tool wrote, or a tar of a root file system. */
  z.object({
    kind: z.literal('archive'),
    path: z.string().startsWith('/'),
    /** Which of the archive's images, by one of its tags; the first unless told. */
    image: z.string().optional(),
  }),
]);
export type CompareSide = z.infer<typeof compareSide>;

/** What one side was found to be. */
export const comparedSide = z.object({
  kind: z.enum(['image', 'layer', 'container', 'remote', 'archive']),
  /** As people would say it. */
  name: z.string(),
  /** The image's, of one that has a config. */
  id: digest.optional(),
  /** Bytes of the files that it shows; missing where its files aren't known. */
  bytes: z.int().optional(),
  /** Diff ids, base first; the container's own layer isn't among them. */
  diffIds: z.array(digest),
  /** What of it isn't here, so that its files aren't known. */
  missing: z.object({ layers: z.int(), bytes: z.int() }).optional(),
});
export type ComparedSide = z.infer<typeof comparedSide>;

export const fieldChange = z.enum(['added', 'removed', 'changed', 'unchanged']);

/** One field of two configurations: `Cmd`, `Env.PATH`, `Labels.maintainer`. */
export const comparedField = z.object({
  field: z.string(),
  change: fieldChange,
  before: z.string().optional(),
  now: z.string().optional(),
});
export type ComparedField = z.infer<typeof comparedField>;

const comparedStep = z.object({
  /** Place among the side's steps. */
  step: z.int(),
  instruction: z.string(),
  /** Of a step that made a layer. */
  diffId: digest.optional(),
});
export type ComparedStep = z.infer<typeof comparedStep>;

/** Two steps that say the same, or one that the other side hasn't; `changed` where the same words made another layer. */
export const stepPair = z.object({
  change: fieldChange,
  before: comparedStep.optional(),
  now: comparedStep.optional(),
});
export type StepPair = z.infer<typeof stepPair>;

/** The bytes of the files that both show, by what they are and not by where. Each content counts once. */
export const comparedContent = z.object({
  sharedBytes: z.int(),
  /** What only one of them has. */
  beforeBytes: z.int(),
  nowBytes: z.int(),
  /** Contents of a path that went which one that came has: the largest first, and only so many. */
  moved: z.array(z.object({ from: z.string(), to: z.string(), size: z.int() })),
});
export type ComparedContent = z.infer<typeof comparedContent>;

/** What leads from one thing to another. */
export const comparison = z.object({
  /** What its files are asked for by, for some minutes after it was last asked for. */
  id: z.string(),
  before: comparedSide,
  now: comparedSide,
  /** All fields that either has; empty where one has no config. */
  config: z.array(comparedField),
  steps: z.array(stepPair),
  /** Layers that both have, wherever they stand. */
  sharedLayers: z.int(),
  /** Missing where the files of a side aren't known. */
  tree: rangeSummary.optional(),
  content: comparedContent.optional(),
});
export type Comparison = z.infer<typeof comparison>;

/** A page of one directory of a comparison. */
export const comparedDirectory = directoryPage.extend({ comparison: z.string() });
export type ComparedDirectory = z.infer<typeof comparedDirectory>;
