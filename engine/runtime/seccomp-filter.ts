import { createHash } from 'node:crypto';

import type { SeccompProfile, SeccompRule } from '#engine/oci/runtime-spec.ts';

import { encodePlan, step, type Argument, type Step } from './encode-plan.ts';

/** Makes BPF of a profile that is written as a plan, with the launcher's libseccomp. */
export type SeccompCompiler = (plan: Uint8Array) => Promise<Uint8Array>;

/** Profiles as BPF, each compiled once. */
export class SeccompFilters {
  readonly #compiler: SeccompCompiler;
  readonly #compiled = new Map<string, Promise<Uint8Array>>();
  /** Containers share the default profile: it is written out, and hashed, once. */
  readonly #known = new WeakMap<SeccompProfile, Promise<Uint8Array>>();

  constructor(compiler: SeccompCompiler) {
    this.#compiler = compiler;
  }

  compile(profile: SeccompProfile): Promise<Uint8Array> {
    const same = this.#known.get(profile) ?? this.#compileWritten(profile);
    this.#known.set(profile, same);
    same.catch(() => this.#known.delete(profile));
    return same;
  }

  #compileWritten(profile: SeccompProfile): Promise<Uint8Array> {
    const plan = encodePlan(stepsOf(profile));
    const key = createHash('sha256').update(plan).digest('hex');
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const compiling = this.#compiler(plan);
    this.#compiled.set(key, compiling);
    compiling.catch(() => this.#compiled.delete(key));
    return compiling;
  }
}

function stepsOf({ defaultAction, defaultErrnoRet, architectures, syscalls }: SeccompProfile): readonly Step[] {
  return [
    step('seccompDefault', defaultAction, defaultErrnoRet ?? 1),
    ...architectures.map((name) => step('seccompArchitecture', name)),
    ...syscalls.flatMap(rulesApart).flatMap((rule) => rule.names.map((name) => ruleStep(name, rule))),
  ];
}

/** A filter compares each argument once in a rule: of several comparisons with one, any is enough, in rules of their own. */
function rulesApart(rule: SeccompRule): readonly SeccompRule[] {
  const { args = [] } = rule;
  const isTwice = new Set(args.map(({ index }) => index)).size < args.length;
  return isTwice ? args.map((compare) => ({ ...rule, args: [compare] })) : [rule];
}

function ruleStep(name: string, { action, errnoRet, args = [] }: SeccompRule): Step {
  const compares = args.flatMap(({ index, value, valueTwo = 0, op }): readonly Argument[] => [
    index,
    value,
    valueTwo,
    op,
  ]);
  return step('seccompRule', name, action, errnoRet ?? 1, ...compares);
}
