import { homedir } from 'node:os';
import { join } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';

/** Where an engine keeps what it has, and where it answers. */
export interface EnginePlace {
  readonly dataRoot: string;
  /** `unix:///PATH/estrato.sock`. */
  readonly host: string;
}

interface Person {
  readonly isRoot: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Root's engine is the machine's; anyone else's is their own (XDG base directory specification). */
export function defaultPlace(person: Person = whoeverRuns()): EnginePlace {
  if (person.isRoot) return { dataRoot: '/var/lib/estrato', host: 'unix:///run/estrato/estrato.sock' };
  const dataHome = absolute(person.env['XDG_DATA_HOME']) ?? join(person.home, '.local/share');
  // Without a session there is no runtime directory; the data root is as private.
  const runtimeDir = absolute(person.env['XDG_RUNTIME_DIR']);
  const socketDir = runtimeDir === undefined ? join(dataHome, 'estrato/run') : join(runtimeDir, 'estrato');
  return { dataRoot: join(dataHome, 'estrato'), host: `unix://${join(socketDir, 'estrato.sock')}` };
}

/** The path of a `unix://` address. @throws EngineError `invalid-argument` for any other. */
export function socketPathOfHost(host: string): string {
  if (host.startsWith('unix:///')) return host.slice('unix://'.length);
  throw new EngineError(
    'invalid-argument',
    `Engines are reached over unix sockets: write unix:///PATH instead of ${host}.`,
  );
}

function whoeverRuns(): Person {
  return { isRoot: process.getuid?.() === 0, env: process.env, home: homedir() };
}

/** A relative path in such a variable is to be ignored, the specification says. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
