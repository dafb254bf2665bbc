import type { ComparedField } from '#engine/contract/comparison.ts';
import type { ImageConfig } from '#engine/oci/image-config.ts';

/** All fields that either has, those of the document first, then variables and labels by name. */
export function compareConfigs(before: ImageConfig, now: ImageConfig): ComparedField[] {
  const [one, other] = [fieldsOf(before), fieldsOf(now)];
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names]
    .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((field) => {
      const [was, is] = [one.get(field), other.get(field)];
      if (was === undefined) return { field, change: 'added', ...(is === undefined ? {} : { now: is }) };
      if (is === undefined) return { field, change: 'removed', before: was };
      return { field, change: was === is ? 'unchanged' : 'changed', before: was, now: is };
    });
}

function rank(field: string): number {
  if (field.startsWith('Env.')) return 1;
  return field.startsWith('Labels.') ? 2 : 0;
}

/** In Docker's spelling, lists as JSON, as a Dockerfile has them; what isn't there isn't a field. */
function fieldsOf({ architecture, os, variant, author, config }: ImageConfig): ReadonlyMap<string, string> {
  const { user, workingDir, stopSignal, healthcheck } = config;
  const plain: readonly (readonly [string, string | undefined])[] = [
    ['Architecture', architecture],
    ['Os', os],
    ['Variant', variant],
    ['Author', author],
    ['User', user],
    ['WorkingDir', unlessUsual(workingDir, '/')],
    ['Entrypoint', list(config.entrypoint)],
    ['Cmd', list(config.cmd)],
    ['Shell', list(config.shell)],
    ['OnBuild', list(config.onBuild)],
    ['ExposedPorts', list(config.exposedPorts.toSorted())],
    ['Volumes', list(config.volumes.toSorted())],
    ['StopSignal', unlessUsual(stopSignal, 'SIGTERM')],
    ['Healthcheck', healthcheck === undefined ? undefined : JSON.stringify(healthcheck)],
    ...config.env.map((variable) => {
      const at = variable.indexOf('=');
      return at === -1 ? ([`Env.${variable}`, ''] as const) : variableField(variable, at);
    }),
    ...Object.entries(config.labels).map(([name, value]) => [`Labels.${name}`, value] as const),
  ];
  const isNamed = (field: string): boolean => field.startsWith('Env.') || field.startsWith('Labels.');
  return new Map(
    plain.flatMap(([field, value]) => {
      const isSaid = value !== undefined && (value !== '' || isNamed(field));
      return isSaid ? [[field, value] as const] : [];
    }),
  );
}

/** What holds anyway is the same whether it is said or not: a container says all of it. */
function unlessUsual(value: string | undefined, usual: string): string | undefined {
  return value === usual ? undefined : value;
}

function variableField(variable: string, at: number): readonly [string, string] {
  return [`Env.${variable.slice(0, at)}`, variable.slice(at + 1)];
}

function list(words: readonly string[] | undefined): string | undefined {
  return words === undefined || words.length === 0 ? undefined : JSON.stringify(words);
}
