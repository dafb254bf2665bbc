import { readAttestOptions } from '#engine/contract/attest-options.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { parsePlatforms } from '#engine/oci/platform.ts';

import type { SessionWish } from './session-build.ts';
import type { SessionSource } from './session-source.ts';

type Options = Readonly<Record<string, string>>;

/** What can't be left out without the image being another, and isn't there. */
const refused: Readonly<Record<string, string>> = {
  ulimit: '--ulimit',
  'cgroup-parent': '--cgroup-parent',
  device: '--device',
};

/**
 * What the options of BuildKit's Dockerfile frontend ask for (github.com/moby/buildkit, `frontend/dockerui/config.go`).
 * @param names what the image is called, with commas between them. @throws EngineError `invalid-argument`, `unsupported`
 */
export function frontendWish(
  options: Options,
  names: string,
): { readonly wish: SessionWish; readonly source: SessionSource } {
  for (const [name, what] of Object.entries(refused)) {
    if ((options[name] ?? '') !== '')
      throw new EngineError('unsupported', `This version of Estrato builds without ${what} by BuildKit's protocol.`);
  }
  const references = names
    .split(',')
    .filter((name) => name !== '')
    .map(parseReference);
  const [first] = references;
  const { filename = 'Dockerfile', target, platform = '', 'image-resolve-mode': mode } = options;
  return {
    wish: {
      dockerfileName: filename,
      project: first === undefined ? filename : `${first.registry}/${first.repository}`,
      references,
      args: new Map(prefixed(options, 'build-arg:')),
      labels: Object.fromEntries(prefixed(options, 'label:')),
      target,
      platforms: platform === '' ? undefined : parsePlatforms(platform),
      attest: readAttestOptions(
        prefixed(options, 'attest:')
          // What is only for those who keep it within the image itself is for nobody here.
          .filter(([, said]) => !said.split(',').includes('inline-only=true'))
          .map(([type, said]) => `type=${type}${said === '' ? '' : `,${said}`}`),
      ),
      // With names of stages only those are built anew; all of them is the safe side.
      noCache: options['no-cache'] !== undefined,
      pull: mode === 'pull',
      network: options['force-network-mode'] ?? 'default',
      extraHosts: (options['add-hosts'] ?? '')
        .split(',')
        .filter((host) => host !== '')
        .map((host) => host.replace('=', ':')),
      memoryBytes: 0,
      shmSizeBytes: bytesOf(options['shm-size'] ?? '0'),
    },
    source: {
      ...(options['context'] === undefined ? {} : { context: options['context'] }),
      lendsDockerfile: options['dockerfilekey'] !== undefined,
      named: new Map(prefixed(options, 'context:')),
    },
  };
}

function bytesOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new EngineError('invalid-argument', `shm-size is a number of bytes, not ${JSON.stringify(text)}.`);
}

function prefixed(options: Options, prefix: string): readonly (readonly [string, string])[] {
  return Object.entries(options).flatMap(([name, value]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
  );
}
