import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

/** A directory of the test's own, gone with all that is in it when the test is over. */
export async function temporaryDirectory(purpose = 'test'): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), `estrato-${purpose}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
