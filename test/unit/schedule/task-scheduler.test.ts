import { describe, expect, test } from 'vitest';
import { artifactBytes } from '../../../src/schedule/install/apply-steps.ts';
import {
  quoteWindowsArgument,
  taskScheduler,
} from '../../../src/schedule/schedulers/task-scheduler.ts';
import { parseXml, violationsOf } from '../../helpers/windows/task-definition.mjs';
import { hostileName } from '../../helpers/hostile-program.ts';
import { elementText, exampleHost, exampleJob, hostileJob, hostileWords } from './examples.ts';

const host = {
  ...exampleHost,
  platform: 'win32',
  account: 'ACME\\ada & bob',
  consoleHost: 'C:\\Windows\\System32\\conhost.exe',
} as const;

const definitionOf = (job = exampleJob, on: Parameters<typeof taskScheduler.render>[1] = host) => {
  const [artifact] = taskScheduler.render(job, on);
  if (!artifact) throw new Error('nothing was rendered');
  return artifact;
};

test('task-scheduler renders UTF-16LE with a byte order mark and CRLF', () => {
  const bytes = artifactBytes(definitionOf(hostileJob));
  expect([...bytes.subarray(0, 4)]).toEqual([0xff, 0xfe, '<'.charCodeAt(0), 0]);
  const text = bytes.toString('utf16le');
  expect(text.slice(1)).toMatch(/^<\?xml version="1.0" encoding="UTF-16"\?>\r\n/);
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n\uFEFF](?!<\?xml)/);
  expect(text.endsWith('</Task>\r\n')).toBe(true);
});

test('task-scheduler renders only documented elements in order', () => {
  for (const on of [host, { ...host, account: null, consoleHost: null }]) {
    const intervals = [1, 15, 90, 1440].map((intervalMinutes) => ({ intervalMinutes }));
    const crons = ['*/15 9-18 * * 1-5', '5 4 1,15 * *', '0 12 * 1,6 mon', '7 8 * * *'];
    for (const timing of [...intervals, ...crons.map((cron) => ({ cron }))]) {
      const settings = { ...hostileJob.settings, jitterSeconds: 60 };
      const definition = definitionOf({ ...hostileJob, ...timing, settings }, on);
      expect(violationsOf(artifactBytes(definition))).toEqual([]);
    }
  }
});

test('violationsOf detects mistakes of a definition', () => {
  const { text } = definitionOf();
  const wrong = text
    .replace('IgnoreNew', 'Ignore')
    .replace('>PT15M<', '>15 minutes<')
    .replace(/(\s*<Enabled>true<\/Enabled>)(\s*<StartBoundary>.*<\/StartBoundary>)/, '$2$1')
    .replace('<Hidden>', '<Colour>red</Colour><Hidden>');
  expect(violationsOf(Buffer.from(wrong, 'utf16le'))).toHaveLength(5);
  for (const bytes of [Buffer.from(text), Buffer.from(text.slice(1), 'utf16le')]) {
    expect(violationsOf(bytes)).toEqual(['is not UTF-16LE with a byte order mark']);
  }
  for (const other of [text.replaceAll('\r\n', '\n'), text.replace('</Task>', '')]) {
    expect(violationsOf(Buffer.from(other, 'utf16le'))).toHaveLength(1);
  }
});

test('task-scheduler runs on batteries, up to the time limit and never twice at once', () => {
  const { text } = definitionOf();
  const settings = ['DisallowStartIfOnBatteries', 'StopIfGoingOnBatteries', 'StartWhenAvailable'];
  expect(settings.map((name) => elementText(text, name))).toEqual(['false', 'false', 'true']);
  expect(elementText(text, 'MultipleInstancesPolicy')).toBe('IgnoreNew');
  expect(elementText(text, 'ExecutionTimeLimit')).toBe('PT1H');
});

describe('task-scheduler command', () => {
  /** Splits a command line by the documented rules of the C runtime. */
  function argumentsOf(line: string): readonly string[] {
    const words: string[] = [];
    const pattern = /(?:[^\s"\\]|\\+(?!\\*")|\\*"(?:[^"\\]|\\+(?!\\*")|(?:\\\\)*\\")*(?:\\\\)*")+/g;
    for (const [word] of line.matchAll(pattern)) {
      words.push(
        word.replace(/(\\*)("?)/g, (_all, slashes: string, quote: string) =>
          quote === ''
            ? slashes
            : slashes.slice(0, Math.floor(slashes.length / 2)) + (slashes.length % 2 ? '"' : ''),
        ),
      );
    }
    return words;
  }

  test('passes every word unchanged', () => {
    const line = hostileWords.map(quoteWindowsArgument).join(' ');
    expect(argumentsOf(line)).toEqual([...hostileWords]);
    expect(argumentsOf('a\\\\b d"e f"g h "a\\\\\\"b" "c:\\\\"')).toEqual([
      'a\\\\b',
      'de fg',
      'h',
      'a\\"b',
      'c:\\',
    ]);
  });

  test('is started by the console host without a window', () => {
    const [task] = parseXml(definitionOf(hostileJob).text.slice(1)).children;
    const [exec] = task?.children.at(-1)?.children ?? [];
    const [command, words] = exec?.children ?? [];
    expect(command?.text).toBe(host.consoleHost);
    expect(argumentsOf(words?.text ?? '')).toEqual([
      '--headless',
      ...hostileJob.command,
      'run',
      '--scheduled',
      '--workspace',
      hostileJob.workspace,
      '--path',
      `/opt/${hostileName}`,
    ]);
  });
});

describe('task-scheduler stateProbe', () => {
  const probe = taskScheduler.stateProbe?.(hostileJob, host);
  const { text } = definitionOf(hostileJob);

  test('accepts another layout and the code page of the console', () => {
    const output = text
      .replaceAll('\r\n', '\n')
      .replaceAll('&quot;', '"')
      .replaceAll('é', '\uFFFD');
    expect(probe?.parse(output)).toBe(probe?.expected);
  });

  test('accepts letters that the code page of the console lacks', () => {
    const workspace = 'C:\\Users\\Łukasz\\日本語';
    const task = taskScheduler.stateProbe?.({ ...hostileJob, workspace }, host);
    const printed = definitionOf({ ...hostileJob, workspace }).text.replace('Łukasz', 'Lukasz');
    expect(task?.parse(printed.replace('日本語', '???'))).toBe(task?.expected);
    expect(task?.parse(printed.replace('C:\\Users', 'D:\\Users'))).not.toBe(task?.expected);
  });

  test.each([
    ['another interval', text.replace('PT15M', 'PT20M')],
    ['another command', text.replace('--scheduled', '')],
    ['a disabled task', text.replace(/(<Settings>[^]*<Enabled>)true/, '$1false')],
  ])('detects a different definition: %s', (_name, output) => {
    expect(probe?.parse(output)).not.toBe(probe?.expected);
  });
});
