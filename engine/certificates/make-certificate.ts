import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { isIP, SocketAddress } from 'node:net';

import * as der from './der.ts';

/** Who a certificate is for: it signs others, answers, or asks. */
export type Role = 'authority' | 'server' | 'client';

/** A certificate and its key, each as PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateWish {
  readonly role: Role;
  /** What people read. */
  readonly commonName: string;
  /** Of a server: the names and addresses that it is asked by. */
  readonly names?: readonly string[];
  readonly days: number;
  /** Who signs it; itself where nobody is named. */
  readonly issuer?: Identity;
  /** Kept when a certificate is renewed. */
  readonly key?: KeyObject;
}

/** Clocks of two machines differ: it is valid from a little before now on. */
const EARLIER_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** ecdsa-with-SHA256 (RFC 5758). */
const signatureAlgorithm = der.sequence(der.objectIdentifier('1.2.840.10045.4.3.2'));

/** X.509 in version 3 (RFC 5280), with a key on the curve P-256. */
export function makeCertificate(wish: CertificateWish): Identity {
  const key = wish.key ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const issuer = wish.issuer === undefined ? undefined : new X509Certificate(wish.issuer.certificate);
  const issuerKey = issuer?.publicKey.export({ type: 'spki', format: 'der' }) ?? publicKey;
  const from = Date.now() - EARLIER_MS;
  const toBeSigned = der.sequence(
    der.tagged(0, 'constructed', der.integer(Buffer.from([2]))),
    der.integer(randomBytes(16)),
    signatureAlgorithm,
    nameOf(issuer === undefined ? wish.commonName : commonNameOf(issuer)),
    der.sequence(der.time(new Date(from)), der.time(new Date(Date.now() + wish.days * DAY_MS))),
    nameOf(wish.commonName),
    publicKey,
    der.tagged(3, 'constructed', der.sequence(...extensions(wish, publicKey, issuerKey))),
  );
  const signature = sign('sha256', toBeSigned, wish.issuer?.key ?? key);
  return {
    certificate: pemOf(der.sequence(toBeSigned, signatureAlgorithm, der.bitString(signature))),
    key: String(key.export({ type: 'pkcs8', format: 'pem' })),
  };
}

/** `CN=Estrato` is `Estrato`. */
export function commonNameOf({ subject }: X509Certificate): string {
  return /^CN=(.*)$/m.exec(subject)?.[1] ?? '';
}

function nameOf(commonName: string): Buffer {
  return der.sequence(der.set(der.sequence(der.objectIdentifier('2.5.4.3'), der.utf8String(commonName))));
}

/** Bits of `KeyUsage`, with how many of their last byte say nothing. */
const usages: Readonly<Record<Role, Buffer>> = {
  authority: der.bitString(Buffer.from([0b0000_0110]), 1), // keyCertSign, cRLSign
  server: der.bitString(Buffer.from([0b1000_0000]), 7), // digitalSignature
  client: der.bitString(Buffer.from([0b1000_0000]), 7),
};

/** What TLS may take it for: one that answers doesn't ask, one that asks doesn't answer. */
const purposes = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

function extensions({ role, names = [] }: CertificateWish, key: Buffer, issuerKey: Buffer): readonly Buffer[] {
  const constraints =
    role === 'authority' ? der.sequence(der.boolean(true), der.integer(Buffer.from([0]))) : der.sequence();
  const purpose = role === 'authority' ? undefined : der.sequence(der.objectIdentifier(purposes[role]));
  return [
    extension('2.5.29.19', constraints, true),
    extension('2.5.29.15', usages[role], true),
    ...(purpose === undefined ? [] : [extension('2.5.29.37', purpose)]),
    ...(names.length === 0 ? [] : [extension('2.5.29.17', der.sequence(...names.map(alternativeName)))]),
    extension('2.5.29.14', der.octetString(keyIdentifier(key))),
    extension('2.5.29.35', der.sequence(der.tagged(0, 'primitive', keyIdentifier(issuerKey)))),
  ];
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  return der.sequence(der.objectIdentifier(id), ...(isCritical ? [der.boolean(true)] : []), der.octetString(value));
}

/** `GeneralName`: an address as its bytes, or a DNS name. */
function alternativeName(name: string): Buffer {
  if (isIP(name) === 0) return der.tagged(2, 'primitive', Buffer.from(name));
  return der.tagged(7, 'primitive', addressBytes(name));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // In its shortest form, whatever it was written as, without a zone.
  const { address: short } = new SocketAddress({ address: address.split('%')[0], family: 'ipv6' });
  const [head = '', tail] = short.split('::');
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? [] : Array.from({ length: 16 - before.length - after.length }, () => 0);
  return Buffer.from([...before, ...zeros, ...after]);
}

/** `fe80:1` and `127.0.0.1` at an end, as bytes. */
function groups(text: string): readonly number[] {
  return text
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => {
      if (group.includes('.')) return group.split('.').map(Number);
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    });
}

/** RFC 7093, section 2: of the key alone, which is what of the whole comes last. */
function keyIdentifier(publicKey: Buffer): Buffer {
  return createHash('sha256').update(publicKey).digest().subarray(0, 20);
}

function pemOf(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
