// The documented elements of a task, version 1.2, in plain JavaScript: `schtasks.mjs` runs it with Node.js for Windows.
import { SaxesParser } from 'saxes';

const boolean = /^(?:true|false)$/;
const duration = /^P(?=.)(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/;
const anyText = /^[^]+$/;
const empty = /^$/;

const trigger = {
  Enabled: boolean,
  StartBoundary: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?$/,
  EndBoundary: anyText,
  Repetition: { Interval: duration, Duration: duration, StopAtDurationEnd: boolean },
  ExecutionTimeLimit: duration,
  RandomDelay: duration,
};

const emptyElements = (names) => Object.fromEntries(names.map((name) => [name, empty]));
const months = emptyElements([
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'],
  ...['October', 'November', 'December'],
]);
const weekdays = emptyElements([
  ...['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
]);

/** The text of a leaf, or the children in their order. */
const schema = {
  Task: {
    RegistrationInfo: { Date: anyText, Author: anyText, Version: anyText, Description: anyText },
    Triggers: {
      TimeTrigger: trigger,
      CalendarTrigger: {
        ...trigger,
        ScheduleByDay: { DaysInterval: /^\d+$/ },
        ScheduleByWeek: { WeeksInterval: /^\d+$/, DaysOfWeek: weekdays },
        ScheduleByMonth: { DaysOfMonth: { Day: /^(?:[12]?\d|3[01]|Last)$/ }, Months: months },
        ScheduleByMonthDayOfWeek: {
          Weeks: { Week: /^(?:[1-4]|Last)$/ },
          DaysOfWeek: weekdays,
          Months: months,
        },
      },
    },
    Principals: {
      Principal: {
        UserId: anyText,
        LogonType: /^(?:S4U|Password|InteractiveToken)$/,
        GroupId: anyText,
        DisplayName: anyText,
        RunLevel: /^(?:LeastPrivilege|HighestAvailable)$/,
      },
    },
    Settings: {
      MultipleInstancesPolicy: /^(?:Parallel|Queue|IgnoreNew|StopExisting)$/,
      DisallowStartIfOnBatteries: boolean,
      StopIfGoingOnBatteries: boolean,
      AllowHardTerminate: boolean,
      StartWhenAvailable: boolean,
      RunOnlyIfNetworkAvailable: boolean,
      AllowStartOnDemand: boolean,
      Enabled: boolean,
      Hidden: boolean,
      RunOnlyIfIdle: boolean,
      WakeToRun: boolean,
      ExecutionTimeLimit: duration,
      Priority: /^(?:\d|10)$/,
    },
    Actions: { Exec: { Command: /^[^"].{0,259}$/, Arguments: anyText, WorkingDirectory: anyText } },
  },
};

/** The Task Scheduler accepts up to 48 triggers. */
const maxTriggers = 48;

/** Parses XML. Throws an error if it is malformed. */
export function parseXml(text) {
  const root = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, children: [], text: '' };
    open.at(-1).children.push(element);
    open.push(element);
  });
  parser.on('text', (part) => {
    open.at(-1).text += part;
  });
  parser.on('closetag', () => open.pop());
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
  return root;
}

/** Returns what is wrong with the bytes of a definition. */
export function violationsOf(bytes) {
  if (bytes[0] !== 0xff || bytes[1] !== 0xfe) return ['is not UTF-16LE with a byte order mark'];
  const text = bytes.toString('utf16le').slice(1);
  if (!text.startsWith('<?xml version="1.0" encoding="UTF-16"?>\r\n'))
    return ['has no declaration'];
  if (text.replaceAll('\r\n', '').includes('\n')) return ['has lines that do not end with CRLF'];
  let task;
  try {
    [task] = parseXml(text).children;
  } catch (error) {
    return [`is malformed: ${error.message}`];
  }
  const { version, xmlns } = task.attributes;
  const header = `${task.name} ${version} ${xmlns}`;
  const expected = 'Task 1.2 http://schemas.microsoft.com/windows/2004/02/mit/task';
  if (header !== expected) return [`starts with ${header}`];
  const triggers = task.children.find(({ name }) => name === 'Triggers')?.children.length ?? 0;
  const tooMany = triggers > maxTriggers ? [`has ${triggers} triggers`] : [];
  return [...tooMany, ...violations(task, schema.Task, '/Task')];
}

function violations({ children, text }, rule, path) {
  if (rule === undefined) return [`${path} is unknown`];
  if (rule instanceof RegExp) {
    return children.length === 0 && rule.test(text) ? [] : [`${path} contains ${text}`];
  }
  const order = Object.keys(rule);
  const positions = children.map(({ name }) => order.indexOf(name));
  const inOrder = positions.every((position, index) => position >= (positions[index - 1] ?? -1));
  return [
    ...(inOrder ? [] : [`${path} has ${children.map(({ name }) => name).join()}`]),
    ...children.flatMap((child) => violations(child, rule[child.name], `${path}/${child.name}`)),
  ];
}
