import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { z } from 'zod';

/*
 * What is shipped beside the engine. The package keeps the distances of the checkout: its one bundled program stands as
 * deep in `engine/` as every source file does.
 */

export const launcherPath = fileURLToPath(new URL('../launcher/build/estrato-launcher', import.meta.url));

const packageDocument = z.object({ version: z.string() });

/** The version of this engine. */
export async function readVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return packageDocument.parse(JSON.parse(text)).version;
}
