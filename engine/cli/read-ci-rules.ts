import { EngineError } from '#engine/contract/errors.ts';

import type { CiRules, RuleName } from './ci-rules.ts';

/** dive has three spellings: that of its documented file, that of its newer one, and that of its first. */
const spellings: Readonly<Record<string, RuleName>> = {
  lowestEfficiency: 'lowestEfficiency',
  'lowest-efficiency': 'lowestEfficiency',
  'lowest-efficiency-threshold': 'lowestEfficiency',
  highestWastedBytes: 'highestWastedBytes',
  'highest-wasted-bytes': 'highestWastedBytes',
  highestUserWastedPercent: 'highestUserWastedPercent',
  'highest-user-wasted-percent': 'highestUserWastedPercent',
};

/**
 * The rules of a `.dive-ci`, which is YAML: those below its key `rules`, or, as newer ones of dive's have it, those at the
 * top. Of YAML it takes what such a file is written in: a value a line, or all in braces, quoted or not. What it can't read
 * is refused rather than left out: a rule that isn't applied would pass.
 *
 * @param what the file, for sentences.
 * @throws EngineError `invalid-argument`, which names the line.
 */
export function readCiRules(text: string, what: string): Partial<CiRules> {
  const found: Partial<Record<RuleName, string>> = {};
  for (const { key, value, line } of valuesOf(text, what)) {
    const rule = spellings[key];
    if (rule !== undefined) found[rule] = value;
    else if (key !== 'rules' || value !== '') {
      const known = 'lowestEfficiency, highestWastedBytes and highestUserWastedPercent';
      throw new EngineError('invalid-argument', `${what} has no rule of ours on line ${line}: they are ${known}.`);
    }
  }
  return found;
}

interface Value {
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** A key, quoted or not; a colon; a value, quoted or not, or one that ends where braces would begin or end. */
const ONE_VALUE =
  /^\s*(?:"([^"]*)"|'([^']*)'|([^\s:"'{}[\],#][^:{},"']*?))\s*:\s*(?:"([^"]*)"|'([^']*)'|([^"'{}[\],]*?))\s*$/;

/** Braces and commas separate values as ends of lines do: no rule is deeper than `rules`. */
function* valuesOf(text: string, what: string): Generator<Value> {
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const line = withoutComment(whole);
    if (/^(---|\.\.\.|%YAML.*)?\s*$/.test(line)) continue;
    for (const part of line.split(/[{},](?=(?:[^"']|"[^"]*"|'[^']*')*$)/)) {
      if (part.trim() === '') continue;
      const found = ONE_VALUE.exec(part);
      if (found === null) {
        const how = 'write each rule as "lowestEfficiency: 0.95"';
        throw new EngineError('invalid-argument', `Line ${index + 1} of ${what} can't be read; ${how}.`);
      }
      const [, doubleKey, singleKey, bareKey, double, single, bare] = found;
      const key = doubleKey ?? singleKey ?? bareKey ?? '';
      yield { key, value: (double ?? single ?? bare ?? '').trim(), line: index + 1 };
    }
  }
}

/** A # begins a comment at the start of a line and behind a space, outside quotes. */
function withoutComment(line: string): string {
  const kept = /^(?:"[^"]*"|'[^']*'|(?<!\s)#|[^#"']|["'](?=[^"']*$))*/.exec(line)?.[0] ?? line;
  return line.startsWith('#') ? '' : kept.trimEnd();
}
