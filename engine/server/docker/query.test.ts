import { describe, expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';

import { consoleSize, filterFlag, filterMatches, flag, hasLabels, moment, parseFilters, sizeQuery } from './query.ts';

describe('a flag', () => {
  test.each(['1', 'true', 'True', 'yes', 'anything', ' 1 '])('%j is set', (text) => {
    expect(flag.parse(text)).toBe(true);
  });

  test.each([undefined, '', '0', 'no', 'false', 'FALSE', 'none', 'f', ' 0 '])('%j is not', (text) => {
    expect(flag.parse(text)).toBe(false);
  });

  test('the last of several counts', () => {
    expect(flag.parse(['1', '0'])).toBe(false);
    expect(flag.parse(['0', '1'])).toBe(true);
  });
});

describe('a moment', () => {
  test.each([
    ['1732400000', 1_732_400_000_000],
    ['1732400000.25', 1_732_400_000_250],
    ['2024-11-23T22:13:20Z', 1_732_400_000_000],
    ['2024-11-23T23:13:20.500+01:00', 1_732_400_000_500],
  ])('%s', (text, milliseconds) => {
    expect(moment.parse(text)).toBe(milliseconds);
  });

  test.each([undefined, '', '0'])('%j is none', (text) => {
    expect(moment.parse(text)).toBeUndefined();
  });

  test.each(['yesterday', '-5', '12h'])('%j is refused', (text) => {
    expect(moment.safeParse(text).error?.issues[0]?.message).toBe(`"${text}" is no time`);
  });
});

describe('filters', () => {
  test('as clients write them today, and as they did', () => {
    const query = JSON.stringify({ label: ['a=b', 'c'], status: { exited: true, running: false } });
    expect(parseFilters(query, ['label', 'status'])).toEqual(
      new Map([
        ['label', ['a=b', 'c']],
        ['status', ['exited']],
      ]),
    );
  });

  test.each([undefined, ''])('%j is none', (query) => {
    expect(parseFilters(query, [])).toEqual(new Map());
  });

  test.each(['{', '[]', '7', '{"label":"a"}', '{"label":[1]}', 'null'])('%s is refused', (query) => {
    expect(() => parseFilters(query, ['label'])).toThrow(
      new EngineError('invalid-argument', `invalid filter: ${query}`),
    );
  });

  test('one nobody knows is refused by its name', () => {
    expect(() => parseFilters('{"colour":["blue"]}', ['label'])).toThrow("invalid filter 'colour'");
    expect(() => parseFilters('{"toString":["x"]}', ['label'])).toThrow("invalid filter 'toString'");
  });

  test('values of one filter are alternatives; one that is not given fits everything', () => {
    const filters = parseFilters('{"status":["exited","created"]}', ['status']);
    const fits = (state: string): boolean => filterMatches(filters, 'status', (value) => value === state);
    expect([fits('exited'), fits('created'), fits('running')]).toEqual([true, true, false]);
    expect(filterMatches(filters, 'name', () => false)).toBe(true);
  });

  test('labels must all be there', () => {
    const labels = { a: 'b', c: 'd=e', empty: '' };
    expect(hasLabels(labels, [])).toBe(true);
    expect(hasLabels(labels, ['a', 'c=d=e', 'empty='])).toBe(true);
    expect(hasLabels(labels, ['a', 'nosuch'])).toBe(false);
    expect(hasLabels(labels, ['a=c'])).toBe(false);
    expect(hasLabels(labels, ['toString'])).toBe(false);
  });

  test('a filter that is a flag', () => {
    const value = (text: string): boolean | undefined => filterFlag(new Map([['dangling', [text]]]), 'dangling');
    expect(['true', '1', 'T'].map(value)).toEqual([true, true, true]);
    expect(['false', '0', 'F'].map(value)).toEqual([false, false, false]);
    expect(filterFlag(new Map(), 'dangling')).toBeUndefined();
    expect(() => value('maybe')).toThrow("invalid filter 'dangling=maybe'");
  });
});

describe('sizes', () => {
  test("a terminal's come as rows and columns, zeros for a client without one", () => {
    expect(consoleSize.parse([24, 80])).toEqual({ rows: 24, columns: 80 });
    expect(consoleSize.parse([0, 0])).toBeUndefined();
    expect(consoleSize.parse(null)).toBeUndefined();
  });

  test('a new one has both sides', () => {
    expect(sizeQuery.parse({ h: '24', w: '80' })).toEqual({ rows: 24, columns: 80 });
    expect(sizeQuery.safeParse({ h: '0', w: '80' }).success).toBe(false);
    expect(sizeQuery.safeParse({ h: '24' }).success).toBe(false);
  });
});
