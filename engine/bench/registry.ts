import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's docker-registry on a loopback port. */
export interface BenchRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

export async function startBenchRegistry(directory: string): Promise<BenchRegistry> {
  const host = `127.0.0.1:${String(await freePort())}`;
  const config = join(directory, 'registry.yml');
  await writeFile(
    config,
    `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${directory}/registry}}\nhttp: {addr: "${host}"}\n`,
  );
  const child = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answered = await fetch(`http://${host}/v2/`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return { host, [Symbol.asyncDispose]: async () => void child.kill('SIGTERM') };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('docker-registry did not answer; install it with: apt-get install docker-registry');
}

async function sha256File(path: string): Promise<string> {
  return `sha256:${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`;
}

interface LayerFile {
  readonly diffId: string;
  readonly digest: string;
  readonly size: number;
}

interface LayerSource {
  readonly tarArguments: readonly string[];
  /** gzip's level. */
  readonly level: number;
}

async function addLayer(layout: string, scratch: string, { tarArguments, level }: LayerSource): Promise<LayerFile> {
  const tar = join(scratch, 'layer.tar');
  await run('tar', ['--sort=name', '--mtime=@0', '-cf', tar, ...tarArguments]);
  const diffId = await sha256File(tar);
  await run('sh', ['-c', 'gzip "-$2" -n -c "$1" > "$1.gz"', 'sh', tar, String(level)], { maxBuffer: 1024 });
  const digest = await sha256File(`${tar}.gz`);
  const { size } = await stat(`${tar}.gz`);
  await run('mv', [`${tar}.gz`, join(layout, 'blobs/sha256', digest.slice(7))]);
  return { diffId, digest, size };
}

async function addDocument(
  layout: string,
  document: unknown,
): Promise<{ readonly digest: string; readonly size: number }> {
  const bytes = Buffer.from(JSON.stringify(document));
  const digest = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(layout, 'blobs/sha256', digest), bytes);
  return { digest: `sha256:${digest}`, size: bytes.length };
}

/**
 * Writes an OCI layout whose layers are what `tar` makes of each argument list, and pushes it with skopeo.
 * @param name repository and tag on the registry, `big:1`.
 */
export async function pushImage(
  registryHost: string,
  directory: string,
  name: string,
  layerArguments: readonly (readonly string[])[],
): Promise<void> {
  const layout = join(directory, `layout-${name.replaceAll(/\W/g, '-')}`);
  await writeLayout(layout, directory, layerArguments, 1);
  await pushLayout(registryHost, layout, name);
}

/** With skopeo. @param name repository and tag on the registry. */
export async function pushLayout(registryHost: string, layout: string, name: string): Promise<void> {
  await run('skopeo', [
    'copy',
    '--insecure-policy',
    '--dest-tls-verify=false',
    `oci:${layout}:latest`,
    `docker://${registryHost}/${name}`,
  ]);
}

/** @param level gzip's. */
export async function writeLayout(
  layout: string,
  scratch: string,
  layerArguments: readonly (readonly string[])[],
  level: number,
): Promise<void> {
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true });
  const layers: LayerFile[] = [];
  for (const tarArguments of layerArguments) layers.push(await addLayer(layout, scratch, { tarArguments, level }));
  const config = await addDocument(layout, {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Cmd: ['/bin/sh'], Env: ['PATH=/usr/bin:/bin'] },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    history: layers.map((_, at) => ({ created_by: `COPY part-${String(at + 1)} /`, created: '2026-01-01T00:00:00Z' })),
  });
  const manifest = await addDocument(layout, {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: layers.map(({ digest, size }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest,
      size,
    })),
  });
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const entry = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    ...manifest,
    annotations: { 'org.opencontainers.image.ref.name': 'latest' },
  };
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
}
