import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe } from 'vitest';

import { findBuildKitClient } from './docker-cli.ts';
import { sshdPath } from './ssh-server.ts';
import { userModeLinuxPath } from './user-mode-linux.ts';

/** The launcher as `make -C engine/launcher` leaves it. */
export const launcherPath = fileURLToPath(new URL('../launcher/build/estrato-launcher', import.meta.url));

/** The same under the address and undefined-behaviour sanitizers (`make -C engine/launcher sanitized`). */
export const sanitizedLauncherPath = `${launcherPath}-sanitized`;

/** Debian's busybox-static: a root file system in one file. */
export const busyboxPath = '/bin/busybox';

/** capabilities(7): what mounts, and makes namespaces. */
const CAP_SYS_ADMIN = 21n;

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Root of the machine: of a user namespace is not enough (user_namespaces(7)). */
function isRoot(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readText('/proc/self/status'))?.[1] ?? '0';
  const mapsAll = /^\s*0\s+0\s+4294967295\s*$/.test(readText('/proc/self/uid_map'));
  return mapsAll && ((BigInt(`0x${effective}`) >> CAP_SYS_ADMIN) & 1n) === 1n;
}

/** A program with a dynamic linker named in it needs libraries that the test's root file system doesn't have. */
function isStatic(path: string): boolean {
  return existsSync(path) && !readFileSync(path).includes('/ld-linux');
}

function isInstalled(program: string): boolean {
  const directories = (process.env['PATH'] ?? '').split(':');
  return directories.some((directory) => directory !== '' && existsSync(`${directory}/${program}`));
}

function hasController(name: string): boolean {
  const isV1 = new RegExp(`^cgroup .* cgroup .*\\b${name}\\b`, 'm').test(readText('/proc/self/mounts'));
  return isV1 || readText('/sys/fs/cgroup/cgroup.controllers').split(/\s/).includes(name);
}

/** Whether somebody else than its owner can run what is in the checkout. */
export function isOpenToOthers(): boolean {
  const folders = fileURLToPath(import.meta.url)
    .split('/')
    .slice(1, -1);
  return folders.every((_, at) => (statSync(`/${folders.slice(0, at + 1).join('/')}`).mode & 0o001) !== 0);
}

const checks = {
  root: { isThere: isRoot, words: 'root of the machine' },
  launcher: { isThere: () => existsSync(launcherPath), words: 'the launcher (make -C engine/launcher)' },
  'sanitized launcher': {
    isThere: () => existsSync(sanitizedLauncherPath),
    words: 'the sanitized launcher (make -C engine/launcher sanitized)',
  },
  busybox: { isThere: () => isStatic(busyboxPath), words: 'a static /bin/busybox (package busybox-static)' },
  'x64 compiler': {
    isThere: () => process.arch === 'x64' && existsSync('/usr/bin/gcc') && existsSync('/usr/include/x86_64-linux-gnu'),
    words: 'gcc on x64',
  },
  overlay: { isThere: () => /\boverlay$/m.test(readText('/proc/filesystems')), words: 'overlayfs in the kernel' },
  erofs: { isThere: () => /\berofs$/m.test(readText('/proc/filesystems')), words: 'EROFS in the kernel (Linux 6.12)' },
  'memory cgroup': { isThere: () => hasController('memory'), words: 'the memory controller of control groups' },
  'pids cgroup': { isThere: () => hasController('pids'), words: 'the pids controller of control groups' },
  'cgroups of version 1': {
    isThere: () => /^cgroup \S+ cgroup .*\bmemory\b/m.test(readText('/proc/self/mounts')),
    words: 'control groups of version 1',
  },
  nftables: { isThere: () => isInstalled('nft') || existsSync('/usr/sbin/nft'), words: 'nft (package nftables)' },
  'cgroups of version 2': {
    isThere: () => /^\S+ \/sys\/fs\/cgroup cgroup2 /m.test(readText('/proc/self/mounts')),
    words: 'control groups of version 2 alone',
  },
  'user-mode Linux': {
    isThere: () => process.arch === 'x64' && existsSync(userModeLinuxPath),
    words: 'a kernel that runs as a program (package user-mode-linux)',
  },
  AppArmor: {
    isThere: () =>
      readText('/sys/module/apparmor/parameters/enabled').startsWith('Y') && isInstalled('apparmor_parser'),
    words: 'AppArmor in the kernel, and its parser (package apparmor)',
  },
  'open checkout': { isThere: isOpenToOthers, words: 'a checkout that others may read' },
  'id mappers': { isThere: () => isInstalled('newuidmap'), words: 'newuidmap (package uidmap)' },
  pasta: { isThere: () => isInstalled('pasta'), words: 'pasta (package passt)' },
  igzip: { isThere: () => isInstalled('igzip'), words: 'igzip (package isal)' },
  slirp4netns: { isThere: () => isInstalled('slirp4netns'), words: 'slirp4netns' },
  'BuildKit client': {
    isThere: () => findBuildKitClient() !== undefined,
    words: 'a docker command with BuildKit in it (package docker.io, before 23)',
  },
  'docker client': { isThere: () => isInstalled('docker'), words: 'the docker command (package docker-cli)' },
  'docker-compose': { isThere: () => isInstalled('docker-compose'), words: 'the package docker-compose' },
  sshd: { isThere: () => existsSync(sshdPath) && isInstalled('ssh'), words: 'ssh and sshd (package openssh-server)' },
  zsh: { isThere: () => isInstalled('zsh'), words: 'zsh' },
  fish: { isThere: () => isInstalled('fish'), words: 'fish' },
  openssl: { isThere: () => isInstalled('openssl'), words: 'openssl' },
  curl: { isThere: () => isInstalled('curl'), words: 'curl' },
  mmdebstrap: { isThere: () => isInstalled('mmdebstrap'), words: 'mmdebstrap (package mmdebstrap)' },
  'ssh-agent': { isThere: () => isInstalled('ssh-agent'), words: 'ssh-agent (package openssh-client)' },
  'qemu for arm64': {
    isThere: () =>
      process.arch === 'x64' &&
      isInstalled('qemu-aarch64-static') &&
      /\bbinfmt_misc$/m.test(readText('/proc/filesystems')),
    words: 'qemu-aarch64-static (package qemu-user-static), and binfmt_misc in the kernel',
  },
  rpm: { isThere: () => isInstalled('rpmbuild'), words: 'rpm and rpmbuild (package rpm)' },
  getfattr: { isThere: () => isInstalled('getfattr'), words: 'getfattr (package attr)' },
  dockerd: {
    isThere: () => existsSync('/usr/sbin/dockerd') || isInstalled('dockerd'),
    words: 'dockerd (package docker.io)',
  },
  crun: { isThere: () => isInstalled('crun'), words: 'crun (package crun)' },
  runc: { isThere: () => isInstalled('runc'), words: 'runc (package runc)' },
  podman: { isThere: () => isInstalled('podman'), words: 'podman (package podman)' },
  btrfs: {
    isThere: () =>
      existsSync('/dev/loop-control') &&
      /\bbtrfs$/m.test(readText('/proc/filesystems')) &&
      ['/sbin', '/usr/sbin'].some((directory) => existsSync(`${directory}/mkfs.btrfs`)),
    words: 'btrfs in the kernel, loop devices and the package btrfs-progs',
  },
  registry: {
    isThere: () => isInstalled('docker-registry') && isInstalled('skopeo'),
    words: 'a registry (packages docker-registry and skopeo)',
  },
} as const;

export type Requirement = keyof typeof checks;

export function lacks(requirements: readonly Requirement[]): boolean {
  return requirements.some((requirement) => !checks[requirement].isThere());
}

/** Tests of what only some machines can do: elsewhere they are skipped, under a name that says what the machine lacks. */
export function describeWith(requirements: readonly Requirement[], name: string, body: () => void): void {
  const lacking = requirements.filter((requirement) => !checks[requirement].isThere());
  const words = lacking.map((requirement) => checks[requirement].words).join(', ');
  describe.skipIf(lacking.length > 0)(lacking.length === 0 ? name : `${name} (this machine lacks ${words})`, body);
}
