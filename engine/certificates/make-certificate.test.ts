import { X509Certificate } from 'node:crypto';

import { expect, test } from 'vitest';

import { makeCertificate } from './make-certificate.ts';

const names = ['builder.example', '10.1.2.3', '::1', 'fe80::1:2', '2001:db8:1:2:3:4:5:6', '::ffff:1.2.3.4'];
const issuer = makeCertificate({ role: 'authority', commonName: 'A test', days: 10 });
const server = new X509Certificate(
  makeCertificate({ role: 'server', commonName: 'Engine', names, days: 5, issuer }).certificate,
);
const authority = new X509Certificate(issuer.certificate);

test('an authority signs itself, and those it was asked to', () => {
  expect([authority.ca, authority.verify(authority.publicKey)]).toEqual([true, true]);
  expect([server.ca, server.verify(authority.publicKey), server.checkIssued(authority)]).toEqual([false, true, true]);
  expect([server.subject, server.issuer]).toEqual(['CN=Engine', 'CN=A test']);
});

test.each(names)('a server answers to %s', (name) => {
  expect(name.includes(':') || /^[\d.]+$/.test(name) ? server.checkIP(name) : server.checkHost(name)).toBe(name);
});

test('and to nothing else', () => {
  expect([server.checkHost('other.example'), server.checkIP('10.1.2.4')]).toEqual([undefined, undefined]);
});

test('a role is all it may be used for', () => {
  const client = new X509Certificate(makeCertificate({ role: 'client', commonName: 'c', days: 5, issuer }).certificate);
  expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(client.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
});

test.each([[5], [20_000]])('it ends after %i days', (days) => {
  const made = new X509Certificate(makeCertificate({ role: 'client', commonName: 'c', days, issuer }).certificate);
  const end = Date.now() + days * 86_400_000;
  expect(Math.abs(Date.parse(made.validTo) - end)).toBeLessThan(60_000);
  expect(Date.parse(made.validFrom)).toBeLessThan(Date.now());
});
