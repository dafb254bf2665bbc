import type { ContainerCreate } from '#engine/contract/container.ts';
import type { DeviceRequest, Ulimit } from '#engine/contract/container-options.ts';

export const logChoices = ['usual', 'json-file', 'local', 'none'] as const;
export type LogChoice = (typeof logChoices)[number];

function wordsOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

/** Each of them read, or undefined when one can't be. */
function readAll<T>(text: string, read: (word: string) => T | undefined): readonly T[] | undefined {
  const all = wordsOf(text).map(read);
  const good = all.filter((one) => one !== undefined);
  return good.length === all.length ? good : undefined;
}

/** `/dev/fuse /dev/sda:/dev/xvda:r`, as Docker's `--device` reads each. */
export function parseDevices(text: string): readonly DeviceRequest[] | undefined {
  return readAll(text, (word) => {
    const [pathOnHost = '', second = '', third] = word.split(':');
    const isOnlyRights = third === undefined && /^[rwm]+$/.test(second);
    const pathInContainer = second === '' || isOnlyRights ? pathOnHost : second;
    const permissions = third ?? (isOnlyRights ? second : 'rwm');
    const isRight = [pathOnHost, pathInContainer].every((path) => path.startsWith('/')) && /^[rwm]+$/.test(permissions);
    return isRight && word.split(':').length <= 3 ? { pathOnHost, pathInContainer, permissions } : undefined;
  });
}

/** `nofile=1024:2048 core=-1`, as Docker's `--ulimit` reads each. */
export function parseUlimits(text: string): readonly Ulimit[] | undefined {
  return readAll(text, (word) => {
    const [, name, soft, hard = soft] = /^([a-z]+)=(-1|\d{1,15})(?::(-1|\d{1,15}))?$/.exec(word) ?? [];
    if (name === undefined) return undefined;
    const limit = { name, soft: Number(soft), hard: Number(hard) };
    return limit.hard !== -1 && (limit.soft === -1 || limit.soft > limit.hard) ? undefined : limit;
  });
}

/** Docker's own form: in powers of ten, whole files of it. */
export function isLogSize(text: string): boolean {
  return /^\d+(\.\d+)?\s?[kmgt]?b?$/i.test(text) && Number.parseFloat(text) > 0;
}

export function isLogCount(text: string): boolean {
  return /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1000;
}

/** What is said of the log; nothing where the engine's own settings hold. */
export function loggingOf(
  driver: LogChoice,
  { maxSize, maxFile }: { readonly maxSize: string; readonly maxFile: string },
): Pick<ContainerCreate, 'logging'> {
  if (driver === 'none') return { logging: { driver, options: {} } };
  const options = {
    ...(maxSize === '' ? {} : { 'max-size': maxSize }),
    ...(maxFile === '' ? {} : { 'max-file': maxFile }),
  };
  if (driver === 'usual' && Object.keys(options).length === 0) return {};
  return { logging: { driver: driver === 'usual' ? 'json-file' : driver, options } };
}

/** Docker's options for the same. */
export function hostFlags({ isolation, logging }: ContainerCreate): readonly string[] {
  const { devices = [], ulimits = [] } = isolation ?? {};
  return [
    ...devices.flatMap((device) => ['--device', deviceText(device)]),
    ...ulimits.flatMap(({ name, soft, hard }) => ['--ulimit', `${name}=${soft === hard ? soft : `${soft}:${hard}`}`]),
    ...(logging === undefined ? [] : ['--log-driver', logging.driver]),
    ...Object.entries(logging?.options ?? {}).flatMap(([name, value]) => ['--log-opt', `${name}=${value}`]),
  ];
}

function deviceText({ pathOnHost, pathInContainer, permissions }: DeviceRequest): string {
  const inside = pathInContainer === pathOnHost ? '' : `:${pathInContainer}`;
  return `${pathOnHost}${inside}${permissions === 'rwm' ? '' : `:${permissions}`}`;
}
