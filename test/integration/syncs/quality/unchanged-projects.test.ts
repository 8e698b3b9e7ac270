import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FoundProject } from '../../../../src/discovery/discovery.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../../../helpers/workspace.ts';
import { collectQuality, found, type Run } from './run-quality.ts';

const lcov =
  'SF:src/a.ts\nDA:1,1\nDA:2,1\nDA:3,0\nend_of_record\nSF:x.gen.ts\nDA:1,1\nend_of_record\n';
const lhr = (score: number): string =>
  JSON.stringify({
    lighthouseVersion: '12.0.0',
    requestedUrl: 'https://example.com/',
    finalDisplayedUrl: 'https://example.com/',
    fetchTime: '2026-11-01T10:00:00.000Z',
    categories: { performance: { id: 'performance', score } },
    audits: {},
  });

/** Writes a repository and a package outside git with everything that a result is read from. */
async function writeProjects(workspace: TemporaryWorkspace): Promise<readonly FoundProject[]> {
  const alpha = await workspace.gitRepository('code/alpha', {
    'src/a.ts': '// TODO one\n\n// FIXME two\n',
    'src/deep/b.ts': '// TODO three\n',
    'lib/c.ts': '// TODO four\n',
    'lib/package.json': '{}',
    'package.json': '{}',
    'lighthouserc.json': '{"ci":{"upload":{"outputDir":"./lhci"}}}',
    '.gitattributes': '*.gen.ts linguist-generated\n',
    'x.gen.ts': '// TODO\n',
    '.gitignore': 'coverage\nlhci\nignored\n.lighthouseci\n',
  });
  await alpha.write('coverage/lcov.info', lcov);
  await alpha.write('lhci/lhr-1.json', lhr(0.5));
  await alpha.write('ignored/reports/unit.info', lcov);
  await alpha.write('lib/coverage/empty', '');
  await alpha.write('new.ts', '// FIXME\n');
  rmSync(join(alpha.path, 'lib/coverage/empty'));
  await workspace.write('code/tool/package.json', '{}');
  await workspace.write('code/tool/src/a.ts', '// TODO\n');
  await workspace.write('code/tool/src/b.ts', '// TODO\n');
  return [found(alpha.path), found(join(workspace.root, 'code/tool'), 'package')];
}

const withoutDate = ({ snapshot, warnings, counts, inputsKey }: Run): object => ({
  ...{ warnings, counts, inputsKey },
  snapshot: { ...snapshot, updatedAt: '' },
});

/** Replaces a text in a file by one of the same length, and restores the time of its last change. */
function replaceText(path: string, from: string, to: string): void {
  const { mtime } = statSync(path);
  const text = readFileSync(path, 'utf8');
  expect([text.includes(from), from.length]).toEqual([true, to.length]);
  writeFileSync(path, text.replace(from, to));
  utimesSync(path, mtime, mtime);
}

const addFile = (dir: string, name: string, text: string): void => {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, name), text);
};

interface Change {
  readonly alpha?: (path: string) => void;
  readonly tool?: (path: string) => void;
  readonly options?: object;
}

const changes: readonly (readonly [title: string, change: Change])[] = [
  [
    'the age of a covered file that is not a source',
    {
      alpha: (path) => {
        utimesSync(`${path}/x.gen.ts`, 4e9, 4e9);
      },
    },
  ],
  [
    'a source file',
    {
      alpha: (path) => {
        replaceText(`${path}/src/deep/b.ts`, 'TODO', 'DONE');
      },
    },
  ],
  [
    'the age of a source file',
    {
      alpha: (path) => {
        utimesSync(`${path}/src/a.ts`, 4e9, 4e9);
      },
    },
  ],
  [
    'a removed source file',
    {
      alpha: (path) => {
        rmSync(`${path}/lib/c.ts`);
      },
    },
  ],
  [
    'a removed directory of sources',
    {
      alpha: (path) => {
        rmSync(`${path}/src/deep`, { recursive: true });
      },
    },
  ],
  [
    'a new source file',
    {
      alpha: (path) => {
        addFile(`${path}/src/deep`, 'n.ts', '// TODO\n');
      },
    },
  ],
  [
    'an ignored source file',
    {
      alpha: (path) => {
        addFile(path, '.gitignore', 'new.ts\ncoverage\nlhci\nignored\n');
      },
    },
  ],
  [
    '.gitattributes',
    {
      alpha: (path) => {
        replaceText(`${path}/.gitattributes`, '*.gen.ts', '*.gon.ts');
      },
    },
  ],
  [
    'a report',
    {
      alpha: (path) => {
        replaceText(`${path}/coverage/lcov.info`, 'DA:3,0', 'DA:3,1');
      },
    },
  ],
  [
    'a new report in an empty directory',
    {
      alpha: (path) => {
        addFile(`${path}/lib/coverage`, 'lcov.info', 'SF:c.ts\nDA:1,0\nend_of_record\n');
      },
    },
  ],
  [
    'a new report in a new directory',
    {
      alpha: (path) => {
        addFile(`${path}/lib/cover`, 'lcov.info', 'SF:c.ts\nDA:1,0\nend_of_record\n');
      },
    },
  ],
  [
    'a removed report',
    {
      alpha: (path) => {
        rmSync(`${path}/coverage/lcov.info`);
      },
    },
  ],
  [
    'a removed directory of reports',
    {
      alpha: (path) => {
        rmSync(`${path}/coverage`, { recursive: true });
      },
    },
  ],
  [
    'a link in place of a directory of reports',
    {
      alpha: (path) => {
        renameSync(`${path}/coverage`, `${path}/ignored/coverage`);
        symlinkSync('ignored/coverage', `${path}/coverage`);
      },
    },
  ],
  [
    'a Lighthouse report',
    {
      alpha: (path) => {
        replaceText(`${path}/lhci/lhr-1.json`, '0.5', '0.9');
      },
    },
  ],
  [
    'a new Lighthouse report',
    {
      alpha: (path) => {
        addFile(`${path}/.lighthouseci`, 'lhr-2.json', lhr(0.7));
      },
    },
  ],
  [
    'the configuration of Lighthouse CI',
    {
      alpha: (path) => {
        replaceText(`${path}/lighthouserc.json`, './lhci', './none');
      },
    },
  ],
  [
    'a source file outside git',
    {
      tool: (path) => {
        replaceText(`${path}/src/a.ts`, 'TODO', 'DONE');
      },
    },
  ],
  [
    'a new directory outside git',
    {
      tool: (path) => {
        addFile(`${path}/lib`, 'c.ts', '// TODO\n');
      },
    },
  ],
  [
    'a removed source file outside git',
    {
      tool: (path) => {
        rmSync(`${path}/src/b.ts`);
      },
    },
  ],
  ['excluded paths', { options: { exclude: ['lib/**'] } }],
  ['the extensions', { options: { todo: { extensions: ['py'] } } }],
  ['the tags', { options: { todo: { tags: ['FIXME'] } } }],
  ['the paths of reports', { options: { coverage: { paths: ['ignored/reports/*.info'] } } }],
  ['the paths of Lighthouse reports', { options: { lighthouse: { paths: ['ignored/*.json'] } } }],
];

test.each(changes)('quality reads a project again after a change of %s', async (_, change) => {
  await using workspace = await temporaryWorkspace();
  const projects = await writeProjects(workspace);
  const [alpha, tool] = projects;
  const collect = (context: Parameters<typeof collectQuality>[2]): Promise<Run> =>
    collectQuality(workspace.root, projects, context);
  writeFileSync(join(alpha?.path ?? '', 'ignored/lighthouse-report.json'), lhr(0.2));
  const first = await collect({});
  const cache = first.cache ?? null;
  const same = await collect({ cache, previous: first.snapshot });
  expect(same).not.toHaveProperty('cache');
  expect(same.inputsKey).toMatch(/./);
  expect(withoutDate(same)).toEqual(withoutDate(first));

  change.alpha?.(alpha?.path ?? '');
  change.tool?.(tool?.path ?? '');
  const options = change.options ?? {};
  const changed = await collect({ cache, options, previous: first.snapshot });
  expect(withoutDate(changed)).toEqual(withoutDate(await collect({ options })));
  expect(changed.snapshot.projects).not.toEqual(first.snapshot.projects);
  const next = await collect({ cache: changed.cache ?? cache, options });
  expect(next).not.toHaveProperty('cache');
  expect(withoutDate(next)).toEqual(withoutDate(changed));
});
