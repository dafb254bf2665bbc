import { z } from 'zod';

import { buildComparison, buildNews, buildRecord, buildWish } from './build.ts';
import {
  containerCommit,
  containerCreate,
  containerDetails,
  containerRef,
  containerSummary,
  containerUpdate,
  logEntry,
} from './container.ts';
import { comparedDirectory, comparison, compareSide } from './comparison.ts';
import { digest } from './digest.ts';
import { dockerfileCheck, dockerfileProblem } from './dockerfile.ts';
import { engineNews } from './event.ts';
import { fileDiff, fileVersion } from './file-diff.ts';
import { entryDetails } from './file-facts.ts';
import { imageDetails, imageSummary, removedImage } from './image.ts';
import { job } from './job.ts';
import { filePreview, layerRange, rangeSummary, treePage, treeRow, treeWalk, directoryPage } from './layer.ts';
import { logSettings } from './log.ts';
import { networkCreate, networkRef, networkSummary, networkConnect } from './network.ts';
import { containerProcess } from './process.ts';
import { containerUsage, statsChunk } from './stats.ts';
import { referrer, signatureReport } from './referrer.ts';
import { searchNews, searchRequest } from './search.ts';
import { imageEfficiency, whyBig } from './waste.ts';
import { savePoint, savePointRef, treeComparison } from './save-point.ts';
import { sharedMap, usedBy, usedThing } from './sharing.ts';
import { imageSelection, imageSharing, removalOutcome, removalPreview, storageSum } from './store.ts';
import {
  foundRepository,
  namesPage,
  namesWish,
  registryHost,
  registryLogin,
  registryOptions,
  registrySettings,
  remoteImage,
  servedRegistry,
} from './registry.ts';
import { systemInfo } from './system.ts';
import { tagMove } from './tag-history.ts';
import { terminalControl, terminalNotice, terminalSize } from './terminal.ts';
import { imageTimeline, pathBlame } from './timeline.ts';
import { restored, takenTags, trashEntry, trashRef, trashSettings } from './trash.ts';
import { pullPreview, pushPreview } from './transfer-preview.ts';
import { volumeCreate, volumeName, volumeSummary } from './volume.ts';

type Shape = z.ZodType;

/** One question, one answer. */
export interface CallMethod<P extends Shape, A extends Shape> {
  readonly kind: 'call';
  readonly params: P;
  readonly answer: A;
}

/** One question, many answers, until either side ends it. */
export interface StreamMethod<P extends Shape, I extends Shape> {
  readonly kind: 'stream';
  readonly params: P;
  readonly item: I;
}

/** Bytes both ways under credit, with typed messages beside them, and an answer at the end. */
export interface DuplexMethod<P extends Shape, U extends Shape, D extends Shape, A extends Shape> {
  readonly kind: 'duplex';
  readonly params: P;
  /** Messages towards the engine. */
  readonly up: U;
  /** Messages from the engine. */
  readonly down: D;
  readonly answer: A;
}

function call<P extends Shape, A extends Shape>(params: P, answer: A): CallMethod<P, A> {
  return { kind: 'call', params, answer };
}

function stream<P extends Shape, I extends Shape>(params: P, item: I): StreamMethod<P, I> {
  return { kind: 'stream', params, item };
}

function duplex<P extends Shape, U extends Shape, D extends Shape, A extends Shape>(
  params: P,
  messages: { readonly up: U; readonly down: D },
  answer: A,
): DuplexMethod<P, U, D, A> {
  return { kind: 'duplex', params, ...messages, answer };
}

const nothing = z.object({});
const terminal = { up: terminalControl, down: terminalNotice };
const exitCode = z.object({ exitCode: z.int() });

/**
 * The one table of what can be asked of an engine. The client, the engine's handlers and the preload's list are
 * derived from it: a method without a handler does not compile.
 */
export const methods = {
  'system.info': call(nothing, systemInfo),
  /** Everything that happens from now on; every running or recently ended job comes first, as it stands. */
  'system.watch': stream(nothing, engineNews),

  'jobs.list': call(nothing, z.array(job)),
  'jobs.cancel': call(z.object({ id: z.string() }), nothing),
  /** What it has moved stays; it is `paused` once it has let go. @throws `conflict` when it can't be, or doesn't run. */
  'jobs.pause': call(z.object({ id: z.string() }), nothing),
  /** Goes on with a paused job, also another engine's, or tries a failed one again. */
  'jobs.resume': call(z.object({ id: z.string() }), nothing),
  /** Takes an ended job off the list. */
  'jobs.dismiss': call(z.object({ id: z.string() }), nothing),

  'images.list': call(nothing, z.array(imageSummary)),
  /** `image`: an id, a unique prefix of one, or a reference. */
  'images.get': call(z.object({ image: z.string() }), imageDetails),
  /** The raw documents: the config, and the manifest where it is known, as the registry sent them. */
  'images.raw': call(
    z.object({ image: z.string() }),
    z.object({ config: z.string(), manifest: z.string().optional() }),
  ),
  /** With `allPlatforms` also what the name leads to for others, kept as it came. */
  'images.pull': call(
    z.object({ reference: z.string(), platform: z.string().optional(), allPlatforms: z.boolean().optional() }),
    z.object({ job: z.string() }),
  ),
  /** What a pull would fetch and what is here already; nothing is stored. */
  'images.previewPull': call(z.object({ reference: z.string(), platform: z.string().optional() }), pullPreview),
  /** Refused with `conflict` where the tag there leads to an image that was never seen here, unless `overwrite`. */
  'images.push': call(
    z.object({
      reference: z.string(),
      overwrite: z.boolean().optional(),
      /** What was pulled so, or pushed to this engine. */
      allPlatforms: z.boolean().optional(),
      compression: z.enum(['gzip', 'zstd']).optional(),
    }),
    z.object({ job: z.string() }),
  ),
  /** What a push would send, and what tag it would take from whom; nothing is sent. */
  'images.previewPush': call(
    z.object({ reference: z.string(), compression: z.enum(['gzip', 'zstd']).optional() }),
    pushPreview,
  ),
  'images.bootstrap': call(z.object({ kind: z.enum(['busybox', 'debian']) }), z.object({ job: z.string() })),
  /** The bytes of a docker-archive or OCI archive go up; the answer names what was in it. */
  'images.load': duplex(
    z.object({ name: z.string() }),
    { up: nothing, down: nothing },
    z.object({ loaded: z.array(z.string()) }),
  ),
  /** An archive of these images comes down, each named as people name it; `size` is its bytes in all, told first. */
  'images.save': duplex(
    z.object({ images: z.array(z.string()).min(1), format: z.enum(['docker-archive', 'oci']) }),
    { up: nothing, down: z.object({ size: z.int() }) },
    z.object({ bytes: z.int() }),
  ),
  /** The bytes of a tar of a root file system go up, compressed or not, and become an image of one layer. */
  'images.import': duplex(
    z.object({
      name: z.string(),
      reference: z.string().optional(),
      message: z.string().optional(),
      changes: z.array(z.string()),
      platform: z.string().optional(),
    }),
    { up: nothing, down: nothing },
    z.object({ id: digest }),
  ),
  'images.tag': call(z.object({ image: z.string(), reference: z.string() }), nothing),
  /** Of a tag by its name, newest first; of an image by its id: every move of the tags that it has or had. */
  'images.tagHistory': call(z.object({ image: z.string() }), z.array(tagMove)),
  /** A tag leads again to what it led to before (an id or the beginning of one), which comes back if it was removed. */
  'images.restoreTag': call(z.object({ tag: z.string(), image: z.string() }), imageDetails),
  /** What it takes on the disk, and with whom it shares what. */
  'images.sharing': call(z.object({ image: z.string() }), imageSharing),
  /** What a removal would do: of some images, or of those that nobody uses. */
  'images.prunePreview': call(z.object({ selection: imageSelection, force: z.boolean().optional() }), removalPreview),
  /** Does it, into the trash or for good, and compares. One that can't be removed stays and says why. */
  'images.prune': call(
    z.object({ selection: imageSelection, force: z.boolean().optional(), forGood: z.boolean().optional() }),
    removalOutcome,
  ),
  /** Reads everything again, or what one image is made of, and puts right what can be: a job with `verification`. */
  'images.verify': call(z.object({ image: z.string().optional() }), z.object({ job: z.string() })),
  /** All of the store by who has what. */
  'images.storage': call(nothing, storageSum),
  /** A tag: untags, and removes the image with its last one. An id: removes it with all its tags, if `force` or only one. */
  'images.remove': call(z.object({ image: z.string(), force: z.boolean().optional() }), removedImage),

  /** Serves the images as a registry for as long as somebody listens to this; says where, once it does. */
  'registry.serve': stream(registryOptions, z.object({ address: z.string() })),

  /** The same, until it is switched off or the engine ends. @throws `conflict` when it is on. */
  'registry.turnOn': call(registryOptions, servedRegistry),
  'registry.turnOff': call(nothing, nothing),
  /** Whether it is on, and again whenever that changes. */
  'registry.watch': stream(nothing, servedRegistry),

  /** Logins that are kept here or by docker and podman; never a secret. */
  'registries.logins': call(nothing, z.array(registryLogin)),
  /** Asks the registry, and keeps what it accepts: in the desktop's keychain, or in a file that only its owner reads. */
  'registries.login': call(
    z.object({ registry: registryHost, username: z.string().min(1), password: z.string().min(1) }),
    z.object({ kept: z.enum(['keychain', 'file']) }),
  ),
  /** @throws `not-found` when none is kept here: others' files are never written. */
  'registries.logout': call(z.object({ registry: registryHost }), nothing),
  /** Of each registry about which something was said. */
  'registries.settings': call(nothing, z.array(registrySettings.extend({ registry: z.string() }))),
  /** What is given replaces what was said; the answer says how it stands. */
  'registries.configure': call(registrySettings.partial().extend({ registry: registryHost }), registrySettings),
  /** @param repository as it is pulled, without a tag. */
  'registries.tags': call(namesWish.extend({ repository: z.string() }), namesPage),
  /** @throws `unsupported` where a registry doesn't tell. */
  'registries.repositories': call(namesWish.extend({ registry: registryHost }), namesPage),
  /** At Docker Hub unless told. @throws `unsupported` where there is nothing to search in. */
  'registries.search': call(
    z.object({
      registry: registryHost.optional(),
      term: z.string().min(1).max(255),
      limit: z.int().min(1).max(100).optional(),
    }),
    z.array(foundRepository),
  ),
  /** What a name leads to there; nothing is stored. */
  'registries.inspect': call(z.object({ reference: z.string() }), remoteImage),
  /** Signatures, lists of contents and attestations that are there for what a name leads to; nothing of it is verified. */
  'registries.referrers': call(z.object({ reference: z.string() }), z.object({ digest, referrers: z.array(referrer) })),
  /** Looks at cosign's signatures with a public key (PEM). */
  'registries.verifySignature': call(
    z.object({ reference: z.string(), key: z.string().max(100_000) }),
    signatureReport,
  ),
  /**
   * By a digest: the manifest with all its tags. By a tag: the tag, or where a registry can't do that the whole manifest, if `whole`.
   * @throws `unsupported` where it lets nobody remove; `conflict` for a tag that only goes with its manifest.
   */
  'registries.remove': call(
    z.object({ reference: z.string(), whole: z.boolean().optional() }),
    z.object({ removed: z.enum(['tag', 'manifest']), digest }),
  ),

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

  /** Builds an image from a folder of the engine's machine. Leaving the stream ends the build. */
  'builds.run': stream(buildWish, buildNews),
  /** The same as a job that goes on when nobody looks. */
  'builds.start': call(buildWish, z.object({ build: z.string() })),
  /** Newest first, without what their steps printed. */
  'builds.list': call(nothing, z.array(buildRecord)),
  /** One build as it stands, and again as it changes, until it has ended. */
  'builds.watch': stream(z.object({ build: z.string() }), buildRecord),
  /** What two builds did, step by step. Each by its id or the beginning of it. */
  'builds.compare': call(z.object({ before: z.string(), now: z.string() }), buildComparison),
  /** A folder's Dockerfile, and what its `.dockerignore` says. @param file absolute, or in the folder. */
  'builds.read': call(
    z.object({ folder: z.string().startsWith('/'), file: z.string() }),
    z.object({ dockerfile: z.string(), ignore: z.string().optional() }),
  ),

  /** What is wrong with a Dockerfile, or better written another way. Nothing is built or fetched. */
  'dockerfiles.check': call(dockerfileCheck, z.object({ problems: z.array(dockerfileProblem) })),
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
  /** Which images share which layers, trunk and branches. */
  'inspect.sharedMap': call(nothing, sharedMap),
  /** What was made from an image or built on it, or has a layer; what is in the trash among it. */
  'inspect.usedBy': call(usedThing, usedBy),
  /** Entries of all layers of all images, page by page as they are found. */
  'inspect.search': stream(searchRequest, searchNews),

  'containers.list': call(z.object({ all: z.boolean() }), z.array(containerSummary)),
  'containers.get': call(z.object({ id: containerRef }), containerDetails),
  'containers.create': call(containerCreate, z.object({ id: z.string(), warnings: z.array(z.string()) })),
  'containers.start': call(z.object({ id: containerRef }), nothing),
  'containers.stop': call(z.object({ id: containerRef, timeoutSeconds: z.int().min(0).optional() }), nothing),
  'containers.restart': call(z.object({ id: containerRef, timeoutSeconds: z.int().min(0).optional() }), nothing),
  'containers.pause': call(z.object({ id: containerRef }), nothing),
  'containers.unpause': call(z.object({ id: containerRef }), nothing),
  'containers.rename': call(z.object({ id: containerRef, name: z.string() }), nothing),
  'containers.update': call(containerUpdate, nothing),
  /** @returns the image's id. */
  'containers.commit': call(containerCommit, z.object({ image: digest })),
  'containers.kill': call(z.object({ id: containerRef, signal: z.string().optional() }), nothing),
  /** Into the trash: the answer names the entry that brings it back. */
  'containers.remove': call(
    z.object({ id: containerRef, force: z.boolean().optional(), withVolumes: z.boolean().optional() }),
    z.object({ trash: z.string() }),
  ),
  /** The log, oldest first, of the last `tail` lines; goes on with what is written from then on if `follow`. */
  'containers.logs': stream(
    z.object({ id: containerRef, tail: z.int().min(0), follow: z.boolean() }),
    z.array(logEntry),
  ),
  /** How much of a log is kept. What is given is changed; the answer says how it stands. */
  'containers.logSettings': call(logSettings.partial(), logSettings),
  /** The terminal of `session`: `main`, or an exec session's id. Replays the last screenfuls first. */
  'containers.attach': duplex(
    z.object({ id: containerRef, session: z.string(), size: terminalSize }),
    terminal,
    exitCode,
  ),
  /** Starts a command beside the container's own, to be attached to. */
  'containers.exec': call(
    z.object({
      id: containerRef,
      command: z.array(z.string()).min(1),
      tty: z.boolean(),
      size: terminalSize,
      user: z.string().optional(),
      workingDir: z.string().optional(),
    }),
    z.object({ session: z.string() }),
  ),

  /** What a container used since its first start, the past first, then every second. */
  'containers.stats': stream(z.object({ id: containerRef }), statsChunk),
  /** What every container that runs uses: its last minute first, then every second. */
  'containers.usage': stream(nothing, z.array(containerUsage)),

  /** Its processes, every two seconds. */
  'containers.processes': stream(z.object({ id: containerRef }), z.array(containerProcess)),
  /** `pid` as on the engine's machine; `startedAt` says that it is still the same process. */
  'containers.killProcess': call(
    z.object({ id: containerRef, pid: z.int().positive(), startedAt: z.number(), signal: z.string() }),
    nothing,
  ),
  /** Looks for what the container has changed in its own layer, and adds it up. */
  'containers.scanChanges': call(z.object({ id: containerRef }), rangeSummary),
  /** The changes in one directory as of the last look, sorted by name, directories first. */
  'containers.changes': call(
    z.object({ id: containerRef, path: z.string(), offset: z.int().min(0), limit: z.int().min(1).max(2000) }),
    treePage,
  ),
  /** A file as the container has it and as its image had it; a link is shown as what it says. */
  'containers.previewChange': call(
    z.object({ id: containerRef, path: z.string() }),
    z.object({ now: filePreview.optional(), before: filePreview.optional() }),
  ),

  'volumes.list': call(nothing, z.array(volumeSummary)),
  /** Looks at every file of it. */
  'volumes.measure': call(z.object({ name: z.string() }), z.object({ bytes: z.int() })),
  /** Into the trash. Refused while a container has it, running or not. */
  'volumes.remove': call(z.object({ name: z.string() }), z.object({ trash: z.string() })),
  /** One that is there already is answered as it is. */
  'volumes.create': call(volumeCreate, volumeSummary),
  /** Into the trash: those that nobody named and no container has; with `all` the named ones too. */
  'volumes.prune': call(
    z.object({ all: z.boolean() }),
    z.object({ removed: z.array(z.object({ name: z.string(), trash: z.string() })), freedBytes: z.int() }),
  ),
  /** Another volume that holds the same: what it holds now, or what a save point does. */
  'volumes.clone': call(z.object({ name: volumeName, to: volumeName, point: savePointRef.optional() }), volumeSummary),
  /** The bytes of a tar of what it holds now, or of what a save point does, come down; containers go on meanwhile. */
  'volumes.export': duplex(
    z.object({ name: volumeName, point: savePointRef.optional() }),
    { up: nothing, down: nothing },
    z.object({ bytes: z.int() }),
  ),
  /** A new volume of the bytes of a tar that go up, compressed or not; there is none if it is damaged. */
  'volumes.import': duplex(
    z.object({ name: volumeName, labels: z.record(z.string(), z.string()).optional() }),
    { up: nothing, down: nothing },
    volumeSummary,
  ),

  /** Keeps what a volume holds now; containers that run with it stand still meanwhile. */
  'volumes.save': call(
    z.object({ name: volumeName, point: z.string().max(200).optional(), note: z.string().max(4000).optional() }),
    savePoint,
  ),
  /** Newest first. */
  'volumes.points': call(z.object({ name: volumeName }), z.array(savePoint)),
  /** What has changed since a save point: until now, or until another. */
  'volumes.compare': call(
    z.object({ name: volumeName, from: savePointRef, to: savePointRef.optional() }),
    treeComparison,
  ),
  /** The volume holds again what it held. The answer is the save point that was made of what it held until now. */
  'volumes.restore': call(z.object({ name: volumeName, point: savePointRef }), savePoint),
  /** Removes a save point for good. */
  'volumes.forget': call(z.object({ name: volumeName, point: savePointRef }), nothing),

  'networks.list': call(nothing, z.array(networkSummary)),
  'networks.get': call(z.object({ network: networkRef }), networkSummary),
  'networks.create': call(networkCreate, networkSummary),
  /** By name or id. Refused while a container runs in it. */
  'networks.remove': call(z.object({ network: networkRef }), nothing),
  /** Now, where the container runs, and whenever it is started. */
  'networks.connect': call(networkConnect, nothing),
  'networks.disconnect': call(z.object({ network: networkRef, container: containerRef }), nothing),
  /** Removes those that no container is to be in. */
  'networks.prune': call(nothing, z.object({ removed: z.array(z.string()) })),

  /** What was removed and can come back, newest first. News of it are events of the type `trash`. */
  'trash.list': call(nothing, z.array(trashEntry)),
  /** What a removed container had written: the last lines of it, oldest first. */
  'trash.logs': stream(z.object({ id: trashRef, tail: z.int().min(0) }), z.array(logEntry)),
  /** As it was, under its name or another; `conflict` when the name is taken. */
  'trash.restore': call(z.object({ id: trashRef, name: z.string().optional(), taken: takenTags.optional() }), restored),
  /** For good. */
  'trash.remove': call(z.object({ id: trashRef }), z.object({ freedBytes: z.int() })),
  'trash.empty': call(nothing, z.object({ removed: z.int(), freedBytes: z.int() })),
  /** What is given is changed; the answer says how it stands. */
  'trash.settings': call(trashSettings.partial(), trashSettings),
};

export type Methods = typeof methods;
export type MethodName = keyof Methods;
type Named<K extends string> = { [N in MethodName]: Methods[N] extends { kind: K } ? N : never }[MethodName];
export type CallName = Named<'call'>;
export type StreamName = Named<'stream'>;
export type DuplexName = Named<'duplex'>;

export type Params<N extends MethodName> = z.infer<Methods[N]['params']>;
export type Answer<N extends CallName | DuplexName> = z.infer<Methods[N]['answer']>;
export type Item<N extends StreamName> = z.infer<Methods[N]['item']>;
export type Up<N extends DuplexName> = z.infer<Methods[N]['up']>;
export type Down<N extends DuplexName> = z.infer<Methods[N]['down']>;
