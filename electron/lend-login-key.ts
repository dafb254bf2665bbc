import { connectEngine } from '#engine/client/connect-engine.ts';
import type { EngineProcess } from '#engine/client/engine-process.ts';

/** Lends every engine that comes up the key, in base64, if there is one. */
export function lendLoginKey(engine: EngineProcess, key: Promise<string | undefined>): void {
  engine.watch(({ status }) => {
    if (status === 'running') void lend(engine.socketPath, key);
  });
}

async function lend(socketPath: string, opening: Promise<string | undefined>): Promise<void> {
  const key = await opening;
  if (key === undefined) return;
  try {
    using engine = await connectEngine(socketPath);
    await engine.client.call('registries.lendKey', { key });
  } catch {
    // It has ended meanwhile, or is too old to know of keys; the next one is lent it likewise.
  }
}
