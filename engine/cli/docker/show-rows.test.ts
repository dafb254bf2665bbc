import { expect, test } from 'vitest';

import { formatRows } from './show-rows.ts';
import { fillTemplate } from './template.ts';

const rows = [
  { ID: '1', Names: 'web' },
  { ID: '22', Names: 'db' },
];
const columns = [
  ['CONTAINER ID', 'ID'],
  ['NAMES', 'Names'],
] as const;

test('rows are a table for people', () => {
  expect(formatRows(undefined, rows, columns)).toBe('CONTAINER ID  NAMES\n1             web\n22            db\n');
});

test('they are a document a line for programs', () => {
  expect(formatRows('json', rows, columns)).toBe('{"ID":"1","Names":"web"}\n{"ID":"22","Names":"db"}\n');
});

test('a template is filled for each, and has headers after the word table', () => {
  expect(formatRows(String.raw`{{.Names}}\t{{ .ID }}`, rows, columns)).toBe('web\t1\ndb\t22\n');
  expect(formatRows(String.raw`table {{.Names}}\t{{.ID}}`, rows, columns)).toBe(
    'NAMES  CONTAINER ID\nweb    1\ndb     22\n',
  );
});

test('templates reach into documents, and show what is not one thing as JSON', () => {
  const document = { State: { Status: 'running', Pid: 7 }, Env: ['A=b'], Nothing: null };
  expect(fillTemplate('{{.State.Status}} {{.State.Pid}} {{json .Env}} {{.Nothing}}', document)).toBe(
    'running 7 ["A=b"] <no value>',
  );
});

test.each([
  ['{{.Nobody}}', 'there is no field Nobody'],
  ['{{range .Env}}x{{end}}', 'more than is understood here'],
  ['{{.State.Status.Deeper}}', 'there is no field Deeper'],
  ['{{.constructor}}', 'there is no field constructor'],
])('%s is refused', (template, words) => {
  expect(() => fillTemplate(template, { State: { Status: 'running' } })).toThrow(words);
});
