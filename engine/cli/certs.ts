import { hostname } from 'node:os';

import { InvalidArgumentError, type Command } from 'commander';

import { CertificateFolder, type KnownCertificate } from '#engine/certificates/certificate-folder.ts';

import { print, withFormat, type FormatOptions } from './output-format.ts';
import { certsFolder } from './place-options.ts';
import { formatTable } from './table.ts';

interface FolderOptions {
  readonly dir?: string;
  readonly dataRoot?: string;
}

interface DaysOptions extends FolderOptions {
  readonly days: number;
}

/** Without more names, whoever asks is on this machine, or knows it by its own. */
const usualNames = (): readonly string[] => [...new Set([hostname(), 'localhost', '127.0.0.1', '::1'])];

export function addCerts(program: Command): void {
  const certs = program
    .command('certs')
    .description('certificates of an engine that listens on a port, and of its clients');
  withDays(withFolder(certs.command('create')))
    .description('make an authority, a certificate for the engine and one for a first client')
    .option('--name <name>', "a name or address that the engine is asked by, beside this machine's own", append, [])
    .action(async (options: DaysOptions & { readonly name: readonly string[] }) => {
      const folder = folderOf(options);
      await folder.create([...new Set([...usualNames(), ...options.name])], options.days);
      process.stdout.write(`${created(folder.path)}\n`);
    });
  withDays(withFolder(certs.command('client <name>')))
    .description('make a certificate for one more client')
    .action(async (name: string, options: DaysOptions) => {
      const folder = folderOf(options);
      await folder.addClient(name, options.days);
      process.stdout.write(`${folder.path}/${name}\n`);
    });
  withDays(withFolder(certs.command('renew')))
    .description('make new certificates for the same keys; the engine reads its own when it starts')
    .action(async (options: DaysOptions) => {
      const renewed = await folderOf(options).renew(options.days);
      process.stdout.write(renewed.map((name) => `${name}\n`).join(''));
    });
  withFormat(withFolder(certs.command('ls')))
    .description('whose certificates there are, and how long they are valid')
    .action(async (options: FolderOptions & FormatOptions) => {
      print(options, await folderOf(options).list(), certificatesTable);
    });
}

function withFolder(command: Command): Command {
  return command
    .option('--dir <dir>', 'where they are (default: certs in the data root)')
    .option('--data-root <dir>', 'of the engine that they are for');
}

function withDays(command: Command): Command {
  return command.option('--days <days>', 'how long they are valid', parseDays, 365);
}

function folderOf({ dir, dataRoot }: FolderOptions): CertificateFolder {
  return new CertificateFolder(certsFolder({ certs: dir, dataRoot }));
}

function created(path: string): string {
  return [
    `Certificates are in ${path}.`,
    'The engine:  estrato engine --host tcp://0.0.0.0:2376 --host unix:///run/estrato/estrato.sock',
    `Its client:  copy ${path}/client to where it is, and there`,
    '  export DOCKER_HOST=tcp://NAME:2376 DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=.../client',
  ].join('\n');
}

function certificatesTable(certificates: readonly KnownCertificate[]): string {
  return formatTable(
    ['NAME', 'VALID UNTIL', 'ANSWERS TO', 'SHA-256'],
    certificates.map(({ name, expiresAt, names, fingerprint }) => [
      name,
      new Date(expiresAt).toISOString().slice(0, 10),
      names.join(' '),
      fingerprint.replaceAll(':', '').slice(0, 16).toLowerCase(),
    ]),
  );
}

function append(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function parseDays(text: string): number {
  const days = Number(text);
  if (/^\d{1,5}$/.test(text) && days > 0) return days;
  throw new InvalidArgumentError('Days are a whole number from 1 to 99999.');
}
