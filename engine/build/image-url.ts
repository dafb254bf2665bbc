import type { Reference } from '#engine/contract/reference.ts';

/** An image as a package URL (github.com/package-url/purl-spec, "docker"): `pkg:docker/debian@bookworm?platform=linux%2Famd64`. */
export function imageUrl({ registry, repository, tag, digest }: Reference, platform: string): string {
  const path = registry === 'docker.io' ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
  const version = tag ?? digest ?? 'latest';
  return `pkg:docker/${path.split('/').map(encodeURIComponent).join('/')}@${encodeURIComponent(version)}?platform=${encodeURIComponent(platform)}`;
}
