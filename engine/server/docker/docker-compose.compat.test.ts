import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { ComposeProject } from '#engine/testing/compose-project.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

/** A store that takes a moment to be well, a shop that is built and waits for it, and workers. */
const compose = `
version: "2.4"
services:
  store:
    image: story:1.0
    command: sh -c "sleep 0.3; echo kept > /data/ready; exec httpd -f -p 80 -h /data"
    init: true
    volumes: [kept:/data, /scratch]
    networks: [back]
    healthcheck: { test: [CMD, test, -s, /data/ready], interval: 100ms, timeout: 20s, retries: 200 }
  shop:
    build: { context: shop, args: { WORD: built } }
    depends_on: { store: { condition: service_healthy } }
    environment: { GREETING: "\${GREETING:-hello}" }
    ports: ["127.0.0.1::8080"]
    networks: { back: { aliases: [till] }, front: {} }
    stop_grace_period: 0s
  worker:
    image: story:1.0
    command: sh -c 'echo started; exec sleep 1000'
    stop_grace_period: 0s
    networks: [back]
networks:
  back: { internal: true, labels: { purpose: inside } }
  front: {}
volumes:
  kept: { labels: { purpose: goods } }
`;

const dockerfile = `
FROM story:1.0
ARG WORD=unset
RUN mkdir /www && echo "$WORD" > /www/index.html
EXPOSE 8080
CMD ["sh", "-c", "echo $GREETING; exec httpd -f -p 8080 -h /www"]
`;

describeWith(['root', 'launcher', 'busybox', 'nftables', 'docker client', 'docker-compose'], 'docker-compose', () => {
  const { engine, docker, estrato } = storyScene();
  let project: ComposeProject;
  beforeAll(async () => {
    project = await ComposeProject.open(engine.host, { 'compose.yaml': compose, 'shop/Dockerfile': dockerfile });
  });
  afterEach(async () => void (await project.run('down', '-v', '-t', '0')));
  afterAll(() => project[Symbol.asyncDispose]());

  const ids = async (service: string): Promise<readonly string[]> =>
    (await project.text('ps', '-q', service)).split('\n').filter((id) => id !== '');

  test('up builds, makes networks and volumes, waits for health, and publishes; down -v takes all away', async () => {
    await project.text('up', '-d');
    const [store = '', shop = ''] = [...(await ids('store')), ...(await ids('shop'))];
    expect(await docker.text('inspect', '-f', '{{.State.Health.Status}}', store)).toBe('healthy');
    const times = await Promise.all(
      [store, shop].map((id) => docker.text('inspect', '-f', '{{.State.StartedAt}}', id)),
    );
    expect(times).toEqual(times.toSorted());
    const address = await project.text('port', 'shop', '8080');
    expect(await (await fetch(`http://${address}/`)).text()).toBe('built\n');
    expect(await project.text('exec', '-T', 'shop', 'wget', '-qO-', 'http://store/ready')).toBe('kept');
    expect(await project.text('exec', '-T', 'worker', 'wget', '-qO-', 'http://till:8080/')).toBe('built');
    expect(await docker.text('volume', 'ls', '-q', '-f', 'label=purpose=goods')).toBe('shop_kept');
    expect(await docker.text('network', 'ls', '--format', '{{.Name}}', '-f', 'label=purpose=inside')).toBe('shop_back');

    await project.text('down', '-v', '--rmi', 'local', '-t', '0');
    expect(await docker.text('ps', '-aq')).toBe('');
    expect(await docker.text('volume', 'ls', '-q')).toBe('');
    expect(await docker.text('network', 'ls', '-q', '-f', 'type=custom')).toBe('');
    expect(await docker.text('images', '-q', 'shop_shop')).toBe('');
  });

  test('scale, and back; logs of all of them, followed', async () => {
    await project.text('up', '-d', '--scale', 'worker=3', 'worker');
    expect(await ids('worker')).toHaveLength(3);
    await using followed = project.start('logs', '--no-color', '-f', 'worker');
    await followed.until(/(?:worker[-_]\d +\| started\n[^]*){3}/);
    await project.text('up', '-d', '--scale', 'worker=1', '-t', '0', 'worker');
    expect(await ids('worker')).toHaveLength(1);
    await project.text('stop', '-t', '0');
    expect((await followed.ended).code).toBe(0);
    expect(await project.text('logs', '--no-color', '--tail', '1', 'worker')).toMatch(/worker[-_]1 +\| started/);
  });

  test('the projects of either tool are seen, and taken down, by the other', async () => {
    await project.text('up', '-d', 'worker');
    const seen = await estrato.text(
      'compose',
      '-p',
      'shop',
      '-f',
      project.file,
      'ps',
      '--format',
      '{{.Service}} {{.State}}',
    );
    expect(seen).toBe('worker running');
    await estrato.text('compose', '-p', 'shop', '-f', project.file, 'down', '-t', '0');
    expect(await docker.text('ps', '-aq')).toBe('');
    await project.write({
      'compose.yaml': 'services: { alone: { image: story:1.0, command: sleep 1000, stop_signal: KILL } }',
    });
    await estrato.text('compose', '-p', 'shop', '-f', project.file, 'up', '-d');
    expect(await project.text('ps', '--services', '--filter', 'status=running')).toBe('alone');
    await project.text('down');
    expect(await docker.text('ps', '-aq')).toBe('');
    expect(await docker.text('network', 'ls', '-q', '--filter', 'label=com.docker.compose.project=shop')).toBe('');
    await project.write({ 'compose.yaml': compose });
  });

  test('exec says what the program says, with its exit code and its input', async () => {
    await project.text('up', '-d', 'worker');
    const failed = await project.run('exec', '-T', 'worker', 'sh', '-c', 'echo out; echo err >&2; exit 9');
    expect(failed).toMatchObject({ code: 9, stdout: 'out\n' });
    expect(failed.stderr).toContain('err\n');
    await using typed = project.start('exec', '-T', 'worker', 'tr', 'a-z', 'A-Z');
    typed.endInput('typed\n');
    expect((await typed.ended).stdout).toBe('TYPED\n');
  });

  test('what has changed is made anew with its anonymous volume; what has not stays', async () => {
    await project.text('up', '-d', 'store', 'worker');
    const [store = '', worker] = [...(await ids('store')), ...(await ids('worker'))];
    await project.text('exec', '-T', 'store', 'sh', '-c', 'echo mine > /scratch/note');
    await project.write({ 'compose.yaml': compose.replace('echo kept', 'echo changed') });
    await project.text('up', '-d', '-t', '0', 'store', 'worker');
    expect(await ids('worker')).toEqual([worker]);
    expect(await ids('store')).not.toEqual([store]);
    expect(await project.text('exec', '-T', 'store', 'cat', '/scratch/note')).toBe('mine');
    await project.write({ 'compose.yaml': compose });
  });

  test('up in the foreground shows what they print, and ends with them', async () => {
    await using up = project.start('up', '--no-color', '--abort-on-container-exit', '-t', '0', 'worker');
    await up.until(/worker[-_]1 +\| started\n/);
    await docker.text('kill', ...(await ids('worker')));
    await up.until(/worker[-_]1 exited with code 137\n/);
    await up.ended;
    expect(await docker.text('ps', '-q')).toBe('');
  });

  test('run, restart, pause, top, images', async () => {
    await project.text('up', '-d', 'worker');
    expect(await project.text('run', '--rm', '-T', '-e', 'A=1', 'worker', 'sh', '-c', 'echo $A')).toBe('1');
    expect(await project.text('top', 'worker')).toContain('sleep 1000');
    expect(await project.text('images')).toMatch(/story +1\.0/);
    await project.text('pause', 'worker');
    expect(await docker.text('ps', '-q', '-f', 'status=paused')).not.toBe('');
    await project.text('unpause', 'worker');
    const [worker = ''] = await ids('worker');
    const startedAt = (): Promise<string> => docker.text('inspect', '-f', '{{.State.StartedAt}}', worker);
    const before = await startedAt();
    await project.text('restart', '-t', '0', 'worker');
    expect(await startedAt()).not.toBe(before);
  });

  test('a build that fails says where, and nothing is left of it', async () => {
    await project.write({ 'shop/Dockerfile': 'FROM story:1.0\nRUN exit 7\n' });
    const failed = await project.run('build', 'shop');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('returned a non-zero code: 7');
    expect(await docker.text('ps', '-aq')).toBe('');
    await project.write({ 'shop/Dockerfile': dockerfile });
  });
});
