import { statSync } from 'node:fs';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SourceReport } from '../../../../src/syncs/tokens/source.ts';
import type { Agent, ParsedEntry } from '../../../../src/syncs/tokens/usage-log/agent.ts';
import { agentSource } from '../../../../src/syncs/tokens/usage-log/agent-source.ts';
import { unknownSchema } from '../../../../src/syncs/tokens/usage-log/database/database-error.ts';
import { loadSqlite } from '../../../../src/syncs/tokens/usage-log/database/sqlite.ts';
import { toCount, toEpochMs, toUsage } from '../../../../src/syncs/tokens/usage-log/fields.ts';
import type { Diagnostic } from '../../../../src/util/diagnostic.ts';
import { syncContext, testSystem } from '../../../helpers/context.ts';
import { execSql, startSqliteWriter } from '../../../helpers/sqlite-writer.ts';

const hasSqlite = loadSqlite() !== null;

let dir: string;
let tmpDir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sync-runner-database-'));
  tmpDir = await mkdtemp(join(tmpdir(), 'sync-runner-database-tmp-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
  await rm(tmpDir, { recursive: true, force: true });
});

/** The rows that an agent has selected. */
let selected: string[] = [];

/** An agent with other logs than the real one of this name: a row per response. */
const agent: Agent = {
  name: 'claude-code',
  locations: () => [{ path: dir, root: dir }],
  logDirOf: null,
  formats: [
    {
      type: 'database',
      isLog: (fileName) => fileName.endsWith('.db'),
      createReader: () =>
        function* (log, database): Iterable<ParsedEntry> {
          const columns = ['id', 'at', 'output', 'data'];
          if (!database.has('response', columns)) throw unknownSchema(log.path);
          const timeOf = (row: Readonly<Record<string, unknown>>): number | null =>
            toEpochMs(row['at']);
          for (const row of database.newRows({
            table: 'response',
            columns,
            identity: 'id',
            timeOf,
          })) {
            const key = row['id'];
            const timeMs = timeOf(row);
            if (typeof key !== 'string' || timeMs === null) {
              yield 'id';
              continue;
            }
            selected.push(key);
            const counts = {
              input: 0,
              output: toCount(row['output']),
              cacheRead: 0,
              cacheWrite: 0,
            };
            const usage = toUsage({ vendor: 'example', model: 'example-1', ...counts });
            yield usage === null
              ? 'usage'
              : { key, timeMs, rank: 0, project: null, usage, extraUsages: [] };
          }
        },
    },
    {
      type: 'document',
      isLog: (fileName) => fileName.endsWith('.json'),
      maxBytes: 1000,
      createParser: () => () => [],
    },
  ],
};

interface Read extends SourceReport {
  readonly warnings: readonly Diagnostic[];
}

const read = async (previous?: Read): Promise<Read> => {
  selected = [];
  const context = syncContext('tokens', dir, { system: testSystem({ tmpDir }) });
  const cache = previous?.cache ?? null;
  const report = await agentSource(agent).read({ ...context, cache });
  return { cache, ...report, warnings: context.warnings.filter(({ code }) => code !== 'no-price') };
};

const schema =
  'CREATE TABLE response (id TEXT PRIMARY KEY, at INTEGER, output INTEGER, data TEXT);';
const wal = 'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;';
const dayMs = 24 * 60 * 60_000;
/** Two days ago, so that no row is read twice. */
const settledMs = Date.now() - 2 * dayMs;
const row = (id: string, output: number | string, at = settledMs): string =>
  `INSERT INTO response VALUES ('${id}', ${String(at)}, ${String(output)}, 'text');`;
const outputOf = ({ usage }: SourceReport): number | undefined => usage?.totals.tokens?.output;

/** The names, sizes and times of the files in the directory. Reading may touch the index of a log in use. */
const listing = async (): Promise<readonly unknown[]> =>
  (await readdir(dir)).sort().map((name) => {
    const { size, mtimeMs } = statSync(join(dir, name));
    return name.endsWith('-shm') ? { name, size } : { name, size, mtimeMs };
  });

test.skipIf(hasSqlite)(
  'a source whose logs are databases is skipped with the reason when Node.js has no SQLite (skipped with node:sqlite)',
  async () => {
    execSql(join(dir, 'a.db'), schema + row('a', 5));
    const report = await read();
    const reason = `Claude Code keeps usage in a database, which only Node.js 22.15 or later can read (this is ${process.versions.node})`;
    expect(report.state).toMatchObject({ status: 'skipped', message: reason });
    expect(report.skipped).toEqual({ reason, subject: 'Claude Code' });
    expect(report.usage).toBeNull();
  },
);

test.skipIf(hasSqlite)(
  'the other logs of an agent are read with a warning when Node.js has no SQLite (skipped with node:sqlite)',
  async () => {
    execSql(join(dir, 'a.db'), schema + row('a', 5));
    await writeFile(join(dir, 'a.json'), '{}');
    const report = await read();
    expect(report.state.status).toBe('success');
    expect(report.warnings).toMatchObject([{ code: 'database-unsupported' }]);
  },
);

describe.skipIf(!hasSqlite)('the database of another program (skipped without node:sqlite)', () => {
  const path = (): string => join(dir, 'a.db');

  /** Reads and checks that the directory is unchanged. */
  const readUntouched = async (previous?: Read): Promise<Read> => {
    const before = await listing();
    const report = await read(previous);
    expect(await listing()).toEqual(before);
    expect(await readdir(tmpDir)).toEqual([]);
    return report;
  };

  test.each([
    ['a write-ahead log at rest', wal],
    ['a rollback journal', ''],
  ])('is read without creating a file beside it when it has %s', async (_, mode) => {
    execSql(path(), mode + schema + row('a', 5));
    expect(outputOf(await readUntouched())).toBe(5);
    expect(await readdir(dir)).toEqual(['a.db']);
  });

  test('is read with rows that are only in the write-ahead log of a running program', async () => {
    await using writer = startSqliteWriter(path());
    await writer.exec(wal + schema + row('a', 5));
    expect((await readdir(dir)).sort()).toEqual(['a.db', 'a.db-shm', 'a.db-wal']);
    const first = await readUntouched();
    expect(outputOf(first)).toBe(5);
    await writer.exec(row('b', 7));
    expect(outputOf(await readUntouched(first))).toBe(12);
    expect(selected).toEqual(['b']);
  });

  test('is read while a program with a rollback journal holds it open', async () => {
    await using writer = startSqliteWriter(path());
    await writer.exec(`${schema} ${row('a', 5)} BEGIN IMMEDIATE; ${row('b', 7)}`);
    expect(outputOf(await readUntouched())).toBe(5);
  });

  test('is read after its program was killed with a write-ahead log', async () => {
    const writer = startSqliteWriter(path());
    await writer.exec(wal + schema + row('a', 5));
    await writer.kill();
    expect(outputOf(await readUntouched())).toBe(5);
    expect((await readdir(dir)).sort()).toEqual(['a.db', 'a.db-shm', 'a.db-wal']);
  });

  test('is copied to the temporary directory when it has a write-ahead log without an index', async () => {
    const writer = startSqliteWriter(path());
    await writer.exec(wal + schema + row('a', 5));
    await writer.kill();
    await rm(`${path()}-shm`);
    expect(outputOf(await readUntouched())).toBe(5);
    expect((await readdir(dir)).sort()).toEqual(['a.db', 'a.db-wal']);
  });

  test('is not read again when neither it nor its write-ahead log has changed', async () => {
    await using writer = startSqliteWriter(path());
    await writer.exec(wal + schema + row('a', 5));
    const first = await read();
    expect((await readUntouched(first)).cache).toBe(first.cache);
    expect(selected).toEqual([]);
  });

  test('is read again after a checkpoint, with the same result', async () => {
    await using writer = startSqliteWriter(path());
    await writer.exec(wal + schema + row('a', 5));
    const first = await read();
    await writer.exec('PRAGMA wal_checkpoint(TRUNCATE);');
    const second = await readUntouched(first);
    expect(second.usage).toEqual(first.usage);
    expect(selected).toEqual([]);
    await writer.exec(row('b', 7));
    expect(outputOf(await readUntouched(second))).toBe(12);
  });

  test('is read exactly while its program writes and checkpoints all the time', async () => {
    await using writer = startSqliteWriter(path());
    await writer.exec(wal + schema);
    const insert = `INSERT INTO response SELECT 'r' || (SELECT count(*) FROM response) || value, ${String(settledMs)}, 1,
      hex(randomblob(2000)) FROM json_each('[1,2,3,4,5,6,7,8,9]'); PRAGMA wal_checkpoint(TRUNCATE);`;
    let previous: Read | undefined;
    let written = 0;
    for (let round = 0; round < 20; round += 1) {
      const writing = writer.exec(insert.repeat(5));
      previous = await read(previous);
      await writing;
      written += 45;
      expect(outputOf(previous) ?? 0).toBeLessThanOrEqual(written);
    }
    expect(outputOf(await readUntouched(previous))).toBe(written);
  });

  test.each(['a b', 'a?mode=rwc', 'a#b', 'a%41', 'ä%', 'c:\\a', "a'b;"])(
    'is read in a directory named %j',
    async (name) => {
      await mkdir(join(dir, name));
      execSql(join(dir, name, 'a.db'), wal + schema + row('a', 5));
      expect(outputOf(await read())).toBe(5);
      expect(await readdir(dir)).toEqual([name]);
      expect(await readdir(join(dir, name))).toEqual(['a.db']);
    },
  );

  test('is read from the row on that may have changed', async () => {
    execSql(path(), schema + row('a', 1) + row('b', 2, Date.now() - 1000) + row('c', 3));
    const first = await read();
    execSql(path(), `UPDATE response SET output = 20 WHERE id = 'b'; ${row('d', 4)}`);
    expect(outputOf(await readUntouched(first))).toBe(1 + 20 + 3 + 4);
    expect(selected).toEqual(['b', 'c', 'd']);
  });

  test('deleted rows are retained and later rows with their numbers are read', async () => {
    execSql(path(), schema + row('a', 1) + row('b', 2) + row('c', 3));
    const first = await read();
    execSql(path(), `DELETE FROM response WHERE id IN ('b', 'c');`);
    const second = await readUntouched(first);
    expect(outputOf(second)).toBe(6);
    execSql(path(), row('d', 10) + row('e', 20) + row('f', 30));
    expect(outputOf(await readUntouched(second))).toBe(66);
  });

  test('a database that is created again is read from the start and earlier rows are retained', async () => {
    execSql(path(), schema + row('a', 1) + row('b', 2));
    const first = await read();
    await rm(path());
    execSql(path(), schema + row('c', 10) + row('d', 20) + row('e', 40));
    expect(outputOf(await readUntouched(first))).toBe(73);
  });

  test('rows that VACUUM has numbered again are read from the start', async () => {
    execSql(path(), schema + row('a', 1) + row('b', 2) + row('c', 4) + row('d', 8));
    const first = await read();
    execSql(path(), `DELETE FROM response WHERE id < 'd'; VACUUM;`);
    execSql(path(), row('e', 16) + row('f', 32) + row('g', 64) + row('h', 128));
    expect(outputOf(await readUntouched(first))).toBe(255);
  });

  test('skipped rows are counted once when the database is read in several runs', async () => {
    execSql(
      path(),
      schema + row('a', -1) + row('b', "'x'", Date.now()) + row('c', 2.5) + row('d', 1),
    );
    const first = await read();
    expect(first.state.warnings).toEqual({ usage: 3 });
    execSql(path(), row('e', '9223372036854775807') + row('f', 1));
    expect((await read(first)).state.warnings).toEqual({ usage: 4 });
  });

  test('is read in pages with an exact total', async () => {
    execSql(
      path(),
      `${schema} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5001)
       INSERT INTO response SELECT 'r' || i, ${String(settledMs)}, i, '' FROM n;`,
    );
    expect(outputOf(await read())).toBe((5001 * 5002) / 2);
  });

  describe('that is hostile', () => {
    const replaceTable = (sql: string): string =>
      `CREATE TABLE real (id, at, output, data); ${sql}`;

    test.each([
      ['a view instead of a table', replaceTable('CREATE VIEW response AS SELECT * FROM real;')],
      [
        'an endless view',
        `CREATE VIEW response AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
         SELECT i AS id, 1 AS at, 1 AS output, '' AS data FROM n;`,
      ],
      [
        'a generated column',
        'CREATE TABLE response (id, at, data, output AS (length(hex(zeroblob(400000000)))));',
      ],
      ['a virtual table', 'CREATE VIRTUAL TABLE response USING fts5(id, at, output, data);'],
      ['another column named rowid', 'CREATE TABLE response (id, at, output, data, rowid);'],
      [
        'a table without rowid',
        'CREATE TABLE response (id PRIMARY KEY, at, output, data) WITHOUT ROWID;',
      ],
      ['no tables', 'CREATE TABLE other (id); DROP TABLE other;'],
      ['other columns', 'CREATE TABLE response (id, at);'],
    ])('is a warning when it has %s', async (_, sql) => {
      execSql(path(), sql);
      const { state, warnings } = await readUntouched();
      expect(state.warnings).toEqual({ unreadable: 1 });
      expect(warnings).toMatchObject([
        { subject: path(), message: 'the database does not have the expected tables' },
      ]);
    });

    test('a value of 150 MB is not loaded', async () => {
      execSql(
        path(),
        `${schema} ${row('a', 5)} INSERT INTO response VALUES ('b', ${String(settledMs)}, 6, zeroblob(150000000));`,
      );
      const before = process.memoryUsage().rss;
      expect(outputOf(await read())).toBe(11);
      expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    });

    test('triggers are not executed and rows with every rowid are read', async () => {
      execSql(
        path(),
        `${schema} ${row('a', 5)} CREATE TRIGGER t AFTER UPDATE ON response BEGIN DELETE FROM response; END;
         INSERT INTO response (rowid, id, at, output) VALUES (9223372036854775807, 'b', ${String(settledMs)}, 6),
           (-9223372036854775807, 'c', ${String(settledMs)}, 7);`,
      );
      expect(outputOf(await readUntouched())).toBe(18);
    });

    const notDatabase = 'is not an SQLite database, or is encrypted';
    test.each<[string, () => Promise<void>, string]>([
      ['of random bytes', () => writeFile(path(), Buffer.alloc(8192, 0xa5)), notDatabase],
      ['that is shorter than a header', () => writeFile(path(), 'SQLite'), notDatabase],
      [
        'that is truncated',
        async () => {
          const many = Array.from({ length: 500 }, (_, index) => row(`row ${String(index)}`, 1));
          execSql(path(), schema + many.join(''));
          await truncate(path(), 4096);
        },
        'the database is damaged',
      ],
      [
        'that another program has locked',
        async () => {
          execSql(path(), schema + row('a', 5));
          const writer = startSqliteWriter(path());
          await writer.exec('BEGIN EXCLUSIVE;');
          writers.push(writer);
        },
        'the database is locked by another program',
      ],
      [
        'whose write-ahead log is a link',
        async () => {
          execSql(path(), wal + schema + row('a', 5));
          await symlink('/dev/zero', `${path()}-wal`);
        },
        'is not a regular file',
      ],
    ])('a file %s is one warning', async (_, prepare, message) => {
      await prepare();
      const { state, warnings } = await readUntouched();
      expect(state.warnings).toEqual({ unreadable: 1 });
      expect(warnings).toMatchObject([{ code: 'log-unreadable', message }]);
    });

    const writers: AsyncDisposable[] = [];
    afterEach(async () => {
      for (const writer of writers.splice(0)) await writer[Symbol.asyncDispose]();
    });

    test('an empty file is not a warning', async () => {
      await writeFile(path(), '');
      const { state, warnings } = await readUntouched();
      expect([state.warnings, warnings]).toEqual([{}, []]);
    });

    test('usage is kept when the database becomes damaged, and read again when it is restored', async () => {
      execSql(path(), schema + row('a', 5));
      const first = await read();
      await copyFile(path(), `${path()}.backup`);
      await writeFile(path(), 'damaged');
      const second = await readUntouched(first);
      expect(outputOf(second)).toBe(5);
      await copyFile(`${path()}.backup`, path());
      execSql(path(), row('b', 6));
      expect(outputOf(await readUntouched(second))).toBe(11);
    });
  });
});
