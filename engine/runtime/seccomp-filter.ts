import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { buffer, text } from 'node:stream/consumers';

import { EngineError } from '#engine/contract/errors.ts';
import type { SeccompProfile, SeccompRule } from '#engine/oci/runtime-spec.ts';

import { encodePlan, step, type Argument, type Step } from './encode-plan.ts';

/** Compiles profiles to BPF with the launcher's libseccomp, each profile once. */
export class SeccompFilters {
  readonly #launcherPath: string;
  readonly #compiled = new Map<string, Promise<Uint8Array>>();

  constructor(launcherPath: string) {
    this.#launcherPath = launcherPath;
  }

  compile(profile: SeccompProfile): Promise<Uint8Array> {
    const plan = encodePlan(stepsOf(profile));
    const key = createHash('sha256').update(plan).digest('hex');
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const compiling = this.#run(plan);
    this.#compiled.set(key, compiling);
    compiling.catch(() => this.#compiled.delete(key));
    return compiling;
  }

  async #run(plan: Buffer): Promise<Uint8Array> {
    const child = spawn(this.#launcherPath, ['filter'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = new Promise<number>((resolve, reject) => {
      child.once('error', (cause) => {
        reject(new EngineError('internal', `The launcher ${this.#launcherPath} can't be started.`, { cause }));
      });
      child.once('close', (code) => resolve(code ?? 1));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(plan);
    const [code, program, words] = await Promise.all([ended, buffer(child.stdout), text(child.stderr)]);
    if (code === 0) return program;
    throw new EngineError('internal', `The seccomp profile could not be compiled: ${words.trim()}`);
  }
}

function stepsOf({ defaultAction, defaultErrnoRet, architectures, syscalls }: SeccompProfile): readonly Step[] {
  return [
    step('seccompDefault', defaultAction, defaultErrnoRet ?? 1),
    ...architectures.map((name) => step('seccompArchitecture', name)),
    ...syscalls.flatMap((rule) => rule.names.map((name) => ruleStep(name, rule))),
  ];
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
