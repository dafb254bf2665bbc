const TYPE_LETTERS: Readonly<Record<string, string>> = {
  directory: 'd',
  symlink: 'l',
  'character-device': 'c',
  'block-device': 'b',
  fifo: 'p',
};

/** As `ls -l` writes it: `drwxr-xr-x`, `-rwsr-xr-x`. @param mode permission bits, 0o7777 at most */
export function modeWords(type: string, mode: number): string {
  const letters = [6, 3, 0].map((shift) => {
    const bits = (mode >> shift) & 7;
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`;
  });
  const [user = '', group = '', other = ''] = letters;
  const special = [
    withSpecial(user, (mode & 0o4000) !== 0, 's'),
    withSpecial(group, (mode & 0o2000) !== 0, 's'),
    withSpecial(other, (mode & 0o1000) !== 0, 't'),
  ];
  return (TYPE_LETTERS[type] ?? '-') + special.join('');
}

function withSpecial(letters: string, isSet: boolean, letter: string): string {
  if (!isSet) return letters;
  return letters.slice(0, 2) + (letters.endsWith('x') ? letter : letter.toUpperCase());
}

/** `0:0` as `root`, any other by its numbers: whose names an image has is not known here. */
export function ownerWords(uid: number, gid: number): string {
  return uid === 0 && gid === 0 ? 'root' : `${uid}:${gid}`;
}

/** A value of an extended attribute, from base64: as text where it is one, otherwise as hex digits. */
export function attributeWords(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const text = bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
  const isText = text.every((byte) => byte >= 32 && byte < 127);
  if (isText) return String.fromCharCode(...text);
  return `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
