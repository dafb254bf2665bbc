import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { makeImage, type ImageFixture } from './image-fixture.ts';
import type { TarItem } from './tar-fixture.ts';

const run = promisify(execFile);

/** Debian's busybox-static. */
const BUSYBOX = '/bin/busybox';

/** The file that the third layer is alone in changing, and what it holds from there on. */
export const CHANGED_FILE = { name: 'settings.ini', text: 'greeting = hello from the third layer\n' };

/**
 * An image that runs, with six layers that each do one thing: a base, files, a change, a removal, links, a script.
 * @param config more of the image's own, as its document has it: `Healthcheck`, `User`.
 * @throws Error when the package busybox-static is missing.
 */
export async function makeStoryImage(config: Readonly<Record<string, unknown>> = {}): Promise<ImageFixture> {
  const created = '2026-01-02T03:04:05Z';
  const steps = [
    { made: await baseLayer(), by: '/bin/sh -c #(nop) ADD file:0a1b2c3d4e5f in / ' },
    { made: appLayer(), by: '/bin/sh -c #(nop) COPY dir:112233 in /srv/app ' },
    { made: changeLayer(), by: '/bin/sh -c sed -i s/nobody/hello/ /srv/app/settings.ini' },
    { made: removalLayer(), by: '/bin/sh -c rm -r /srv/app/cache /srv/app/notes.txt' },
    { made: linkLayer(), by: '/bin/sh -c ln /srv/app/readme.md /srv/app/readme-too.md' },
    { made: scriptLayer(), by: '/bin/sh -c #(nop) COPY file:445566 in /usr/local/bin/hello ' },
  ];
  const history = [
    ...steps.slice(0, 1),
    { by: '/bin/sh -c #(nop)  ENV APP_HOME=/srv/app', made: undefined },
    ...steps.slice(1),
    { by: '/bin/sh -c #(nop)  CMD ["sh"]', made: undefined },
  ].map(({ by, made }) => ({ created, created_by: by, ...(made === undefined ? { empty_layer: true } : {}) }));
  return makeImage(
    // Root's: in an engine that isn't root that is whoever runs it, who can remove them afterwards.
    steps.map(({ made }) => made.map((item) => ({ ...item, owner: 0 }))),
    {
      format: 'docker',
      compression: 'none',
      config: {
        created,
        config: {
          Cmd: ['sh'],
          Env: ['PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', 'APP_HOME=/srv/app'],
          WorkingDir: '/srv/app',
          Labels: { 'org.opencontainers.image.title': 'story' },
          ...config,
        },
        history,
      },
    },
  );
}

async function baseLayer(): Promise<readonly TarItem[]> {
  const busybox = await readFile(BUSYBOX);
  const { stdout } = await run(BUSYBOX, ['--list']);
  const applets = stdout.split('\n').filter((name) => name !== '' && name !== 'busybox');
  const directories = [
    'bin',
    'dev',
    'etc',
    'home',
    'proc',
    'root',
    'srv',
    'sys',
    'tmp',
    'usr',
    'usr/bin',
    'usr/local',
    'usr/local/bin',
    'var',
  ];
  return [
    ...directories.map((name): TarItem => ({ name, type: 'directory', mode: name === 'tmp' ? 0o1777 : 0o755 })),
    { name: 'etc/passwd', body: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' },
    { name: 'etc/group', body: 'root:x:0:\nnogroup:x:65534:\n' },
    { name: 'etc/os-release', body: 'ID=story\nPRETTY_NAME="Story 1.0"\n' },
    { name: 'bin/busybox', mode: 0o755, body: busybox },
    ...applets.map((name): TarItem => ({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' })),
  ];
}

function appLayer(): readonly TarItem[] {
  return [
    { name: 'srv/app', type: 'directory' },
    { name: 'srv/app/cache', type: 'directory' },
    { name: 'srv/app/cache/old.bin', body: Buffer.alloc(300_000, 7) },
    { name: 'srv/app/notes.txt', body: 'to be removed\n' },
    { name: 'srv/app/readme.md', body: '# Story\n\nAn image whose layers each do one thing.\n' },
    { name: `srv/app/${CHANGED_FILE.name}`, body: 'greeting = nobody\n' },
    { name: 'srv/app/data.bin', body: Buffer.alloc(900_000, 3) },
  ];
}

function changeLayer(): readonly TarItem[] {
  return [{ name: `srv/app/${CHANGED_FILE.name}`, body: CHANGED_FILE.text }];
}

/** OCI image specification, layer.md: whiteouts. */
function removalLayer(): readonly TarItem[] {
  return [{ name: 'srv/app/.wh.cache' }, { name: 'srv/app/.wh.notes.txt' }];
}

function linkLayer(): readonly TarItem[] {
  return [
    { name: 'srv/app/readme.md', body: '# Story\n\nAn image whose layers each do one thing.\n' },
    { name: 'srv/app/readme-too.md', type: 'link', linkname: 'srv/app/readme.md' },
    { name: 'srv/app/latest', type: 'symlink', linkname: 'data.bin' },
  ];
}

function scriptLayer(): readonly TarItem[] {
  return [{ name: 'usr/local/bin/hello', mode: 0o755, body: '#!/bin/sh\ncat /srv/app/settings.ini\n' }];
}
