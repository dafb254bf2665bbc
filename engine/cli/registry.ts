import type { Command } from 'commander';

import { EngineError } from '#engine/contract/errors.ts';
import type { RegistryOptions } from '#engine/contract/registry.ts';

import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { readTextFile } from './read-text-file.ts';
import { withEngine } from './with-engine.ts';

interface RegistryCommand extends PlaceOptions {
  readonly listen: string;
  readonly push?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly username?: string;
  readonly passwordFile?: string;
}

export function addRegistry(program: Command): void {
  withPlace(program.command('registry'))
    .description('serve the images as a registry until Ctrl-C, for docker, podman, skopeo and others to pull from')
    .option(
      '--listen <address>',
      'where; anywhere but on loopback it takes a certificate and a password',
      '127.0.0.1:5000',
    )
    .option('--push', 'take images too: what is pushed is an image here')
    .option('--tls-cert <file>', 'the certificate, as PEM')
    .option('--tls-key <file>', 'its key, as PEM')
    .option('--username <name>', 'whom it answers')
    .option('--password-file <file>', "that user's password, in its first line")
    .action((options: RegistryCommand) => serve(options));
}

async function serve(command: RegistryCommand): Promise<void> {
  const options = await optionsOf(command);
  await withEngine(command, async (engine, signal) => {
    try {
      for await (const { address } of engine.stream('registry.serve', options, signal)) {
        const how = options.push ? 'pull and push' : 'pull only';
        process.stdout.write(`estrato registry ready on ${address} (${how})\n`);
      }
    } catch (error) {
      // Leaving is how it ends.
      if (!signal.aborted) throw error;
    }
  });
}

async function optionsOf(command: RegistryCommand): Promise<RegistryOptions> {
  const { listen, push = false, tlsCert, tlsKey, username, passwordFile } = command;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new EngineError('invalid-argument', 'A certificate goes with its key: give --tls-cert and --tls-key.');
  }
  if ((username === undefined) !== (passwordFile === undefined)) {
    throw new EngineError('invalid-argument', 'A user goes with a password: give --username and --password-file.');
  }
  const tls =
    tlsCert === undefined || tlsKey === undefined
      ? {}
      : { tls: { cert: await readTextFile(tlsCert), key: await readTextFile(tlsKey) } };
  if (username === undefined || passwordFile === undefined) return { listen, push, ...tls };
  const [password = ''] = (await readTextFile(passwordFile)).split('\n');
  if (password === '') throw new EngineError('invalid-argument', `There is no password in ${passwordFile}.`);
  return { listen, push, ...tls, login: { username, password } };
}
