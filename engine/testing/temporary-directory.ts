import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

/** Temporary, and on a disk (hier(7)): /tmp may be in memory, from whose files the kernel mounts no EROFS. */
export const onDisk = '/var/tmp';

/** A directory of the test's own, gone with all that is in it when the test is over. @param place it is in. */
export async function temporaryDirectory(purpose = 'test', place = tmpdir()): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(place, `estrato-${purpose}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
