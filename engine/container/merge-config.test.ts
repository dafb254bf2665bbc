import { hostname } from 'node:os';

import { describe, expect, test } from 'vitest';

import { parseImageConfig } from '#engine/oci/image-config.ts';

import type { CreateRequest } from './create-request.ts';
import { mergeConfig } from './merge-config.ts';

const id = 'abcdef012345'.padEnd(64, '0');

function merged(
  request: Partial<CreateRequest>,
  config: Readonly<Record<string, unknown>> = {},
): ReturnType<typeof mergeConfig> {
  const document = { os: 'linux', architecture: 'amd64', config, rootfs: { type: 'layers', diff_ids: [] } };
  const image = parseImageConfig(Buffer.from(JSON.stringify(document)), 'The config');
  return mergeConfig({ image: 'story:1.0', tty: false, openStdin: false, ...request }, image, id);
}

describe('the command', () => {
  const image = { Entrypoint: ['/entry'], Cmd: ['default'] };

  test.each([
    [{}, ['/entry'], ['default']],
    [{ command: ['own'] }, ['/entry'], ['own']],
    [{ entrypoint: ['/own'] }, ['/own'], []],
    [{ entrypoint: ['/own'], command: ['own'] }, ['/own'], ['own']],
    [{ entrypoint: [], command: [] }, ['/entry'], ['default']],
    [{ entrypoint: [''], command: ['own'] }, [], ['own']],
  ])('%j', (request, entrypoint, command) => {
    expect(merged(request, image)).toMatchObject({ entrypoint, command });
  });

  test('none at all is refused', () => {
    expect(() => merged({})).toThrow('no command specified: the image story:1.0 names none');
    expect(() => merged({ entrypoint: [''] }, image)).toThrow('no command specified');
  });

  test('a zero byte ends a word for the kernel', () => {
    expect(() => merged({ command: ['a\0b'] })).toThrow('The command holds a zero byte');
  });
});

describe('what the image says, and what is asked over it', () => {
  const image = {
    Cmd: ['sh'],
    Env: ['PATH=/bin', 'A=image', 'B=image'],
    User: 'nobody',
    WorkingDir: '/srv',
    Labels: { a: 'image', b: 'image' },
    StopSignal: 'SIGQUIT',
    ExposedPorts: { '80/tcp': {} },
  };

  test('nothing is asked', () => {
    expect(merged({}, image)).toMatchObject({
      env: ['PATH=/bin', 'A=image', 'B=image'],
      user: 'nobody',
      workingDir: '/srv',
      labels: { a: 'image', b: 'image' },
      stopSignal: 'SIGQUIT',
      stopTimeoutSeconds: 10,
      exposedPorts: ['80/tcp'],
      hostname: 'abcdef012345',
    });
  });

  test('all is asked', () => {
    const asked = {
      env: ['A=own', 'B', 'C=own'],
      user: '7',
      workingDir: '/own',
      labels: { a: 'own' },
      stopSignal: 'INT',
      stopTimeoutSeconds: 3,
      exposedPorts: ['80/tcp', '81/udp'],
      hostname: 'named',
    };
    expect(merged(asked, image)).toMatchObject({
      ...asked,
      env: ['A=own', 'C=own', 'PATH=/bin'],
      labels: { a: 'own', b: 'image' },
    });
  });

  test('a signal nobody knows is passed over in an image and refused in a request', () => {
    expect(merged({}, { ...image, StopSignal: 'SIGNONSENSE' }).stopSignal).toBe('SIGTERM');
    expect(() => merged({ stopSignal: 'SIGNONSENSE' }, image)).toThrow('Invalid signal: SIGNONSENSE');
  });
});

test("the machine's network comes with the machine's name", () => {
  expect(merged({ command: ['sh'], network: 'host' }).hostname).toBe(hostname());
});

test('no limit is none, too little memory is refused', () => {
  const none = merged({ command: ['sh'], memoryBytes: 0, pidsLimit: -1 });
  expect(none).not.toHaveProperty('memoryBytes');
  expect(none).not.toHaveProperty('pidsLimit');
  expect(merged({ command: ['sh'], memoryBytes: 6 * 1024 * 1024, pidsLimit: 5 })).toMatchObject({
    memoryBytes: 6 * 1024 * 1024,
    pidsLimit: 5,
  });
  expect(() => merged({ command: ['sh'], memoryBytes: 6 * 1024 * 1024 - 1 })).toThrow('Minimum memory limit');
});

test('a relative directory is refused', () => {
  expect(() => merged({ command: ['sh'], workingDir: 'srv' })).toThrow("the working directory 'srv' is invalid");
});
