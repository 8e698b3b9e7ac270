import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ecosystems } from '../../../../src/syncs/projects/stack/ecosystem-registry.ts';
import { linguist } from '../../../../src/linguist/linguist.data.ts';
import type { Ecosystem } from '../../../../src/syncs/projects/stack/ecosystem.ts';

const directory = new URL('../../../../src/syncs/projects/stack/ecosystems/', import.meta.url);

test('ecosystem registry lists the ecosystem of every file in ecosystems/ once', async () => {
  const files = readdirSync(directory);
  const modules = files.map((file) => import(new URL(file, directory).href) as Promise<object>);
  const exported = (await Promise.all(modules)).flatMap((module): unknown[] =>
    Object.values(module),
  );
  const registered: readonly Ecosystem[] = ecosystems;
  expect(new Set(registered)).toEqual(new Set(exported));
  expect(registered).toHaveLength(files.length);
});

test('ecosystem registry names languages as github-linguist does', () => {
  const known = new Set(
    linguist.languages.filter(({ isCounted }) => isCounted).map(({ name }) => name),
  );
  const unknown = ecosystems.flatMap(({ languages }) =>
    languages.filter((name) => !known.has(name)),
  );
  expect(unknown).toEqual([]);
});
