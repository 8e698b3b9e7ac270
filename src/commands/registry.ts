import { projectOrders } from '../analytics/select-projects.ts';
import { syncNames } from '../schema/sync-names.ts';
import type { CommandEntry, Flag } from './command.ts';
import {
  parseLimit,
  parseOneOf,
  parseSince,
  parseSeconds,
  parseSyncList,
  parseTarget,
  targets,
} from './arg-parsers.ts';
import type { ExportFlags } from './export.ts';
import { exportNames } from './export-names.ts';
import type { HistoryFlags } from './history.ts';
import type { InstallFlags } from './install-schedule.ts';
import type { ReportFlags } from './report.ts';
import type { RunFlags } from './options.ts';
import type { ProjectsFlags } from './projects.ts';
import { shells } from './shells.ts';
import type { StatusFlags } from './status.ts';
import type { UninstallFlags } from './uninstall-schedule.ts';

/** The flags of every command. */
export const globalFlags: readonly Flag[] = [
  { flags: '-w, --workspace <dir>', description: 'the directory that contains data/' },
  { flags: '--json', description: 'print exactly one JSON document' },
  { flags: '--plain', description: 'print one record per line, untruncated' },
  { flags: '-q, --quiet', description: 'print errors only' },
  { flags: '-v, --verbose', description: 'print all warnings and durations' },
  { flags: '--color', description: 'use colors even without a terminal' },
  { flags: '--no-color', description: 'use no colors' },
];

const targetFlag: Flag = {
  flags: '-t, --target <scheduler>',
  description: targets.join(', '),
  values: targets,
  default: 'auto',
  parse: parseTarget,
};

/** All commands, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    arguments: '[root...]',
    description: 'create a commented configuration',
    examples: ['init ~/code ~/work', 'init -w . ..'],
    flags: [],
    async action(roots, flags, system) {
      const { init } = await import('./init.ts');
      return init(roots, flags, system);
    },
  },
  {
    name: 'run',
    description: `run the syncs once: ${syncNames.join(', ')}`,
    examples: ['run --only quality', 'run --wait 60'],
    flags: [
      {
        flags: '--only <syncs>',
        description: 'only these syncs, for example tokens,quality',
        values: syncNames,
        parse: parseSyncList,
      },
      { flags: '--if-due', description: 'only if intervalMinutes have passed since the last run' },
      {
        flags: '--scheduled',
        description: 'for schedulers: silent, logs to data/logs/sync-runner.log',
      },
      {
        flags: '--wait <seconds>',
        description: 'wait for another run to finish',
        parse: parseSeconds,
      },
      {
        flags: '--fail-if-locked',
        description: 'exit 75 if another run is in progress (default: skip, exit 0)',
      },
      { flags: '--dry-run', description: 'collect everything, write nothing' },
    ],
    async action(_args, flags: RunFlags, system) {
      const { run } = await import('./run.ts');
      return run(flags, system);
    },
  },
  {
    name: 'status',
    arguments: '[project]',
    description: 'show health, last run and next run, or one project',
    examples: ['status --check', 'status web-client'],
    flags: [
      { flags: '--check', description: 'exit 1 if there is an error' },
      { flags: '--all', description: 'show all projects and all problems' },
    ],
    async action([name], flags: StatusFlags, system) {
      const { status } = await import('./status.ts');
      return status(name ?? null, flags, system);
    },
  },
  {
    name: 'projects',
    arguments: '[word...]',
    description: 'list the projects and what needs attention',
    examples: ['projects --dirty', 'projects typescript --sort cost'],
    flags: [
      {
        flags: '--sort <order>',
        description: projectOrders.join(', '),
        values: projectOrders,
        parse: parseOneOf(projectOrders),
      },
      { flags: '--reverse', description: 'reverse the order' },
      { flags: '--dirty', description: 'only projects with uncommitted changes' },
      { flags: '--missing', description: 'only projects that no longer exist' },
    ],
    async action(words, flags: ProjectsFlags, system) {
      const { projects } = await import('./projects.ts');
      return projects(words, flags, system);
    },
  },
  {
    name: 'history',
    arguments: '[what]',
    argumentValues: ['runs', ...syncNames],
    description: 'show the last runs, or the changes of a sync or project',
    examples: ['history --since 7d', 'history web-client --limit 50'],
    flags: [
      {
        flags: '--since <when>',
        description: 'a duration such as 12h or 7d, or a day in UTC',
        parse: parseSince,
      },
      {
        flags: '--limit <lines>',
        description: 'number of lines, newest last (default: 20)',
        parse: parseLimit,
      },
    ],
    async action(words, flags: HistoryFlags, system) {
      const { history } = await import('./history.ts');
      return history(words, flags, system);
    },
  },
  {
    name: 'export',
    arguments: '[what]',
    argumentValues: exportNames,
    description: 'print a table as CSV',
    examples: ['export --csv projects > projects.csv', 'export tokens --since 30d --json'],
    flags: [
      { flags: '--csv', description: 'CSV, the default unless --json is given' },
      {
        flags: '--since <when>',
        description: 'a duration such as 12h or 7d, or a day in UTC',
        parse: parseSince,
      },
    ],
    async action([what = 'projects'], flags: ExportFlags, system) {
      const { exportRows } = await import('./export.ts');
      return exportRows(parseOneOf(exportNames)(what), flags, system);
    },
  },
  {
    name: 'report',
    description: 'write an HTML page: cost, quality, projects, runs',
    examples: ['report --open', 'report --output ~/projects.html'],
    flags: [
      { flags: '--output <file>', description: 'path of the page (default: data/report.html)' },
      { flags: '--open', description: 'open it in the browser' },
    ],
    async action(_args, flags: ReportFlags, system) {
      const { report } = await import('./report.ts');
      return report(flags, system);
    },
  },
  {
    name: 'doctor',
    description: 'check the installation and suggest fixes',
    examples: ['doctor', 'doctor --json'],
    flags: [],
    async action(_args, flags, system) {
      const { doctor } = await import('./doctor.ts');
      return doctor(flags, system);
    },
  },
  {
    name: 'install-schedule',
    description: 'install a job that runs every intervalMinutes',
    examples: ['install-schedule', 'install-schedule --print --target launchd'],
    flags: [
      targetFlag,
      { flags: '--print', description: 'print the job for any scheduler, install nothing' },
      {
        flags: '--check',
        description: 'exit 1 and print a diff if the installed job differs',
      },
      { flags: '--dry-run', description: 'print files and commands, change nothing' },
      {
        flags: '--templates [dir]',
        description: 'write a template for every scheduler (default: deploy/)',
      },
    ],
    async action(_args, flags: InstallFlags, system) {
      const { installSchedule } = await import('./install-schedule.ts');
      return installSchedule(flags, system);
    },
  },
  {
    name: 'uninstall-schedule',
    description: 'remove the installed job',
    examples: ['uninstall-schedule', 'uninstall-schedule --dry-run'],
    flags: [
      targetFlag,
      { flags: '--dry-run', description: 'print files and commands, change nothing' },
    ],
    async action(_args, flags: UninstallFlags, system) {
      const { uninstallSchedule } = await import('./uninstall-schedule.ts');
      return uninstallSchedule(flags, system);
    },
  },
  {
    name: 'notify-test',
    description: 'send a test message to every channel',
    examples: ['notify-test', 'notify-test --json'],
    flags: [],
    async action(args, flags, system) {
      const { notifyTest } = await import('./notify-test.ts');
      return notifyTest(args, flags, system);
    },
  },
  {
    name: 'completion',
    arguments: '<shell>',
    argumentValues: shells,
    description: `print a completion script: ${shells.join(', ')}`,
    examples: ['completion bash >> ~/.bashrc', 'completion fish | source'],
    flags: [],
    async action([shell = ''], flags, system) {
      const { printCompletion } = await import('./completion.ts');
      const tree = { commands, globalFlags };
      return printCompletion(parseOneOf(shells)(shell), tree, flags, system);
    },
  },
];
