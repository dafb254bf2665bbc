import { readFileSync } from 'node:fs';

import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';

import { JsonSchemas } from './json-schema.ts';

const names = ['config-schema.json', 'config-linux.json', 'defs.json', 'defs-linux.json'];
const elsewhere = ['solaris', 'windows', 'vm', 'zos', 'freebsd'];

function readSchema(name: string): Record<string, unknown> {
  const url = new URL(`../../assets/oci-runtime-schema/${name}`, import.meta.url);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a schema is an object
  const { $schema: _, ...schema } = JSON.parse(readFileSync(url, 'utf8')) as Record<string, unknown>;
  return schema;
}

const documents = Object.fromEntries(names.map((name) => [name, readSchema(name)]));

/** A validator of another make, which is shown what the schemas say of other systems' containers as nothing. */
function makeAjv(): Ajv {
  const ajv = new Ajv({ strict: false });
  for (const [name, schema] of Object.entries(documents)) ajv.addSchema(schema, name);
  for (const system of elsewhere) ajv.addSchema({ [system]: {} }, `config-${system}.json`);
  return ajv;
}

const process = { cwd: '/', args: ['sh'] };
const seccomp = { defaultAction: 'SCMP_ACT_ERRNO' };

const cases: readonly [document: unknown, violation: string | undefined][] = [
  [{ ociVersion: '1.0.2' }, undefined],
  [{ ociVersion: '1.2.0', process, root: { path: 'rootfs' }, windows: 7 }, undefined],
  [{ ociVersion: '1.2.0', annotations: { 'com.example': 'yes' } }, undefined],
  [{ ociVersion: '1.2.0', linux: { sysctl: { 'net.core.somaxconn': '1' } } }, undefined],
  [
    {
      ociVersion: '1.2.0',
      linux: { seccomp: { ...seccomp, syscalls: [{ names: ['read'], action: 'SCMP_ACT_ALLOW' }] } },
    },
    undefined,
  ],
  [{ ociVersion: '1.2.0', linux: { resources: { pids: { limit: -1 }, memory: { limit: -1 } } } }, undefined],
  [
    {
      ociVersion: '1.2.0',
      process: { ...process, rlimits: [{ type: 'RLIMIT_CPU', soft: 1, hard: 2 ** 64 }] },
    },
    undefined,
  ],
  [{}, 'ociVersion is missing'],
  [[], 'the document must be an object'],
  [null, 'the document must be an object'],
  [{ ociVersion: 1 }, 'ociVersion must be a string'],
  [{ ociVersion: '1.2.0', process: { args: ['sh'] } }, 'process.cwd is missing'],
  [{ ociVersion: '1.2.0', process: { cwd: '/', args: 'sh' } }, 'process.args must be an array'],
  [{ ociVersion: '1.2.0', process: { cwd: '/', args: ['sh', 3] } }, 'process.args[1] must be a string'],
  [{ ociVersion: '1.2.0', process: { ...process, user: { uid: -1 } } }, 'process.user.uid must be at least 0'],
  [
    { ociVersion: '1.2.0', process: { ...process, user: { uid: 4294967296 } } },
    'process.user.uid must be at most 4294967295',
  ],
  [{ ociVersion: '1.2.0', process: { ...process, user: { uid: 1.5 } } }, 'process.user.uid must be a whole number'],
  [
    { ociVersion: '1.2.0', process: { ...process, rlimits: [{ type: 'CPU', soft: 1, hard: 1 }] } },
    'process.rlimits[0].type must look like ^RLIMIT_[A-Z]+$',
  ],
  [{ ociVersion: '1.2.0', root: {} }, 'root.path is missing'],
  [{ ociVersion: '1.2.0', root: { path: '/', readonly: 'yes' } }, 'root.readonly must be true or false'],
  [{ ociVersion: '1.2.0', mounts: [{ source: '/' }] }, 'mounts[0].destination is missing'],
  [{ ociVersion: '1.2.0', annotations: { key: 3 } }, 'annotations.key must be a string'],
  [{ ociVersion: '1.2.0', annotations: { 'a b': 3 } }, 'annotations."a b" must be a string'],
  [{ ociVersion: '1.2.0', hooks: { prestart: [{ args: [] }] } }, 'hooks.prestart[0].path is missing'],
  [
    { ociVersion: '1.2.0', linux: { namespaces: [{ type: 'moon' }] } },
    'linux.namespaces[0].type must be one of mount, pid, network, uts, ipc, user, cgroup, time',
  ],
  [
    { ociVersion: '1.2.0', linux: { devices: [{ type: 'x', path: '/dev/x' }] } },
    'linux.devices[0].type must look like ^[cbup]$',
  ],
  [{ ociVersion: '1.2.0', linux: { sysctl: { 'a.b': 1 } } }, 'linux.sysctl.a.b must be a string'],
  [
    { ociVersion: '1.2.0', linux: { resources: { memory: { limit: '1g' } } } },
    'linux.resources.memory.limit must be a whole number',
  ],
  [
    { ociVersion: '1.2.0', linux: { seccomp: { ...seccomp, syscalls: [{ names: [], action: 'SCMP_ACT_ALLOW' }] } } },
    'linux.seccomp.syscalls[0].names must have at least 1 of its kind',
  ],
];

describe("the runtime specification's schemas", () => {
  const schemas = new JsonSchemas(documents);

  test.each(cases)('%j: %s', (document, violation) => {
    expect(schemas.violation('config-schema.json', document)).toBe(violation);
  });

  test('another validator finds the same documents right and wrong', () => {
    const validate = makeAjv().getSchema('config-schema.json');
    const verdicts = cases.map(([document]) => validate?.(document));
    expect(verdicts).toEqual(cases.map(([, violation]) => violation === undefined));
  });

  test('a name that the document made up does not fill the sentence', () => {
    const document = { ociVersion: '1.2.0', annotations: { ['x'.repeat(100_000)]: 1 } };
    expect(schemas.violation('config-schema.json', document)?.length).toBeLessThan(200);
  });

  test('names of every object are no members of a document', () => {
    const document: unknown = JSON.parse('{"ociVersion":"1.2.0","__proto__":3,"constructor":3,"toString":3}');
    expect(schemas.violation('config-schema.json', document)).toBeUndefined();
    expect(schemas.violation('config-schema.json', { constructor: 3 })).toBe('ociVersion is missing');
  });
});
