import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What copies and archives are apt to lose. The package attr sets what Node can't. */
const MAKING = `
mkdir -p deep/er empty && echo words > file && ln file again && ln file deep/er/third && ln -s ../file deep/link
ln -s nowhere dangling && mkfifo -m 640 pipe && mknod node c 1 3 && truncate -s 50M sparse && echo tail >> sparse
chown 7:9 file && chmod 4755 file && chown -h 5:6 dangling && chmod 2770 deep && chown 1000:1001 deep && chmod 1777 .
setfattr -n user.colour -v blue file && setfattr -n trusted.of -v root deep && cp /bin/busybox program
setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 program
setfattr -n system.posix_acl_access -v 0x0200000001000700ffffffff020007003700000004000500ffffffff10000700ffffffff20000500ffffffff deep/er
printf 'x' > "$(printf 'caf\\351')"; printf 'y' > '-new
line'; touch -d '2001-02-03 04:05:06.789012345' deep/er empty file; touch -h -d '2002-02-02 02:02:02.5' dangling
chown 12:13 . && touch -d '2003-03-03 03:03:03.333333333' .
`;

/** Fills an empty directory, for whoever is root. */
export async function makeOddTree(path: string): Promise<void> {
  await run('bash', ['-ec', MAKING], { cwd: path });
}
