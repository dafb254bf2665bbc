import type { Digest } from './digest.ts';
import { isDigest } from './digest.ts';
import { EngineError } from './errors.ts';

/**
 * The name of an image, normalised as Docker does (github.com/distribution/reference): `redis` is
 * `docker.io/library/redis:latest`.
 */
export interface Reference {
  /** Host with its port, if any: `docker.io`, `localhost:5000`, `[::1]:5000`. */
  readonly registry: string;
  /** Path within the registry: `library/redis`. */
  readonly repository: string;
  /** Absent only when there is a digest. With both, the digest says what is meant. */
  readonly tag?: string;
  readonly digest?: Digest;
}

const DEFAULT_REGISTRY = 'docker.io';
const LEGACY_REGISTRY = 'index.docker.io';
const OFFICIAL = 'library/';

/** Bounds of the grammar, `reference.go` and `regexp.go` of distribution/reference. */
const MAX_NAME_LENGTH = 255;
const MAX_TEXT_LENGTH = 1024;

const HOST_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const REGISTRY = new RegExp(`^(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const PATH_COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${PATH_COMPONENT}(?:/${PATH_COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const OTHER_DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const IDENTIFIER = /^[a-f0-9]{64}$/;

/** @throws EngineError `invalid-argument` in Docker's words, `unsupported` for a digest other than sha256. */
export function parseReference(text: string): Reference {
  if (text.length > MAX_TEXT_LENGTH) throw invalid(`an image name has at most ${MAX_NAME_LENGTH} characters`);
  if (IDENTIFIER.test(text)) {
    throw invalid(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  const { name, tag, digest } = split(text);
  const { registry, repository } = normalise(name);

  if (repository.toLowerCase() !== repository) throw invalid('repository name must be lowercase');
  if (!REGISTRY.test(registry) || !REPOSITORY.test(repository)) throw notAName(text);
  if (`${registry}/${repository}`.length > MAX_NAME_LENGTH) {
    throw invalid(`repository name must not be more than ${MAX_NAME_LENGTH} characters`);
  }
  if (tag !== undefined && !TAG.test(tag)) throw notAName(text);

  if (digest === undefined) return { registry, repository, tag: tag ?? 'latest' };
  return { registry, repository, ...(tag === undefined ? {} : { tag }), digest: checkedDigest(digest, text) };
}

/** As people write it: `redis:4.0.6`, `jess/routersploit:latest`, `localhost:5000/a/b@sha256:…`. */
export function familiarName(reference: Reference): string {
  return familiarRepository(reference) + suffix(reference);
}

/** As Docker writes it without tag and digest: `redis`, `localhost:5000/a/b`. */
export function familiarRepository(reference: Pick<Reference, 'registry' | 'repository'>): string {
  const { registry, repository } = reference;
  if (registry !== DEFAULT_REGISTRY) return `${registry}/${repository}`;
  const rest = repository.slice(OFFICIAL.length);
  return repository.startsWith(OFFICIAL) && !rest.includes('/') ? rest : repository;
}

/** In full, and the same for every way of writing it: `docker.io/library/redis:4.0.6`. */
export function canonicalName(reference: Reference): string {
  return canonicalRepository(reference) + suffix(reference);
}

/** In full, without tag and digest: `docker.io/library/redis`. */
export function canonicalRepository(reference: Pick<Reference, 'registry' | 'repository'>): string {
  return `${reference.registry}/${reference.repository}`;
}

function suffix({ tag, digest }: Reference): string {
  return (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
}

function split(text: string): { name: string; tag?: string; digest?: string } {
  const at = text.indexOf('@');
  const digest = at === -1 ? {} : { digest: text.slice(at + 1) };
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  // A colon before the last slash belongs to the registry's port.
  if (colon === -1 || named.indexOf('/', colon) !== -1) return { name: named, ...digest };
  return { name: named.slice(0, colon), tag: named.slice(colon + 1), ...digest };
}

function normalise(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  if (slash === -1 || !looksLikeRegistry(first)) return { registry: DEFAULT_REGISTRY, repository: official(name) };
  const rest = name.slice(slash + 1);
  if (first === DEFAULT_REGISTRY || first === LEGACY_REGISTRY) {
    return { registry: DEFAULT_REGISTRY, repository: official(rest) };
  }
  return { registry: first, repository: rest };
}

/** `team/app` is on Docker Hub, `team.example/app`, `team:5000/app`, `localhost/app` and `Team/app` are not. */
export function looksLikeRegistry(first: string): boolean {
  return first.includes('.') || first.includes(':') || first === 'localhost' || first.toLowerCase() !== first;
}

function official(path: string): string {
  return path.includes('/') ? path : OFFICIAL + path;
}

function checkedDigest(digest: string, text: string): Digest {
  if (isDigest(digest)) return digest;
  if (OTHER_DIGEST.test(digest) && !digest.startsWith('sha256:')) {
    const algorithm = digest.slice(0, digest.indexOf(':'));
    throw new EngineError(
      'unsupported',
      `Digests of the kind ${algorithm} are not supported; name "${text}" by its sha256 digest.`,
    );
  }
  throw invalid('a digest is sha256: and 64 lower-case hexadecimal digits');
}

function notAName(text: string): EngineError {
  return invalid(`"${text}" is not an image name such as redis:4.0.6 or registry.example:5000/team/app:1.0`);
}

function invalid(reason: string): EngineError {
  return new EngineError('invalid-argument', `invalid reference format: ${reason}`);
}
