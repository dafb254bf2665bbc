import type { SecretKind, SecretPlace } from '#engine/contract/waste.ts';

import { formatSection } from './table.ts';

const secretWords: Readonly<Record<SecretKind, string>> = {
  'private-key': 'private key',
  'key-store': 'key store',
  'environment-file': 'file of variables',
  credentials: 'credentials',
  token: 'token',
  password: 'password',
  'password-hashes': 'password hashes',
  history: 'history of a shell',
};

/** Nothing where there is none. */
export function secretsSection(secrets: readonly SecretPlace[]): string {
  const rows = secrets.map((secret) => [secretWords[secret.kind], ...placeWords(secret)]);
  return formatSection('Looks like a secret', ['WHAT', 'WHERE', 'STATE'], rows);
}

function placeWords(secret: SecretPlace): readonly [where: string, state: string] {
  switch (secret.in) {
    case 'variable':
      return [`variable ${secret.name}`, 'in the config'];
    case 'step':
      return [
        `step ${secret.step + 1}${secret.argument === undefined ? '' : `, argument ${secret.argument}`}`,
        'in the history',
      ];
    case 'file': {
      const { path, layer, hiddenBy } = secret;
      const state = hiddenBy === undefined ? '' : `, hidden by layer ${hiddenBy + 1} and shipped`;
      return [path, `layer ${layer + 1}${state}`];
    }
  }
}
