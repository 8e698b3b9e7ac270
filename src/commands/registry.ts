import { costGroupings } from '../schema/cost-groupings.ts';
import { syncNames } from '../schema/sync-names.ts';
import type { CommandEntry } from './command.ts';
import {
  exportNames,
  parseLimit,
  parseOneOf,
  parseSince,
  parseSeconds,
  shells,
} from './arg-parsers.ts';
import {
  dryRunFlag,
  fleetFlags,
  globalFlags,
  installFlags,
  projectsFlags,
  runFlags,
  sinceFlag,
  targetFlag,
} from './flags.ts';

/** The headings of the help, in their order. */
export const commandGroups = {
  collect: 'Collect',
  view: 'View',
  schedule: 'Run regularly',
  connect: 'Other programs',
} as const satisfies Record<CommandEntry['group'], string>;

/** All commands, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    group: 'collect',
    arguments: '[root...]',
    description: 'create a commented configuration',
    examples: ['init ~/code ~/work', 'init -w . ..'],
    flags: [],
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'run',
    group: 'collect',
    description: `run the syncs once: ${syncNames.join(', ')}`,
    examples: ['run --only quality', 'run --wait 60'],
    flags: runFlags,
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'status',
    group: 'view',
    arguments: '[project]',
    description: 'show health, last run and next run, or one project',
    examples: ['status --check', 'status web-client'],
    flags: [
      { flags: '--check', description: 'exit 1 if there is an error' },
      {
        flags: '--fail-on <severity>',
        description: 'like --check, but for error (the default) or warning',
        values: ['error', 'warning'],
        parse: parseOneOf(['error', 'warning']),
      },
      { flags: '--all', description: 'show all projects and all problems' },
    ],
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'projects',
    group: 'view',
    arguments: '[word...]',
    argumentValues: ['set', 'forget'],
    description: 'list the projects; set their client, tags, …; forget one',
    examples: [
      'projects typescript client=ACME --sort cost',
      'projects --columns name,branch,cost30Usd',
      'projects --by client',
      'projects set web-client client=ACME tags=web deadline=2026-12-31',
      'projects forget old-site',
    ],
    flags: projectsFlags,
    load: async () => (await import('./projects.ts')).projects,
  },
  {
    name: 'today',
    group: 'view',
    description: 'print the cost of today and what to do',
    examples: ['today', 'today --json'],
    flags: [],
    load: async () => (await import('./today.ts')).today,
  },
  {
    name: 'cost',
    group: 'view',
    description: 'show the cost by day, project, model, agent or client',
    examples: ['cost --by project --since 30d', 'cost --by month --compare'],
    flags: [
      {
        flags: '--by <group>',
        description: `${costGroupings.join(', ')} (default: day)`,
        values: costGroupings,
        parse: parseOneOf(costGroupings),
      },
      {
        flags: '--since <when>',
        description: 'a number of days such as 30d, with today, or a day',
        parse: parseSince,
      },
      { flags: '--compare', description: 'compare with the period before' },
    ],
    load: async () => (await import('./cost.ts')).cost,
  },
  {
    name: 'statusline',
    group: 'connect',
    description: 'print one line for Claude Code or a shell prompt',
    examples: ['statusline', 'statusline --json'],
    flags: [],
    load: async () => (await import('./statusline.ts')).statusline,
  },
  {
    name: 'history',
    group: 'view',
    arguments: '[what]',
    argumentValues: ['runs', ...syncNames],
    description: 'show the last runs, or the changes of a sync or project',
    examples: ['history --since 7d', 'history web-client --limit 50'],
    flags: [
      sinceFlag,
      {
        flags: '--limit <lines>',
        description: 'number of lines, newest last, or all (default: 20)',
        parse: parseLimit,
      },
    ],
    load: async () => (await import('./history.ts')).history,
  },
  {
    name: 'export',
    group: 'connect',
    arguments: '[what]',
    argumentValues: exportNames,
    description: 'print a table as CSV',
    examples: ['export --csv projects > projects.csv', 'export tokens --since 30d --json'],
    flags: [{ flags: '--csv', description: 'CSV, the default unless --json is given' }, sinceFlag],
    load: async () => (await import('./export.ts')).exportRows,
  },
  {
    name: 'report',
    group: 'view',
    description: 'write an HTML page: cost, quality, projects, runs',
    examples: ['report --open', 'report --output ~/projects.html'],
    flags: [
      { flags: '--output <file>', description: 'path of the page (default: data/report.html)' },
      { flags: '--open', description: 'open it in the browser' },
    ],
    load: async () => (await import('./report.ts')).report,
  },
  {
    name: 'publish',
    group: 'connect',
    description: 'publish the data in the database of the fleet',
    examples: ['publish', 'publish --dry-run --json'],
    flags: [
      { flags: '--dry-run', description: 'with --json: print exactly what would be sent' },
      {
        flags: '--timeout <seconds>',
        description: 'stop after this time (default: when all is sent)',
        parse: parseSeconds,
      },
      {
        flags: '--fail-if-locked',
        description: 'exit 75 if another process is publishing (default: skip, exit 0)',
      },
    ],
    load: async () => (await import('./publish.ts')).publishNow,
  },
  {
    name: 'fleet',
    group: 'view',
    arguments: '[what] [host]',
    argumentValues: ['migrate', 'forget', 'prune'],
    description: 'show all machines that publish; manage their database',
    examples: [
      'fleet --check',
      'fleet migrate --writer sync_writer --reader sync_reader',
      'fleet forget old-laptop',
      'fleet prune --keep 400d',
    ],
    flags: fleetFlags,
    load: async () => (await import('./fleet.ts')).fleet,
  },
  {
    name: 'doctor',
    group: 'collect',
    description: 'check the installation and suggest fixes',
    examples: ['doctor', 'doctor --json'],
    flags: [],
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'install-schedule',
    group: 'schedule',
    description: 'install a job that runs when the syncs are due',
    examples: [
      'install-schedule',
      'install-schedule --pause',
      'install-schedule --print --target launchd',
    ],
    flags: installFlags,
    load: async () => (await import('./install-schedule.ts')).installSchedule,
  },
  {
    name: 'uninstall-schedule',
    group: 'schedule',
    description: 'remove the installed job',
    examples: ['uninstall-schedule', 'uninstall-schedule --dry-run'],
    flags: [targetFlag, dryRunFlag],
    load: async () => (await import('./uninstall-schedule.ts')).uninstallSchedule,
  },
  {
    name: 'notify-test',
    group: 'schedule',
    description: 'send a test message to every channel',
    examples: ['notify-test', 'notify-test --json'],
    flags: [],
    load: async () => (await import('./notify-test.ts')).notifyTest,
  },
  {
    name: 'completion',
    group: 'connect',
    arguments: '<shell>',
    argumentValues: shells,
    description: `print a completion script: ${shells.join(', ')}`,
    examples: ['completion bash >> ~/.bashrc', 'completion fish | source'],
    flags: [],
    load: async () => {
      const { printCompletion } = await import('./completion.ts');
      return (flags, system, args) =>
        printCompletion(flags, system, args, { commands, globalFlags });
    },
  },
];
