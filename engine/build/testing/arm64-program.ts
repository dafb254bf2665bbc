/** Where it is loaded. */
const BASE = 0x400000n;
/** Bytes of the program's header and of its one segment's (elf(5)). */
const HEADERS = 120;

/** A program for arm64 that makes a directory and ends with 0: the smallest that shows that it has run. */
export function arm64Program(directory: string): Buffer {
  const path = Buffer.from(`${directory}\0`);
  const code = instructions(32);
  const header = Buffer.alloc(HEADERS);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(2, 16); // a program
  header.writeUInt16LE(183, 18); // of arm64
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BASE + BigInt(HEADERS), 24);
  header.writeBigUInt64LE(64n, 32);
  for (const [at, value] of [
    [52, 64],
    [54, 56],
    [56, 1],
  ] as const)
    header.writeUInt16LE(value, at);
  const size = BigInt(HEADERS + code.length + path.length);
  header.writeUInt32LE(1, 64); // loaded,
  header.writeUInt32LE(5, 68); // to be read and run
  for (const [at, value] of [
    [80, BASE],
    [88, BASE],
    [96, size],
    [104, size],
    [112, 0x1000n],
  ] as const)
    header.writeBigUInt64LE(value, at);
  return Buffer.concat([header, code, path]);
}

/** mkdirat(AT_FDCWD, path, 0755), then exit(0). @param length of all of it: the path follows. */
function instructions(length: number): Buffer {
  const offset = length - 4;
  const words = [
    0x92800c60, // mov x0, -100
    (0x10000001 | ((offset & 3) << 29) | ((offset >> 2) << 5)) >>> 0, // adr x1, path
    0xd2803da2, // mov x2, 0755
    0xd2800448, // mov x8, mkdirat
    0xd4000001, // svc 0
    0xd2800000, // mov x0, 0
    0xd2800ba8, // mov x8, exit
    0xd4000001, // svc 0
  ];
  const code = Buffer.alloc(length);
  for (const [at, word] of words.entries()) code.writeUInt32LE(word, at * 4);
  return code;
}
