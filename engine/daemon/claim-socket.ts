import { rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';

import { makeDirectories } from '#engine/async/make-directories.ts';
import { EngineError } from '#engine/contract/errors.ts';

/**
 * Makes room for a socket: the directory above it, and the place itself where a killed engine has left its own.
 *
 * @throws EngineError `conflict` when somebody answers there, or when something other than a socket is there;
 * `forbidden` when this user may not make it.
 */
export async function claimSocket(path: string): Promise<void> {
  try {
    await makeDirectories(dirname(path), 0o755);
    const present = await stat(path).catch(() => undefined);
    if (present === undefined) return;
    if (!present.isSocket()) {
      throw new EngineError('conflict', `${path} is there and not a socket; choose another place with --host.`);
    }
    if (await isAnswered(path)) {
      throw new EngineError(
        'conflict',
        `The socket ${path} is in use by another program; stop it or choose another with --host.`,
      );
    }
    await rm(path);
  } catch (error) {
    throw explained(error, path);
  }
}

function isAnswered(path: string): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const probe = connect(path);
  probe.on('connect', () => {
    probe.destroy();
    resolve(true);
  });
  probe.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
    else reject(error);
  });
  return promise;
}

function explained(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new EngineError(
      'forbidden',
      `The socket ${path} can't be made by this user; run the engine as a user who may, or choose another with --host.`,
      { cause: error },
    );
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new EngineError(
      'invalid-argument',
      `The socket ${path} can't be made: what is above it is not a directory; choose another with --host.`,
      { cause: error },
    );
  }
  return error;
}
