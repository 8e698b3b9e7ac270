import { configFile } from '../../../src/schema/config.ts';
import type { Host, Job } from '../../../src/schedule/scheduler.ts';
import { hostileName } from '../../helpers/hostile-program.ts';

export const exampleJob: Job = {
  id: 'sync-runner',
  when: 'every 15 minutes',
  cron: null,
  intervalMinutes: 15,
  dueCheck: false,
  timeZone: 'Europe/Berlin',
  command: ['/usr/bin/node', '/opt/sync-runner/bin/sync-runner.cjs'],
  git: '/usr/bin/git',
  workspace: '/home/ada/work',
  syncMinutes: 30,
  timeLimitMinutes: 60,
  settings: configFile.parse({}).scheduler,
};

export const exampleHost: Host = {
  platform: 'linux',
  home: '/home/ada',
  uid: 1000,
  account: null,
  stateDir: '/home/ada/work/data/schedule',
  consoleHost: null,
};

export const hostileJob: Job = {
  ...exampleJob,
  command: [`/opt/${hostileName}/node`, `/opt/${hostileName}/cli.cjs`],
  git: `/opt/${hostileName}/git`,
  workspace: `/home/${hostileName}/`,
};

/** Words whose quoting must round-trip. */
export const hostileWords = [
  hostileName,
  '50%',
  '%leading',
  '\\',
  '\\\\',
  '\\%',
  '\\\\%x',
  'trailing\\',
  'trailing\\\\',
  'a trailing one\\',
  'back\\"quote \\\\" two',
  `both ' and "`,
  '$HOME $(id) `id` ${PATH}',
  'tab\there',
  'ünïcödé 日本',
  '#;&|<>*?[a]~',
  'bang!x!!',
  '',
  '%h %% $$',
  '%it\'s "100%" $x \\ `y` !',
] as const;

export const everyInterval = Array.from({ length: 1440 }, (_, index) => index + 1);

/** Returns the text of the first element with a name. */
export const elementText = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
