import type { BuildOutput } from '#engine/build/build-output.ts';
import type { BuildRequest } from '#engine/build/build-request.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { ClientSession } from './client-session.ts';
import type { FileTarget } from './file-target.ts';
import { sendFolder } from './send-folder.ts';

/** What a client wants of a build, as BuildKit's clients say it (`--output`). */
export interface Exporter {
  readonly Type: string;
  readonly Attrs: Readonly<Record<string, string>>;
}

export interface Results extends Pick<BuildRequest, 'outputs' | 'keepsImage' | 'push'> {
  /** What it is called, with commas between. */
  readonly names: string;
}

/** Which attributes each kind has here; others would make another result, and are refused. */
const known: Readonly<Record<string, readonly string[]>> = {
  image: ['name', 'push', 'unpack', 'store', 'name-canonical', 'dangling-name-prefix', 'compression', 'oci-mediatypes'],
  files: ['dest', 'platform-split'],
  archive: ['name', 'dest', 'tar', 'compression', 'oci-mediatypes'],
};

/**
 * What exporters stand for (github.com/moby/buildkit, `exporter/`); none at all means that only the cache is filled.
 * @param session what isn't kept here is sent to. @throws EngineError `unsupported` naming what isn't there.
 */
export function resultsOf(exporters: readonly Exporter[], session: Pick<ClientSession, 'fileTarget'>): Results {
  const images = exporters.filter(({ Type }) => isImage(Type));
  for (const { Attrs } of images) refuseOthers(Attrs, 'image');
  const names = exporters.flatMap(({ Attrs }) => ((Attrs['name'] ?? '') === '' ? [] : [Attrs['name']]));
  return {
    names: [...new Set(names.flatMap((each) => each?.split(',') ?? []))].join(','),
    keepsImage: images.length > 0,
    push: images.some(({ Attrs }) => Attrs['push'] === 'true'),
    outputs: exporters.flatMap((exporter, at) => (isImage(exporter.Type) ? [] : [outputOf(exporter, at, session)])),
  };
}

/** `moby` is what an image is called where the engine is Docker's. */
function isImage(type: string): boolean {
  return type === 'moby' || type === 'image';
}

function outputOf({ Type, Attrs }: Exporter, at: number, session: Pick<ClientSession, 'fileTarget'>): BuildOutput {
  const make = kinds.get(Type);
  if (make === undefined)
    throw new EngineError(
      'unsupported',
      `This version of Estrato makes no ${JSON.stringify(Type)} of a build: there are image, ${[...kinds.keys()].join(', ')}.`,
    );
  refuseOthers(Attrs, Type === 'oci' || Type === 'docker' ? 'archive' : 'files');
  return make(session.fileTarget(at));
}

const kinds = new Map<string, (target: FileTarget) => BuildOutput>([
  ['local', (target) => ({ kind: 'files', deliver: (tree) => target.folder((call) => sendFolder(call, tree)) })],
  ['tar', (target) => ({ kind: 'tar', deliver: (bytes) => target.file(bytes) })],
  ['oci', (target) => ({ kind: 'archive', format: 'oci', deliver: (bytes) => target.file(bytes) })],
  ['docker', (target) => ({ kind: 'archive', format: 'docker-archive', deliver: (bytes) => target.file(bytes) })],
]);

function refuseOthers(attributes: Exporter['Attrs'], kind: string): void {
  const other = Object.entries(attributes).find(([name, value]) => !isKept(name, value, known[kind] ?? []));
  if (other === undefined) return;
  throw new EngineError('unsupported', `This version of Estrato builds without ${other.join('=')} of --output.`);
}

function isKept(name: string, value: string, names: readonly string[]): boolean {
  if (value === '' || value === 'false') return name !== 'tar' || value === '';
  if (name === 'compression') return value === 'gzip';
  return names.includes(name);
}
