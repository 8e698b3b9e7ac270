#!/usr/bin/env node
// Stands in for schtasks.exe, and refuses what that refuses. Started with the directory of its state, in which `task` is
// its only task as it is printed, and `task-name` and `task-definition` are as they were given. `deny` denies access.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { violationsOf } from './task-definition.mjs';

const [stateDir, ...args] = process.argv.slice(2);
const stateFile = (name) => join(stateDir, name);

/** Whether an option is followed by a value. */
const options = {
  '/Create': { '/TN': true, '/XML': true, '/F': false },
  '/Query': { '/TN': true, '/XML': false },
  '/Change': { '/TN': true, '/DISABLE': false, '/ENABLE': false },
  '/Run': { '/TN': true },
  '/Delete': { '/TN': true, '/F': false },
};

function fail(message) {
  process.stderr.write(`ERROR: ${message}\r\n`);
  process.exit(1);
}

function parseOptions() {
  const [action, ...rest] = args;
  const known = options[action] ?? fail(`Invalid argument/option - '${action}'.`);
  const given = {};
  for (let at = 0; at < rest.length; at += 1) {
    const hasValue = known[rest[at]];
    if (hasValue === undefined) fail(`Invalid argument/option - '${rest[at]}'.`);
    given[rest[at]] = hasValue ? rest[++at] : true;
  }
  const name = given['/TN'];
  if (name === undefined || !/^\\?[^\\/:*?"<>|]+$/.test(name)) {
    fail('The filename, directory name, or volume label syntax is incorrect.');
  }
  return { action, name, given };
}

const read = (name) => (existsSync(stateFile(name)) ? readFileSync(stateFile(name), 'utf8') : null);
const save = (text) => writeFileSync(stateFile('task'), text);

/** Returns a definition as it is printed: in another layout, with what the console code page contains. */
const printed = (bytes) =>
  bytes
    .toString('utf16le')
    .slice(1)
    .replaceAll('\r', '')
    .replace(/^ +/gm, '')
    .replaceAll('&quot;', '"')
    .replace(/<(CalendarTrigger|TimeTrigger)>[^]*?<\/\1>/g, (trigger) =>
      trigger.replace(/^(<\w+>\n)([^]*?)(<Repetition>[^]*<\/Repetition>\n)/, '$1$3$2'),
    )
    .replace(/[^\0-\x7f]/g, '?');

/** Starts the action, without the console host, which wine does not have. */
function start() {
  const definition = readFileSync(stateFile('task-definition'), 'utf16le');
  const value = (name) =>
    new RegExp(`<${name}>([^<]*)<`)
      .exec(definition)?.[1]
      .replace(
        /&(lt|gt|amp|quot);/g,
        (_all, entity) => ({ lt: '<', gt: '>', amp: '&', quot: '"' })[entity],
      ) ?? '';
  const program = value('Command');
  const line = program.endsWith('conhost.exe')
    ? value('Arguments').replace('--headless ', '')
    : `"${program}" ${value('Arguments')}`;
  const [, quoted, bare, rest] = /^(?:"([^"]+)"|(\S+)) (.*)$/.exec(line) ?? [];
  const child = spawn(quoted ?? bare, [rest], {
    ...{ detached: true, stdio: 'ignore', windowsVerbatimArguments: true, windowsHide: true },
  });
  child.unref();
}

if (args[0] === '/?') process.exit(0);
if (existsSync(stateFile('deny'))) fail('Access is denied.');
const { action, name, given } = parseOptions();
const isSame = (other) =>
  other?.toLowerCase().replace(/^\\/, '') === name.toLowerCase().replace(/^\\/, '');
const task = isSame(read('task-name')) ? read('task') : null;
if (action === '/Create') {
  if (given['/XML'] === undefined) fail('Invalid syntax. Mandatory option /XML is missing.');
  // Without /F it asks whether to replace the task.
  if (task !== null && given['/F'] !== true) fail('The specified task name already exists.');
  const bytes = readFileSync(given['/XML']);
  const [violation] = violationsOf(bytes);
  if (violation !== undefined) fail(`The task XML is malformed. ${violation}`);
  save(printed(bytes));
  writeFileSync(stateFile('task-name'), name);
  writeFileSync(stateFile('task-definition'), bytes);
  process.exit(0);
}
if (task === null) fail('The system cannot find the file specified.');
switch (action) {
  case '/Query':
    process.stdout.write(given['/XML'] === true ? task : `${name}  Ready\n`);
    break;
  case '/Change':
    if (given['/DISABLE'] === given['/ENABLE']) fail('Invalid syntax.');
    save(
      task.replace(
        /(<Settings>[^]*<Enabled>)(?:true|false)/,
        `$1${String(given['/ENABLE'] === true)}`,
      ),
    );
    break;
  case '/Run':
    if (/<Settings>[^]*<Enabled>false/.test(task)) fail('The task is disabled.');
    if (process.platform === 'win32') start();
    break;
  case '/Delete':
    // Without /F it asks whether to delete the task.
    if (given['/F'] !== true) fail('The operation was cancelled.');
    rmSync(stateFile('task'));
    rmSync(stateFile('task-name'));
    rmSync(stateFile('task-definition'));
    break;
}
