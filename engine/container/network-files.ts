import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { RuntimeMount } from '#engine/oci/runtime-spec.ts';

import type { Container } from './container.ts';

const LOOPBACK_HOSTS = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
ff00::\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;

/** Writes the files by which a container knows its own name and others', and says where they are bound. */
export async function writeNetworkFiles(container: Container, dir: string): Promise<RuntimeMount[]> {
  const [hosts, resolver] = await Promise.all([hostsFile(container), machineFile('/etc/resolv.conf')]);
  const files = { hostname: `${ownName(container)}\n`, hosts, 'resolv.conf': resolver };
  return Promise.all(
    Object.entries(files).map(async ([name, text]) => {
      const source = join(dir, name);
      await writeFile(source, text, { mode: 0o644 });
      return { destination: `/etc/${name}`, type: 'bind', source, options: ['rbind', 'rprivate'] };
    }),
  );
}

function ownName({ config }: Container): string {
  return config.domainname === '' ? config.hostname : `${config.hostname}.${config.domainname}`;
}

async function hostsFile(container: Container): Promise<string> {
  const { config } = container;
  const extra = (config.extraHosts ?? []).map(extraLine).join('');
  if (config.network === 'host') return `${await machineFile('/etc/hosts')}${extra}`;
  const names = config.domainname === '' ? config.hostname : `${ownName(container)} ${config.hostname}`;
  // Its only address is the loopback's, and programs look their own name up.
  return `${LOOPBACK_HOSTS}${extra}127.0.0.1\t${names}\n`;
}

/** `name:address`, checked when the container was created. */
function extraLine(text: string): string {
  const colon = text.indexOf(':');
  return `${text.slice(colon + 1)}\t${text.slice(0, colon)}\n`;
}

async function machineFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
