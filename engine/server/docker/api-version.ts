import { EngineError } from '#engine/contract/errors.ts';

/** Of the Docker Engine API. */
export const API_VERSION = '1.51';
export const MIN_API_VERSION = '1.22';

/** The last that has an image's `ContainerConfig`. */
const LAST_WITH_CONTAINER_CONFIG = '1.44';

const PREFIX = /^\/v(\d+(?:\.\d+)?)(?=\/)/;

/** `/v1.41/containers/json` is `/containers/json`. */
export function withoutVersion(url: string): string {
  return url.replace(PREFIX, '');
}

/** @throws EngineError `invalid-argument` in Docker's words for a version that isn't spoken here. */
export function checkVersion(url: string): void {
  const version = PREFIX.exec(url)?.[1];
  if (version === undefined) return;
  if (compare(version, API_VERSION) > 0) {
    throw new EngineError(
      'invalid-argument',
      `client version ${version} is too new. Maximum supported API version is ${API_VERSION}`,
    );
  }
  if (compare(version, MIN_API_VERSION) < 0) {
    throw new EngineError(
      'invalid-argument',
      `client version ${version} is too old. Minimum supported API version is ${MIN_API_VERSION}, please upgrade your client to a newer version`,
    );
  }
}

/**
 * What a client is told to be the newest version. docker-compose 1 speaks whatever that is, and reads what later ones
 * have dropped.
 */
export function newestFor(userAgent = ''): string {
  return userAgent.startsWith('docker-compose/1.') ? LAST_WITH_CONTAINER_CONFIG : API_VERSION;
}

/** Whether the client speaks at least this version; one that names none speaks the newest. */
export function speaksAtLeast(url: string, version: string): boolean {
  return compare(PREFIX.exec(url)?.[1] ?? API_VERSION, version) >= 0;
}

/** Whether a failure is said in plain text, as it was before 1.24. Who speaks no version that is spoken here is told in JSON. */
export function hasPlainErrors(url: string): boolean {
  return speaksAtLeast(url, MIN_API_VERSION) && !speaksAtLeast(url, '1.24');
}

function compare(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
