import {
  chmod,
  cp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentNames, agentTitles } from '../../../../../src/schema/agent-names.ts';
import { loadSqlite } from '../../../../../src/syncs/tokens/usage-log/database/sqlite.ts';
import { syncSchemas, type Options } from '../../../../../src/schema/syncs.ts';
import { sources } from '../../../../../src/syncs/tokens/registry.ts';
import { groupBy } from '../../../../../src/util/collections.ts';
import type { AgentSample, SampleResponse } from '../../../../helpers/agents/agent-sample.ts';
import { samples } from '../../../../helpers/agents/registry.ts';
import {
  agentHome,
  countsOf,
  runAgent,
  toCounts,
  type AgentRun,
  type Counts,
} from './run-agent.ts';

const startMs = Date.parse('2026-11-20T22:00:00Z');
const hourMs = 60 * 60_000;

/** Returns responses of two sessions in two projects, half an hour apart, over midnight in UTC. */
const responsesOf = ({ model, lacks }: AgentSample, count = 8): SampleResponse[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `response-${String(index)}`,
    session: `0199a213-81c0-7800-8aa1-bbab2a03550${String(index % 2)}`,
    timeMs: startMs + (index * hourMs) / 2,
    model,
    project: `/home/dev/${index % 2 === 0 ? 'app' : 'café'}`,
    input: lacks.includes('input') ? 0 : 1000 + index,
    output: lacks.includes('output') ? 0 : 200 + 3 * index,
    cacheRead: lacks.includes('cacheRead') ? 0 : 30_000 + 7 * index,
    cacheWrite: lacks.includes('cacheWrite') ? 0 : 400 + 11 * index,
  }));

const noCounts: Counts = { responses: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
const sum = (responses: readonly SampleResponse[]): Counts =>
  responses.reduce(
    (total, { input, output, cacheRead, cacheWrite }) => ({
      responses: (total.responses ?? 0) + 1,
      input: total.input + input,
      output: total.output + output,
      cacheRead: total.cacheRead + cacheRead,
      cacheWrite: total.cacheWrite + cacheWrite,
    }),
    noCounts,
  );

/** Returns the regular files below a directory, except what the run wrote itself. */
async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Returns the files that contain a text: the logs of a session, without files beside it. */
async function filesWith(dir: string, text: string): Promise<string[]> {
  const files = await filesIn(dir);
  const contents = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return files.filter((_, index) => contents[index]?.includes(text));
}

async function editFiles(dir: string, edit: (text: string) => string): Promise<void> {
  for (const file of await filesIn(dir)) {
    const text = await readFile(file, 'utf8');
    const edited = edit(text);
    if (edited !== text) await writeFile(file, edited);
  }
}

/** Text in every log, but in no file beside it. */
const logText = ({ model, lacks }: AgentSample): string =>
  lacks.includes('model') ? 'usage' : model;

/** What a run shows of a source. */
const shown = ({ state, usage }: AgentRun): string => JSON.stringify({ state, usage }, null, 1);

const hasSqlite = loadSqlite() !== null;
/** Whether the others are tested with the oldest version of Node.js. */
const isForDatabases = process.env['npm_lifecycle_event'] === 'test:sqlite';
const all = agentNames
  .map((name): AgentSample => samples[name])
  .filter(({ content }) => (content === 'database' ? hasSqlite : !isForDatabases));
// The tests of running-totals.test.ts apply to the others.
const withResponses = all.filter(({ runningTotals }) => runningTotals !== true);
const withText = withResponses.filter(({ content }) => content !== 'database');
const withLines = withResponses.filter(({ content }) => content === 'lines');

describe.each(withResponses)('$name', (sample) => {
  const { name } = sample;
  const responses = responsesOf(sample);

  test('every token is counted on its day, with its model and project', async () => {
    await using home = await agentHome();
    await sample.write(home.path, responses);
    const run = await runAgent(name, home.path);
    const byDay = groupBy(responses, ({ timeMs, project }) =>
      JSON.stringify([
        new Date(timeMs).toISOString().slice(0, 10),
        sample.model,
        sample.lacks.includes('project') ? null : project,
      ]),
    );
    const expected = [...byDay].map(([key, inEntry]) => [key, sum(inEntry)]).sort();
    const daily = run.usage?.daily.map(({ date, model, project, tokens, responses: calls }) => [
      JSON.stringify([date, model, project]),
      { responses: calls, ...toCounts(tokens) },
    ]);
    expect(daily?.sort()).toEqual(expected);
    const unpricedModels = sample.lacks.includes('model') ? [sample.model] : [];
    expect(run.state).toMatchObject({ status: 'success', unpricedModels, warnings: {} });
    const unnamed = sample.lacks.includes('model') ? [agentTitles[name]] : [];
    expect(run.diagnostics.map(({ subject }) => subject)).toEqual(unnamed);
  });

  test('logs that grow step by step give the same result as logs read at once', async () => {
    await using home = await agentHome();
    let run: AgentRun | undefined;
    // The fifth is after midnight.
    for (let count = 1; count <= 6; count += 1) {
      await sample.write(home.path, responses.slice(0, count));
      run = await runAgent(name, home.path, run === undefined ? {} : { after: run });
      expect(countsOf(run)).toEqual(sum(responses.slice(0, count)));
      expect(shown(run)).toBe(shown(await runAgent(name, home.path)));
    }
  });
});

describe.each(all)('$name', (sample) => {
  const { name, runningTotals } = sample;
  const responses = responsesOf(sample);
  const totalOf = (some: readonly SampleResponse[]): Counts =>
    runningTotals === true ? { ...sum(some), responses: null } : sum(some);

  test('the days are those of the configured time zone', async () => {
    await using home = await agentHome();
    await sample.write(home.path, responses);
    const options = { timeZone: 'Pacific/Kiritimati' };
    const first = await runAgent(name, home.path);
    const second = await runAgent(name, home.path, { after: first, options });
    const dates = new Set(second.usage?.daily.map(({ date }) => date));
    expect([...dates]).toEqual(['2026-11-21']);
    expect(countsOf(second)).toEqual(totalOf(responses));
    expect(shown(second)).toBe(shown(await runAgent(name, home.path, { options })));
  });

  test('a second run reads nothing and shows the same', async () => {
    await using home = await agentHome();
    await sample.write(home.path, responses);
    const first = await runAgent(name, home.path);
    const second = await runAgent(name, home.path, { after: first });
    expect(second.isUnchanged).toBe(true);
    expect(shown(second)).toBe(shown(first));
  });

  test('a lost cache changes nothing, also after the logs have grown', async () => {
    await using home = await agentHome();
    await sample.write(home.path, responses.slice(0, 4));
    const first = await runAgent(name, home.path);
    const lost = { ...first, cache: null };
    expect(shown(await runAgent(name, home.path, { after: lost }))).toBe(shown(first));
    await sample.write(home.path, responses);
    const second = await runAgent(name, home.path, { after: first });
    expect(countsOf(second)).toEqual(totalOf(responses));
    expect(shown(await runAgent(name, home.path, { after: lost }))).toBe(shown(second));
  });

  test('the usage of deleted logs is kept', async () => {
    await using home = await agentHome();
    await sample.write(home.path, responses);
    const first = await runAgent(name, home.path);
    for (const file of await filesIn(home.path)) await rm(file);
    const second = await runAgent(name, home.path, { after: first });
    expect(second.usage).toEqual(first.usage);
  });

  test('configured directories override the default location', async () => {
    await using home = await agentHome();
    await using other = await agentHome();
    await sample.write(other.path, responses);
    await sample.write(home.path, responses.slice(0, 2));
    const directories = [join(other.path, sample.directory)];
    const options = { agents: { [name]: { directories } } };
    expect(countsOf(await runAgent(name, home.path, { options }))).toEqual(totalOf(responses));
  });

  test('an older copy of the logs in another configured directory changes nothing', async () => {
    await using current = await agentHome();
    await using older = await agentHome();
    await sample.write(current.path, responses);
    await sample.write(older.path, responses.slice(0, 4));
    const dirs = [current.path, older.path].map((home) => join(home, sample.directory));
    for (const directories of [dirs, dirs.toReversed()]) {
      const options = { agents: { [name]: { directories } } };
      expect(countsOf(await runAgent(name, older.path, { options }))).toEqual(totalOf(responses));
    }
  });

  test('a disabled agent is not read', () => {
    const source = sources.find((candidate) => candidate.name === name);
    const optionsWith = (enabled: boolean): Options<'tokens'> =>
      syncSchemas.tokens.options.parse({ agents: { [name]: { enabled } } });
    expect(source?.isEnabled(optionsWith(true), {})).toBe(true);
    expect(source?.isEnabled(optionsWith(false), {})).toBe(false);
  });

  test('a configured directory without logs is a warning', async () => {
    await using home = await agentHome();
    const options = { agents: { [name]: { directories: ['/does/not/exist'] } } };
    const { diagnostics, state } = await runAgent(name, home.path, { options });
    expect(diagnostics).toMatchObject([{ code: 'no-logs', subject: '/does/not/exist' }]);
    expect(state.status).toBe('skipped');
  });

  test('a machine without the agent has no usage', async () => {
    await using home = await agentHome();
    const run = await runAgent(name, home.path);
    expect(run).toMatchObject({ state: { status: 'skipped', warnings: {} }, usage: null });
    expect(run.diagnostics).toEqual([]);
  });

  test('a symbolic link in place of a log is a warning and the rest is counted', async () => {
    await using home = await agentHome();
    await sample.write(home.path, responses.slice(0, 1));
    const [log = ''] = await filesWith(home.path, logText(sample));
    await rename(log, join(home.path, 'elsewhere'));
    await symlink(join(home.path, 'elsewhere'), log);
    const run = await runAgent(name, home.path);
    expect(run.state.warnings).toEqual({ unreadable: 1 });
    expect(countsOf(run)).toEqual(totalOf([]));
  });

  test.skipIf(process.getuid?.() === 0)(
    'an unreadable directory is a warning (skipped as root)',
    async () => {
      await using home = await agentHome();
      await sample.write(home.path, responses);
      const dir = join(home.path, sample.directory);
      await chmod(dir, 0);
      const run = await runAgent(name, home.path);
      await chmod(dir, 0o700);
      expect(run.diagnostics).toMatchObject([{ code: 'log-unreadable' }]);
    },
  );
});

describe.each(withText)('$name with damaged logs', (sample) => {
  const { name } = sample;
  const responses = responsesOf(sample);
  const [first, marked, last] = responses.map((response) => ({
    ...response,
    session: responses[0]?.session ?? '',
    project: responses[0]?.project ?? '',
  }));
  if (first === undefined || marked === undefined || last === undefined) throw new Error('too few');
  const hostile: SampleResponse = { ...marked, output: 7_654_321 };

  test.each(
    // prettier-ignore
    ['-1', '1e999', '-1e999', '1.5', '9007199254740993', '"7"', '"NaN"', 'true', '[]', '[[[[1]]]]', '{"a":1}'],
  )('a response with %s as output is skipped and the others are counted', async (value) => {
    await using home = await agentHome();
    await sample.write(home.path, [first, hostile, last]);
    const written = sample.isNested === true ? JSON.stringify(value).slice(1, -1) : value;
    await editFiles(home.path, (text) => text.replaceAll(/\b7654321\b/g, () => written));
    const run = await runAgent(name, home.path);
    expect(countsOf(run)).toEqual(sum([first, last]));
    expect(run.state.warnings).toEqual({ usage: 1 });
    expect(shown(await runAgent(name, home.path, { after: run }))).toBe(shown(run));
  });

  test('JSON nested deeper than the stack is not a crash', async () => {
    await using home = await agentHome();
    await sample.write(home.path, [first, hostile, last]);
    const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    await editFiles(home.path, (text) => text.replaceAll(/\b7654321\b/g, nested));
    const { status } = (await runAgent(name, home.path)).state;
    expect(status).toBe('success');
  });

  test('logs that are random bytes are not a crash', async () => {
    await using home = await agentHome();
    await sample.write(home.path, [first, hostile, last]);
    for (const file of await filesIn(home.path)) {
      const { length } = await readFile(file);
      await writeFile(
        file,
        Buffer.from(Array.from({ length }, (_, index) => (index * 7919) % 256)),
      );
    }
    const run = await runAgent(name, home.path);
    expect(countsOf(run)).toEqual(noCounts);
  });

  test('a byte order mark at the start of a log changes nothing', async () => {
    await using home = await agentHome();
    await sample.write(home.path, responses);
    const plain = await runAgent(name, home.path);
    await editFiles(home.path, (text) => `\ufeff${text}`);
    expect(shown(await runAgent(name, home.path))).toBe(shown(plain));
  });

  test('logs with CRLF line ends count the same', async () => {
    await using home = await agentHome();
    await sample.write(home.path, responses);
    const plain = await runAgent(name, home.path);
    await editFiles(home.path, (text) => text.replaceAll('\n', '\r\n'));
    expect(shown(await runAgent(name, home.path))).toBe(shown(plain));
  });

  test('a log that is replaced by a shorter one counts with its new content', async () => {
    await using home = await agentHome();
    await using other = await agentHome();
    await sample.write(home.path, responses);
    const before = await runAgent(name, home.path);
    await sample.write(other.path, responses.slice(0, 4));
    for (const file of await filesIn(home.path)) await rm(file);
    await cp(other.path, home.path, { recursive: true });
    const after = await runAgent(name, home.path, { after: before });
    // Records of documents are retained, because agents remove messages from them.
    const expected = sample.content === 'document' ? responses : responses.slice(0, 4);
    expect(countsOf(after)).toEqual(sum(expected));
  });

  test('a truncated log is read up to its last complete record', async () => {
    await using home = await agentHome();
    await sample.write(home.path, [first, hostile, last]);
    const [log = ''] = await filesWith(home.path, '7654321');
    await truncate(log, (await readFile(log)).indexOf('7654321') + 3);
    const run = await runAgent(name, home.path);
    const isDocument = sample.content === 'document';
    expect(countsOf(run)).toEqual(isDocument ? noCounts : sum([first]));
    expect(run.state.warnings).toEqual(isDocument ? { json: 1 } : {});
  });
});

describe.each(withLines)('$name with damaged lines', (sample) => {
  const { name } = sample;
  const responses = responsesOf(sample);

  test.each(['', ' ', 'null', '[]', '"text"', '0', '{}', '{"type":', '\0\0\0', '\u00ff{'])(
    'the line %j between two others is not counted',
    async (line) => {
      await using home = await agentHome();
      await sample.write(home.path, responses);
      await editFiles(home.path, (text) => text.replaceAll('\n', `\n${line}\n`));
      const run = await runAgent(name, home.path);
      expect(countsOf(run)).toEqual(sum(responses));
      expect(run.state.warnings).toEqual({});
    },
  );

  test('an incomplete last line is read when it is complete', async () => {
    await using home = await agentHome();
    await sample.write(home.path, responses);
    const complete = await runAgent(name, home.path);
    const logs = await filesWith(home.path, logText(sample));
    const texts = await Promise.all(logs.map((log) => readFile(log, 'utf8')));
    for (const log of logs) await truncate(log, (await readFile(log)).length - 10);
    const cut = await runAgent(name, home.path);
    expect(cut.state.warnings).toEqual({});
    for (const [index, log] of logs.entries()) {
      await writeFile(log, texts[index]?.slice(-10) ?? '', { flag: 'a' });
    }
    const run = await runAgent(name, home.path, { after: cut });
    expect(shown(run)).toBe(shown(complete));
  });
});
