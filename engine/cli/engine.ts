import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

import type { Command } from 'commander';

import { EngineError } from '#engine/contract/errors.ts';

import { defaultPlace } from '#engine/client/default-paths.ts';
import { parseSize } from '#engine/run-options/parse-size.ts';

import { certsFolder, placeOf } from './place-options.ts';
import { repeated } from './repeated.ts';

export function addEngine(program: Command): void {
  const { dataRoot: usualRoot, host: usualHost } = defaultPlace();
  program
    .command('engine')
    .description('run the engine alone, in the foreground; SIGTERM ends it and leaves containers running')
    .option('--data-root <dir>', `where the engine keeps everything (default: ${usualRoot})`)
    .option('--host <address>', `where it answers; several may be named (default: ${usualHost})`, repeated)
    .option('--group <group>', 'who may use its unix sockets beside their owner')
    .option('--certs <dir>', 'what "estrato certs" has made, for tcp:// hosts (default: certs in the data root)')
    .option('--tcp-without-tls', 'tcp:// hosts without certificates, on 127.0.0.1 only: whoever reaches them is root')
    .option('--default-runtime <name>', 'what makes containers: estrato, or crun or runc where they are installed')
    .option('--max-unpack-ratio <number>', 'refuse what unpacks to more than so many times its size (default: 2000)')
    .option('--max-unpack-size <size>', 'refuse what unpacks to more than this (default: 256g)')
    .action(async ({ defaultRuntime, maxUnpackRatio, maxUnpackSize, ...options }: EngineOptions) => {
      limitUnpacking(maxUnpackRatio, maxUnpackSize);
      const { dataRoot, host } = placeOf({ dataRoot: options.dataRoot });
      keepYoungObjectsFew();
      keepCompiled(dataRoot);
      // Loaded only here: every other command is a client, and starts without the engine's weight.
      // oxlint-disable-next-line no-restricted-imports -- this command is the engine, and nothing of the command line's
      const { runEngine } = await import('#engine/daemon/main.ts');
      await runEngine({
        dataRoot,
        hosts: options.host ?? [host],
        group: options.group,
        certs: certsFolder(options),
        withoutTls: options.tcpWithoutTls ?? false,
        defaultRuntime,
      });
      // All is closed by now; what it still watches are containers that go on without it.
      process.exit(0);
    });
}

interface EngineOptions {
  readonly dataRoot?: string;
  readonly host?: readonly string[];
  readonly group?: string;
  readonly certs?: string;
  readonly tcpWithoutTls?: true;
  readonly defaultRuntime?: string;
  readonly maxUnpackRatio?: string;
  readonly maxUnpackSize?: string;
}

/** In the environment, where the threads that unpack find it too. @throws EngineError `invalid-argument`. */
function limitUnpacking(ratio: string | undefined, size: string | undefined): void {
  if (ratio !== undefined && !/^[1-9]\d{0,8}$/.test(ratio)) {
    throw new EngineError('invalid-argument', `${ratio} is no ratio; write a whole number such as 2000.`);
  }
  if (ratio !== undefined) process.env['ESTRATO_UNPACK_RATIO'] = ratio;
  if (size !== undefined) process.env['ESTRATO_UNPACK_BYTES'] = String(parseSize(size));
}

/**
 * Room for young objects stays at V8's first megabyte. Let to grow to sixteen, it makes V8 look through all old objects
 * after every few requests: most of an engine's work then is that.
 */
function keepYoungObjectsFew(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * What V8 makes of the bundled engine is kept with the engine's own data, where nobody else can write, and read at the
 * next start. Sources change too often for it.
 */
function keepCompiled(dataRoot: string): void {
  if (import.meta.url.endsWith('.ts')) return;
  // The data root as the engine makes it: others may walk through it, and not look around.
  const before = process.umask(0o066);
  enableCompileCache(join(dataRoot, 'compiled'));
  process.umask(before);
  // By itself Node writes it at the end, which a killed engine doesn't have.
  setTimeout(flushCompileCache, 5000).unref();
}
