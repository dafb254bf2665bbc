import type { Platform } from '#engine/contract/image.ts';
import { expand } from '#engine/dockerfile/shell-lexer.ts';
import type { Dockerfile } from '#engine/dockerfile/parse-dockerfile.ts';
import type { Argument } from '#engine/dockerfile/instruction.ts';
import { proxyArguments } from '#engine/dockerfile/predefined.ts';
import { hostPlatform } from '#engine/image/choose-manifest.ts';
import { formatPlatform } from '#engine/oci/platform.ts';

import type { BuildRequest } from './build-request.ts';
import { variablesOf, type StageState } from './stage-state.ts';

/** What names stand for outside stages, and for stages that ask for them (Dockerfile reference, "Scope"). */
export class BuildScope {
  readonly #request: BuildRequest;
  readonly #escape: '\\' | '`';
  /** Of ARGs before the first FROM. */
  readonly #globals = new Map<string, string>();
  readonly #platforms: ReadonlyMap<string, string>;

  /** @throws DockerfileError for a default that can't be expanded. */
  constructor(request: BuildRequest, { directives, globalArguments }: Dockerfile) {
    this.#request = request;
    this.#escape = directives.escape;
    this.#platforms = platformValues(request.platform ?? hostPlatform, request.target ?? '');
    for (const { name, value } of globalArguments) {
      const given = request.args.get(name) ?? this.#expanded(value);
      if (given !== undefined) this.#globals.set(name, given);
    }
  }

  /** What FROM may name. */
  get names(): ReadonlyMap<string, string> {
    return new Map([...this.#platforms, ...this.#globals]);
  }

  /** An ARG of a stage: what the builder was told, its own default, or what stands before the first FROM. */
  declare(state: StageState, { name, value }: Argument): StageState {
    const own =
      value === undefined ? undefined : expand(value, { escape: this.#escape, variables: variablesOf(state) }).text;
    const given = this.#request.args.get(name) ?? own ?? this.#globals.get(name) ?? this.#platforms.get(name);
    return given === undefined ? state : { ...state, args: new Map([...state.args, [name, given]]) };
  }

  /** `NAME=value`: what RUN gets beside the image's own; proxies without being asked. */
  runVariables(state: StageState): ReadonlyMap<string, string> {
    const proxies = proxyArguments.flatMap((name) => {
      const value = this.#request.args.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return new Map([...proxies, ...variablesOf(state)]);
  }

  /** Those of `runVariables` that decide what comes of a step: a proxy that nobody declared doesn't. */
  keyVariables(state: StageState): Readonly<Record<string, string>> {
    return Object.fromEntries([...variablesOf(state)].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  #expanded(value: string | undefined): string | undefined {
    return value === undefined ? undefined : expand(value, { escape: this.#escape, variables: this.names }).text;
  }
}

function platformValues(target: Platform, stage: string): ReadonlyMap<string, string> {
  const of = (side: string, platform: Platform): readonly (readonly [string, string])[] => [
    [`${side}PLATFORM`, formatPlatform(platform)],
    [`${side}OS`, platform.os],
    [`${side}ARCH`, platform.architecture],
    [`${side}VARIANT`, platform.variant ?? ''],
  ];
  return new Map([
    ...of('TARGET', target),
    ...of('BUILD', hostPlatform),
    ['TARGETSTAGE', stage === '' ? 'default' : stage],
  ]);
}
