import { readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnostic } from '../../../../src/util/diagnostic.ts';
import { tokens } from '../../../../src/syncs/tokens/index.ts';
import {
  afterRun,
  responseLine,
  claudeCodeTotals,
  temporaryHome,
  type TemporaryHome,
} from './run-tokens.ts';

const log = '-home-dev-app/a.jsonl';
const timestampOf = (day: string): string => `${day}T10:00:00.000Z`;
const logPath = (home: TemporaryHome): string => join(home.projects, log);
const usage = (output: number): object => ({ input_tokens: 1, output_tokens: output });

test('the tokens sync keeps the cache when no log has changed', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [responseLine({ usage: usage(11) })]);
  const first = await home.collect();
  const second = await home.collect(afterRun(first));
  expect(second.snapshot).toEqual(first.snapshot);
  expect(second.cache).toBeUndefined();
});

test('the tokens sync reads a log again when it was rewritten with the same size and modification time', async () => {
  await using home = await temporaryHome();
  const time = new Date('2026-11-20T10:00:00Z');
  await home.writeLog(log, [responseLine({ usage: usage(11) })]);
  await utimes(logPath(home), time, time);
  const first = await home.collect();
  const text = await readFile(logPath(home), 'utf8');
  await writeFile(logPath(home), text.replace(':11', ':99'));
  await utimes(logPath(home), time, time);
  const second = await home.collect(afterRun(first));
  expect(claudeCodeTotals(second).tokens?.output).toBe(99);
});

test('the tokens sync leaves an incomplete last line for the next run', async () => {
  await using home = await temporaryHome();
  const line = JSON.stringify(responseLine({ id: 'b', usage: usage(20) }));
  await home.writeLog(log, [responseLine({ id: 'a' })]);
  await writeFile(logPath(home), line.slice(0, 70), { flag: 'a' });
  const first = await home.collect();
  expect(claudeCodeTotals(first).responses).toBe(1);
  expect(first.snapshot.sources['claude-code']?.warnings).toEqual({});
  await writeFile(logPath(home), `${line.slice(70)}\n`, { flag: 'a' });
  const second = await home.collect(afterRun(first));
  expect(claudeCodeTotals(second)).toMatchObject({ responses: 2, tokens: { output: 30 } });
  expect(second.snapshot).toEqual((await home.collect()).snapshot);
});

test('the tokens sync continues a log that had no usage before', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [{ type: 'summary', summary: 'x' }]);
  const first = await home.collect();
  await home.appendLog(log, [responseLine()]);
  expect(claudeCodeTotals(await home.collect(afterRun(first))).responses).toBe(1);
});

describe('a replaced log', () => {
  const three = ['c', 'd', 'e'].map((id) => responseLine({ id }));
  test.each([
    { by: 'a file of the same name', lines: three, asNewFile: true, output: 70 },
    { by: 'longer content', lines: three, asNewFile: false, output: 70 },
    { by: 'shorter content', lines: three.slice(0, 1), asNewFile: false, output: 50 },
  ])(
    'a log replaced by $by counts with its new content and leaves the records of other logs unchanged',
    async (replacement) => {
      await using home = await temporaryHome();
      await home.writeLog(log, [
        responseLine({ id: 'a' }),
        responseLine({ id: 'b', usage: usage(50) }),
      ]);
      await home.writeLog('-home-dev-app/fork.jsonl', [
        responseLine({ id: 'b', usage: usage(40) }),
      ]);
      const first = await home.collect();
      expect(claudeCodeTotals(first)).toMatchObject({ responses: 2, tokens: { output: 60 } });
      const { lines, asNewFile, output } = replacement;
      await home.writeLog(asNewFile ? '-home-dev-app/new' : log, lines);
      if (asNewFile) await rename(join(home.projects, '-home-dev-app/new'), logPath(home));
      const second = await home.collect(afterRun(first));
      expect(claudeCodeTotals(second).tokens?.output).toBe(output);
      expect(second.snapshot).toEqual((await home.collect()).snapshot);
    },
  );
});

test('a log is read again when a log with the same end has replaced it', async () => {
  await using home = await temporaryHome();
  const end = [responseLine({ id: 'b' }), responseLine({ id: 'c' })];
  await home.writeLog(log, [responseLine({ id: 'a', usage: usage(11) }), ...end]);
  const first = await home.collect();
  const other = '-home-dev-app/new';
  await home.writeLog(other, [
    responseLine({ id: 'a', usage: usage(99) }),
    ...end,
    responseLine({ id: 'd' }),
  ]);
  await rename(join(home.projects, other), logPath(home));
  expect(claudeCodeTotals(await home.collect(afterRun(first))).tokens?.output).toBe(99 + 30);
});

test('an invalid line is counted once when its log is read in several runs', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, ['{"usage"', responseLine({ id: 'a' })]);
  const first = await home.collect();
  await home.appendLog(log, ['{"usage"']);
  const second = await home.collect(afterRun(first));
  expect(second.snapshot.sources['claude-code']?.warnings).toEqual({ json: 2 });
});

describe('the cache', () => {
  test.each([
    ['with foreign content', (): Uint8Array => Buffer.from('something else that is long enough')],
    ['that is truncated', (cache: Uint8Array): Uint8Array => cache.subarray(0, 90)],
    ['that is empty', (): Uint8Array => new Uint8Array()],
    ['with a damaged header', (cache: Uint8Array): Uint8Array => flip(cache, 40)],
    ['with a damaged end', (cache: Uint8Array): Uint8Array => flip(cache, cache.length - 1)],
    ['with another magic number', (cache: Uint8Array): Uint8Array => flip(cache, 0)],
  ])('a cache %s is ignored and all logs are read again', async (_, damage) => {
    await using home = await temporaryHome();
    await home.writeLog(log, [responseLine({ id: 'a' })]);
    const first = await home.collect();
    await home.appendLog(log, [responseLine({ id: 'b' })]);
    const cache = damage(first.cache ?? new Uint8Array());
    const second = await home.collect({ previous: first.snapshot, cache });
    expect(second.warnings).toEqual([]);
    expect(second.snapshot).toEqual((await home.collect()).snapshot);
    expect(claudeCodeTotals(second).responses).toBe(2);
  });

  const flip = (bytes: Uint8Array, index: number): Uint8Array =>
    bytes.map((byte, at) => (at === index ? byte ^ 0xff : byte));
});

describe('usage of deleted logs', () => {
  const days = ['2026-10-01', '2026-11-01', '2026-11-20'] as const;
  const logOf = (day: string): string => `-home-dev-app/${day}.jsonl`;

  async function homeWithLogs(): Promise<TemporaryHome> {
    const home = await temporaryHome();
    for (const day of days) {
      await home.writeLog(logOf(day), [
        responseLine({ id: day, at: timestampOf(day), usage: usage(10) }),
      ]);
    }
    // This day is in two logs, of which one is deleted.
    await home.writeLog('-home-dev-app/more.jsonl', [
      responseLine({ id: 'more', at: timestampOf(days[1]) }),
    ]);
    return home;
  }
  const removeOld = async (home: TemporaryHome): Promise<void> => {
    await rm(join(home.projects, logOf(days[0])));
    await rm(join(home.projects, logOf(days[1])));
  };

  test('is kept while the cache exists', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    await removeOld(home);
    const second = await home.collect(afterRun(first));
    expect(second.snapshot).toEqual(first.snapshot);
    expect(second.cache).toBeUndefined();
    await home.appendLog(logOf(days[2]), [responseLine({ id: 'new', at: timestampOf(days[2]) })]);
    const third = await home.collect(afterRun(second, afterRun(first)));
    expect(third.snapshot.daily.map(({ responses }) => responses)).toEqual([1, 2, 2]);
  });

  test('a lost cache is rebuilt from the logs', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    const second = await home.collect({ previous: first.snapshot });
    expect(second.snapshot).toEqual(first.snapshot);
    expect(second.cache).toEqual(first.cache);
  });

  test('is kept from the snapshot when the cache is lost too', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    await removeOld(home);
    const second = await home.collect({ previous: first.snapshot });
    expect(second.snapshot).toEqual(first.snapshot);
    const third = await home.collect(afterRun(second));
    expect(third.snapshot).toEqual(first.snapshot);
    await home.appendLog(logOf(days[2]), [responseLine({ id: 'new', at: timestampOf(days[2]) })]);
    const fourth = await home.collect(afterRun(third, afterRun(second)));
    expect(fourth.snapshot.daily.map(({ responses }) => responses)).toEqual([1, 2, 2]);
  });

  test('is kept from the history when cache and snapshot are lost too', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    await removeOld(home);
    const lines = tokens.toHistory(first.snapshot);
    const second = await home.collect({ readLatestHistory: () => Promise.resolve(lines) });
    expect(second.snapshot).toEqual(first.snapshot);
  });

  test('retained usage is replaced when logs account for as many tokens', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    const text = await readFile(join(home.projects, logOf(days[0])), 'utf8');
    await removeOld(home);
    const second = await home.collect({ previous: first.snapshot });
    await writeFile(join(home.projects, logOf(days[0])), text.replace(':10}', ':30}'));
    const third = await home.collect(afterRun(second));
    expect(third.snapshot.daily[0]).toMatchObject({ tokens: { output: 30 }, responses: 1 });
  });

  test('records of deleted logs are evicted after 100 days and their usage is kept', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    await removeOld(home);
    await home.appendLog(logOf(days[2]), [
      responseLine({ id: 'new', at: timestampOf('2027-02-01') }),
    ]);
    const startedAt = new Date('2027-02-01T12:00:00Z');
    const second = await home.collect({ ...afterRun(first), startedAt });
    const run = second.snapshot.daily.map(({ date, responses }) => [date, responses]);
    expect(run).toEqual([...days, '2027-02-01'].map((day) => [day, day === days[1] ? 2 : 1]));
    const cached = Buffer.from(second.cache ?? []).toString('latin1');
    expect(cached).not.toContain(logOf(days[0]));
    expect(cached).toContain(logOf(days[2]));
    await home.appendLog(logOf(days[2]), [
      responseLine({ id: 'newer', at: timestampOf('2027-02-01') }),
    ]);
    const third = await home.collect({ ...afterRun(second), startedAt });
    expect(third.snapshot.daily.map(({ responses }) => responses)).toEqual([1, 2, 1, 2]);
  });

  test('retained usage is compared in its own time zone when the time zone has changed', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    await removeOld(home);
    await rm(join(home.projects, '-home-dev-app/more.jsonl'));
    const options = { timeZone: 'Pacific/Kiritimati' };
    const second = await home.collect({ previous: first.snapshot, options });
    expect(second.snapshot.daily.map(({ date, responses }) => [date, responses])).toEqual([
      [days[0], 1],
      [days[1], 2],
      ['2026-11-21', 1],
    ]);
  });
});

test('the usage of a log is kept when the log has become unreadable', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [responseLine({ id: 'a' })]);
  await home.writeLog('-home-dev-app/b.jsonl', [responseLine({ id: 'b' })]);
  const first = await home.collect();
  await rm(logPath(home));
  await symlink('/dev/zero', logPath(home));
  await home.appendLog('-home-dev-app/b.jsonl', [responseLine({ id: 'c' })]);
  const second = await home.collect(afterRun(first));
  expect(claudeCodeTotals(second).responses).toBe(3);
  expect(second.snapshot.sources['claude-code']?.warnings).toEqual({ unreadable: 1 });
  expect(second.warnings).toEqual([
    diagnostic('log-unreadable', {
      subject: logPath(home),
      message: 'is a symbolic link, which is followed only to a directory',
    }),
  ]);
});

test('the entries of today are marked as partial until the day is over', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [
    responseLine({ id: 'a', at: '2026-11-22T23:00:00Z' }),
    responseLine({ id: 'b', at: '2026-11-23T01:00:00Z' }),
  ]);
  const first = await home.collect();
  expect(first.snapshot.daily.map(({ date, partial }) => [date, partial])).toEqual([
    ['2026-11-22', undefined],
    ['2026-11-23', true],
  ]);
  const later = await home.collect({
    ...afterRun(first),
    startedAt: new Date('2026-11-23T23:59:59Z'),
  });
  expect(later.snapshot.daily).toEqual(first.snapshot.daily);
  const tomorrow = await home.collect({
    ...afterRun(first),
    startedAt: new Date('2026-11-24T00:00:00Z'),
  });
  expect(tomorrow.snapshot.daily.some(({ partial }) => partial)).toBe(false);
  const east = await home.collect({
    options: { timeZone: 'Pacific/Kiritimati' },
    startedAt: new Date('2026-11-22T12:00:00Z'),
  });
  expect(east.snapshot.daily).toMatchObject([{ date: '2026-11-23', responses: 2, partial: true }]);
});
