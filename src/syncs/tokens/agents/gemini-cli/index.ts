import { join, resolve } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { locationsIn } from '../../usage-log/locations.ts';
import { createDocumentParser, createLineParser } from './parse-chat.ts';

const chatsPattern = /[/\\]chats(?:[/\\]|$)/;
const isChat = (fileName: string, dir: string, extension: string): boolean =>
  fileName.endsWith(extension) && chatsPattern.test(dir);

/**
 * Gemini CLI. A lower bound, because it records only the requests of chats: those for the compression of a
 * chat, the choice of a model and fetched pages are missing (geminiChat.ts is the only caller of
 * `recordMessageTokens`). Copies that Gemini CLI sets aside as `*.unreadable-<time>` end with neither extension.
 */
export const geminiCli = {
  name: 'gemini-cli',
  locations,
  logDirOf: null,
  formats: [
    {
      type: 'lines',
      isLog: (fileName, dir) => isChat(fileName, dir, '.jsonl'),
      markers: ['"tokens"'],
      createParser: createLineParser,
    },
    {
      // A resumed chat is copied to a `.jsonl`, and the `.json` remains.
      type: 'document',
      isLog: (fileName, dir) => isChat(fileName, dir, '.json'),
      maxBytes: 256 * 1024 * 1024,
      createParser: createDocumentParser,
    },
  ],
} as const satisfies Agent;

/** Gemini CLI takes `GEMINI_CLI_HOME` as the home directory, not as its own directory in it (utils/paths.ts). */
function locations({ directories, system }: LocationContext): readonly Location[] {
  const { env, home } = system;
  const paths =
    directories.length > 0
      ? directories
      : [join(resolve(env['GEMINI_CLI_HOME'] || home), '.gemini')];
  return locationsIn(paths, 'tmp');
}
