import { cp, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findFiles, withCount, wrongCount, type AgentTraps } from './agent-traps.ts';

const storage = (editor: string): string => join('.config', editor, 'User/globalStorage');

interface TaskMessage {
  readonly ts: number;
  readonly say: string;
  readonly text: string;
}

/** Tasks that are open in two editors, and messages that repeat the counts of a request. */
const taskTraps: AgentTraps = {
  plant: async (home) => {
    const isTask = (path: string): boolean => path.endsWith('ui_messages.json');
    for (const path of await findFiles(join(home, storage('Code')), isTask)) {
      const messages = JSON.parse(await readFile(path, 'utf8')) as readonly TaskMessage[];
      const repeated = messages.flatMap((message) =>
        message.say === 'api_req_started'
          ? [message, { ...message, say: 'api_req_finished' }]
          : [message],
      );
      await writeFile(path, JSON.stringify(repeated));
    }
    await cp(join(home, storage('Code')), join(home, storage('Cursor')), { recursive: true });
  },
};

export const rooCodeTraps = taskTraps;
export const kiloCodeTraps = taskTraps;
export const clineTraps: AgentTraps = {
  ...taskTraps,
  // Cline replaces deleted requests by their sum, in the editor in which they were deleted.
  rotate: async (home) => {
    const isTask = (path: string): boolean => path.endsWith('ui_messages.json');
    for (const path of await findFiles(join(home, storage('Code')), isTask)) {
      const messages = JSON.parse(await readFile(path, 'utf8')) as readonly TaskMessage[];
      const isRequest = ({ say }: TaskMessage): boolean => say === 'api_req_started';
      const firstDeleted = messages.findLastIndex(isRequest) - 3;
      const kept = messages.slice(0, Math.max(1, firstDeleted));
      const deleted = messages.slice(kept.length).filter(isRequest);
      const sum: Record<string, number> = {};
      for (const { text } of deleted) {
        for (const [key, count] of Object.entries(JSON.parse(text) as object)) {
          if (typeof count === 'number') sum[key] = (sum[key] ?? 0) + count;
        }
      }
      const last = messages.at(-1);
      const text = JSON.stringify(sum);
      const note = { ...deleted[0], ts: (last?.ts ?? 0) + 1000, say: 'deleted_api_reqs', text };
      await writeFile(path, JSON.stringify([...kept, note]));
    }
  },
};

/** A fork with copied messages. Every sample has a sum with sub-agents in its manifest already. */
export const clineCliTraps: AgentTraps = {
  plant: async (home) => {
    const sessions = join(home, '.cline/data/sessions');
    for (const path of await findFiles(sessions, (file) => file.endsWith('.messages.json'))) {
      const id = basename(dirname(path));
      if (id.endsWith('-fork')) continue;
      const fork = join(sessions, `${id}-fork`);
      await cp(path, join(fork, `${id}-fork.messages.json`));
      await cp(path.replace('.messages.json', '.json'), join(fork, `${id}-fork.json`));
    }
  },
};

interface Thread {
  readonly messages: readonly {
    readonly messageId: number;
    readonly usage?: Readonly<Record<string, string | number>>;
  }[];
}

/** A ledger about the same responses as the messages. */
export const ampTraps: AgentTraps = {
  plant: async (home) => {
    const threads = await findFiles(join(home, '.local/share/amp'), (path) =>
      path.endsWith('.json'),
    );
    for (const path of threads.filter((_, index) => index % 2 === 0)) {
      const thread = JSON.parse(await readFile(path, 'utf8')) as Thread;
      const events = thread.messages.flatMap(({ messageId, usage }) =>
        usage === undefined
          ? []
          : {
              id: `event-${String(messageId)}`,
              timestamp: usage['timestamp'],
              model: usage['model'],
              tokens: { input: usage['inputTokens'], output: usage['outputTokens'] },
              toMessageId: messageId,
            },
      );
      await writeFile(path, JSON.stringify({ ...thread, usageLedger: { events } }));
    }
  },
};

/** The total with sub-agents, and an earlier copy of a session in another directory. */
export const droidTraps: AgentTraps = {
  plant: async (home) => {
    const isSettings = (path: string): boolean => path.endsWith('.settings.json');
    const files = await findFiles(join(home, '.factory/sessions'), isSettings);
    for (const path of files.filter((one) => !one.includes('earlier'))) {
      const text = await readFile(path, 'utf8');
      const settings = JSON.parse(text) as { readonly tokenUsage: object };
      const all = JSON.parse(
        withCount(JSON.stringify(settings.tokenUsage), 'outputTokens', wrongCount),
      ) as object;
      await writeFile(path, JSON.stringify({ ...settings, inclusiveTokenUsage: all }));
      const earlier = join(home, '.factory/sessions/earlier', basename(path));
      await cp(path, earlier);
      await writeFile(earlier, withCount(text, 'outputTokens', 1));
    }
  },
};
