import { constants } from 'node:os';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { findTopic } from '../../../src/commands/help-topics.ts';
import { workspaceAt } from '../../../src/config/workspace.ts';
import { syncNames } from '../../../src/schema/sync-names.ts';
import { exitCodes } from '../../../src/util/errors.ts';

const textOf = (topic: string): string => JSON.stringify(findTopic(topic)?.rows);

/** Returns the environment variables that the source code names, without error codes and a setting of crontab(5). */
function variablesIn(source: string): readonly string[] {
  const read = source.matchAll(/\benv\[['"](\w+)['"]\]/g);
  const named = source.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g);
  const destructured = Array.from(
    source.matchAll(/const \{([^{}]*)\} = (?:\w+\.)*env;/g),
    ([, names = '']) => Array.from(names.matchAll(/\b([A-Z][A-Z0-9_]+)\b/g), ([name]) => name),
  );
  const names = [...read, ...named].map(([, name = '']) => name);
  return [...names, ...destructured.flat()].filter(
    (name) => !/^(?:E[A-Z]+_|ERR_|NO_ERROR$|CRON_TZ$)/.test(name),
  );
}

test('help environment lists every variable that the program reads', () => {
  const src = resolve(import.meta.dirname, '../../../src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      name.endsWith('.ts') && !name.endsWith('help-topics.ts') && !name.endsWith('.data.ts'),
  );
  const read = new Set(files.flatMap((name) => variablesIn(readFileSync(join(src, name), 'utf8'))));
  expect(read.size).toBeGreaterThan(40);
  const listed = textOf('environment');
  expect([...read].filter((name) => !new RegExp(`\\b${name}\\b`).test(listed))).toEqual([]);
});

test('help exit-codes lists every exit code', () => {
  const { SIGHUP, SIGINT, SIGTERM } = constants.signals;
  const codes = [...Object.values(exitCodes), ...[SIGHUP, SIGINT, SIGTERM].map((one) => 128 + one)];
  const listed = (findTopic('exit-codes')?.rows ?? []).flatMap(([term]) => term.split(', '));
  expect(listed.toSorted()).toEqual(codes.map(String).toSorted());
});

test('help files lists every file of a workspace, and no other', () => {
  const paths = Object.values(workspaceAt('/w')).flatMap((path) =>
    typeof path === 'string' ? [path] : [...syncNames].map((name) => path(name)),
  );
  const files = paths
    .map((path) => relative('/w', path))
    .filter((path) => path !== '' && path !== 'data');
  const terms = (findTopic('files')?.rows ?? []).flatMap(([term]) => term.split(', '));
  const isListed = (file: string): boolean =>
    terms.some((term) => term === file || (term.endsWith('/') && `${file}/`.startsWith(term)));
  expect(files.filter((file) => !isListed(file))).toEqual([]);
  expect(terms.filter((term) => !files.some((file) => `${file}/`.startsWith(term)))).toEqual([]);
});
