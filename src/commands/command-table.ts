import { syncNames } from '../contract/sync-names.ts';
import type { CommandEntry, Flag } from './command.ts';
import { seconds, syncList, targetNamed, targets } from './flag-values.ts';
import type { InstallFlags } from './install-schedule.ts';
import type { ReportFlags } from './report.ts';
import type { RunFlags } from './options.ts';
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
export const commandTable: readonly CommandEntry[] = [
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
    description: 'is everything fresh? last run, next run, lock',
    examples: ['status --json', 'status --check'],
    flags: [
      { flags: '--check', description: 'exit with 1 when something needs a person' },
      { flags: '--all', description: 'show every project and every problem' },
    ],
    async action(_args, flags: StatusFlags, system) {
      const { status } = await import('./status.ts');
      return status(flags, system);
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
];
