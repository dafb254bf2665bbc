import type { SecretPlace } from '#engine/contract/waste.ts';
import { alignSteps } from '#engine/image/list-images.ts';
import type { ImageConfig } from '#engine/oci/image-config.ts';

import { commandKind, variableKind } from './secret-rules.ts';

/**
 * What an image's config says that looks like a secret: its variables, the arguments that its steps were given, and what is
 * typed in its commands. Only names that the config declares are told: any other word could be a part of a value.
 */
export function spokenSecrets(config: ImageConfig): SecretPlace[] {
  const variables = config.config.env.flatMap((variable): SecretPlace[] => {
    const [name, value] = splitAt(variable);
    const kind = variableKind(name, value);
    return kind === undefined ? [] : [{ in: 'variable', kind, name }];
  });
  const instructions = alignSteps(config).map(({ instruction, createdBy }) => ({ instruction, createdBy }));
  const declared = new Set(instructions.flatMap(({ instruction }) => declaredName(instruction) ?? []));
  const steps = instructions.flatMap((one, step) => inStep(one, step, declared));
  return [...variables, ...steps];
}

function splitAt(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function declaredName(instruction: string): string | undefined {
  return /^ARG\s+([A-Za-z_]\w*)/.exec(instruction)?.[1];
}

interface StepText {
  readonly instruction: string;
  readonly createdBy: string;
}

function inStep({ instruction, createdBy }: StepText, step: number, declared: ReadonlySet<string>): SecretPlace[] {
  const name = declaredName(instruction);
  if (name !== undefined) {
    const kind = variableKind(name, splitAt(instruction)[1]);
    return kind === undefined ? [] : [{ in: 'step', kind, step, argument: name }];
  }
  const given = argumentsOf(createdBy, declared).flatMap(([argument, value]): SecretPlace[] => {
    const kind = variableKind(argument, value);
    return kind === undefined ? [] : [{ in: 'step', kind, step, argument }];
  });
  // The config has the image's own variables, which are told by their names.
  const kind = /^(ENV|LABEL)\b/.test(instruction) ? undefined : commandKind(instruction);
  return kind === undefined ? given : [...given, { in: 'step', kind, step }];
}

/** Both builders write the arguments of a step before its command: `|2 A=b C=d /bin/sh -c …`. */
function argumentsOf(createdBy: string, declared: ReadonlySet<string>): readonly (readonly [string, string])[] {
  const given = /^(?:RUN )?\|\d+ (.*?)(?:\/bin\/sh -c .*)?$/s.exec(createdBy)?.[1] ?? '';
  // A value may have spaces in it: it goes on until the next declared name.
  const begins = [...given.matchAll(/(?:^|\s)([A-Za-z_]\w*)=/g)].filter(([, name = '']) => declared.has(name));
  return begins.map(({ index, 0: begin, 1: name = '' }, at) => {
    const end = begins[at + 1]?.index ?? given.length;
    return [name, given.slice(index + begin.length, end).trim()] as const;
  });
}
