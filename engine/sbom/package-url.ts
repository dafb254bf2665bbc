import type { Distribution, InstalledPackage } from '#engine/contract/package.ts';

/** What a package is called wherever packages are (github.com/package-url/purl-spec, PURL-TYPES): `pkg:deb/debian/bash@5.2?arch=amd64`. */
export function packageUrl(
  { kind, name, version, architecture }: Pick<InstalledPackage, 'kind' | 'name' | 'version' | 'architecture'>,
  distribution: Distribution | undefined,
): string {
  const [epoch, rest] = kind === 'rpm' ? epochOf(version) : [undefined, version];
  const path = [...namespaceOf(kind, distribution), ...name.split('/')].map(encoded).join('/');
  const qualifiers = Object.entries({
    arch: architecture,
    distro: isOfDistribution(kind) ? distroOf(distribution) : undefined,
    epoch,
  }).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${encoded(value)}`]));
  return `pkg:${kind}/${path}@${encoded(rest)}${qualifiers.length === 0 ? '' : `?${qualifiers.join('&')}`}`;
}

/** A package's distribution is part of its name. */
function namespaceOf(kind: InstalledPackage['kind'], distribution: Distribution | undefined): readonly string[] {
  return isOfDistribution(kind) && distribution !== undefined ? [distribution.id] : [];
}

function isOfDistribution(kind: InstalledPackage['kind']): boolean {
  return kind === 'deb' || kind === 'apk' || kind === 'rpm';
}

function distroOf(distribution: Distribution | undefined): string | undefined {
  if (distribution === undefined) return undefined;
  return [distribution.id, ...(distribution.version === undefined ? [] : [distribution.version])].join('-');
}

/** A package URL has the epoch of an rpm beside its version. */
function epochOf(version: string): readonly [string | undefined, string] {
  const [, epoch, rest] = /^(\d+):(.*)$/.exec(version) ?? [];
  return [epoch, rest ?? version];
}

/** Percent-encoded but for the letters that package URLs keep. */
function encoded(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}
