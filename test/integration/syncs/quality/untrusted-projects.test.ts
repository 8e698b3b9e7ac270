import { execFileSync } from 'node:child_process';
import { symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFileWarnings } from '../../../../src/syncs/quality/project-files/file-warnings.ts';
import { createDirTree } from '../../../../src/syncs/quality/project-files/dir-tree.ts';
import { temporaryWorkspace, type TemporaryRepository } from '../../../helpers/workspace.ts';
import { collectQuality, found } from './run-quality.ts';

const bomb = (depth: number): string => {
  const entities = Array.from({ length: depth }, (_, level) => {
    const inner = `&e${String(level)};`.repeat(10);
    return `<!ENTITY e${String(level + 1)} "${inner}">`;
  });
  return `<?xml version="1.0"?><!DOCTYPE coverage [<!ENTITY e0 "ha">${entities.join('')}]><coverage line-rate="1" version="&e${String(depth)};"></coverage>`;
};

type Hostile = readonly [
  name: string,
  make: (repository: TemporaryRepository) => Promise<void>,
  problem: RegExp,
];

const hostile: readonly Hostile[] = [
  [
    'a FIFO named lcov.info',
    async ({ path }) => {
      execFileSync('mkfifo', [join(path, 'lcov.info')]);
      await Promise.resolve();
    },
    /^lcov.info: is not a regular file$/,
  ],
  [
    'a report of 10 GiB',
    async ({ path }) => {
      await writeFile(join(path, 'lcov.info'), 'TN:\n');
      await truncate(join(path, 'lcov.info'), 10 * 2 ** 30);
    },
    /^lcov.info: is larger than 256 MiB$/,
  ],
  [
    'a report with a line of 200 MiB',
    async ({ path }) => {
      await writeFile(join(path, 'lcov.info'), 'TN:\n');
      await truncate(join(path, 'lcov.info'), 200 * 2 ** 20);
    },
    /^lcov.info: has a line of more than 1 MiB$/,
  ],
  [
    'an XML entity bomb',
    (repository) => repository.write('coverage.xml', bomb(30)),
    /^coverage.xml: .*entity/,
  ],
  [
    'a link out of the repository',
    ({ path }) => symlink('/etc/passwd', join(path, 'lcov.info')),
    /^lcov.info: is a symbolic link/,
  ],
  [
    'a link to itself',
    ({ path }) => symlink('lcov.info', join(path, 'lcov.info')),
    /^lcov.info: is a symbolic link/,
  ],
  [
    'JSON nested 5,000,000 levels deep',
    (repository) =>
      repository.write('coverage.json', `{"a.js":{"statementMap":${'['.repeat(5_000_000)}`),
    /^coverage.json: .*nested too deep$/,
  ],
  [
    'JSON with a member of 40 MB',
    (repository) =>
      repository.write('coverage.json', `{"a":{"statementMap":{},"x":"${'x'.repeat(40_000_000)}`),
    /^coverage.json: .*larger than 32 MiB$/,
  ],
  [
    'line numbers that would allocate gigabytes',
    (repository) => {
      const record = (file: number): string => `SF:${String(file)}\nDA:9000000,1\nend_of_record\n`;
      return repository.write(
        'lcov.info',
        Array.from({ length: 1000 }, (_, file) => record(file)).join(''),
      );
    },
    /^lcov.info: names line 9000000/,
  ],
  [
    'a Lighthouse report nested 5,000,000 levels deep',
    (repository) =>
      repository.write(
        'x.report.json',
        `{"lighthouseVersion":"12","audits":${'['.repeat(5_000_000)}`,
      ),
    /^x.report.json: .*nested too deep$/,
  ],
  [
    'a .gitattributes of 1 MiB',
    (repository) => repository.write('.gitattributes', '#'.repeat(2 ** 20)),
    /^.gitattributes: is larger than 65,?536 bytes$/,
  ],
];

test.each(hostile)(
  '%s causes one warning and does not affect other results',
  async (_, make, problem) => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '// TODO\n' });
    await repository.write('coverage/lcov.info', 'SF:a.ts\nDA:1,1\nend_of_record\n');
    await make(repository);
    const before = process.memoryUsage().rss;
    const { snapshot, warnings } = await collectQuality(workspace.root, [found(repository.path)]);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
    expect(warnings.map(({ subject }) => subject?.slice(0, 7))).toEqual(['alpha: ']);
    const [warning] = warnings;
    expect(`${warning?.subject?.slice(7) ?? ''}: ${warning?.message ?? ''}`).toMatch(problem);
    expect(snapshot.projects[0]).toMatchObject({ coverage: { percent: 100 }, todos: { total: 1 } });
  },
);

test('control characters in paths and reports do not reach the snapshot or a warning', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
  await repository.write('\u001b[31m\u202elcov\n.info', 'SF:a.ts\nDA:1,1\nend_of_record\n');
  await repository.write('coverage/\u001b]0;x\u0007.json', '{"\u001b": {"statementMap": 1}}');
  const run = await collectQuality(workspace.root, [found(repository.path)]);
  const [entry] = run.snapshot.projects;
  expect(entry?.coverage.sources).toHaveLength(1);
  expect(run.warnings).toHaveLength(1);
  const texts = JSON.stringify([entry?.coverage, entry?.reasons, run.warnings]);
  expect(texts).not.toMatch(/\\u00|\\n|\u202e/);
});

test('isRealDir returns false for a path of 100,000 directories', () => {
  const tree = createDirTree('/', createFileWarnings());
  expect(tree.isRealDir(`nowhere${'/a'.repeat(100_000)}`)).toBe(false);
});
