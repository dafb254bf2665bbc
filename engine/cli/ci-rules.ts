import { EngineError } from '#engine/contract/errors.ts';
import type { ImageEfficiency } from '#engine/contract/waste.ts';

import { formatBytes } from './format.ts';

/** The rules that an image is held to, by the names that dive's `.dive-ci` gives them. */
export const ruleNames = ['lowestEfficiency', 'highestWastedBytes', 'highestUserWastedPercent'] as const;
export type RuleName = (typeof ruleNames)[number];

/** As they are written; dive's own where nobody says otherwise. */
export type CiRules = Readonly<Record<RuleName, string>>;

export const defaultRules: CiRules = {
  lowestEfficiency: '0.9',
  highestWastedBytes: 'disabled',
  highestUserWastedPercent: '0.1',
};

export interface RuleResult {
  readonly rule: RuleName;
  readonly state: 'passed' | 'failed' | 'disabled';
  /** As it was written. */
  readonly wanted: string;
  readonly measured: string;
}

/** With dive's comparisons: what is exactly as the rule says passes. @throws EngineError `invalid-argument`. */
export function checkRules(rules: CiRules, image: ImageEfficiency): readonly RuleResult[] {
  const { efficiency, wastedBytes, userWastedShare } = image;
  const results: Readonly<Record<RuleName, Measure>> = {
    lowestEfficiency: {
      measured: share(efficiency),
      isBroken: (wanted) => efficiency < ratio(wanted, 'lowestEfficiency'),
    },
    highestWastedBytes: {
      measured: formatBytes(wastedBytes),
      isBroken: (wanted) => wastedBytes > bytes(wanted),
    },
    highestUserWastedPercent: {
      measured: share(userWastedShare),
      isBroken: (wanted) => userWastedShare > ratio(wanted, 'highestUserWastedPercent'),
    },
  };
  return ruleNames.map((rule) => resultOf(rule, rules[rule].trim(), results[rule]));
}

interface Measure {
  readonly measured: string;
  readonly isBroken: (wanted: string) => boolean;
}

function resultOf(rule: RuleName, wanted: string, { measured, isBroken }: Measure): RuleResult {
  if (['', 'disabled', 'off', 'false'].includes(wanted.toLowerCase())) {
    return { rule, state: 'disabled', wanted: 'disabled', measured };
  }
  return { rule, state: isBroken(wanted) ? 'failed' : 'passed', wanted, measured };
}

function share(value: number): string {
  return `${(100 * value).toFixed(2)} %`;
}

function ratio(wanted: string, rule: RuleName): number {
  const number = /^\d*\.?\d+$/.test(wanted) ? Number(wanted) : Number.NaN;
  if (number >= 0 && number <= 1) return number;
  throw new EngineError('invalid-argument', `${rule} is ${wanted}, and has to be a number from 0 to 1, or disabled.`);
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** `20MB`, `20Mb` and `20m` are 20 million bytes, `20MiB` a little more: dive's sizes, not Docker's. */
function bytes(wanted: string): number {
  const [, amount = '', unit = ''] = /^([\d,]*\.?\d+) ?([kmgt]i?)?b?$/i.exec(wanted) ?? [];
  const number = Number(amount.replaceAll(',', '')) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
  if (amount !== '' && Number.isFinite(number)) return number;
  throw new EngineError(
    'invalid-argument',
    `highestWastedBytes is ${wanted}, and has to be a size like 20MB, or disabled.`,
  );
}
