import { join } from 'node:path';
import type { LocationContext } from '../usage-log/agent.ts';
import { appDataDir, editorNames } from './vscode-tasks/user-data.ts';

/** A coding agent whose logs contain no token counts: its usage is unknown, not 0. */
export interface AgentWithoutLogs {
  readonly title: string;
  /** Returns its directories; one of them exists if it is installed. */
  readonly dirs: (system: LocationContext['system']) => readonly string[];
  /** Completes "<reason>, so its usage is unknown". */
  readonly reason: string;
  /** Another way to its usage; null if there is none. */
  readonly hint: string | null;
}

const inAppData =
  (...names: readonly string[]): AgentWithoutLogs['dirs'] =>
  (system) =>
    names.map((name) => join(appDataDir(system), name));

const inHome =
  (...names: readonly string[]): AgentWithoutLogs['dirs'] =>
  ({ home }) =>
    names.map((name) => join(home, name));

/** Listed in `docs/agents.md` with the same reasons. */
export const agentsWithoutLogs: readonly AgentWithoutLogs[] = [
  {
    title: 'Cursor',
    dirs: inAppData('Cursor'),
    reason: 'since version 3 its database contains 0 in place of token counts',
    hint: 'set CURSOR_ADMIN_KEY to read the bill of a team',
  },
  {
    title: 'Warp',
    dirs: (system) => [
      ...inHome('.local/state/warp-terminal', '.warp')(system),
      ...inAppData('dev.warp.Warp-Stable')(system),
    ],
    reason: 'its database contains sums of conversations without kinds of tokens',
    hint: null,
  },
  {
    title: 'Kiro',
    dirs: (system) => [...inHome('.kiro')(system), ...inAppData('Kiro')(system)],
    reason: 'its logs contain no token counts',
    hint: null,
  },
  {
    title: 'Windsurf',
    dirs: (system) => [...inHome('.codeium/windsurf')(system), ...inAppData('Windsurf')(system)],
    reason: 'its logs contain no token counts',
    hint: null,
  },
  {
    title: 'Aider',
    dirs: inHome('.aider'),
    reason: 'its history is prose and not a log of token counts',
    hint: null,
  },
  {
    title: 'Continue',
    dirs: inHome('.continue'),
    reason: 'its sessions contain no exact token counts',
    hint: null,
  },
  {
    title: 'JetBrains AI',
    dirs: inAppData('JetBrains'),
    reason: 'the chats of its assistant contain no token counts',
    hint: null,
  },
  {
    title: 'Trae',
    dirs: inAppData('Trae'),
    reason: 'its logs contain no token counts',
    hint: null,
  },
  {
    title: 'GitHub Copilot chat in VS Code',
    dirs: inAppData(
      ...editorNames.map((editor) => join(editor, 'User/globalStorage/github.copilot-chat')),
    ),
    reason: 'most of its chats contain no token counts',
    hint: null,
  },
];
