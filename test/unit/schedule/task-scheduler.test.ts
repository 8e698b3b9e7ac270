import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { artifactBytes } from '../../../src/schedule/install/apply-steps.ts';
import {
  quoteWindowsArgument,
  taskScheduler,
} from '../../../src/schedule/schedulers/task-scheduler.ts';
import { hostileName } from '../../helpers/hostile-program.ts';
import { elementText, exampleHost, exampleJob, hostileJob, hostileWords } from './examples.ts';

const host = {
  ...exampleHost,
  platform: 'win32',
  account: 'ACME\\ada & bob',
  consoleHost: 'C:\\Windows\\System32\\conhost.exe',
} as const;

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

function parseXml(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (part) => {
    const element = open.at(-1);
    if (element) element.text += part;
  });
  parser.on('closetag', () => open.pop());
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
  return root;
}

const boolean = /^(?:true|false)$/;
const duration = /^P(?=.)(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/;
const anyText = /^[^]+$/;

/**
 * The documented elements of a task, version 1.2: the text of a leaf, or the children in their order.
 */
const schema: Readonly<Record<string, RegExp | readonly string[]>> = {
  '/Task': ['RegistrationInfo', 'Triggers', 'Principals', 'Settings', 'Actions'],
  '/Task/RegistrationInfo': ['Date', 'Author', 'Version', 'Description', 'URI'],
  '/Task/RegistrationInfo/Description': anyText,
  '/Task/Triggers': ['TimeTrigger'],
  '/Task/Triggers/TimeTrigger': [
    'Enabled',
    'StartBoundary',
    'EndBoundary',
    'Repetition',
    'ExecutionTimeLimit',
    'RandomDelay',
  ],
  '/Task/Triggers/TimeTrigger/Enabled': boolean,
  '/Task/Triggers/TimeTrigger/StartBoundary':
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?$/,
  '/Task/Triggers/TimeTrigger/Repetition': ['Interval', 'Duration', 'StopAtDurationEnd'],
  '/Task/Triggers/TimeTrigger/Repetition/Interval': duration,
  '/Task/Triggers/TimeTrigger/Repetition/StopAtDurationEnd': boolean,
  '/Task/Principals': ['Principal'],
  '/Task/Principals/Principal': ['UserId', 'LogonType', 'GroupId', 'DisplayName', 'RunLevel'],
  '/Task/Principals/Principal/UserId': anyText,
  '/Task/Principals/Principal/LogonType': /^(?:S4U|Password|InteractiveToken)$/,
  '/Task/Principals/Principal/RunLevel': /^(?:LeastPrivilege|HighestAvailable)$/,
  '/Task/Settings': [
    'MultipleInstancesPolicy',
    'DisallowStartIfOnBatteries',
    'StopIfGoingOnBatteries',
    'AllowHardTerminate',
    'StartWhenAvailable',
    'RunOnlyIfNetworkAvailable',
    'AllowStartOnDemand',
    'Enabled',
    'Hidden',
    'RunOnlyIfIdle',
    'WakeToRun',
    'ExecutionTimeLimit',
    'Priority',
  ],
  '/Task/Settings/MultipleInstancesPolicy': /^(?:Parallel|Queue|IgnoreNew|StopExisting)$/,
  '/Task/Settings/ExecutionTimeLimit': duration,
  '/Task/Settings/Priority': /^(?:\d|10)$/,
  '/Task/Actions': ['Exec'],
  '/Task/Actions/Exec': ['Command', 'Arguments', 'WorkingDirectory'],
  '/Task/Actions/Exec/Command': /^[^"].{0,259}$/,
  '/Task/Actions/Exec/Arguments': anyText,
};

function violations({ name, children, text }: Element, above = ''): readonly string[] {
  const path = `${above}/${name}`;
  const rule = schema[path] ?? (above === '/Task/Settings' ? boolean : undefined);
  if (rule === undefined) return [`${path} is unknown`];
  if (rule instanceof RegExp) {
    return children.length === 0 && rule.test(text) ? [] : [`${path} contains ${text}`];
  }
  const positions = children.map((child) => rule.indexOf(child.name));
  const inOrder = positions.every((position, index) => position > (positions[index - 1] ?? -1));
  return [
    ...(inOrder ? [] : [`${path} has ${children.map((child) => child.name).join()}`]),
    ...children.flatMap((child) => violations(child, path)),
  ];
}

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

test.each([1, 15, 90, 1440])(
  'task-scheduler renders only documented elements in order at %i min',
  (n) => {
    for (const on of [host, { ...host, account: null, consoleHost: null }]) {
      const { text } = definitionOf({ ...hostileJob, intervalMinutes: n }, on);
      const [task] = parseXml(text.slice(1)).children;
      expect(task?.attributes).toEqual({
        version: '1.2',
        xmlns: 'http://schemas.microsoft.com/windows/2004/02/mit/task',
      });
      expect(task ? violations(task) : ['no task']).toEqual([]);
    }
  },
);

test('the element rules of this file detect mistakes', () => {
  const { text } = definitionOf();
  const wrong = text
    .replace('IgnoreNew', 'Ignore')
    .replace('>PT15M<', '>15 minutes<')
    .replace(/(\s*<Enabled>true<\/Enabled>)(\s*<StartBoundary>.*<\/StartBoundary>)/, '$2$1')
    .replace('<Hidden>', '<Colour>red</Colour><Hidden>');
  const [task] = parseXml(wrong.slice(1)).children;
  expect(task ? violations(task) : []).toHaveLength(5);
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
