import { readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tokens } from '../../../../src/syncs/tokens/index.ts';
import { after, answer, claudeCode, temporaryHome, type TemporaryHome } from './collecting.ts';
import { diagnostic } from '../../../../src/util/diagnostic.ts';

const log = '-home-dev-app/a.jsonl';
const at = (day: string): string => `${day}T10:00:00.000Z`;
const pathOf = (home: TemporaryHome): string => join(home.projects, log);
const usage = (output: number): object => ({ input_tokens: 1, output_tokens: output });

test('an unchanged log is not read again and the cache is kept', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [answer({ usage: usage(11) })]);
  const first = await home.collect();
  const second = await home.collect(after(first));
  expect(second.snapshot).toEqual(first.snapshot);
  expect(second.cache).toBeUndefined();
});

test('a log that was rewritten with the same size and modification time is read again', async () => {
  await using home = await temporaryHome();
  const time = new Date('2026-11-20T10:00:00Z');
  await home.writeLog(log, [answer({ usage: usage(11) })]);
  await utimes(pathOf(home), time, time);
  const first = await home.collect();
  const text = await readFile(pathOf(home), 'utf8');
  await writeFile(pathOf(home), text.replace(':11', ':99'));
  await utimes(pathOf(home), time, time);
  const second = await home.collect(after(first));
  expect(claudeCode(second).tokens.output).toBe(99);
});

test('an incomplete last line is read when it is complete', async () => {
  await using home = await temporaryHome();
  const line = JSON.stringify(answer({ id: 'b', usage: usage(20) }));
  await home.writeLog(log, [answer({ id: 'a' })]);
  await writeFile(pathOf(home), line.slice(0, 70), { flag: 'a' });
  const first = await home.collect();
  expect(claudeCode(first).responses).toBe(1);
  expect(first.snapshot.sources['claude-code']?.warnings).toEqual({});
  await writeFile(pathOf(home), `${line.slice(70)}\n`, { flag: 'a' });
  const second = await home.collect(after(first));
  expect(claudeCode(second)).toMatchObject({ responses: 2, tokens: { output: 30 } });
  expect(second.snapshot).toEqual((await home.collect()).snapshot);
});

test('a log that said nothing yet is read on', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [{ type: 'summary', summary: 'x' }]);
  const first = await home.collect();
  await home.appendLog(log, [answer()]);
  expect(claudeCode(await home.collect(after(first))).responses).toBe(1);
});

describe('a log that was replaced', () => {
  const three = ['c', 'd', 'e'].map((id) => answer({ id }));
  test.each([
    { by: 'another file of the same name', lines: three, asNewFile: true, output: 70 },
    { by: 'longer content', lines: three, asNewFile: false, output: 70 },
    { by: 'shorter content', lines: three.slice(0, 1), asNewFile: false, output: 50 },
  ])('by $by gives what it says now, and other logs what they said', async (replacement) => {
    await using home = await temporaryHome();
    await home.writeLog(log, [answer({ id: 'a' }), answer({ id: 'b', usage: usage(50) })]);
    await home.writeLog('-home-dev-app/fork.jsonl', [answer({ id: 'b', usage: usage(40) })]);
    const first = await home.collect();
    expect(claudeCode(first)).toMatchObject({ responses: 2, tokens: { output: 60 } });
    const { lines, asNewFile, output } = replacement;
    await home.writeLog(asNewFile ? '-home-dev-app/new' : log, lines);
    if (asNewFile) await rename(join(home.projects, '-home-dev-app/new'), pathOf(home));
    const second = await home.collect(after(first));
    expect(claudeCode(second).tokens.output).toBe(output);
    expect(second.snapshot).toEqual((await home.collect()).snapshot);
  });
});

test('a log that was replaced by another one with the same end is read again', async () => {
  await using home = await temporaryHome();
  const end = [answer({ id: 'b' }), answer({ id: 'c' })];
  await home.writeLog(log, [answer({ id: 'a', usage: usage(11) }), ...end]);
  const first = await home.collect();
  const other = '-home-dev-app/new';
  await home.writeLog(other, [answer({ id: 'a', usage: usage(99) }), ...end, answer({ id: 'd' })]);
  await rename(join(home.projects, other), pathOf(home));
  expect(claudeCode(await home.collect(after(first))).tokens.output).toBe(99 + 30);
});

test('bad lines of a log are counted once, however often it is read', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, ['{"usage"', answer({ id: 'a' })]);
  const first = await home.collect();
  await home.appendLog(log, ['{"usage"']);
  const second = await home.collect(after(first));
  expect(second.snapshot.sources['claude-code']?.warnings).toEqual({ json: 2 });
});

describe('a cache', () => {
  test.each([
    ['of another program', (): Uint8Array => Buffer.from('something else that is long enough')],
    ['cut short', (cache: Uint8Array): Uint8Array => cache.subarray(0, 90)],
    ['empty', (): Uint8Array => new Uint8Array()],
    ['damaged at its head', (cache: Uint8Array): Uint8Array => flip(cache, 40)],
    ['damaged at its end', (cache: Uint8Array): Uint8Array => flip(cache, cache.length - 1)],
    ['of another version', (cache: Uint8Array): Uint8Array => flip(cache, 0)],
  ])('%s makes all logs be read again, and nothing else', async (_, spoil) => {
    await using home = await temporaryHome();
    await home.writeLog(log, [answer({ id: 'a' })]);
    const first = await home.collect();
    await home.appendLog(log, [answer({ id: 'b' })]);
    const cache = spoil(first.cache ?? new Uint8Array());
    const second = await home.collect({ previous: first.snapshot, cache });
    expect(second.warnings).toEqual([]);
    expect(second.snapshot).toEqual((await home.collect()).snapshot);
    expect(claudeCode(second).responses).toBe(2);
  });

  const flip = (bytes: Uint8Array, index: number): Uint8Array =>
    bytes.map((byte, at) => (at === index ? byte ^ 0xff : byte));
});

describe('what vanished logs told', () => {
  const days = ['2026-10-01', '2026-11-01', '2026-11-20'] as const;
  const logOf = (day: string): string => `-home-dev-app/${day}.jsonl`;

  async function homeWithLogs(): Promise<TemporaryHome> {
    const home = await temporaryHome();
    for (const day of days) {
      await home.writeLog(logOf(day), [answer({ id: day, at: at(day), usage: usage(10) })]);
    }
    // Two logs tell of this day; only one will be left.
    await home.writeLog('-home-dev-app/more.jsonl', [answer({ id: 'more', at: at(days[1]) })]);
    return home;
  }
  const removeOld = async (home: TemporaryHome): Promise<void> => {
    await rm(join(home.projects, logOf(days[0])));
    await rm(join(home.projects, logOf(days[1])));
  };

  test('stays when only the logs are gone', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    await removeOld(home);
    const second = await home.collect(after(first));
    expect(second.snapshot).toEqual(first.snapshot);
    expect(second.cache).toBeUndefined();
    await home.appendLog(logOf(days[2]), [answer({ id: 'new', at: at(days[2]) })]);
    const third = await home.collect(after(second, after(first)));
    expect(third.snapshot.daily.map(({ responses }) => responses)).toEqual([1, 2, 2]);
  });

  test('is told again by the logs when only the cache is gone', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    const second = await home.collect({ previous: first.snapshot });
    expect(second.snapshot).toEqual(first.snapshot);
    expect(second.cache).toEqual(first.cache);
  });

  test('stays by the snapshot when logs and cache are gone, and while other days grow', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    await removeOld(home);
    const second = await home.collect({ previous: first.snapshot });
    expect(second.snapshot).toEqual(first.snapshot);
    const third = await home.collect(after(second));
    expect(third.snapshot).toEqual(first.snapshot);
    await home.appendLog(logOf(days[2]), [answer({ id: 'new', at: at(days[2]) })]);
    const fourth = await home.collect(after(third, after(second)));
    expect(fourth.snapshot.daily.map(({ responses }) => responses)).toEqual([1, 2, 2]);
  });

  test('stays by the history when the snapshot is gone too', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    await removeOld(home);
    const lines = tokens.toHistory(first.snapshot);
    const second = await home.collect({ readLatestHistory: () => Promise.resolve(lines) });
    expect(second.snapshot).toEqual(first.snapshot);
  });

  test('gives way to logs that tell as much', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    const text = await readFile(join(home.projects, logOf(days[0])), 'utf8');
    await removeOld(home);
    const second = await home.collect({ previous: first.snapshot });
    await writeFile(join(home.projects, logOf(days[0])), text.replace(':10}', ':30}'));
    const third = await home.collect(after(second));
    expect(third.snapshot.daily[0]).toMatchObject({ tokens: { output: 30 }, responses: 1 });
  });

  test('is forgotten line by line after 100 days, and stays as a sum', async () => {
    await using home = await homeWithLogs();
    const first = await home.collect();
    await removeOld(home);
    await home.appendLog(logOf(days[2]), [answer({ id: 'new', at: at('2027-02-01') })]);
    const startedAt = new Date('2027-02-01T12:00:00Z');
    const second = await home.collect({ ...after(first), startedAt });
    const told = second.snapshot.daily.map(({ date, responses }) => [date, responses]);
    expect(told).toEqual([...days, '2027-02-01'].map((day) => [day, day === days[1] ? 2 : 1]));
    const remembered = Buffer.from(second.cache ?? []).toString('latin1');
    expect(remembered).not.toContain(logOf(days[0]));
    expect(remembered).toContain(logOf(days[2]));
    await home.appendLog(logOf(days[2]), [answer({ id: 'newer', at: at('2027-02-01') })]);
    const third = await home.collect({ ...after(second), startedAt });
    expect(third.snapshot.daily.map(({ responses }) => responses)).toEqual([1, 2, 1, 2]);
  });

  test('is compared as it was cut when the time zone has changed meanwhile', async () => {
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

test('a log that can not be read any more keeps what it told, beside others that are read', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [answer({ id: 'a' })]);
  await home.writeLog('-home-dev-app/b.jsonl', [answer({ id: 'b' })]);
  const first = await home.collect();
  await rm(pathOf(home));
  await symlink('/dev/zero', pathOf(home));
  await home.appendLog('-home-dev-app/b.jsonl', [answer({ id: 'c' })]);
  const second = await home.collect(after(first));
  expect(claudeCode(second).responses).toBe(3);
  expect(second.snapshot.sources['claude-code']?.warnings).toEqual({ unreadable: 1 });
  expect(second.warnings).toEqual([
    diagnostic('log-unreadable', { subject: pathOf(home), message: 'is not a regular file' }),
  ]);
});

test('today is marked as not over, until it is', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [
    answer({ id: 'a', at: '2026-11-22T23:00:00Z' }),
    answer({ id: 'b', at: '2026-11-23T01:00:00Z' }),
  ]);
  const first = await home.collect();
  expect(first.snapshot.daily.map(({ date, partial }) => [date, partial])).toEqual([
    ['2026-11-22', undefined],
    ['2026-11-23', true],
  ]);
  const later = await home.collect({
    ...after(first),
    startedAt: new Date('2026-11-23T23:59:59Z'),
  });
  expect(later.snapshot.daily).toEqual(first.snapshot.daily);
  const tomorrow = await home.collect({
    ...after(first),
    startedAt: new Date('2026-11-24T00:00:00Z'),
  });
  expect(tomorrow.snapshot.daily.some(({ partial }) => partial)).toBe(false);
  const east = await home.collect({
    options: { timeZone: 'Pacific/Kiritimati' },
    startedAt: new Date('2026-11-22T12:00:00Z'),
  });
  expect(east.snapshot.daily).toMatchObject([{ date: '2026-11-23', responses: 2, partial: true }]);
});
