import { expect, test } from 'vitest';

import { projectName, projectOf, type Project } from './project.ts';
import { readComposeFiles } from './read-compose-file.ts';
import { serviceBody } from './service-body.ts';
import { splitWords } from './split-words.ts';

function read(text: string, variables: Readonly<Record<string, string>> = {}): ReturnType<typeof readComposeFiles> {
  return readComposeFiles([{ path: 'compose.yaml', text }], variables);
}

function project(text: string, wish: { services?: string[]; profiles?: string[] } = {}): Project {
  const common = { name: 'shop', folder: '/shop', files: ['/shop/compose.yaml'], profiles: [], services: [] };
  return projectOf(read(text), { ...common, ...wish });
}

test('what is not understood is named at its line, all of it at once', () => {
  const text = `services:
  web:
    image: app
    colour: blue
    ports:
      - target: 80
        shape: round
  db:
    image: db
    healthcheck: { retries: many }
secrets: {}
`;
  for (const line of [
    'compose.yaml:4: services.web.colour is not supported here',
    'compose.yaml:7: services.web.ports.0.shape is not supported here',
    'compose.yaml:10: services.db.healthcheck.retries ',
    'compose.yaml:11: secrets is not supported here',
  ]) {
    expect(() => read(text)).toThrow(line);
  }
});

test.each([
  ['services:\n  a: [1\n', 'compose.yaml:'],
  ['services:\n  a:\n    image: ${X:?say which}\n', 'compose.yaml:3: the variable X is missing a value: say which'],
  ['- a\n', 'compose.yaml:1: the file '],
])('%j is refused where it is wrong', (text, words) => {
  expect(() => read(text)).toThrow(words);
});

test('variables are filled in where values stand, and a plain number is one', () => {
  const text = 'services:\n  a:\n    image: "${I}"\n    scale: ${N}\n    environment: { $KEY: "${N}" }\n';
  const { services } = read(text, { I: 'app:1', N: '3', KEY: 'no' });
  expect(services['a']).toMatchObject({ image: 'app:1', scale: 3, environment: { $KEY: '3' } });
});

test('anchors are merged, extensions are left alone, and files are laid over one another', () => {
  const below =
    'x-all: &all\n  restart: always\nservices:\n  a:\n    <<: *all\n    image: one\n    x-note: hi\n    ports: ["1:1"]\n';
  const above = 'services:\n  a:\n    image: two\n    ports: ["2:2"]\n';
  const { services } = readComposeFiles(
    [
      { path: 'a', text: below },
      { path: 'b', text: above },
    ],
    {},
  );
  expect(services['a']).toEqual({ restart: 'always', image: 'two', ports: ['1:1', '2:2'] });
});

/** A service `a` as one file says, and another over it. */
function laidOver(below: string, above: string): unknown {
  const texts = [below, above].map((said, at) => ({
    path: `${at}`,
    text: `services:\n  a: { image: app, ${said} }\n`,
  }));
  return readComposeFiles(texts, {}).services['a'];
}

test.each([
  ['command: [serve, --port, "80"]', 'command: [debug]', { command: ['debug'] }],
  ['entrypoint: [/run]', 'entrypoint: [/trace]', { entrypoint: ['/trace'] }],
  ['healthcheck: { test: [CMD, a] }', 'healthcheck: { test: [CMD, b] }', { healthcheck: { test: ['CMD', 'b'] } }],
  ['environment: [A=1, B=2]', 'environment: { B: 3 }', { environment: { A: '1', B: '3' } }],
  ['environment: [A=1, B=2]', 'environment: [B=3]', { environment: { A: '1', B: '3' } }],
  ['labels: { x: "1" }', 'labels: [y=2]', { labels: { x: '1', y: '2' } }],
  [
    'networks: [front]',
    'networks: { back: { aliases: [b] } }',
    { networks: { front: null, back: { aliases: ['b'] } } },
  ],
  ['build: ./app', 'build: { target: debug }', { build: { context: './app', target: 'debug' } }],
  ['volumes: ["data:/d", "./c:/c"]', 'volumes: ["./own:/d:ro"]', { volumes: ['./own:/d:ro', './c:/c'] }],
  ['volumes: ["data:/d"]', 'volumes: [{ type: tmpfs, target: /d }]', { volumes: [{ type: 'tmpfs', target: '/d' }] }],
  ['ports: ["80:80"]', 'ports: ["80:80", "81:81"]', { ports: ['80:80', '81:81'] }],
  ['dns: 1.1.1.1', 'dns: [8.8.8.8]', { dns: ['1.1.1.1', '8.8.8.8'] }],
])('%s with %s over it', (below, above, said) => {
  expect(laidOver(below, above)).toMatchObject(said);
});

test('services come after those they depend on, with their networks and volumes', () => {
  const { services, networks, volumes } = project(`services:
  web: { image: w, depends_on: [api], networks: [front] }
  api: { image: a, depends_on: { db: { condition: service_healthy } }, volumes: ["data:/d", "./x:/x"] }
  db: { image: d }
  debug: { image: t, profiles: [debug] }
networks: { front: { name: shared, external: true } }
volumes: { data: {} }
`);
  expect(services.map(({ service }) => service)).toEqual(['db', 'api', 'web']);
  expect([...networks].map(([key, { name }]) => [key, name])).toEqual([
    ['default', 'shop_default'],
    ['front', 'shared'],
  ]);
  expect([...volumes].map(([key, { name }]) => [key, name])).toEqual([['data', 'shop_data']]);
});

test('profiles and names choose services', () => {
  const text =
    'services:\n  a: { image: a, depends_on: [c] }\n  b: { image: b, profiles: [more] }\n  c: { image: c }\n';
  const names = (of: Project): string[] => of.services.map(({ service }) => service);
  expect(names(project(text))).toEqual(['c', 'a']);
  expect(names(project(text, { profiles: ['more'] }))).toEqual(['c', 'a', 'b']);
  expect(names(project(text, { services: ['b'] }))).toEqual(['b']);
});

test.each([
  [
    'services:\n  a: { image: a, depends_on: [b] }\n  b: { image: b, depends_on: [a] }\n',
    'wait for one another: a -> b -> a',
  ],
  ['services:\n  a: { image: a, depends_on: [b] }\n', 'there is no service b, which the service a needs'],
  ['services:\n  a: { image: a, networks: [n] }\n', 'there is no network n, which the service a needs'],
  ['services:\n  a: { image: a, volumes: ["v:/v"] }\n', 'there is no volume v, which the service a needs'],
  ['services:\n  a: {}\n', 'the service a has neither an image nor a build'],
])('%j is refused', (text, words) => {
  expect(() => project(text)).toThrow(words);
});

test('a service is a request to the Docker API', () => {
  const whole = project(`services:
  web:
    image: app
    command: sh -c "echo 'a b'"
    environment: [A=1, HOME, NOBODY]
    ports: ["8080:80", { target: 53, protocol: udp, published: "5353", host_ip: 127.0.0.1 }]
    volumes: ["data:/data", "./here:/here:ro", { type: tmpfs, target: /t, tmpfs: { size: 1m } }]
    networks: { back: { aliases: [shop], ipv4_address: 10.1.0.9 } }
    healthcheck: { test: [CMD, "true"], interval: 1m }
    deploy: { resources: { limits: { cpus: "0.5", memory: 64m } } }
    extra_hosts: ["db:10.0.0.1"]
    ulimits: { nofile: 64 }
    stop_grace_period: 1m30s
    restart: on-failure:2
networks: { back: {} }
volumes: { data: {} }
`);
  const [web] = whole.services;
  if (web === undefined) throw new Error('There is no service.');
  const parts = {
    absolute: (path: string) => path.replace('.', '/shop'),
    variables: { HOME: '/h' },
    fileLines: ['F=f'],
  };
  expect(JSON.parse(JSON.stringify(serviceBody(whole, web, parts)))).toMatchObject({
    Image: 'app',
    Cmd: ['sh', '-c', "echo 'a b'"],
    Env: ['F=f', 'A=1', 'HOME=/h'],
    StopTimeout: 90,
    Healthcheck: { Test: ['CMD', 'true'], Interval: 60e9 },
    Labels: {
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'web',
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.project.working_dir': '/shop',
    },
    HostConfig: {
      Memory: 64 * 1024 * 1024,
      NanoCpus: 500_000_000,
      PortBindings: {
        '80/tcp': [{ HostIp: '', HostPort: '8080' }],
        '53/udp': [{ HostIp: '127.0.0.1', HostPort: '5353' }],
      },
      Binds: ['shop_data:/data', '/shop/here:/here:ro'],
      Mounts: [{ Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 1_048_576 } }],
      NetworkMode: 'shop_back',
      ExtraHosts: ['db:10.0.0.1'],
      Ulimits: [{ Name: 'nofile', Soft: 64, Hard: 64 }],
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 },
    },
    NetworkingConfig: {
      EndpointsConfig: { shop_back: { Aliases: ['web', 'shop'], IPAMConfig: { IPv4Address: '10.1.0.9' } } },
    },
  });
});

test.each([
  ['a \'b c\' "d \\" $e" f\\ g', ['a', 'b c', 'd " $e', 'f g']],
  ['  ', []],
  ["''", ['']],
])('%s is split as a shell splits it', (line, words) => {
  expect(splitWords(line)).toEqual(words);
  expect(() => splitWords("a 'b")).toThrow('not closed');
});

test.each([
  ['/home/ana/My Shop', 'myshop'],
  ['/srv/_shop-2', 'shop-2'],
  ['/', 'default'],
])('the project of %s is %s', (folder, name) => {
  expect(projectName(folder)).toBe(name);
});
