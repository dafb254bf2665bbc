import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { EngineError } from '#engine/contract/errors.ts';

import type { GitPlace } from './git-place.ts';

const run = promisify(execFile);

/**
 * Nobody's settings, no questions, and of ways to fetch only those over a network: a repository's submodules name
 * addresses too.
 */
const ENVIRONMENT = {
  PATH: process.env['PATH'],
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALLOW_PROTOCOL: 'git:http:https:ssh',
  GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
  LC_ALL: 'C',
};

/**
 * Makes a directory of a repository as it is at a ref, with its submodules and without its history.
 * @param into a path where there is nothing yet. @returns the commit. @throws EngineError `unavailable` in git's own words.
 */
export async function gitCheckout(
  { url, ref = 'HEAD' }: GitPlace,
  {
    into,
    keepsHistory,
    signal,
  }: { readonly into: string; readonly keepsHistory: boolean; readonly signal: AbortSignal },
): Promise<string> {
  await mkdir(into, { mode: 0o700 });
  const git = async (...args: readonly string[]): Promise<{ readonly stdout: string }> =>
    run('git', ['-c', 'core.hooksPath=/dev/null', ...args], { cwd: into, env: ENVIRONMENT, signal });
  let commit: string;
  try {
    await git('init', '--quiet');
    await git('remote', 'add', 'origin', url);
    // Not every server gives a commit by its digest alone, or less than all.
    await git('fetch', '--quiet', '--depth', '1', 'origin', ref).then(
      () => git('checkout', '--quiet', '--detach', 'FETCH_HEAD'),
      async (error: unknown) => {
        if (!/^[0-9a-f]{7,64}$/.test(ref)) throw error;
        await git('fetch', '--quiet', '--tags', 'origin', '+refs/heads/*:refs/remotes/origin/*');
        await git('checkout', '--quiet', '--detach', ref);
      },
    );
    commit = (await git('rev-parse', 'HEAD')).stdout.trim();
    await git('submodule', '--quiet', 'update', '--init', '--recursive', '--depth', '1');
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new EngineError('unavailable', `The repository ${url} could not be had at ${ref}: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
  if (!keepsHistory) await rm(join(into, '.git'), { recursive: true });
  return commit;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') return 'there is no git on this machine; install it';
  const said = 'stderr' in error ? String(error.stderr).trim().split('\n') : [];
  const fatal = said.find((line) => line.startsWith('fatal: ')) ?? said.at(-1);
  return (fatal ?? error.message).replace(/^fatal: /, '').replace(/\.$/, '');
}
