import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';

const OPTIONS =
  '--create --sort=name --format=posix --numeric-owner --sparse --sparse-version=0.0 --acls --xattrs --xattrs-include=* --pax-option=exthdr.name=%d/%f,delete=atime,delete=ctime --file=-';

/** As GNU tar sees it: names, kinds, owners, modes, times to the nanosecond, attributes, links, devices, bytes and holes. */
export async function treeHash(path: string): Promise<string> {
  const args = [...OPTIONS.split(' '), `--directory=${path}`, '.'];
  const tar = spawn('tar', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  tar.once('close', resolve);
  const hash = createHash('sha256');
  for await (const chunk of tar.stdout as AsyncIterable<Buffer>) hash.update(chunk);
  if ((await ended) !== 0) throw new Error(`tar could not read ${path}`);
  return hash.digest('hex');
}
