import { expect, test } from 'vitest';

import { parseImageConfig } from '#engine/oci/image-config.ts';

import { spokenSecrets } from './spoken-secrets.ts';

const TOKEN = `gh${'p_'}${'x'.repeat(36)}`;

function secretsOf(steps: readonly string[], env: readonly string[] = []): ReturnType<typeof spokenSecrets> {
  const history = steps.map((created_by) => ({ created_by, empty_layer: true }));
  const document = { architecture: 'amd64', os: 'linux', config: { Env: env }, rootfs: { diff_ids: [] }, history };
  return spokenSecrets(parseImageConfig(Buffer.from(JSON.stringify(document)), 'The config'));
}

test('variables are told by their names or by what they hold, and places of secrets are none', () => {
  expect(
    secretsOf(
      [],
      [
        'PATH=/bin',
        'DB_PASSWORD=hunter2',
        'DB_PASSWORD_FILE=/run/secrets/db',
        `CI=${TOKEN}`,
        'API_KEY=/etc/key',
        'TOKEN=',
      ],
    ),
  ).toEqual([
    { in: 'variable', kind: 'password', name: 'DB_PASSWORD' },
    { in: 'variable', kind: 'token', name: 'CI' },
  ]);
});

test('build arguments are named where they are declared, by either builder', () => {
  expect(
    secretsOf([
      'ARG NPM_TOKEN',
      'ARG DB_SECRET=a=b c',
      '/bin/sh -c #(nop)  ARG OTHER',
      'RUN |2 NPM_TOKEN=abcdef OTHER=x /bin/sh -c npm ci # buildkit',
      '|1 OTHER=1 /bin/sh -c make',
    ]),
  ).toEqual([
    { in: 'step', kind: 'password', step: 1, argument: 'DB_SECRET' },
    { in: 'step', kind: 'password', step: 3, argument: 'NPM_TOKEN' },
  ]);
});

test.each([
  ['a token', `RUN /bin/sh -c curl -H "Authorization: ${TOKEN}" https://example.com`, 'token'],
  ['a password in an address', 'RUN /bin/sh -c git clone https://me:hunter2@example.com/x.git', 'password'],
  ['a variable of its own', "/bin/sh -c export API_TOKEN='hunter2' && make", 'password'],
  ['an option', 'RUN /bin/sh -c login --password hunter2 me', 'password'],
  ['an option with =', 'RUN /bin/sh -c login --api-key="hunter2" me', 'password'],
])('%s that is typed in a command is found', (_, step, kind) => {
  expect(secretsOf([step])).toEqual([{ in: 'step', kind, step: 0 }]);
});

test.each([
  'RUN /bin/sh -c login --password $PASSWORD me',
  'RUN /bin/sh -c git clone https://$USER:$PASS@example.com/x.git',
  'RUN /bin/sh -c echo token is here',
  'RUN /bin/sh -c apt-get install -y libsecret-1-0',
  'RUN --mount=type=secret,id=token /bin/sh -c TOKEN=$(cat /run/secrets/token) make',
  'ENV API_TOKEN=hunter2',
  'CMD ["sh"]',
])('nothing is to be found in %s', (step) => {
  expect(secretsOf([step])).toEqual([]);
});

test('no part of a value is ever told, however it is written', () => {
  const steps = [
    'ARG PASSPHRASE_TOKEN',
    'RUN |2 PASSPHRASE_TOKEN=very hunter2=secret indeed LATER=hunter3 /bin/sh -c make',
    'RUN /bin/sh -c X_TOKEN=hunter2 make --password=hunter3',
    `ARG A=${TOKEN}`,
  ];
  const told = JSON.stringify(secretsOf(steps, ['MY_SECRET=hunter2=hunter3', `${TOKEN}`]));
  expect(told).toContain('PASSPHRASE_TOKEN');
  expect(told).toContain('"step":2');
  expect(told).not.toMatch(/hunter|very|indeed|LATER|gh[p]_/);
});
