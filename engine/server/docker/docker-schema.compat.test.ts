import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImageOf } from '#engine/testing/image-fixture.ts';
import { CheckedApi, WEB_SOCKET } from '#engine/testing/checked-api.ts';
import { missingFields, nullFields, unknownFields, unreachable } from '#engine/testing/docker-api-differences.ts';
import { DockerApiSchema } from '#engine/testing/docker-api-schema.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

/* One engine, one story, every endpoint: each test leaves what the next ones need. */

/** Of swarms and plugins, where the schema has answers of an engine that has them. */
function isAbsent(name: string): boolean {
  return /^\w+ \/(?:swarm|nodes|services|tasks|secrets|configs|plugins\/)/.test(name);
}

describeWith(['root', 'launcher', 'busybox', 'nftables'], "answers as the Docker Engine API's schema has them", () => {
  const IMAGE = 'story:1.0';
  const idOf = z.object({ Id: z.string() });
  const imageConfig = { StopSignal: 'SIGINT', Shell: ['/bin/sh', '-c'], Healthcheck: { Test: ['NONE'] } };
  let engine: TestEngine;
  let registry: TestRegistry;
  let schema: DockerApiSchema;
  let api: CheckedApi;
  beforeAll(async () => {
    schema = await DockerApiSchema.read();
    registry = await TestRegistry.start({ login: { kind: 'basic', username: 'ann', password: 'secret' } });
    engine = await startTestEngine();
    api = new CheckedApi(engine, schema);
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });

  const make = async (name: string, body: object = {}): Promise<void> =>
    void (await api.ask(201, `POST /containers/create?name=${name}`, { body: { Image: IMAGE, ...body } }));
  const ann = (): Record<string, string> => ({
    'x-registry-auth': Buffer.from(
      JSON.stringify({ username: 'ann', password: 'secret', serveraddress: registry.host }),
    ).toString('base64url'),
  });

  test('images', async () => {
    const archive = await dockerArchive({ image: await makeStoryImage(imageConfig), names: [IMAGE] });
    await api.ask(200, 'POST /images/load?quiet=1', { body: archive, each: 'CreateImageInfo' });
    const lone = await dockerArchive({ image: await makeImageOf(1), names: ['lone:1'] });
    await api.ask(200, 'POST /images/load', { body: lone, each: 'CreateImageInfo' });
    await api.ask(200, 'GET /images/json?all=1&shared-size=1&digests=1&manifests=1');
    await api.ask(200, `GET /images/${IMAGE}/json?manifests=1`);
    await api.ask(404, 'GET /images/absent/json');
    await api.ask(200, `GET /images/${IMAGE}/history`);
    await api.ask(404, 'GET /images/absent/history');
    await api.ask(201, `POST /images/${IMAGE}/tag?repo=other&tag=2`);
    await api.ask(400, `POST /images/${IMAGE}/tag?repo=NotLower`);
    await api.ask(404, 'POST /images/absent/tag?repo=other');
    await api.ask(200, 'GET /images/other:2/get', { isRaw: true });
    await api.ask(200, 'GET /images/get?names=other:2', { isRaw: true });
    await api.ask(200, 'DELETE /images/other:2');
    await api.ask(404, 'DELETE /images/other:2');
    await api.ask(200, `DELETE /images/lone:1`);
    await api.ask(200, 'POST /images/prune');
  });

  test('registries', async () => {
    registry.push('team/app:1', await makeImageOf(2));
    const { host } = registry;
    await api.ask(200, 'POST /auth', { body: { username: 'ann', password: 'secret', serveraddress: host } });
    await api.ask(401, 'POST /auth', { body: { username: 'ann', password: 'wrong', serveraddress: host } });
    await api.ask(200, `POST /images/create?fromImage=${host}/team/app&tag=1`, {
      headers: ann(),
      each: 'CreateImageInfo',
    });
    await api.ask(404, `POST /images/create?fromImage=${host}/team/absent&tag=1`, { headers: ann() });
    await api.ask(200, `GET /distribution/${host}/team/app:1/json`, { headers: ann() });
    await api.ask(401, `GET /distribution/${host}/team/app:1/json`);
    await api.ask(200, `POST /images/${host}/team/app/push?tag=1`, { headers: ann(), each: 'PushImageInfo' });
    await api.ask(404, `POST /images/${host}/team/absent/push?tag=1`, { headers: ann() });
  });

  test('a container, from its making to its removal', async () => {
    await make('box', {
      Tty: true,
      Cmd: ['sh', '-c', 'echo said; exec sleep 1000'],
      HostConfig: {
        Binds: ['/tmp:/mnt:ro', 'kept:/kept'],
        Sysctls: { 'net.ipv4.ip_forward': '0' },
        Init: true,
        Annotations: { a: 'b' },
        PidsLimit: 64,
        PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      },
      ExposedPorts: { '80/tcp': {} },
      Labels: { a: 'b' },
      Healthcheck: {
        Test: ['CMD', 'true'],
        Interval: 1_000_000_000,
        Timeout: 1_000_000_000,
        StartPeriod: 1_000_000_000,
        StartInterval: 1_000_000_000,
        Retries: 3,
      },
    });
    await api.ask(400, 'POST /containers/create?name=no%20name', { body: { Image: IMAGE } });
    await api.ask(404, 'POST /containers/create', { body: { Image: 'absent' } });
    await api.ask(409, 'POST /containers/create?name=box', { body: { Image: IMAGE } });
    await api.ask(204, 'POST /containers/box/start');
    await api.ask(304, 'POST /containers/box/start');
    await api.ask(400, 'POST /containers/box/start', { body: { Binds: [] } });
    await api.ask(404, 'POST /containers/absent/start');
    await api.ask(200, 'GET /containers/json?all=1&size=1');
    await api.ask(400, 'GET /containers/json?filters=nonsense');
    await api.ask(200, 'GET /containers/box/json?size=1');
    await api.ask(404, 'GET /containers/absent/json');
    await api.ask(200, 'GET /containers/box/top');
    await api.ask(404, 'GET /containers/absent/top');
    await api.ask(200, 'GET /containers/box/logs?stdout=1&timestamps=1', { isRaw: true });
    await api.ask(404, 'GET /containers/absent/logs?stdout=1');
    await api.ask(200, 'GET /containers/box/stats?stream=0');
    await api.ask(404, 'GET /containers/absent/stats?stream=0');
    await api.ask(200, 'POST /containers/box/resize?h=20&w=70');
    await api.ask(404, 'POST /containers/absent/resize?h=20&w=70');
    await api.ask(200, 'POST /containers/box/update', {
      body: { PidsLimit: 100, RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 1 } },
    });
    await api.ask(404, 'POST /containers/absent/update', { body: {} });
    await api.ask(204, 'POST /containers/box/pause');
    await api.ask(404, 'POST /containers/absent/pause');
    await api.ask(204, 'POST /containers/box/unpause');
    await api.ask(404, 'POST /containers/absent/unpause');
    await api.ask(409, 'DELETE /containers/box');
    await api.ask(400, 'DELETE /containers/box?link=1');
    await api.ask(204, 'POST /containers/box/restart?t=0');
    await api.ask(404, 'POST /containers/absent/restart');
    await api.ask(204, 'POST /containers/box/rename?name=crate');
    await api.ask(404, 'POST /containers/absent/rename?name=chest');
    await make('taken');
    await api.ask(409, 'POST /containers/crate/rename?name=taken');
    await api.ask(204, 'POST /containers/crate/kill?signal=KILL');
    await api.ask(404, 'POST /containers/absent/kill');
    await api.ask(200, 'POST /containers/crate/wait');
    await api.ask(400, 'POST /containers/crate/wait?condition=never');
    await api.ask(404, 'POST /containers/absent/wait');
    await api.ask(409, 'POST /containers/crate/kill');
    await api.ask(304, 'POST /containers/crate/stop');
    await api.ask(404, 'POST /containers/absent/stop');
    await api.ask(204, 'DELETE /containers/crate?v=1');
    await api.ask(404, 'DELETE /containers/crate');
  });

  test('streams of a container', async () => {
    await make('talker', { Cmd: ['cat'], OpenStdin: true });
    await api.ask(204, 'POST /containers/talker/start');
    await api.upgrade('POST /containers/talker/attach?stream=1&stdout=1&stdin=1');
    await api.upgrade('GET /containers/talker/attach/ws?stream=1&stdout=1', 'websocket');
    await api.ask(404, 'POST /containers/absent/attach?stream=1&stdout=1');
    await api.ask(400, 'POST /containers/talker/attach?stream=1&stdout=1&detachKeys=nonsense-');
    await api.ask(404, 'GET /containers/absent/attach/ws?stream=1&stdout=1', { headers: WEB_SOCKET });
    await api.ask(400, 'GET /containers/talker/attach/ws?detachKeys=nonsense-', { headers: WEB_SOCKET });
    const exec = await api.ask(201, 'POST /containers/talker/exec', { body: { Cmd: ['true'], AttachStdout: true } });
    const { Id } = idOf.parse(exec);
    await api.ask(404, 'POST /containers/absent/exec', { body: { Cmd: ['true'] } });
    await api.ask(200, `GET /exec/${Id}/json`);
    await api.ask(404, 'GET /exec/absent/json');
    await api.ask(200, `POST /exec/${Id}/start`, { body: {}, isRaw: true });
    await api.ask(409, `POST /exec/${Id}/start`, { body: {} });
    await api.ask(404, 'POST /exec/absent/start', { body: {} });
    const held = await api.ask(201, 'POST /containers/talker/exec', { body: { Cmd: ['sleep', '100'], Tty: true } });
    const { Id: heldId } = idOf.parse(held);
    await api.ask(200, `POST /exec/${heldId}/start`, { body: { Detach: true, Tty: true } });
    await api.ask(200, `POST /exec/${heldId}/resize?h=20&w=70`);
    await api.ask(400, `POST /exec/${heldId}/resize?h=tall&w=70`);
    await api.ask(404, 'POST /exec/absent/resize?h=20&w=70');
    await api.ask(204, 'POST /containers/talker/stop?t=0');
    await api.ask(409, 'POST /containers/talker/exec', { body: { Cmd: ['true'] } });
    await api.ask(200, 'POST /containers/talker/attach?logs=1&stdout=1', { isRaw: true });
  });

  test('files of a container', async () => {
    const archive = await tarOf({ name: 'new.txt', body: 'new' });
    await api.ask(200, 'PUT /containers/talker/archive?path=/srv', { body: archive });
    await api.ask(400, 'PUT /containers/talker/archive?path=/srv', { body: Buffer.from('no tar') });
    await api.ask(404, 'PUT /containers/talker/archive?path=/absent', { body: archive });
    await api.ask(200, 'GET /containers/talker/archive?path=/srv/new.txt', { isRaw: true });
    await api.ask(400, 'GET /containers/talker/archive');
    await api.ask(404, 'GET /containers/talker/archive?path=/absent');
    await api.ask(200, 'HEAD /containers/talker/archive?path=/srv/new.txt');
    await api.ask(400, 'HEAD /containers/talker/archive');
    await api.ask(404, 'HEAD /containers/talker/archive?path=/absent');
    await api.ask(200, 'GET /containers/talker/changes');
    await api.ask(404, 'GET /containers/absent/changes');
    await api.ask(200, 'GET /containers/talker/export', { isRaw: true });
    await api.ask(404, 'GET /containers/absent/export');
    await api.ask(201, 'POST /commit?container=talker&repo=made&tag=1&comment=why', { body: {} });
    await api.ask(404, 'POST /commit?container=absent', { body: {} });
    await api.ask(409, 'DELETE /images/made:1'.replace('made:1', IMAGE));
    await make('sealed', { HostConfig: { ReadonlyRootfs: true } });
    await api.ask(403, 'PUT /containers/sealed/archive?path=/srv', { body: archive });
    await api.ask(200, 'POST /containers/prune');
  });

  test('volumes', async () => {
    await api.ask(201, 'POST /volumes/create', { body: { Name: 'data', Labels: { a: 'b' }, DriverOpts: {} } });
    await api.ask(200, 'GET /volumes');
    await api.ask(200, 'GET /volumes/data');
    await api.ask(404, 'GET /volumes/absent');
    await api.ask(503, 'PUT /volumes/data?version=1', { body: {} });
    await make('user', { HostConfig: { Mounts: [{ Type: 'volume', Source: 'data', Target: '/data' }] } });
    await api.ask(409, 'DELETE /volumes/data');
    await api.ask(204, 'DELETE /containers/user');
    await api.ask(204, 'DELETE /volumes/data');
    await api.ask(404, 'DELETE /volumes/data');
    await api.ask(200, 'POST /volumes/prune');
  });

  test('networks', async () => {
    const body = {
      Name: 'lane',
      Labels: { a: 'b' },
      IPAM: {
        Config: [
          { Subnet: '198.51.100.0/24', IPRange: '198.51.100.128/25', AuxiliaryAddresses: { printer: '198.51.100.9' } },
        ],
      },
    };
    await api.ask(201, 'POST /networks/create', { body });
    await api.ask(400, 'POST /networks/create', { body: { Name: 'bad', IPAM: { Config: [{ Subnet: 'wide' }] } } });
    await api.ask(404, 'POST /networks/create', { body: { Name: 'bad', Driver: 'absent' } });
    await api.ask(403, 'POST /networks/create', { body: { Name: 'host', Driver: 'host' } });
    await make('walker', { Cmd: ['sleep', '1000'] });
    await api.ask(204, 'POST /containers/walker/start');
    await api.ask(200, 'POST /networks/lane/connect', {
      body: { Container: 'walker', EndpointConfig: { Aliases: ['w'] } },
    });
    await api.ask(400, 'POST /networks/lane/connect', { body: { Container: 7 } });
    await api.ask(403, 'POST /networks/lane/connect', { body: { Container: 'walker' } });
    await api.ask(404, 'POST /networks/absent/connect', { body: { Container: 'walker' } });
    await api.ask(200, 'GET /networks');
    await api.ask(200, 'GET /networks/lane?verbose=1');
    await api.ask(404, 'GET /networks/absent');
    await api.ask(200, 'GET /containers/walker/json');
    await api.ask(403, 'DELETE /networks/lane');
    await api.ask(200, 'POST /networks/lane/disconnect', { body: { Container: 'walker' } });
    await api.ask(403, 'POST /networks/lane/disconnect', { body: { Container: 'walker' } });
    await api.ask(404, 'POST /networks/absent/disconnect', { body: { Container: 'walker' } });
    await api.ask(204, 'DELETE /networks/lane');
    await api.ask(404, 'DELETE /networks/lane');
    await api.ask(200, 'POST /networks/prune');
  });

  test('builds', async () => {
    const context = await tarOf({ name: 'Dockerfile', body: `FROM ${IMAGE}\nCOPY Dockerfile /built\n` });
    await api.ask(200, 'POST /build?t=built:1', { body: context, each: 'BuildInfo' });
    const broken = await tarOf({ name: 'Dockerfile', body: `FROM ${IMAGE}\nRUN false\n` });
    await api.ask(200, 'POST /build', { body: broken, each: 'BuildInfo' });
    await api.ask(400, 'POST /build?t=NotLower', { body: context });
    await api.ask(200, 'POST /build/prune?all=1');
  });

  test('system', async () => {
    await api.ask(201, 'POST /volumes/create', { body: { Name: 'kept' } });
    await api.ask(200, 'GET /_ping', { isRaw: true });
    await api.ask(200, 'HEAD /_ping', { isRaw: true });
    await api.ask(200, 'GET /version');
    await api.ask(200, 'GET /info');
    await api.ask(200, 'GET /system/df');
    await api.ask(200, `GET /events?since=1&until=${Math.ceil(Date.now() / 1000)}`, { each: 'EventMessage' });
    await api.ask(400, 'GET /events?since=yesterday');
  });

  test('what a machine outside a swarm, and without plugins, answers', async () => {
    const swarm = schema.operations.filter(({ name }) =>
      /^\w+ \/(?:swarm|nodes|services|tasks|secrets|configs)/.test(name),
    );
    for (const { name } of swarm) await api.ask(503, name.replace('{id}', 'absent'));
    await api.ask(200, 'GET /plugins');
    const plugins = schema.operations.filter(({ name }) => name.includes(' /plugins/{name}'));
    for (const { name } of plugins) await api.ask(404, name.replace('{name}', 'vieux/sshfs:latest'));
    for (const name of ['GET /plugins/privileges', 'POST /plugins/pull', 'POST /plugins/create'])
      await api.ask(501, name);
  });

  test('clients of older versions get the fields that newer versions have dropped', async () => {
    const ask = async (path: string): Promise<unknown> => JSON.parse((await engine.ask(path)).body);
    expect(await ask('/v1.43/images/json')).toHaveProperty('0.VirtualSize');
    expect(await ask('/v1.43/system/df')).toHaveProperty('Images.0.VirtualSize');
    expect(await ask(`/v1.43/images/${IMAGE}/json`)).toHaveProperty('VirtualSize');
    expect(await ask(`/v1.44/images/${IMAGE}/json`)).not.toHaveProperty('VirtualSize');
    expect(await ask(`/v1.44/images/${IMAGE}/json`)).toMatchObject({ ContainerConfig: { Cmd: ['sh'], Hostname: '' } });
    expect(await ask(`/v1.45/images/${IMAGE}/json`)).not.toHaveProperty('ContainerConfig');
    expect(await ask(`/v1.49/images/${IMAGE}/json`)).toHaveProperty('Config.AttachStdin');
    expect(await ask('/v1.49/info')).toHaveProperty('BridgeNfIptables');
  });

  test('every endpoint was asked, and for each status that it has', () => {
    const all = schema.operations
      .filter(({ name }) => !isAbsent(name))
      .flatMap(({ name, answers }) => [...answers.keys()].map((status) => `${name} ${status}`));
    const unheard = all.filter((name) => !name.endsWith(' 500') && !api.answered.has(name));
    expect(unheard.toSorted()).toEqual(unreachable.toSorted());
    const surprising = [...api.answered].filter((name) => !all.includes(name) && !isAbsent(name));
    expect(surprising).toEqual([]);
  });

  test('fields that the schema has otherwise', () => {
    expect([...api.unknown].toSorted()).toEqual(unknownFields.toSorted());
    expect([...api.nulls].toSorted()).toEqual(nullFields.toSorted());
    expect([...api.missing].toSorted()).toEqual(missingFields.toSorted());
  });
});
