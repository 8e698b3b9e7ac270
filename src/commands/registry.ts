import { projectOrders } from '../analytics/select-projects.ts';
import { syncNames } from '../schema/sync-names.ts';
import type { CommandEntry, Flag } from './command.ts';
import {
  lineCount,
  oneOf,
  pastTime,
  seconds,
  syncList,
  targetNamed,
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

/** What every command understands. */
export const globalFlags: readonly Flag[] = [
  { flags: '-w, --workspace <dir>', description: 'the folder that holds data/' },
  { flags: '--json', description: 'print exactly one JSON document' },
  { flags: '--plain', description: 'print one record a line, nothing cut' },
  { flags: '-q, --quiet', description: 'print errors only' },
  { flags: '-v, --verbose', description: 'print all warnings, and how long things took' },
  { flags: '--color', description: 'colours also where there is no terminal' },
  { flags: '--no-color', description: 'no colours' },
];

const targetFlag: Flag = {
  flags: '-t, --target <scheduler>',
  description: targets.join(', '),
  values: targets,
  preset: 'auto',
  parse: targetNamed,
};

/** Every command, in the order of the help. A new one is one entry here; its code is loaded by `action`. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    arguments: '[root...]',
    description: 'write a commented configuration; never overwrites one',
    examples: ['init ~/code ~/work', 'init -w . ..'],
    flags: [],
    async action(roots, flags, system) {
      const { init } = await import('./init.ts');
      return init(roots, flags, system);
    },
  },
  {
    name: 'run',
    description: 'one locked run of the syncs: tokens, quality, projects',
    examples: ['run --only quality', 'run --wait 60'],
    flags: [
      {
        flags: '--only <syncs>',
        description: 'only these, for example tokens,quality',
        values: syncNames,
        parse: syncList,
      },
      { flags: '--if-due', description: 'only if intervalMinutes have passed since the last run' },
      {
        flags: '--scheduled',
        description: 'as a scheduler starts it: silent, writes data/logs/sync-runner.log',
      },
      { flags: '--wait <seconds>', description: 'wait for another run to end', parse: seconds },
      {
        flags: '--fail-if-locked',
        description: 'exit with 75 while another run is on (default: skip, exit 0)',
      },
      { flags: '--dry-run', description: 'look at everything, write nothing' },
    ],
    async action(_args, flags: RunFlags, system) {
      const { run } = await import('./run.ts');
      return run(flags, system);
    },
  },
  {
    name: 'status',
    arguments: '[project]',
    description: 'is everything fresh? last run, next run, lock, one project',
    examples: ['status --check', 'status web-client'],
    flags: [
      { flags: '--check', description: 'exit with 1 when something needs a person' },
      { flags: '--all', description: 'show every project and every problem' },
    ],
    async action([name], flags: StatusFlags, system) {
      const { status } = await import('./status.ts');
      return status(name ?? null, flags, system);
    },
  },
  {
    name: 'projects',
    arguments: '[word...]',
    description: 'what do I have, and what needs me? a table of the registry',
    examples: ['projects --dirty', 'projects typescript --sort cost'],
    flags: [
      {
        flags: '--sort <order>',
        description: projectOrders.join(', '),
        values: projectOrders,
        parse: oneOf(projectOrders),
      },
      { flags: '--reverse', description: 'the other way round' },
      { flags: '--dirty', description: 'only those with changes that are not committed' },
      { flags: '--missing', description: 'only those that have vanished' },
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
    description: 'the last runs, or what changed in a sync or a project',
    examples: ['history --since 7d', 'history web-client --limit 50'],
    flags: [
      {
        flags: '--since <when>',
        description: 'a span such as 12h or 7d, or a day in UTC',
        parse: pastTime,
      },
      { flags: '--limit <lines>', description: 'how many, the newest (20)', parse: lineCount },
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
    description: 'rows as CSV: projects, tokens, runs, histories',
    examples: ['export --csv projects > projects.csv', 'export tokens --since 30d --json'],
    flags: [
      { flags: '--csv', description: 'as CSV: what it does anyway, unless --json is asked for' },
      {
        flags: '--since <when>',
        description: 'a span such as 12h or 7d, or a day in UTC',
        parse: pastTime,
      },
    ],
    async action([what = 'projects'], flags: ExportFlags, system) {
      const { exportRows } = await import('./export.ts');
      return exportRows(oneOf(exportNames)(what), flags, system);
    },
  },
  {
    name: 'report',
    description: 'one HTML page: cost, quality, projects, runs',
    examples: ['report --open', 'report --output ~/projects.html'],
    flags: [
      { flags: '--output <file>', description: 'where to put it (default: data/report.html)' },
      { flags: '--open', description: 'show it in the browser' },
    ],
    async action(_args, flags: ReportFlags, system) {
      const { report } = await import('./report.ts');
      return report(flags, system);
    },
  },
  {
    name: 'doctor',
    description: 'is everything as a run needs it? and how to mend it',
    examples: ['doctor', 'doctor --json'],
    flags: [],
    async action(_args, flags, system) {
      const { doctor } = await import('./doctor.ts');
      return doctor(flags, system);
    },
  },
  {
    name: 'install-schedule',
    description: 'let the system start the runs, every intervalMinutes',
    examples: ['install-schedule', 'install-schedule --print --target launchd'],
    flags: [
      targetFlag,
      { flags: '--print', description: 'print what would be installed, for any system' },
      {
        flags: '--check',
        description: 'exit with 1, and a diff, when what is installed differs',
      },
      { flags: '--dry-run', description: 'show every file and command, change nothing' },
      {
        flags: '--templates [dir]',
        description: 'write an example for every scheduler (default: deploy/)',
      },
    ],
    async action(_args, flags: InstallFlags, system) {
      const { installSchedule } = await import('./install-schedule.ts');
      return installSchedule(flags, system);
    },
  },
  {
    name: 'uninstall-schedule',
    description: 'the exact inverse; twice is fine',
    examples: ['uninstall-schedule', 'uninstall-schedule --dry-run'],
    flags: [
      targetFlag,
      { flags: '--dry-run', description: 'show what would be done, change nothing' },
    ],
    async action(_args, flags: UninstallFlags, system) {
      const { uninstallSchedule } = await import('./uninstall-schedule.ts');
      return uninstallSchedule(flags, system);
    },
  },
  {
    name: 'notify-test',
    description: 'send a test message to every channel of notify',
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
    description: `the script that completes words in ${shells.join(', ')}`,
    examples: ['completion bash >> ~/.bashrc', 'completion fish | source'],
    flags: [],
    async action([shell = ''], flags, system) {
      const { completion } = await import('./completion.ts');
      const tree = { commands: commands, globalFlags };
      return completion(oneOf(shells)(shell), tree, flags, system);
    },
  },
];
