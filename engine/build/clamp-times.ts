import { encodeTarHeader, tarPadding, TAR_END } from '#engine/archive/encode-tar.ts';
import { readTar } from '#engine/archive/read-tar.ts';

/** A tar in which nothing is younger than `latest`, in unix seconds (reproducible-builds.org, SOURCE_DATE_EPOCH). */
export async function* clampTimes(tar: AsyncIterable<Uint8Array>, latest: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const part of readTar(tar)) {
    if (part.kind === 'entry') {
      const { xattrs, dataOffset: _, nanoseconds: __, ...record } = part.entry;
      size = record.size;
      yield encodeTarHeader({ ...record, mtime: Math.min(record.mtime, latest) }, xattrs);
    } else if (part.kind === 'data') yield Buffer.from(part.bytes);
    else yield tarPadding(size);
  }
  yield TAR_END;
}
