import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { encodeTarHeader, tarPadding, TAR_END } from '#engine/archive/encode-tar.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine } from '#engine/testing/test-engine.ts';

function tarWith(xattr: string): Buffer {
  const record = { name: 'f', linkName: '', size: 2, mode: 0o644, uid: 0, gid: 0, mtime: 1, major: 0, minor: 0 };
  const header = encodeTarHeader({ ...record, type: 'file' }, new Map([['user.kept', Buffer.from(xattr)]]));
  return Buffer.concat([header, Buffer.from('ok'), tarPadding(2), TAR_END]);
}

describeWith(['root', 'launcher'], 'odd files of contexts', () => {
  test('attributes go along from archives and stages, decide what is cached, and names are bytes', async () => {
    await using engine = await startTestEngine();
    await using dir = await temporaryDirectory('odd');
    const estrato = new EstratoCli(engine);
    const folder = join(dir.path, 'context');
    await mkdir(folder);
    await writeFile(
      join(folder, 'Dockerfile'),
      'FROM scratch AS one\nADD t.tar /\nFROM scratch\nCOPY --from=one /f /g\nCOPY odd* /odd/',
    );
    await writeFile(Buffer.concat([Buffer.from(`${folder}/odd-`), Buffer.of(0xe9)]), 'latin');
    const build = async (xattr: string): Promise<string> => {
      await writeFile(join(folder, 't.tar'), tarWith(xattr));
      return estrato.text('build', '-q', folder);
    };
    const image = await build('one');
    expect(await estrato.text('image', 'stat', image, '/g')).toContain('user.kept');
    const tar = await engine.ask(`/images/${image}/get`);
    expect(tar.status).toBe(200);
    expect(tar.body).toContain('odd/odd-\ufffd');
    expect(tar.body).not.toContain('odd/odd-\ufffd\ufffd');
    expect(await build('one')).toBe(image);
    expect(await build('two')).not.toBe(image);
    const [last] = await engine.call('builds.list', {});
    const verdict = last?.steps.find(({ text }) => text.startsWith('ADD'))?.verdict;
    expect(verdict).toEqual({ kind: 'missed', reasons: [{ kind: 'file', path: '/f', change: 'attributes' }] });
  });
});
