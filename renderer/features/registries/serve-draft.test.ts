import { expect, test } from 'vitest';

import { emptyServeDraft, serveOptions } from './serve-draft.ts';

const whole = {
  ...emptyServeDraft,
  listen: ' 0.0.0.0:5000 ',
  username: 'ann',
  password: ' horse',
  cert: 'C\n',
  key: 'K',
};

test('what is not asked for is not said, whatever was written of it', () => {
  expect(serveOptions(emptyServeDraft)).toEqual({ listen: '127.0.0.1:5000', push: false });
  expect(serveOptions(whole)).toEqual({ listen: '0.0.0.0:5000', push: false });
});

test('a password is taken as it is, and certificate and key without what stands around them', () => {
  expect(serveOptions({ ...whole, push: true, asksLogin: true, isEncrypted: true })).toEqual({
    listen: '0.0.0.0:5000',
    push: true,
    login: { username: 'ann', password: ' horse' },
    tls: { cert: 'C', key: 'K' },
  });
});

test.each([
  { listen: ' ' },
  { asksLogin: true, username: '' },
  { asksLogin: true, password: '' },
  { isEncrypted: true, cert: ' \n' },
  { isEncrypted: true, key: '' },
])('without a part of it there is nothing to be said: %o', (part) => {
  expect(serveOptions({ ...whole, ...part })).toBeUndefined();
});
