import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createServer } from 'vite';

import { EngineError, toEngineError } from '#engine/contract/errors.ts';

import { parseStartOptions } from './choose-front.ts';
import { devRelay } from './dev-relay.ts';
import { desktopEngine } from './engine-process.ts';

/*
 * `npm run dev`: the engine from its sources, started again when one of them is saved, and the screens from theirs, which
 * change in the page as they are saved.
 */

const topDir = fileURLToPath(new URL('..', import.meta.url));
const USUAL_PORT = 5173;
/** Editors save a file in several steps, and several files at once. */
const SETTLE_MS = 150;

async function main(): Promise<void> {
  const { dataRoot, host, port = String(USUAL_PORT) } = parseStartOptions(process.argv.slice(2));
  const env = {
    ESTRATO_NODE: process.execPath,
    ...(dataRoot === undefined ? {} : { ESTRATO_DATA_ROOT: dataRoot, ESTRATO_HOST: `unix://${dataRoot}/estrato.sock` }),
    ...(host === undefined ? {} : { ESTRATO_HOST: host }),
  };
  await using engine = desktopEngine({ isPackaged: false, resourcesDir: '', topDir, env });
  engine.watch((state) => {
    process.stdout.write(`engine: ${state.status}${'reason' in state ? `. ${state.reason}` : ''}\n`);
    if (state.status === 'running' && !state.isOurs) {
      process.stdout.write(
        `engine: one that runs already is used; stop it, or choose another --data-root, to have yours started again on changes\n`,
      );
    }
  });
  engine.start();

  const relay = devRelay(engine.socketPath, Number(port));
  const server = await createServer({
    configFile: join(topDir, 'vite.renderer.config.ts'),
    root: join(topDir, 'renderer'),
    plugins: [relay],
    server: { host: '127.0.0.1', port: Number(port), strictPort: true },
  });
  await server.listen().catch((cause: unknown) => {
    throw new EngineError('conflict', `Port ${port} is taken; choose another with --port.`, { cause });
  });
  process.stdout.write(`Estrato is at http://127.0.0.1:${port}/?token=${relay.token}\n`);

  const sources = watchSources(() => engine.restart());
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  sources.close();
  await server.close();
}

/** Tests and what is built are no part of a running engine. */
function watchSources(onChange: () => void): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(join(topDir, 'engine'), { recursive: true }, (_, name) => {
    if (name === null || !name.endsWith('.ts') || /\.(test|suite)\.ts$/.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS);
  });
  return watcher;
}

await main().catch((error: unknown) => {
  process.stderr.write(`${toEngineError(error).message}\n`);
  process.exitCode = 1;
});
