import { z } from 'zod';

import { buildComparison, buildExport, buildNews, buildRecord, buildWish } from '#engine/contract/build.ts';
import { buildFindings } from '#engine/contract/build-findings.ts';
import { digest } from '#engine/contract/digest.ts';
import { dockerfileCheck, dockerfileOutline, dockerfileProblem } from '#engine/contract/dockerfile.ts';
import { stepShell, stepShellWish } from '#engine/contract/step-shell.ts';
import { call, duplex, nothing, stream } from '#engine/contract/method.ts';

/** Builds, and Dockerfiles before they are built. */
export const buildMethods = {
  /** Builds an image from a folder of the engine's machine. Leaving the stream ends the build. */
  'builds.run': stream(buildWish, buildNews),
  /** The same as a job that goes on when nobody looks. */
  'builds.start': call(buildWish, z.object({ build: z.string() })),
  /** The same from a folder that goes up as a tar, compressed or not; the wish's `folder` is only what it is called. */
  'builds.startFrom': duplex(buildWish, { up: nothing, down: nothing }, z.object({ build: z.string() })),
  /**
   * The same as `builds.run`, and what comes of it comes down. @param keepsImage whether it becomes an image of this machine, too.
   * @param as nothing comes down where it is absent.
   */
  'builds.export': duplex(
    z.object({ wish: buildWish, as: buildExport.optional(), keepsImage: z.boolean() }),
    { up: nothing, down: buildNews },
    z.object({ bytes: z.int() }),
  ),
  /** Newest first, without what their steps printed. */
  'builds.list': call(nothing, z.array(buildRecord)),
  /** One build as it stands, and again as it changes, until it has ended. */
  'builds.watch': stream(z.object({ build: z.string() }), buildRecord),
  /** What two builds did, step by step. Each by its id or the beginning of it. */
  'builds.compare': call(z.object({ before: z.string(), now: z.string() }), buildComparison),
  /**
   * A context's Dockerfile, and what its `.dockerignore` says.
   * @param folder absolute, or the address of a git repository, a tar or a Dockerfile. @param file in it, or absolute.
   */
  'builds.read': call(
    z.object({ folder: z.string().regex(/^\/|:/), file: z.string() }),
    z.object({ dockerfile: z.string(), ignore: z.string().optional() }),
  ),
  /**
   * Writes a Dockerfile into its folder, never outside of it. @param file in the folder. @param known what stood there
   * when it was read, absent for a new one: what somebody else has written meanwhile is not overwritten (`conflict`).
   */
  'builds.save': call(
    z.object({
      folder: z.string().startsWith('/'),
      file: z.string(),
      dockerfile: dockerfileCheck.shape.text,
      known: dockerfileCheck.shape.text.optional(),
    }),
    nothing,
  ),
  'dockerfiles.outline': call(dockerfileCheck.pick({ text: true }), dockerfileOutline),
  /** With the same parameters: the Dockerfile as its file is now, or else as it was. @param secrets in base64: none is kept. */
  'builds.rebuild': call(
    z.object({ build: z.string(), secrets: z.record(z.string(), z.string()) }),
    z.object({ build: z.string() }),
  ),
  /** What is deleted above but still shipped, and what looks like a secret, in the layers that a build has made. */
  'builds.findings': call(z.object({ build: z.string() }), buildFindings),
  /** A stage after one of its steps as an image that can be looked into, also while the build goes on. It has no name. */
  'builds.stepImage': call(z.object({ build: z.string(), step: z.int().min(1) }), z.object({ image: digest })),
  /**
   * Opens a shell with a step's files, variables, user, directory, mounts and network. It is a container, and stays until
   * it is closed, or the build goes on from it.
   */
  'builds.openShell': call(stepShellWish, stepShell),
  'builds.closeShell': call(z.object({ shell: z.string() }), nothing),
  /** Builds once more, with what was changed in a shell where it was opened. The shell is closed. */
  'builds.continue': call(
    z.object({ shell: z.string(), secrets: z.record(z.string(), z.string()) }),
    z.object({ build: z.string() }),
  ),
  /**
   * Forgets what steps have made, and folders that clients have sent; what a build uses at this moment stays.
   * @param withMounts also the directories of `RUN --mount=type=cache`.
   */
  'builds.prune': call(z.object({ withMounts: z.boolean() }), z.object({ steps: z.int(), freedBytes: z.int() })),
  /** What is wrong with a Dockerfile, or better written another way. Nothing is built or fetched. */
  'dockerfiles.check': call(dockerfileCheck, z.object({ problems: z.array(dockerfileProblem) })),
};
