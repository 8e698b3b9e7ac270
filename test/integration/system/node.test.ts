import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { nodeSystem } from '../../../src/system/node.ts';
import { slowdown } from '../../helpers/slowdown.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';

const { exec } = nodeSystem();
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('exec', () => {
  test('resolves with the exit code when it is not 0', async () => {
    const result = await exec('sh', ['-c', 'echo out; echo err >&2; exit 3'], { timeoutMs: 5000 });
    expect(result).toMatchObject({ exitCode: 3, stderr: 'err\n' });
    expect(text(result.stdout)).toBe('out\n');
  });

  test('passes arguments unchanged, without a shell', async () => {
    const hostile = ['$HOME', '`id`', 'a b', '; echo x', '"', "'", '*', ''];
    const result = await exec('printf', ['%s\\n', ...hostile], { timeoutMs: 5000 });
    expect(text(result.stdout)).toBe(hostile.map((argument) => `${argument}\n`).join(''));
  });

  test('passes only PATH and the given variables to the program', async () => {
    const result = await exec('env', [], { timeoutMs: 5000, env: { LC_ALL: 'C' } });
    const names = text(result.stdout)
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names.toSorted()).toEqual(['LC_ALL', 'PATH']);
  });

  test('rejects after the timeout when a grandchild keeps the output open', async () => {
    const started = performance.now();
    const hanging = exec('sh', ['-c', 'sleep 60 & echo $!; sleep 60'], { timeoutMs: 300 });
    await expect(hanging).rejects.toMatchObject({ code: 'timeout' });
    expect(performance.now() - started).toBeLessThan(5000 * slowdown());
  });

  test('ends all processes of the group at once when it is aborted', async () => {
    const controller = new AbortController();
    const marker = `600.${String(process.pid)}`;
    const hanging = exec('sh', ['-c', `sleep ${marker} & sleep ${marker}`], {
      timeoutMs: 60_000,
      signal: controller.signal,
    });
    const find = async (): Promise<string> =>
      text((await exec('pgrep', ['-f', `^sleep ${marker}`], { timeoutMs: 5000 })).stdout).trim();
    while ((await find()).split('\n').length < 2) await wait(20);
    controller.abort(new Error('enough'));
    await expect(hanging).rejects.toThrow('enough');
    while ((await find()) !== '') await wait(20);
  });

  test('passes input of any size, also to a program that does not read it', async () => {
    const input = 'x'.repeat(3_000_000);
    const read = await exec('cat', [], { timeoutMs: 20_000, input });
    expect(text(read.stdout)).toBe(input);
    const unread = await exec('true', [], { timeoutMs: 20_000, input });
    expect(unread).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('rejects when the program can not be started or is ended by a signal', async () => {
    const tooLong = exec('true', ['x'.repeat(3_000_000)], { timeoutMs: 5000 });
    await expect(tooLong).rejects.toMatchObject({ code: 'tool' });
    const invalid = exec('true', ['a\0b'], { timeoutMs: 5000 });
    await expect(invalid).rejects.toMatchObject({ code: 'tool' });
    const killed = exec('sh', ['-c', 'kill -KILL $$'], { timeoutMs: 5000 });
    await expect(killed).rejects.toThrow('sh was ended by SIGKILL');
  });

  test('rejects when the program prints more than maxOutputBytes', async () => {
    const printing = exec('yes', [], { timeoutMs: 20_000, maxOutputBytes: 1000 });
    await expect(printing).rejects.toMatchObject({ code: 'tool' });
  });

  test('rejects with the name of the program when it was not found', async () => {
    const missing = exec('no-such-program', [], { timeoutMs: 5000 });
    await expect(missing).rejects.toMatchObject({
      code: 'tool',
      message: 'no-such-program was not found',
    });
  });

  test('names a program that exists but is not executable', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('no-program', '');
    const path = join(workspace.root, 'no-program');
    await expect(exec(path, [], { timeoutMs: 5000 })).rejects.toMatchObject({
      code: 'tool',
      message: `${path} can't be executed`,
    });
  });
});
