import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { EngineError } from '#engine/contract/errors.ts';

import type { Report } from './bootstrap-image.ts';

const run = promisify(execFile);

/**
 * Fetches a package from this machine's own apt sources and unpacks it in a directory, without installing it: apt's lists
 * and its cache are in there too, so that nobody has to be root of the machine.
 *
 * @returns the directory that holds the package's files.
 * @throws EngineError `unavailable` with apt's own words.
 */
export async function unpackDebianPackage(
  name: string,
  dir: string,
  { report, signal }: { readonly report: Report; readonly signal: AbortSignal },
): Promise<string> {
  const state = join(dir, 'apt');
  const [lists, archives, files] = [join(state, 'lists'), join(state, 'archives'), join(dir, name)];
  for (const folder of [join(lists, 'partial'), join(archives, 'partial'), files])
    await mkdir(folder, { recursive: true });
  const own = [`Dir::State::lists=${lists}`, `Dir::Cache=${state}`, 'APT::Sandbox::User=root'];
  const apt = async (...args: readonly string[]): Promise<void> => {
    report({ output: `apt-get ${args.join(' ')}` });
    const options = own.flatMap((option) => ['-o', option]);
    await run('apt-get', [...options, '-qq', ...args], { cwd: files, signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw refused(name, error);
    });
  };
  await apt('update');
  await apt('download', name);
  const archive = (await readdir(files)).find((file) => file.endsWith('.deb'));
  if (archive === undefined) throw refused(name, undefined);
  await run('dpkg-deb', ['--extract', join(files, archive), files], { signal });
  return files;
}

function refused(name: string, error: unknown): EngineError {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : undefined;
  return new EngineError(
    'unavailable',
    `Debian's package ${name} could not be fetched from this machine's apt sources: ${said?.slice(0, 300) ?? 'apt-get said nothing'}.`,
    { cause: error },
  );
}
