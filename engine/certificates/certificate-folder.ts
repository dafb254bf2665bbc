import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { makeDirectories } from '#engine/async/make-directories.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { commonNameOf, makeCertificate, type Identity, type Role } from './make-certificate.ts';

/** Days. What signs the others stays while they are renewed. */
const AUTHORITY_DAYS = 3650;
/** Sorted so, and called so in clients' own settings. */
const OWN_FOLDERS = ['ca', 'server'];

/** A certificate of the folder. */
export interface KnownCertificate {
  /** Of its folder: `ca`, `server`, `client`. */
  readonly name: string;
  readonly commonName: string;
  /** What it answers to; empty for those who ask. */
  readonly names: readonly string[];
  /** Unix milliseconds. */
  readonly expiresAt: number;
  /** SHA-256 of the whole, as `openssl x509 -fingerprint` says it. */
  readonly fingerprint: string;
}

/**
 * Certificates of one engine and its clients: `ca/`, `server/` and a folder for each client, laid out as Docker's own
 * images do it. A client's folder is its `DOCKER_CERT_PATH`. Only its owner reads the folder; keys have mode 0600.
 */
export class CertificateFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The authority, the server and the first client; all or none of them. @throws EngineError `conflict` where there are some. */
  async create(names: readonly string[], days: number): Promise<void> {
    const authority = makeCertificate({ role: 'authority', commonName: 'Estrato CA', days: AUTHORITY_DAYS });
    const server = makeCertificate({ role: 'server', commonName: 'Estrato engine', names, days, issuer: authority });
    const client = makeCertificate({ role: 'client', commonName: 'client', days, issuer: authority });
    await makeDirectories(dirname(this.path), 0o755);
    await placed(this.path, async (aside) => {
      await mkdir(aside, { mode: 0o700 });
      await writeIdentity(join(aside, 'ca'), authority);
      await writeIdentity(join(aside, 'server'), server, authority.certificate);
      await writeIdentity(join(aside, 'client'), client, authority.certificate);
    });
  }

  /** Another client. @throws EngineError `conflict` for a name that is taken, `invalid-argument` for one that can't be. */
  async addClient(name: string, days: number): Promise<void> {
    if (!/^[a-z0-9][a-z0-9_.-]{0,62}$/i.test(name) || OWN_FOLDERS.includes(name)) {
      const sentence = `${JSON.stringify(name)} can't be a client's name: write letters, digits, dots and dashes, and neither ca nor server.`;
      throw new EngineError('invalid-argument', sentence);
    }
    const authority = await this.#authority();
    const made = makeCertificate({ role: 'client', commonName: name, days, issuer: authority });
    await placed(join(this.path, name), (aside) => writeIdentity(aside, made, authority.certificate));
  }

  /** New certificates for the keys of the server and all clients. Each takes the old one's place at once. */
  async renew(days: number): Promise<readonly string[]> {
    const issuer = await this.#authority();
    const others = (await this.list()).filter(({ name }) => name !== 'ca');
    for (const { name, commonName, names } of others) {
      const key = createPrivateKey(await readFile(join(this.path, name, 'key.pem')));
      const role: Role = name === 'server' ? 'server' : 'client';
      const { certificate } = makeCertificate({ role, commonName, names, days, issuer, key });
      const aside = join(this.path, name, `.cert-${randomBytes(6).toString('hex')}`);
      await writeSynced(aside, certificate, 0o644);
      await rename(aside, join(this.path, name, 'cert.pem'));
    }
    return others.map(({ name }) => name);
  }

  /** The authority, the server, then clients by their names. @throws EngineError `not-found` where there are none. */
  async list(): Promise<readonly KnownCertificate[]> {
    await this.#authority();
    const entries = await readdir(this.path);
    const clients = entries.filter((name) => !OWN_FOLDERS.includes(name) && !name.startsWith('.')).toSorted();
    const found = [...OWN_FOLDERS, ...clients].map(async (name) => {
      const pem = await readFile(join(this.path, name, 'cert.pem'), 'utf8');
      return known(name, new X509Certificate(pem));
    });
    return Promise.all(found);
  }

  async #authority(): Promise<Identity> {
    const read = async (name: string): Promise<string> =>
      readFile(join(this.path, 'ca', name), 'utf8').catch((cause: unknown) => {
        const sentence = `There are no certificates in ${this.path}: make them with "estrato certs create".`;
        throw new EngineError('not-found', sentence, { cause });
      });
    return { certificate: await read('cert.pem'), key: await read('key.pem') };
  }
}

function known(name: string, certificate: X509Certificate): KnownCertificate {
  const names = (certificate.subjectAltName ?? '').split(', ').filter((each) => each !== '');
  return {
    name,
    commonName: commonNameOf(certificate),
    names: names.map((each) => each.slice(each.indexOf(':') + 1)),
    expiresAt: Date.parse(certificate.validTo),
    fingerprint: certificate.fingerprint256,
  };
}

async function writeIdentity(dir: string, { certificate, key }: Identity, authority?: string): Promise<void> {
  await mkdir(dir, { mode: 0o700 });
  await writeSynced(join(dir, 'key.pem'), key, 0o600);
  await writeSynced(join(dir, 'cert.pem'), certificate, 0o644);
  if (authority !== undefined) await writeSynced(join(dir, 'ca.pem'), authority, 0o644);
}

async function writeSynced(path: string, text: string, mode: number): Promise<void> {
  await using file = await open(path, 'wx', mode);
  await file.writeFile(text);
  await file.sync();
}

/** Made beside its place, and moved there when it is whole; what is there already stays. */
async function placed(path: string, make: (aside: string) => Promise<void>): Promise<void> {
  const aside = join(dirname(path), `.certs-${randomBytes(6).toString('hex')}`);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rm(aside, { recursive: true, force: true }));
  await make(aside);
  try {
    // A folder takes an empty one's place, and no other's (rename(2)).
    await rename(aside, path);
  } catch (cause) {
    const sentence = `There are certificates in ${path} already: renew them with "estrato certs renew", or choose another folder with --dir.`;
    throw new EngineError('conflict', sentence, { cause });
  }
}
