import { EngineError } from '#engine/contract/errors.ts';
import type { Platform } from '#engine/contract/image.ts';

import type { Descriptor } from './descriptor.ts';

/** What others call the architectures that Go's names (and so OCI's) stand for. */
const architectureAliases: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['x64', 'amd64'],
  ['i386', '386'],
  ['i686', '386'],
  ['ia32', '386'],
  ['aarch64', 'arm64'],
  ['armhf', 'arm'],
  ['ppc64', 'ppc64le'],
]);

const PART = /^[A-Za-z0-9_.-]+$/;

/** `linux/arm64/v8`, `linux/amd64`, or an architecture alone. @throws EngineError `invalid-argument`. */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/');
  if (parts.length > 3 || !parts.every((part) => PART.test(part))) {
    throw new EngineError('invalid-argument', `"${text}" is not a platform such as linux/amd64 or linux/arm64/v8.`);
  }
  const [os, architecture, variant] = parts.length === 1 ? ['linux', ...parts] : parts;
  return normalisePlatform({
    os: os ?? '',
    architecture: architecture ?? '',
    ...(variant === undefined ? {} : { variant }),
  });
}

/** Several with commas between them, each once. @throws EngineError `invalid-argument`. */
export function parsePlatforms(text: string): readonly Platform[] {
  const all = text.split(',').map((part) => parsePlatform(part.trim()));
  return [...new Map(all.map((platform) => [formatPlatform(platform), platform])).values()];
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

export function normalisePlatform(platform: Platform): Platform {
  const lower = platform.architecture.toLowerCase();
  const architecture = architectureAliases.get(lower) ?? lower;
  const variant = platform.variant?.toLowerCase();
  // arm64 has one variant that anybody makes images for, written or not; amd64's v1 is what amd64 means.
  const isDefault =
    !variant || (architecture === 'arm64' && variant === 'v8') || (architecture === 'amd64' && variant === 'v1');
  return { os: platform.os.toLowerCase(), architecture, ...(isDefault ? {} : { variant }) };
}

/** The descriptor whose platform runs best where `wanted` runs; undefined when none does. */
export function choosePlatform(candidates: readonly Descriptor[], wanted: Platform): Descriptor | undefined {
  for (const acceptable of runnableOn(normalisePlatform(wanted))) {
    const found = candidates.find(
      ({ platform }) => platform !== undefined && isSame(normalisePlatform(platform), acceptable),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Best first: a machine runs its own instructions, and those its architecture grew from. */
function runnableOn(platform: Platform): readonly Platform[] {
  const { os, architecture, variant } = platform;
  if (architecture === 'arm') {
    const newest = Number((variant ?? 'v7').slice(1));
    const older = [7, 6, 5]
      .filter((version) => version <= newest)
      .map((version) => ({ ...platform, variant: `v${version}` }));
    return variant === undefined ? [...older, { os, architecture }] : older;
  }
  if (architecture === 'amd64' && variant !== undefined) return [platform, { os, architecture }];
  return [platform];
}

function isSame(one: Platform, other: Platform): boolean {
  return one.os === other.os && one.architecture === other.architecture && one.variant === other.variant;
}
