import { fileURLToPath } from 'node:url';

import type { EngineCommand } from '#engine/client/engine-process.ts';

import type { PlaceOptions } from './place-options.ts';
import { mayStart } from './place-options.ts';

/** The command line itself, on the Node that runs it; undefined where an engine is only to be found, never started. */
export function engineCommand(options: PlaceOptions): EngineCommand | undefined {
  if (!mayStart(options)) return undefined;
  // A checkout's own start looks whether its bundle is still what the sources say; a package has only its bundle.
  const [, started = ''] = process.argv;
  const file = started.endsWith('.mjs') ? started : fileURLToPath(new URL(mainFile, import.meta.url));
  return { program: process.execPath, args: [file] };
}

/** The package bundles this folder into `main.js`; a checkout runs the sources. */
const mainFile = import.meta.url.endsWith('.ts') ? './main.ts' : './main.js';
