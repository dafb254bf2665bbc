import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { DesktopEngine, isRunning } from './e2e/desktop-engine.ts';

/*
 * A Linux package, unpacked, made of what is built here. Electron's own binary is played by a stub with the fuses' sentinel
 * in it, so what the package holds and which fuses are set is tested; that Electron starts from it is not.
 */

const run = promisify(execFile);
const topDir = fileURLToPath(new URL('..', import.meta.url));

/** @electron/fuses, constants.js: the sentinel is followed by the version of the wire, its length, and the fuses. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FPM = `#!/bin/sh
while [ "$1" != -t ]; do shift; done
printf '%s\\n' "$@" > "$(dirname "$0")/$2.asked"
while [ "$1" != --package ]; do shift; done
: > "$2"
`;

const fuses = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'asarIntegrity',
  'onlyLoadAppFromAsar',
  'browserSnapshot',
  'fileProtocolPrivileges',
] as const;

let dir = '';
let unpacked = '';
let resources = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'estrato package-'));
  unpacked = join(dir, 'out/linux-unpacked');
  resources = join(unpacked, 'resources');
  await build();
  await makeStub(join(dir, 'stub'));
  const config = [`-c.directories.output=${join(dir, 'out')}`, `-c.electronDist=${join(dir, 'stub')}`];
  await npx('electron-builder', ['--linux', 'dir', 'deb', 'rpm', ...config, '--publish', 'never'], {
    CUSTOM_FPM_PATH: join(dir, 'stub/fpm'),
  });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function npx(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ stdout: string }> {
  return run(join(topDir, 'node_modules/.bin', program), args, { cwd: topDir, env: { ...process.env, ...env } });
}

async function build(): Promise<void> {
  if (!existsSync(join(topDir, 'dist/renderer/index.html'))) {
    await npx('vite', ['build', '-c', 'vite.renderer.config.ts']);
  }
  for (const mode of ['main', 'preload', 'engine']) {
    await npx('vite', ['build', '-c', 'vite.node.config.ts', '--mode', mode]);
  }
}

async function makeStub(stub: string): Promise<void> {
  await mkdir(stub);
  const wire = Buffer.concat([
    Buffer.from(SENTINEL),
    Buffer.from([1, fuses.length]),
    Buffer.from('1'.repeat(fuses.length)),
  ]);
  await writeFile(join(stub, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n#'), wire]));
  await chmod(join(stub, 'electron'), 0o755);
  await writeFile(join(stub, 'version'), '45.4.1');
  // What makes debs and rpms comes from the network: here it only says what it was asked for.
  await writeFile(join(stub, 'fpm'), FPM);
  await chmod(join(stub, 'fpm'), 0o755);
}

const asarFolder = z.object({
  get files() {
    return z.record(z.string(), z.union([asarFolder, z.looseObject({ size: z.int(), offset: z.string() })]));
  },
});
type AsarFolder = z.infer<typeof asarFolder>;

/** The names in an archive, and the bytes of one: a pickled JSON header, then the files one after the other. */
async function readAsar(path: string): Promise<{ names: string[]; read: (name: string) => string }> {
  const bytes = await readFile(path);
  const header = bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString();
  const start = 8 + bytes.readUInt32LE(4);
  const files = new Map<string, { readonly size: number; readonly offset: string }>();
  const visit = (folder: AsarFolder, above: string): void => {
    for (const [name, entry] of Object.entries(folder.files)) {
      if ('files' in entry) visit(asarFolder.parse(entry), `${above}${name}/`);
      else files.set(above + name, z.object({ size: z.int(), offset: z.string() }).parse(entry));
    }
  };
  visit(asarFolder.parse(JSON.parse(header)), '');
  const read = (name: string): string => {
    const { size, offset } = files.get(name) ?? { size: 0, offset: '0' };
    return bytes.subarray(start + Number(offset), start + Number(offset) + size).toString();
  };
  return { names: [...files.keys()], read };
}

test.each(['deb', 'rpm'])('a %s has icons, the menu entry, the command, and what the engine calls', async (target) => {
  const asked = (await readFile(join(dir, 'stub', `${target}.asked`), 'utf8')).split('\n');
  const installed = asked.filter((line) => line.includes('=/')).map((line) => line.slice(line.indexOf('=/') + 1));
  for (const size of ['16x16', '512x512']) {
    expect(installed).toContain(`/usr/share/icons/hicolor/${size}/apps/estrato-desktop.png`);
  }
  expect(installed).toContain('/usr/bin/estrato');
  expect(installed).toContain('/opt/Estrato');
  expect(installed.join()).toContain('/usr/share/applications/estrato-desktop.desktop');
  const needed = asked.flatMap((line, at) => (asked[at - 1] === '-d' ? [line] : []));
  expect(needed).toEqual(expect.arrayContaining(['nftables', target === 'deb' ? 'uidmap' : 'shadow-utils']));
});

test('the command names what is in the package', async () => {
  const script = join(topDir, 'assets/linux/estrato');
  expect((await stat(script)).mode & 0o777).toBe(0o755);
  const paths = (await readFile(script, 'utf8')).match(/\/opt\/Estrato\/\S+/g) ?? [];
  expect(paths).toHaveLength(2);
  for (const path of paths) await stat(path.replace('/opt/Estrato', unpacked));
});

test('the archive holds the built desktop and nothing else', async () => {
  const { names, read } = await readAsar(join(resources, 'app.asar'));
  const others = names.filter((name) => !name.startsWith('dist/renderer/'));
  expect(others.toSorted()).toEqual(['dist/electron/main.js', 'dist/electron/preload.cjs', 'package.json']);
  expect(names).toContain('dist/renderer/index.html');
  expect(names.filter((name) => /\.(ts|tsx|map)$|\.test\./.test(name))).toEqual([]);
  expect(JSON.parse(read('package.json'))).toMatchObject({ main: 'dist/electron/main.js', type: 'module' });
});

test('beside it are the engine, its launcher, and a Node for it', async () => {
  for (const name of ['engine/launcher/build/estrato-launcher', 'node/bin/node']) {
    expect((await stat(join(resources, name))).mode & 0o111).not.toBe(0);
  }
  for (const name of ['engine/cli/main.js', 'assets/seccomp-default.json', 'dist/renderer/index.html', 'LICENSE']) {
    expect((await stat(join(resources, name))).size).toBeGreaterThan(0);
  }
});

test('the packaged engine starts on the packaged Node, from any folder, and does its work', async () => {
  await using undo = new AsyncDisposableStack();
  const { path: dataRoot } = undo.use(await temporaryDirectory('packaged'));
  const node = join(resources, 'node/bin/node');
  const main = join(resources, 'engine/cli/main.js');
  const place = ['--data-root', dataRoot, '--host', `unix://${dataRoot}/estrato.sock`];
  const child = spawn(node, [main, 'engine', ...place], { cwd: '/', stdio: 'ignore' });
  undo.defer(() => end(child));
  const engine = new DesktopEngine(dataRoot);
  await expect.poll(() => engine.pid().catch(() => 0), { timeout: 20_000 }).toBe(child.pid);
  undo.defer(() => engine.removeContainers());

  const { stdout } = await run(node, [main, 'version', ...place], { cwd: '/' });
  expect(stdout).toMatch(/^estrato (\S+), on Node 24\.\S+\nengine {2}\1\n$/);
  // With the worker that unpacks, and the launcher.
  await engine.loadStory('team/story:1.0');
  expect(isRunning(await engine.runContainer('team/story:1.0', 'packaged'))).toBe(true);
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

test('every icon has the size that its name says', async () => {
  const names = await readdir(join(topDir, 'assets/icons'));
  const sizes = [16, 24, 32, 48, 64, 128, 256, 512];
  expect(names.toSorted()).toEqual(sizes.map((size) => `${size}x${size}.png`).toSorted());
  for (const name of names) {
    expect(`${await pngSize(join(topDir, 'assets/icons', name))}.png`).toBe(name);
  }
  expect(await pngSize(join(topDir, 'assets/icon.png'))).toBe('1024x1024');
});

/** Portable Network Graphics specification, 11.2.2: the header chunk comes first. */
async function pngSize(path: string): Promise<string> {
  const bytes = await readFile(path);
  expect(bytes.toString('latin1', 1, 4)).toBe('PNG');
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}

test('the binary can be turned neither into Node nor against its archive', async () => {
  const binary = await readFile(join(unpacked, 'estrato-desktop'));
  const at = binary.indexOf(SENTINEL) + SENTINEL.length + 2;
  const states = fuses.map((name, index) => [name, String.fromCharCode(binary[at + index] ?? 0)]);
  expect(Object.fromEntries(states)).toMatchObject({
    runAsNode: '0',
    cookieEncryption: '1',
    nodeOptions: '0',
    nodeCliInspect: '0',
    asarIntegrity: '1',
    onlyLoadAppFromAsar: '1',
    fileProtocolPrivileges: '0',
  });
});
