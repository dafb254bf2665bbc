import { randomBytes } from 'node:crypto';

import { expect, test } from 'vitest';

import { encodeAnswer, parseQuery, recordTypes, responseCodes, reversedAddress } from './dns-message.ts';

/** A question as a resolver in a container asks it. */
function asked(name: string, type: number): Buffer {
  const labels = name.split('.').map((label) => String.fromCharCode(label.length) + label);
  const tail = Buffer.from([0, 0, type, 0, 1]);
  const head = Buffer.from([0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, Buffer.from(labels.join(''), 'latin1'), tail]);
}

test('a question is read, whatever its case', () => {
  expect(parseQuery(asked('Web.Example', recordTypes.a))).toMatchObject({
    id: 0x12_34,
    isRecursionDesired: true,
    name: 'web.example',
    type: 1,
  });
});

test('an answer has the question, and the addresses under its name', () => {
  const query = parseQuery(asked('web', recordTypes.aaaa));
  if (query === undefined) throw new Error('The question was not understood.');
  const records = [{ type: recordTypes.aaaa, value: 'fd00::2' }];
  expect(encodeAnswer(query, { records, code: responseCodes.success }).toString('hex')).toBe(
    [
      ['1234', '8580', '0001', '0001', '0000', '0000'],
      ['03', Buffer.from('web').toString('hex'), '00', '001c', '0001'],
      ['c00c', '001c', '0001', '0000000a', '0010', 'fd00000000000000', '0000000000000002'],
    ]
      .flat()
      .join(''),
  );
});

test('an answer may be a name', () => {
  const query = parseQuery(asked('2.0.17.172.in-addr.arpa', recordTypes.ptr));
  if (query === undefined) throw new Error('The question was not understood.');
  const records = [{ type: recordTypes.ptr, value: 'web.net' }];
  expect(encodeAnswer(query, { records, code: 0 }).includes('\x03web\x03net\0', 'latin1')).toBe(true);
});

test('addresses are read backwards', () => {
  expect(reversedAddress('2.0.17.172.in-addr.arpa')).toBe('172.17.0.2');
  const digits = `2${'.0'.repeat(23)}${'.8.b.d.0.1.0.0.2'}`;
  expect(reversedAddress(`${digits}.ip6.arpa`)).toBe('2001:0db8:0000:0000:0000:0000:0000:0002');
  expect(reversedAddress('1.2.3.in-addr.arpa')).toBeUndefined();
  expect(reversedAddress('example.com')).toBeUndefined();
});

const question = asked('web', 1);
test.each([
  ['nothing', Buffer.alloc(0)],
  ['a header alone', question.subarray(0, 12)],
  ['a name that is cut off', question.subarray(0, 14)],
  ['a question that is cut off', question.subarray(0, -1)],
  ['an answer', Buffer.concat([question.subarray(0, 2), Buffer.from([0x80, 0]), question.subarray(4)])],
  ['two questions', Buffer.concat([question.subarray(0, 5), Buffer.from([2]), question.subarray(6)])],
  ['a name that points elsewhere', Buffer.concat([question.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])])],
  ['a name that goes on and on', Buffer.concat([question.subarray(0, 12), Buffer.alloc(600, 1)])],
  ['another class', Buffer.concat([question.subarray(0, -1), Buffer.from([3])])],
])('%s is no question', (_, bytes) => {
  expect(parseQuery(bytes)).toBeUndefined();
});

test('no bytes are too odd to be looked at', () => {
  for (let round = 0; round < 5000; round++) {
    const bytes = Buffer.concat([question.subarray(0, round % 20), randomBytes(round % 300)]);
    expect(() => parseQuery(bytes)).not.toThrow();
  }
});
