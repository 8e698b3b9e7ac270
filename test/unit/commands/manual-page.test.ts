import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { CommandEntry, Flag } from '../../../src/commands/command.ts';
import { helpTopics, homepage } from '../../../src/commands/help-topics.ts';
import { commandGroups, commands } from '../../../src/commands/registry.ts';
import { globalFlags } from '../../../src/commands/flags.ts';

// `npm run docs:generate` runs this file with -u, which writes what the test compares.

const root = resolve(import.meta.dirname, '../../..');

test('man/sync-runner.1 is generated from the commands and the help topics', async () => {
  await expect(manualPage()).toMatchFileSnapshot(join(root, 'man/sync-runner.1'));
});

function manualPage(): string {
  const groups = Object.entries(commandGroups).flatMap(([group, title]) => [
    `.SS ${title}`,
    ...commands.filter((command) => command.group === group).flatMap(commandLines),
  ]);
  const topics = helpTopics.flatMap(({ title, rows }) => [
    `.SH ${title.toUpperCase()}`,
    ...rows.flatMap(([term, text]) => ['.TP', `.B ${escape(term)}`, escape(text)]),
  ]);
  return [
    '.TH SYNC\\-RUNNER 1 "" "sync\\-runner" "User Commands"',
    '.SH NAME',
    'sync\\-runner \\- collects token costs, code quality and a registry of your projects',
    '.SH SYNOPSIS',
    '.B sync\\-runner',
    '.I command',
    '.RI [ options ]',
    '.SH COMMANDS',
    ...groups,
    '.SH OPTIONS OF EVERY COMMAND',
    ...globalFlags.flatMap(flagLines),
    ...topics,
    '.SH SEE ALSO',
    escape(homepage),
    '',
  ].join('\n');
}

const commandLines = ({ name, arguments: args, description, flags, examples }: CommandEntry) => [
  '.TP',
  `.B ${escape([name, args].filter((word) => word !== undefined).join(' '))}`,
  `${escape(description)}.`,
  ...(flags.length === 0 ? [] : ['.RS', ...flags.flatMap(flagLines), '.RE']),
  '.RS',
  '.P',
  '.nf',
  ...examples.map((example) => escape(`$ sync-runner ${example}`)),
  '.fi',
  '.RE',
];

const flagLines = ({ flags, description }: Flag) => [
  '.TP',
  `.B ${escape(flags)}`,
  escape(description),
];

/** Escapes a line of text for roff: its hyphens are those of commands, and a dot at its start is text. */
const escape = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/, '\\&')
    .replaceAll('…', '...')
    .replaceAll("'", '\\(aq');
