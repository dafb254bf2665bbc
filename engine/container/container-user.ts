import { EngineError } from '#engine/contract/errors.ts';

/** Who a process is, in numbers. */
export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
  readonly home: string;
}

/** What an image says about its users; empty where it has no such file. */
export interface UserFiles {
  readonly passwd: string;
  readonly group: string;
}

interface PasswdLine {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

interface GroupLine {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** The largest id that isn't "no id", (uid_t) -1. */
const MAX_ID = 2 ** 32 - 2;

/**
 * `user[:group]`, each a name or a number; empty is root. A name wins over a number that looks the same, as Docker has it.
 * @throws EngineError `invalid-argument` for a name that the image doesn't know.
 */
export function resolveUser(text: string, files: UserFiles): ContainerUser {
  const [named = '', group = '', ...rest] = text.split(':');
  if (rest.length > 0) throw new EngineError('invalid-argument', `invalid user: "${text}" is not user[:group]`);
  const user = named === '' ? '0' : named;
  const known = passwdLine(user, files.passwd);
  const uid = known?.uid ?? numericId(user) ?? unknown('user', user);
  const groups = readGroups(files.group);
  const own = group === '' ? groupsOf(known, groups) : { gid: groupId(group, groups), additionalGids: [] };
  return { uid, ...own, home: known?.home || '/' };
}

/** A group's name or number. @throws EngineError `invalid-argument` for a name that the image doesn't know. */
export function resolveGroup(group: string, files: UserFiles): number {
  return groupId(group, readGroups(files.group));
}

/** A group that was asked for is the only one. */
function groupId(group: string, groups: readonly GroupLine[]): number {
  return groups.find(({ name }) => name === group)?.gid ?? numericId(group) ?? unknown('group', group);
}

function groupsOf(
  user: PasswdLine | undefined,
  groups: readonly GroupLine[],
): Pick<ContainerUser, 'gid' | 'additionalGids'> {
  if (user === undefined) return { gid: 0, additionalGids: [] };
  const additional = groups.filter(({ members }) => members.includes(user.name));
  return { gid: user.gid, additionalGids: [...new Set(additional.map(({ gid }) => gid))] };
}

function passwdLine(user: string, passwd: string): PasswdLine | undefined {
  const lines = readPasswd(passwd);
  const number = numericId(user);
  return lines.find(({ name }) => name === user) ?? lines.find(({ uid }) => uid === number);
}

/** passwd(5). Lines that aren't right are passed over: the image's programs do so too. */
function readPasswd(text: string): readonly PasswdLine[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', , uidText = '', gidText = '', , home = ''] = line.split(':');
    const uid = numericId(uidText);
    const gid = numericId(gidText);
    return name === '' || uid === undefined || gid === undefined ? [] : [{ name, uid, gid, home }];
  });
}

/** group(5). */
function readGroups(text: string): readonly GroupLine[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', , gidText = '', members = ''] = line.split(':');
    const gid = numericId(gidText);
    return name === '' || gid === undefined ? [] : [{ name, gid, members: members.split(',') }];
  });
}

function numericId(text: string): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const number = Number(text);
  return number <= MAX_ID ? number : undefined;
}

function unknown(kind: 'user' | 'group', name: string): never {
  const file = kind === 'user' ? 'passwd' : 'group';
  throw new EngineError(
    'invalid-argument',
    `unable to find ${kind} ${name}: no matching entries in ${file} file of the container.`,
  );
}
