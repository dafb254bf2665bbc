import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';

import type { Command } from 'commander';

import { EngineError } from '#engine/contract/errors.ts';

import { print, withFormat, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

const HUB = 'docker.io';

interface LoginOptions extends PlaceOptions {
  readonly username?: string;
  readonly passwordStdin?: boolean;
}

export function addLogin(program: Command): void {
  withPlace(program.command('login'))
    .description('log in to a registry, for whatever this engine pulls and pushes there')
    .argument('[registry]', 'for example registry.example:5000', HUB)
    .option('-u, --username <name>', 'who logs in')
    .option('--password-stdin', 'read the password from standard input instead of asking for it')
    .action((registry: string, options: LoginOptions) => login(registry, options));
}

export function addLogout(program: Command): void {
  withPlace(program.command('logout'))
    .description('forget the login for a registry; those of docker and podman are left alone')
    .argument('[registry]', 'for example registry.example:5000', HUB)
    .action((registry: string, options: PlaceOptions) =>
      withEngine(options, async (engine) => {
        await engine.call('registries.logout', { registry });
        process.stdout.write(`Logged out of ${registry}\n`);
      }),
    );
}

export function addLogins(program: Command): void {
  withFormat(withPlace(program.command('logins')))
    .description('the registries that a login is kept for')
    .action((options: PlaceOptions & FormatOptions) =>
      withEngine(options, async (engine) => {
        const words = {
          keychain: "the desktop's keychain",
          file: "this engine's own file",
          foreign: 'docker or podman',
        };
        print(options, await engine.call('registries.logins', {}), (logins) =>
          formatTable(
            ['REGISTRY', 'USER', 'KEPT BY'],
            logins.map(({ registry, username = '-', kept }) => [registry, username, words[kept]]),
          ),
        );
      }),
    );
}

async function login(registry: string, options: LoginOptions): Promise<void> {
  const isAsking = options.passwordStdin !== true;
  if (isAsking && !process.stdin.isTTY) {
    throw new EngineError(
      'invalid-argument',
      'There is no terminal to ask for the password in; give --password-stdin.',
    );
  }
  const username = options.username ?? (isAsking ? await ask('User name: ') : '');
  if (username === '') throw new EngineError('invalid-argument', 'Whose password it is is missing; give --username.');
  const password = isAsking ? await askUnseen('Password: ') : (await text(process.stdin)).replace(/\r?\n$/, '');
  if (password === '') throw new EngineError('invalid-argument', 'There is no password.');
  await withEngine(options, async (engine) => {
    const { kept } = await engine.call('registries.login', { registry, username, password });
    const where =
      kept === 'keychain' ? "in the desktop's keychain" : "in a file of this engine's that only you can read";
    process.stdout.write(`Logged in to ${registry}; the password is kept ${where}\n`);
  });
}

function ask(question: string, output: Writable = process.stderr): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  lines.question(question, resolve);
  lines.once('close', () => resolve(''));
  return promise.finally(() => lines.close());
}

/** What is typed is not shown. */
async function askUnseen(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const answer = await ask('', nowhere);
  process.stderr.write('\n');
  return answer;
}
