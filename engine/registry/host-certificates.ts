import { readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What connections to one host are trusted by and prove themselves with. PEM. */
export interface HostCertificates {
  readonly authorities: readonly string[];
  readonly client?: { readonly cert: string; readonly key: string };
  /** Another when the files have changed. */
  readonly version: string;
}

/** Docker's directories and podman's (containers-certs.d(5)), the user's own first. */
export function certificateDirs(): readonly string[] {
  return [join(homedir(), '.config/containers/certs.d'), '/etc/containers/certs.d', '/etc/docker/certs.d'];
}

/**
 * `HOST:PORT/` in one of the directories: each `*.crt` is an authority, and a `*.cert` with a `*.key` of the same name is
 * shown to the host. Undefined when there is none.
 *
 * @param host with its port, if any, as an image's name has it.
 */
export function hostCertificates(host: string, dirs: readonly string[]): HostCertificates | undefined {
  // From an image's name, and there is no path in one.
  if (!/^[\w.[\]:-]+$/.test(host) || host.startsWith('.')) return undefined;
  for (const dir of dirs.map((parent) => join(parent, host))) {
    const names = namesIn(dir);
    if (names.length > 0) return readAll(dir, names);
  }
  return undefined;
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir).toSorted();
  } catch {
    return [];
  }
}

function readAll(dir: string, names: readonly string[]): HostCertificates {
  const read = (name: string): string => readFileSync(join(dir, name), 'utf8');
  const authorities = names.filter((name) => name.endsWith('.crt')).map(read);
  const cert = names.find((name) => name.endsWith('.cert') && names.includes(name.replace(/cert$/, 'key')));
  const version = names.map((name) => `${name} ${statSync(join(dir, name)).mtimeMs}`).join(' ');
  const client = cert === undefined ? {} : { client: { cert: read(cert), key: read(cert.replace(/cert$/, 'key')) } };
  return { authorities, version: `${dir} ${version}`, ...client };
}
