import type { ChannelType } from './channel.ts';
import { runInSession } from './session-command.ts';

/** A program of the user that reads the message as JSON from stdin. */
export const command: ChannelType<readonly string[]> = {
  create: (words, { workspace, system, requireTrustedConfig }) => {
    if (!requireTrustedConfig()) return null;
    return (message, signal) =>
      runInSession(words, system, {
        cwd: workspace.root,
        input: `${JSON.stringify(message)}\n`,
        signal,
      });
  },
  isRetriedByNextRun: true,
};
