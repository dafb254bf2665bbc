import type { Peer } from './peers.ts';

export async function pull(peer: Peer, repository: string, tag: string): Promise<void> {
  const path = `/images/create?fromImage=${encodeURIComponent(repository)}&tag=${tag}`;
  const answer = await peer.api.text('POST', path);
  if (answer.includes('"error')) throw new Error(`${peer.name}: ${answer.slice(answer.indexOf('"error'))}`);
}
