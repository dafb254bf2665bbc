import { posix } from 'node:path';

import { DockerfileError } from '#engine/dockerfile/problem.ts';

import { parseMode } from './parse-mode.ts';

export type RunMount = { readonly target: string } & (
  | { readonly type: 'bind'; readonly from?: string; readonly source: string; readonly isWritable: boolean }
  | {
      readonly type: 'cache';
      readonly id: string;
      readonly sharing: 'shared' | 'private' | 'locked';
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly isReadOnly: boolean;
      /** What a new one begins with. */
      readonly from?: string;
      readonly source: string;
    }
  | { readonly type: 'tmpfs'; readonly size?: string }
  | {
      readonly type: 'secret';
      readonly id: string;
      readonly isRequired: boolean;
      /** The variable that the step sees it in. */
      readonly variable?: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | {
      readonly type: 'ssh';
      readonly id: string;
      readonly isRequired: boolean;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
);

/** `type=cache,target=/root/.npm`, variables resolved (Dockerfile reference, "RUN --mount"). @throws DockerfileError. */
export function parseRunMount(text: string, workdir: string): RunMount {
  const fields = new Map(
    text.split(',').map((part) => {
      const equals = part.indexOf('=');
      return equals < 0
        ? [part.trim().toLowerCase(), 'true']
        : [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1)];
    }),
  );
  const type = fields.get('type') ?? 'bind';
  const reader = readers[type];
  if (reader === undefined)
    throw new DockerfileError(
      `unsupported mount type ${JSON.stringify(type)}: there are bind, cache, tmpfs, secret and ssh`,
    );
  const unknown = [...fields.keys()].find((field) => field !== 'type' && !reader.fields.includes(field));
  if (unknown !== undefined) throw new DockerfileError(`unexpected key '${unknown}' in '${text}'`);
  return reader.read(fields, (path) => posix.resolve(workdir, path));
}

type Fields = ReadonlyMap<string, string>;
interface Reader {
  readonly fields: readonly string[];
  readonly read: (fields: Fields, place: (path: string) => string) => RunMount;
}

const places = ['target', 'dst', 'destination'];
const writing = ['ro', 'readonly', 'rw', 'readwrite'];

const readers: Readonly<Record<string, Reader>> = {
  bind: { fields: [...places, ...writing, 'source', 'src', 'from'], read: bind },
  cache: {
    fields: [...places, ...writing, 'id', 'sharing', 'mode', 'uid', 'gid', 'from', 'source', 'src'],
    read: cache,
  },
  tmpfs: { fields: [...places, 'size'], read: tmpfs },
  secret: { fields: [...places, 'id', 'env', 'required', 'mode', 'uid', 'gid', 'source', 'src'], read: secret },
  ssh: { fields: [...places, 'id', 'required', 'mode', 'uid', 'gid'], read: ssh },
};

function targetOf(fields: Fields): string | undefined {
  return places.map((name) => fields.get(name)).find((value) => value !== undefined);
}

function sourceOf(fields: Fields): string {
  return fields.get('source') ?? fields.get('src') ?? '/';
}

function needed(fields: Fields): string {
  const target = targetOf(fields);
  if (target === undefined || target === '') throw new DockerfileError('target is required for a mount');
  return target;
}

function isOn(fields: Fields, ...names: readonly string[]): boolean {
  return names.some((name) => fields.get(name)?.toLowerCase() === 'true' || fields.get(name) === '1');
}

function bind(fields: Fields, place: (path: string) => string): RunMount {
  const from = fields.get('from');
  const source = sourceOf(fields);
  const isWritable = isOn(fields, 'rw', 'readwrite');
  return { type: 'bind', target: place(needed(fields)), source, isWritable, ...(from === undefined ? {} : { from }) };
}

function cache(fields: Fields, place: (path: string) => string): RunMount {
  const target = place(needed(fields));
  const sharing = fields.get('sharing') ?? 'shared';
  if (sharing !== 'shared' && sharing !== 'private' && sharing !== 'locked') {
    throw new DockerfileError(
      `unsupported sharing value ${JSON.stringify(sharing)}: there are shared, private and locked`,
    );
  }
  const id = fields.get('id') ?? target;
  const from = fields.get('from');
  return {
    type: 'cache',
    target,
    id,
    sharing,
    ...ownership(fields, 0o755),
    isReadOnly: isOn(fields, 'ro', 'readonly'),
    source: sourceOf(fields),
    ...(from === undefined ? {} : { from }),
  };
}

function tmpfs(fields: Fields, place: (path: string) => string): RunMount {
  const size = fields.get('size');
  if (size !== undefined && !/^\d+[kmg]?b?$/i.test(size))
    throw new DockerfileError(`invalid size ${JSON.stringify(size)} of a tmpfs`);
  return { type: 'tmpfs', target: place(needed(fields)), ...(size === undefined ? {} : { size }) };
}

function secret(fields: Fields, place: (path: string) => string): RunMount {
  const target = targetOf(fields);
  const named = fields.get('source') ?? fields.get('src') ?? fields.get('id');
  const id = named ?? (target === undefined ? '' : posix.basename(target));
  if (id === '' || id.includes('/')) throw new DockerfileError(`invalid secret id ${JSON.stringify(id)}`);
  const isRequired = isOn(fields, 'required');
  const common = { type: 'secret', id, isRequired } as const;
  const variable = fields.get('env');
  if (variable === undefined)
    return { ...common, target: place(target ?? `/run/secrets/${id}`), ...ownership(fields, 0o400) };
  if (!/^[A-Za-z_]\w*$/.test(variable))
    throw new DockerfileError(`invalid name ${JSON.stringify(variable)} of a variable`);
  // Whoever the step runs as has to read it.
  return { ...common, variable, target: place(target ?? `/run/secrets/.${variable}`), ...ownership(fields, 0o444) };
}

/** Where BuildKit puts the first of a step. */
const AGENT = '/run/buildkit/ssh_agent.0';

function ssh(fields: Fields, place: (path: string) => string): RunMount {
  return {
    type: 'ssh',
    id: fields.get('id') ?? 'default',
    target: place(targetOf(fields) ?? AGENT),
    isRequired: isOn(fields, 'required'),
    ...ownership(fields, 0o600),
  };
}

function ownership(
  fields: Fields,
  mode: number,
): { readonly mode: number; readonly uid: number; readonly gid: number } {
  return { mode: octal(fields.get('mode'), mode), uid: id(fields.get('uid')), gid: id(fields.get('gid')) };
}

function octal(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const mode = parseMode(text);
  if (mode !== undefined) return mode;
  throw new DockerfileError(`invalid mode ${JSON.stringify(text)}: write it in octal, like 0644`);
}

function id(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new DockerfileError(`invalid id ${JSON.stringify(text)}: a mount's owner is a number`);
}
