import { z } from 'zod';

import {
  containerCommit,
  containerCreate,
  containerDetails,
  containerRef,
  containerSummary,
  containerUpdate,
  logEntry,
} from '#engine/contract/container.ts';
import { runtimeSettings } from '#engine/contract/container-options.ts';
import { digest } from '#engine/contract/digest.ts';
import { directoryPage, filePreview, rangeSummary, treePage } from '#engine/contract/layer.ts';
import { logSettings } from '#engine/contract/log.ts';
import { containerProcess } from '#engine/contract/process.ts';
import { containerUsage, statsChunk } from '#engine/contract/stats.ts';
import { terminalSize } from '#engine/contract/terminal.ts';
import { call, duplex, exitCode, nothing, stream, terminal } from '#engine/contract/method.ts';

/** Containers, their terminals, logs, processes and changes. */
export const containerMethods = {
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
  /** What makes containers. What is given makes those that ask for no other from now on; the answer says how it stands. */
  'containers.runtimes': call(z.object({ usual: z.string().optional() }), runtimeSettings),
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
    directoryPage.pick({ path: true, offset: true, limit: true, sought: true }).extend({ id: containerRef }),
    treePage,
  ),
  /** A file as the container has it and as its image had it; a link is shown as what it says. */
  'containers.previewChange': call(
    z.object({ id: containerRef, path: z.string() }),
    z.object({ now: filePreview.optional(), before: filePreview.optional() }),
  ),
};
