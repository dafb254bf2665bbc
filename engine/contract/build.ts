import { z } from 'zod';

import { attestWish } from './attestation.ts';
import { digest } from './digest.ts';

/** Why a step was not in the cache: each names one difference from the build before. */
export const missReason = z.discriminatedUnion('kind', [
  /** Nothing like it was ever built here, or what was made of it is gone. */
  z.object({ kind: z.literal('new') }),
  z.object({ kind: z.literal('collected') }),
  z.object({ kind: z.literal('disabled') }),
  z.object({ kind: z.literal('instruction'), before: z.string(), now: z.string() }),
  /** An ARG or ENV that it can see; a side that is missing had none. */
  z.object({
    kind: z.literal('variable'),
    name: z.string(),
    before: z.string().optional(),
    now: z.string().optional(),
  }),
  /** A file that it copies or mounts. */
  z.object({
    kind: z.literal('file'),
    path: z.string(),
    change: z.enum(['added', 'removed', 'content', 'mode', 'owner', 'attributes', 'type']),
    before: z.string().optional(),
    now: z.string().optional(),
  }),
  z.object({ kind: z.literal('base'), image: z.string(), before: z.string(), now: z.string() }),
  /** A step above it was built anew; the line is that step's. */
  z.object({ kind: z.literal('above'), line: z.int() }),
  z.object({ kind: z.literal('setting'), name: z.string(), before: z.string(), now: z.string() }),
]);
export type MissReason = z.infer<typeof missReason>;

/** Whether a step's result was known, and if not, why not. `plain` steps change only the config and need no cache. */
export const cacheVerdict = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hit') }),
  z.object({ kind: z.literal('plain') }),
  /** It wasn't carried out: what a step shell has made of it stands in its place. */
  z.object({ kind: z.literal('replaced') }),
  z.object({ kind: z.literal('missed'), reasons: z.array(missReason) }),
]);
export type CacheVerdict = z.infer<typeof cacheVerdict>;

export const buildStep = z.object({
  /** From 1. */
  number: z.int(),
  /** Its stage's name, or number where it has none. */
  stage: z.string(),
  text: z.string(),
  line: z.int(),
  endLine: z.int(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  verdict: cacheVerdict.optional(),
  /** When it was begun, from the build's beginning; absent of builds of before it was kept. */
  startedMs: z.number().optional(),
  durationMs: z.number().optional(),
  /** Of the layer that it made. */
  diffId: digest.optional(),
  /** What it printed, its end where it was long. */
  log: z.string(),
});
export type BuildStep = z.infer<typeof buildStep>;

/** What is to be built, from a folder of the engine's machine or from elsewhere. */
export const buildWish = z.object({
  /** Absolute, or the address of a git repository, a tar or a Dockerfile. */
  folder: z.string(),
  /** `--build-context` by name: an absolute folder, `docker-image://NAME`, or an address. */
  contexts: z.record(z.string(), z.string()).optional(),
  /** The Dockerfile's text, and what it is called in sentences; without text, the one of that name in the context from elsewhere. */
  dockerfile: z.string().max(4 * 1024 * 1024),
  dockerfileName: z.string(),
  /** Where the text was read from, absolute: a rebuild reads it again. */
  dockerfilePath: z.string().startsWith('/').optional(),
  /** What `.dockerignore` says. */
  ignore: z
    .string()
    .max(1024 * 1024)
    .optional(),
  tags: z.array(z.string()),
  args: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
  target: z.string().optional(),
  /** Several with commas between them are put into one index. */
  platform: z.string().optional(),
  attest: attestWish.optional(),
  noCache: z.boolean(),
  pull: z.boolean(),
  /** `--cache-from` and `--cache-to` as they are written; folders are absolute. */
  cacheFrom: z.array(z.string()).optional(),
  cacheTo: z.array(z.string()).optional(),
  /** Each tag to its registry, once the image is there. */
  push: z.boolean().optional(),
  network: z.string(),
  /** By their ids, in base64. */
  secrets: z.record(z.string(), z.string()),
  /** Of agents of ssh that steps may ask, the absolute paths of their sockets on the engine's machine, by their ids. */
  ssh: z.record(z.string(), z.string().startsWith('/')).optional(),
  /** By their ids, absolute paths of files on the engine's machine. */
  secretFiles: z.record(z.string(), z.string()).optional(),
});
export type BuildWish = z.infer<typeof buildWish>;

/** What comes down of a build: its files as a tar, or its image as an archive. */
export const buildExport = z.enum(['files', 'docker-archive', 'oci']);
export type BuildExport = z.infer<typeof buildExport>;

/** What a build was asked for, to be asked for again: all but its Dockerfile's text, and of secrets only their ids. */
export const buildParameters = buildWish
  .omit({ dockerfile: true, secrets: true })
  .extend({ secrets: z.array(z.string()) });
export type BuildParameters = z.infer<typeof buildParameters>;

/** Layers that somebody made in a step shell, and where they belong: before a step, after it, or in its place. */
export const buildPatch = z.object({
  /** The step's: its stage as it is told, and its first line in the Dockerfile. */
  stage: z.string(),
  line: z.int(),
  place: z.enum(['before', 'after', 'instead']),
  layers: z.array(z.object({ diffId: digest, digest, size: z.int(), mediaType: z.string() })),
});
export type BuildPatch = z.infer<typeof buildPatch>;

export const buildRecord = z.object({
  id: z.string(),
  project: z.string(),
  /** Absent where a client sent the context along, or lent it: nothing of that is kept. */
  parameters: buildParameters.optional(),
  /** What step shells have put into it. */
  patches: z.array(buildPatch).optional(),
  /** While it runs: what it is cancelled by. */
  job: z.string().optional(),
  /** RFC 3339. */
  startedAt: z.string(),
  durationMs: z.number().optional(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  names: z.array(z.string()),
  dockerfile: z.string(),
  /** The stage that was asked for; the last if absent. */
  target: z.string().optional(),
  image: digest.optional(),
  error: z.string().optional(),
  steps: z.array(buildStep),
});
export type BuildRecord = z.infer<typeof buildRecord>;

const stepOutcome = buildStep.pick({ state: true, verdict: true, durationMs: true, diffId: true });
export type StepOutcome = z.infer<typeof stepOutcome>;

const buildSummary = buildRecord.pick({ id: true, startedAt: true, state: true, durationMs: true, image: true });

/** Two builds beside each other: the later one's steps in its order, then those that only the earlier one had. */
export const buildComparison = z.object({
  before: buildSummary,
  now: buildSummary,
  steps: z.array(
    z.object({
      stage: z.string(),
      text: z.string(),
      before: stepOutcome.optional(),
      now: stepOutcome.optional(),
    }),
  ),
});
export type BuildComparison = z.infer<typeof buildComparison>;

const stepPlace = z.object({
  /** From 1; 0 of what a base image brings along (ONBUILD). */
  number: z.int(),
  total: z.int(),
  stage: z.string(),
  text: z.string(),
  line: z.int(),
  endLine: z.int(),
});

/** What happens in a build, as it happens. */
export const buildNews = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('begin'), step: stepPlace }),
  z.object({ kind: z.literal('verdict'), step: stepPlace, verdict: cacheVerdict }),
  z.object({ kind: z.literal('output'), step: stepPlace, stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({
    kind: z.literal('end'),
    step: stepPlace,
    /** What the stack is called after it. */
    stateId: digest,
    /** Of the layer that it made; absent of a step that changes no file. */
    diffId: digest.optional(),
    durationMs: z.number(),
  }),
  z.object({ kind: z.literal('notice'), message: z.string() }),
  /** `build` is its record's id; `image` is absent where only files or an archive were asked for. */
  z.object({ kind: z.literal('done'), image: digest.optional(), build: z.string().optional() }),
]);
export type BuildNews = z.infer<typeof buildNews>;
