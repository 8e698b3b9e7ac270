import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { claudeCodeSample } from '../helpers/agents/claude-code.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const project = resolve(import.meta.dirname, '../..');
const recipes = join(project, 'docs/recipes');

/** A program that uses the types of the package. */
const consumer = `import type { Analytics, Projects, Tokens } from 'sync-runner';
     declare const projects: Projects;
     declare const tokens: Tokens;
     declare const analytics: Analytics;
     export const dirty: (string | null | undefined)[] = projects.projects
       .filter(({ git }) => git?.dirty === true)
       .map(({ git }) => git?.branch);
     export const spent: number = tokens.daily.reduce((sum, row) => sum + (row.costMicroUsd ?? 0), 0);
     export const forecast: string | null | undefined = analytics.tokens?.sources[0]?.month.forecastUsd;
     // @ts-expect-error Unknown costs are null.
     export const cost: string = tokens.daily[0]!.costUsd;`;

/** Returns the blocks of code of a page in a language. */
const blocks = (page: string, language: string): readonly string[] =>
  [
    ...readFileSync(join(recipes, page), 'utf8').matchAll(
      new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'),
    ),
  ].map(([, code = '']) => code);

const valueAt = (document: unknown, path: string): unknown =>
  path.split('.').reduce((value, key) => (value as Record<string, unknown>)[key], document);

describe('docs/recipes', () => {
  let workspace: TemporaryWorkspace;

  beforeAll(async () => {
    workspace = await temporaryWorkspace();
    const shop = await workspace.gitRepository('code/shop', { 'a.ts': '// TODO' });
    await shop.write('a.ts', 'changed');
    const tokens = { input: 1_000_000, output: 1_000_000, cacheRead: 0, cacheWrite: 0 };
    await claudeCodeSample.write(workspace.root, [
      {
        ...{ id: '1', session: 's', model: 'claude-opus-5', project: shop.path },
        ...{ timeMs: Date.now(), ...tokens },
      },
    ]);
    const env = { HOME: workspace.root };
    const { exitCode } = await runCli(['run', '-q'], { cwd: workspace.root, env });
    expect(exitCode).toBe(0);
  });
  afterAll(() => workspace[Symbol.asyncDispose]());

  const read = (name: string): unknown =>
    JSON.parse(readFileSync(join(workspace.root, 'data', name), 'utf8'));

  test('jq prints the projects, the cost, what to do and the result of the last run', () => {
    const outputs = blocks('jq.md', 'sh').map((script) => {
      const { stdout, stderr } = spawnSync('sh', ['-c', script], {
        cwd: workspace.root,
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      return stdout;
    });
    const [dirty, cost, , success] = outputs;
    expect(outputs).toHaveLength(4);
    expect(dirty).toBe(`shop\tmain\t${workspace.root}/code/shop\n`);
    expect(cost).toBe('claude-opus-5\t30\n');
    expect(success).toBe('true\n');
  });

  test('DuckDB has the views and the sum of the cost', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`SET file_search_path = '${workspace.root}'`);
    const [sql = ''] = blocks('duckdb.md', 'sql');
    const result = await connection.runAndReadAll(sql);
    expect(result.getRowObjectsJson()).toEqual([{ project: 'shop', dollars: 30 }]);
    const views = await connection.runAndReadAll('SELECT id, dirty FROM projects');
    expect(views.getRowObjectsJson()).toEqual([{ id: 'shop', dirty: true }]);
    expect((await connection.runAndReadAll('FROM coverage')).currentRowCount).toBe(1);
    connection.closeSync();
  });

  test('Grafana selects rows and columns that exist', () => {
    const queries = blocks('grafana.md', 'json').map(
      (text) =>
        JSON.parse(text) as { url: string; root_selector: string; columns: { selector: string }[] },
    );
    expect(queries).toHaveLength(2);
    for (const { url, root_selector: root, columns } of queries) {
      const rows = valueAt(read(new URL(url).pathname.slice(1)), root) as object[];
      for (const { selector } of columns) expect(rows.at(-1)).toHaveProperty(selector);
    }
  });

  test('Excel selects columns that exist', () => {
    const [query = ''] = blocks('excel.md', 'powerquery');
    const [, columns = ''] = /Document\[daily\], \{([^}]*)\}/.exec(query) ?? [];
    const rows = valueAt(read('tokens.json'), 'daily') as object[];
    for (const column of JSON.parse(`[${columns}]`) as string[]) {
      expect(rows[0]).toHaveProperty(column);
    }
  });

  test('Obsidian shows the projects that need attention', async () => {
    const [code = ''] = blocks('obsidian.md', 'dataviewjs');
    const tables: unknown[] = [];
    const dv = {
      io: { load: (path: string) => readFileSync(join(workspace.root, path), 'utf8') },
      table: (...table: unknown[]) => tables.push(table),
    };
    // The way in which the plugin runs a block.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
    await new Function('dv', `return (async () => { ${code} })()`)(dv);
    expect(tables).toEqual([[['Project', '30 days', 'Needs you'], expect.any(Array)]]);
  });

  test('the TypeScript of Next.js compiles with the types of the package, and reads the files', async () => {
    const app = join(workspace.root, 'app');
    await mkdir(join(app, 'node_modules'), { recursive: true });
    symlinkSync(project, join(app, 'node_modules/sync-runner'));
    symlinkSync(join(project, 'node_modules/@types'), join(app, 'node_modules/@types'));
    await writeFile(join(app, 'rows.mts'), blocks('nextjs.md', 'ts').join('\n'));
    await writeFile(join(app, 'consumer.mts'), consumer);
    const tsc = join(project, 'node_modules/typescript/bin/tsc');
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck'];
    const files = ['rows.mts', 'consumer.mts'].map((name) => join(app, name));
    const compiled = spawnSync(process.execPath, [tsc, ...options, ...files], {
      encoding: 'utf8',
    });
    expect(compiled.stdout).toBe('');
    vi.stubEnv('SYNC_RUNNER_DATA', join(workspace.root, 'data'));
    const { projectRows } = (await import(join(app, 'rows.mjs'))) as {
      projectRows: () => Promise<unknown>;
    };
    expect(await projectRows()).toEqual([{ id: 'shop', branch: 'main', dollars: 30 }]);
    vi.unstubAllEnvs();
  });

  test('every page is in the list', () => {
    const list = readFileSync(join(recipes, 'README.md'), 'utf8');
    for (const page of readdirSync(recipes).filter((name) => name !== 'README.md')) {
      expect(list).toContain(`(${page})`);
    }
  });
});
