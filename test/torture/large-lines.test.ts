import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentNames } from '../../src/schema/agent-names.ts';
import { samples } from '../helpers/agents/registry.ts';
import { agentHome, countsOf, runAgent } from '../integration/syncs/tokens/agents/run-agent.ts';

const lineBytes = 600_000_000;
const agents = agentNames.map((name) => samples[name]).filter(({ content }) => content === 'lines');

// Here because reading 600 MB takes a second or more per agent.
test.each(agents)(
  'a line of 600 MB in a log of $name is skipped and the others are counted',
  async ({ name, model, write }) => {
    await using home = await agentHome();
    const session = '0199a213-81c0-7800-8aa1-bbab2a035500';
    const counts = { input: 1000, output: 200, cacheRead: 0, cacheWrite: 0 };
    const timeMs = Date.parse('2026-11-20T10:00:00Z');
    await write(home.path, [
      { id: 'response-0', session, timeMs, model, project: '/home/dev/app', ...counts },
    ]);
    const plain = await runAgent(name, home.path);
    const entries = await readdir(home.path, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((candidate) => candidate.isFile())) {
      const path = join(entry.parentPath, entry.name);
      const content = await readFile(path);
      if (!content.includes(model) && !path.endsWith('.jsonl')) continue;
      // Behind the first line, which identifies the log. A hole in the file takes no space on the disk.
      const rest = content.indexOf('\n') + 1;
      await using file = await open(path, 'r+');
      await file.write('\n', rest + lineBytes);
      await file.write(content, rest, content.length - rest, rest + lineBytes + 1);
      await file.write(Buffer.alloc(content.length - rest), 0, content.length - rest, rest);
    }
    const run = await runAgent(name, home.path);
    expect(countsOf(run)).toEqual(countsOf(plain));
    expect(run.state.warnings).toEqual({ 'too-long': 1 });
  },
);
