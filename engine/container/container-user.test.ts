import { describe, expect, test } from 'vitest';

import { resolveUser } from './container-user.ts';

const passwd = [
  'root:x:0:0:root:/root:/bin/sh',
  'web:x:33:34:web:/srv/web:/bin/false',
  'homeless:x:40:40::',
  '77:x:78:79:a number for a name:/seventy:/bin/sh',
  'broken line',
].join('\n');
const group = ['root:x:0:', 'web:x:34:', 'logs:x:50:root,web', 'media:x:51:web', 'again:x:50:web'].join('\n');

describe('a user', () => {
  test.each([
    ['', { uid: 0, gid: 0, additionalGids: [50], home: '/root' }],
    ['root', { uid: 0, gid: 0, additionalGids: [50], home: '/root' }],
    ['web', { uid: 33, gid: 34, additionalGids: [50, 51], home: '/srv/web' }],
    ['33', { uid: 33, gid: 34, additionalGids: [50, 51], home: '/srv/web' }],
    ['homeless', { uid: 40, gid: 40, additionalGids: [], home: '/' }],
    ['1000', { uid: 1000, gid: 0, additionalGids: [], home: '/' }],
    ['77', { uid: 78, gid: 79, additionalGids: [], home: '/seventy' }],
    ['web:media', { uid: 33, gid: 51, additionalGids: [], home: '/srv/web' }],
    ['web:7', { uid: 33, gid: 7, additionalGids: [], home: '/srv/web' }],
    ['1000:1000', { uid: 1000, gid: 1000, additionalGids: [], home: '/' }],
    ['web:', { uid: 33, gid: 34, additionalGids: [50, 51], home: '/srv/web' }],
  ])('"%s"', (text, expected) => {
    expect(resolveUser(text, { passwd, group })).toEqual(expected);
  });

  test.each([
    ['nosuch', 'unable to find user nosuch: no matching entries in passwd file'],
    ['web:nosuch', 'unable to find group nosuch: no matching entries in group file'],
    ['a:b:c', 'invalid user: "a:b:c" is not user[:group]'],
    ['4294967295', 'unable to find user 4294967295'],
  ])('"%s" is refused', (text, message) => {
    expect(() => resolveUser(text, { passwd, group })).toThrow(message);
  });

  test('without files there are numbers and root', () => {
    expect(resolveUser('5:6', { passwd: '', group: '' })).toMatchObject({ uid: 5, gid: 6 });
    expect(resolveUser('', { passwd: '', group: '' })).toEqual({ uid: 0, gid: 0, additionalGids: [], home: '/' });
  });
});
