import { expect, test } from 'vitest';

import { clientWith, repositoryAt } from './testing/asking.ts';
import { oddRegistry } from './testing/odd-registry.ts';

const client = clientWith('/nonexistent/registries.json');

test('a list is read page by page, as the registry leads', async () => {
  await using registry = await oddRegistry(({ searchParams }, response) => {
    const link = searchParams.has('last') ? {} : { link: '</v2/team/app/tags/list?n=2&last=b%2F>; rel="next"' };
    response.writeHead(200, link).end(JSON.stringify({ tags: searchParams.has('last') ? ['c'] : ['a', 'b'] }));
  });
  const repository = repositoryAt(registry.host, 'team/app');
  const first = await repository.tags({ limit: 2 });
  expect(first).toEqual({ names: ['a', 'b'], next: 'n=2&last=b%2F' });
  expect(await repository.tags({ after: first.next })).toEqual({ names: ['c'] });
  expect(registry.asked).toEqual(['/v2/team/app/tags/list?n=2', '/v2/team/app/tags/list?n=2&last=b%2F']);
});

test.each([
  ['elsewhere', '<https://other.example/v2/team/app/tags/list?last=a>; rel="next"'],
  ['to another list', '</v2/_catalog?last=a>; rel="next"'],
  ['to itself', '</v2/team/app/tags/list>; rel="next"'],
  ['nowhere', '<http://[>; rel="next"'],
])('a list that leads %s ends there', async (_, link) => {
  await using registry = await oddRegistry((_url, response) => {
    response.writeHead(200, { link }).end('{"tags":["a"]}');
  });
  expect(await repositoryAt(registry.host, 'team/app').tags()).toEqual({ names: ['a'] });
});

test.each([
  ['is no JSON', '<html>'],
  ['is another thing', '{"tags":"latest"}'],
  ['has no end', `{"tags":["${'a'.repeat(5 * 1024 * 1024)}"]}`],
])('a list that %s is refused', async (_, body) => {
  await using registry = await oddRegistry((_url, response) => {
    response.writeHead(200).end(body);
  });
  const refused = repositoryAt(registry.host, 'team/app').tags();
  await expect(refused).rejects.toMatchObject({ code: 'corrupt' });
  await expect(refused).rejects.toThrow('did not answer with a list of tags');
});

test('what could not be the name of anything is left out; a list of nothing is null', async () => {
  await using registry = await oddRegistry(({ pathname }, response) => {
    response
      .writeHead(200)
      .end(pathname.endsWith('/tags/list') ? '{"tags":["1","\\u001b[2J","..",7]}' : '{"repositories":null}');
  });
  expect((await repositoryAt(registry.host, 'team/app').tags()).names).toEqual(['1']);
  expect(await client.repositories(registry.host)).toEqual({ names: [] });
});

test('a registry that tells of no repositories, and of no tags, says so', async () => {
  await using registry = await oddRegistry((_url, response) => {
    response.writeHead(404).end();
  });
  await expect(client.repositories(registry.host)).rejects.toMatchObject({ code: 'unsupported' });
  await expect(client.search(registry.host, { term: 'a', limit: 5 })).rejects.toMatchObject({ code: 'unsupported' });
  await expect(repositoryAt(registry.host, 'team/app').tags()).rejects.toMatchObject({ code: 'not-found' });
});

test('a registry with a search is searched with it, and its words are made harmless', async () => {
  await using registry = await oddRegistry(({ pathname, searchParams }, response) => {
    if (pathname !== '/v1/search') return void response.writeHead(404).end();
    const found = {
      name: `library/${searchParams.get('q') ?? ''}`,
      description: 'key\u001b[1m value',
      star_count: 7,
      is_official: true,
    };
    response.writeHead(200).end(JSON.stringify({ results: [found, { star_count: 1 }, null] }));
  });
  expect(await client.search(registry.host, { term: 'redis', limit: 5 })).toEqual([
    { name: 'library/redis', description: 'key [1m value', stars: 7, isOfficial: true, isAutomated: false },
  ]);
});

test('one without is searched in its catalogue, all pages of it', async () => {
  await using registry = await oddRegistry(({ pathname, searchParams }, response) => {
    if (pathname !== '/v2/_catalog') return void response.writeHead(404).end();
    const isLast = searchParams.has('last');
    response
      .writeHead(200, isLast ? {} : { link: '</v2/_catalog?last=b>; rel="next"' })
      .end(JSON.stringify({ repositories: isLast ? ['team/redis'] : ['redis', 'other'] }));
  });
  const found = await client.search(registry.host, { term: 'Redis', limit: 5 });
  expect(found.map(({ name }) => name)).toEqual(['redis', 'team/redis']);
  const [second] = await client.search(registry.host, { term: 'redis', limit: 1, page: 2 });
  expect(second?.name).toBe('team/redis');
});

test('a search that has more than one part is asked for each of them', async () => {
  await using registry = await oddRegistry(({ searchParams }, response) => {
    const name = `app-${searchParams.get('n') ?? ''}-${searchParams.get('page') ?? 'first'}`;
    response.writeHead(200).end(JSON.stringify({ results: [{ name }] }));
  });
  const names = [1, 2].map(
    async (page) => (await client.search(registry.host, { term: 'app', limit: 1, page }))[0]?.name,
  );
  expect(await Promise.all(names)).toEqual(['app-1-first', 'app-1-2']);
});
