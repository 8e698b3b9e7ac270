import { projectOrders } from '../analytics/select-projects.ts';
import { projectColumnNames } from '../schema/project-column-names.ts';
import { syncNames } from '../schema/sync-names.ts';
import { userFieldNames } from '../schema/user-fields.ts';
import type { Flag } from './command.ts';
import {
  parseColumns,
  parseDays,
  parseOneOf,
  parseSince,
  parseSeconds,
  parseSyncList,
  parseTarget,
  targets,
} from './arg-parsers.ts';

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

export const targetFlag: Flag = {
  flags: '-t, --target <scheduler>',
  description: targets.join(', '),
  values: targets,
  default: 'auto',
  parse: parseTarget,
};

export const sinceFlag: Flag = {
  flags: '--since <when>',
  description: 'a duration such as 12h or 7d, or a day in UTC',
  parse: parseSince,
};
export const dryRunFlag: Flag = {
  flags: '--dry-run',
  description: 'print files and commands, change nothing',
};

export const runFlags: readonly Flag[] = [
  {
    flags: '--only <syncs>',
    description: 'only these syncs, for example tokens,quality',
    values: syncNames,
    parse: parseSyncList,
  },
  { flags: '--if-due', description: 'only the syncs that are due since their last run' },
  {
    flags: '--scheduled',
    description: 'for schedulers: silent, logs to data/logs/sync-runner.log',
  },
  {
    flags: '--log-to-stdout',
    description: 'with --scheduled: print the log instead, with times, for containers',
  },
  {
    flags: '--path <dir>',
    description: 'for schedulers: directory to search first for git and other programs',
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
];

export const projectsFlags: readonly Flag[] = [
  {
    flags: '--by <field>',
    description: `sums by ${userFieldNames.join(', ')}`,
    values: userFieldNames,
    parse: parseOneOf(userFieldNames),
  },
  {
    flags: '--sort <order>',
    description: projectOrders.join(', '),
    values: projectOrders,
    parse: parseOneOf(projectOrders),
  },
  { flags: '--reverse', description: 'reverse the order' },
  {
    flags: '--columns <names>',
    description: `only these columns, for example name,branch,cost30Usd: ${projectColumnNames.join(', ')}`,
    values: projectColumnNames,
    parse: parseColumns,
  },
  { flags: '--dirty', description: 'only projects with uncommitted changes' },
  { flags: '--missing', description: 'only projects that no longer exist' },
];

export const fleetFlags: readonly Flag[] = [
  { flags: '--check', description: 'exit 1 if a host is silent or its last run failed' },
  { flags: '--print', description: 'migrate: print the SQL, execute nothing' },
  { flags: '--writer <role>', description: 'migrate: grant the rights to publish' },
  { flags: '--reader <role>', description: 'migrate: grant the rights to read' },
  {
    flags: '--keep <days>',
    description: 'prune: delete days that are older, such as 400d',
    parse: parseDays,
  },
  {
    flags: '--runs <days>',
    description: 'prune: delete runs that are older (default: --keep)',
    parse: parseDays,
  },
];

export const installFlags: readonly Flag[] = [
  targetFlag,
  { flags: '--print', description: 'print the job for any scheduler, install nothing' },
  {
    flags: '--check',
    description: 'exit 1 and print a diff if the installed job differs',
  },
  dryRunFlag,
  {
    flags: '--templates [dir]',
    description: 'write a template for every scheduler (default: deploy/)',
  },
  { flags: '--pause', description: 'keep the installed job from starting, until --resume' },
  { flags: '--resume', description: 'let a paused job start again' },
  { flags: '--run', description: 'start the installed job now, even if no sync is due' },
];
