import { dailyMinutes, type Cron } from '../../util/cron.ts';
import { avoidsClockChanges, type Starts } from '../job-timing.ts';

/** In UTC, so that the repetition keeps its interval when the clocks change. */
export const firstStart = '2024-01-01T00:00:00Z';

/** The Task Scheduler accepts up to 48 triggers. */
const maxTriggers = 48;

/** Whether the triggers of a task can start it at exactly the times of a cron expression. */
export const isTaskCalendar = (cron: Cron): boolean =>
  avoidsClockChanges(cron) && timesOfDay(cron).length * daySchedules(cron).length <= maxTriggers;

/** Returns the triggers in the order of the Task Scheduler schema. */
export function triggersXml(starts: Starts, jitterSeconds: number): string {
  const randomDelay =
    jitterSeconds === 0 ? '' : `      <RandomDelay>PT${String(jitterSeconds)}S</RandomDelay>\n`;
  const { cron, minutes } = starts;
  if (cron === null) {
    return `    <TimeTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>${firstStart}</StartBoundary>
      <Repetition>
        <Interval>${duration(minutes)}</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
${randomDelay}    </TimeTrigger>
`;
  }
  return daySchedules(cron)
    .flatMap((schedule) =>
      timesOfDay(cron).map(
        (times) => `    <CalendarTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>2024-01-01T${clockText(times.first)}:00</StartBoundary>
${repetitionXml(times)}${randomDelay}${schedule}    </CalendarTrigger>
`,
      ),
    )
    .join('');
}

/** Minutes of the day with equal distances. */
interface TimesOfDay {
  readonly first: number;
  readonly count: number;
  readonly distance: number;
}

function timesOfDay(cron: Cron): readonly TimesOfDay[] {
  const all = dailyMinutes(cron);
  const result: TimesOfDay[] = [];
  for (let index = 0; index < all.length;) {
    const first = all[index] ?? 0;
    const distance = (all[index + 1] ?? first) - first;
    let count = 1;
    while (distance > 0 && all[index + count] === first + count * distance) count += 1;
    result.push({ first, count, distance });
    index += count;
  }
  return result;
}

/** The repetition ends before it would start once more. */
function repetitionXml({ count, distance }: TimesOfDay): string {
  if (count === 1) return '';
  return `      <Repetition>
        <Interval>${duration(distance)}</Interval>
        <Duration>${duration((count - 1) * distance + 1)}</Duration>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
`;
}

/** Returns an element per kind of days. */
function daySchedules({ months, daysOfMonth, daysOfWeek }: Cron): readonly string[] {
  if (!months && !daysOfMonth && !daysOfWeek) {
    return [schedule('Day', '        <DaysInterval>1</DaysInterval>\n')];
  }
  const allMonths = names('Months', months ?? range(1, 12), monthNames, 1);
  const weekdays = names('DaysOfWeek', daysOfWeek ?? [], weekdayNames, 0);
  const ofWeek = months
    ? schedule(
        'MonthDayOfWeek',
        `${list('Weeks', 'Week', [1, 2, 3, 4, 'Last'])}${weekdays}${allMonths}`,
      )
    : schedule('Week', `        <WeeksInterval>1</WeeksInterval>\n${weekdays}`);
  const days = list('DaysOfMonth', 'Day', daysOfMonth ?? range(1, 31));
  return [
    ...(daysOfWeek ? [ofWeek] : []),
    ...(daysOfMonth || !daysOfWeek ? [schedule('Month', `${days}${allMonths}`)] : []),
  ];
}

const schedule = (kind: string, content: string): string =>
  `      <ScheduleBy${kind}>\n${content}      </ScheduleBy${kind}>\n`;

const list = (name: string, item: string, values: readonly (number | string)[]): string =>
  `        <${name}>\n${values.map((value) => `          <${item}>${String(value)}</${item}>\n`).join('')}        </${name}>\n`;

const names = (
  name: string,
  values: readonly number[],
  all: readonly string[],
  first: number,
): string =>
  `        <${name}>\n${values.map((value) => `          <${all[value - first] ?? ''} />\n`).join('')}        </${name}>\n`;

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const weekdayNames = [
  ...['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
];

const monthNames = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

const clockText = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((value) => String(value).padStart(2, '0')).join(':');

/** Returns minutes as the shortest ISO 8601 duration, which is the form that Windows prints. */
export function duration(minutes: number): string {
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  const time = `${hours > 0 ? `${String(hours)}H` : ''}${rest > 0 ? `${String(rest)}M` : ''}`;
  return `P${days > 0 ? `${String(days)}D` : ''}${time === '' ? '' : `T${time}`}`;
}

/** Returns the triggers in a form without layout, for a comparison with the definition that Windows prints. */
export function normalizeTriggers(xml: string): readonly string[] {
  const triggers = [...xml.matchAll(/<(CalendarTrigger|TimeTrigger)\b[^>]*>([^]*?)<\/\1>/g)];
  return triggers.map(([, name = '', content = '']) => {
    // Windows prints a repetition first and may write a start in UTC as local time.
    const values = ['Interval', 'Duration', 'RandomDelay', 'Day', 'Week'].flatMap((element) =>
      [...content.matchAll(new RegExp(`<${element}>([^<]*)<`, 'g'))].map(
        ([, value = '']) => `${element} ${value}`,
      ),
    );
    const empty = [...content.matchAll(/<(\w+day|[JFMASOND][a-y]+)\s*\/>/g)].map(
      ([, value = '']) => value,
    );
    const start = /<StartBoundary>[^<]*T([\d:]+)[^<]*</.exec(content)?.[1] ?? '';
    const at = name === 'CalendarTrigger' ? [start] : [];
    return `${name}: ${[...at, ...values, ...empty].join(' ')}`;
  });
}
