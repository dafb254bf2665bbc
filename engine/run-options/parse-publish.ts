import { EngineError } from '#engine/contract/errors.ts';

import type { PortBinding } from './create-body.ts';

/** A port of a container, and where it is to be published. */
export interface PublishedPort {
  /** `80/tcp`. */
  readonly port: string;
  readonly binding: PortBinding;
}

/**
 * `-p` of Docker's command line: `[[ADDRESS:][HOST-PORT]:]PORT[/PROTOCOL]`, ports also as ranges. IPv6 in brackets.
 * @throws EngineError `invalid-argument` in Docker's words.
 */
export function parsePublish(text: string): readonly PublishedPort[] {
  const { address, host, inner, protocol } = partsOf(text);
  const ports = parseRange(inner, text);
  const hosts = host === '' ? [] : parseRange(host, text);
  // One port may be published at any of a range: the engine chooses.
  if (hosts.length > 1 && ports.length === 1) return [published(address, host, `${inner}/${protocol}`)];
  if (hosts.length > 0 && hosts.length !== ports.length) throw invalid(text, 'invalid ranges specified');
  return ports.map((port, index) => published(address, String(hosts[index] ?? ''), `${port}/${protocol}`));
}

interface Parts {
  readonly address: string;
  readonly host: string;
  readonly inner: string;
  readonly protocol: string;
}

function partsOf(text: string): Parts {
  const [, address = '', host = '', inner = '', protocol = 'tcp'] = PUBLISH.exec(text) ?? [];
  if (inner !== '' && protocols.includes(protocol.toLowerCase()))
    return { address, host, inner, protocol: protocol.toLowerCase() };
  throw invalid(text, 'invalid containerPort');
}

const PUBLISH = /^(?:(?:(\[[^\]]*\]|[^:]*):)?([\d-]*):)?([\d-]+)(?:\/(\w+))?$/;
const protocols: readonly string[] = ['tcp', 'udp', 'sctp'];

function published(address: string, hostPort: string, port: string): PublishedPort {
  return {
    port,
    binding: { HostIp: address.replace(/^\[(.*)\]$/, '$1'), HostPort: hostPort },
  };
}

/** `80` or `8000-8010`, the ports between them too. @throws EngineError `invalid-argument`. */
export function parseRange(range: string, text = range): readonly number[] {
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === '' || from > to || to > 65_535) throw invalid(text, `invalid port range ${range}`);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function invalid(text: string, why: string): EngineError {
  return new EngineError(
    'invalid-argument',
    `invalid publish opts format: ${text}: ${why}; write it like 8080:80 or 127.0.0.1:8080:80/tcp.`,
  );
}
