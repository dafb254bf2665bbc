import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Another machine: a network namespace with a cable to this one, and addresses that are for tests (RFC 2544, RFC 3849), of
 * a subnet of its own: what a test that was broken off has left doesn't meet the next one. Disposing takes it away.
 */
export class TestHost implements AsyncDisposable {
  readonly #subnet = randomBytes(2);
  readonly name = `esth${randomBytes(3).toString('hex')}`;
  readonly address = this.#v4(2);
  /** This machine's, as the other one sees it. */
  readonly gateway = this.#v4(1);
  readonly gateway6 = this.#v6(1);
  /** What runs a command there. */
  readonly prefix: readonly string[] = ['ip', 'netns', 'exec', this.name];

  static async make(): Promise<TestHost> {
    const host = new TestHost();
    const { name } = host;
    const inside = ['-n', name];
    await run('ip', ['netns', 'add', name]);
    try {
      await run('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name]);
      for (const address of [`${host.gateway}/24`, `${host.gateway6}/64`]) {
        await run('ip', ['addr', 'add', address, 'dev', name, ...nodad(address)]);
      }
      for (const address of [`${host.address}/24`, `${host.#v6(2)}/64`]) {
        await run('ip', [...inside, 'addr', 'add', address, 'dev', 'eth0', ...nodad(address)]);
      }
      await run('ip', ['link', 'set', name, 'up']);
      await run('ip', [...inside, 'link', 'set', 'eth0', 'up']);
      await run('ip', [...inside, 'route', 'add', 'default', 'via', host.gateway]);
      return host;
    } catch (error) {
      await host[Symbol.asyncDispose]();
      throw error;
    }
  }

  #v4(host: number): string {
    const [second = 0, third = 0] = this.#subnet;
    return `198.${18 + (second & 1)}.${third}.${host}`;
  }

  #v6(host: number): string {
    return `2001:db8:${this.#subnet.toString('hex')}::${host}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('ip', ['netns', 'del', this.name]);
  }
}

/** Nobody else has the address: without asking for it, it is there at once. */
function nodad(address: string): readonly string[] {
  return address.includes(':') ? ['nodad'] : [];
}
