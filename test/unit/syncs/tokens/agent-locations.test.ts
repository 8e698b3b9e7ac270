import { describe, expect, test } from 'vitest';
import { agentNames, type AgentName } from '../../../../src/schema/agent-names.ts';
import { agents } from '../../../../src/syncs/tokens/agents/registry.ts';

const home = '/users/dev';

/** Returns the roots of an agent, without the home directory. */
function rootsOf(
  name: AgentName,
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string>> = {},
): readonly string[] {
  const agent = agents.find((candidate) => candidate.name === name);
  if (agent === undefined) throw new Error(`unknown agent ${name}`);
  const locations = agent.locations({ directories: [], system: { home, platform, env } });
  return locations.map(({ root }) => root.replace(`${home}/`, '~/'));
}

/** Agents with the same locations in the home directory on all systems. */
const inHome = [
  ['gemini-cli', ['~/.gemini/tmp']],
  ['qwen-code', ['~/.qwen/projects', '~/.qwen/usage']],
  ['cline-cli', ['~/.cline/data/sessions']],
  ['pi', ['~/.pi/agent/sessions']],
  ['oh-my-pi', ['~/.omp/agent/sessions']],
  ['openclaw', ['.openclaw', '.clawdbot', '.moltbot', '.moldbot'].map((dir) => `~/${dir}/agents`)],
  ['kimi-cli', ['~/.kimi/sessions']],
  ['kimi-code', ['~/.kimi-code/sessions']],
  ['amp', ['~/.local/share/amp/threads']],
  ['droid', ['~/.factory/sessions']],
  ['opencode', ['~/.local/share/opencode', '~/.local/share/opencode/storage/message']],
  ['copilot-cli', ['~/.copilot', '~/.copilot/session-state']],
  ['kilo-cli', ['~/.local/share/kilo', '~/.local/share/kilo/storage/message']],
] as const satisfies readonly (readonly [AgentName, readonly string[]])[];

describe.each(['linux', 'darwin', 'win32'] as const)('locations on %s', (platform) => {
  test.each(inHome)('%s writes to %j', (name, roots) => {
    expect(rootsOf(name, platform)).toEqual(roots);
  });
});

test.each([
  ['gemini-cli', { GEMINI_CLI_HOME: '/other' }, ['/other/.gemini/tmp']],
  ['qwen-code', { QWEN_HOME: '~/other' }, ['~/other/projects', '~/other/usage']],
  ['qwen-code', { QWEN_RUNTIME_DIR: '/a', QWEN_HOME: '/b' }, ['/a/projects', '/a/usage']],
  ['pi', { PI_CODING_AGENT_DIR: '~/other' }, ['~/other/sessions']],
  ['pi', { PI_CODING_AGENT_SESSION_DIR: '/other' }, ['/other']],
  ['oh-my-pi', { PI_CONFIG_DIR: '.other' }, ['~/.other/agent/sessions']],
  ['oh-my-pi', { XDG_DATA_HOME: '/data' }, ['~/.omp/agent/sessions', '/data/omp/sessions']],
  ['openclaw', { OPENCLAW_STATE_DIR: '/other' }, ['/other/agents']],
  ['cline-cli', { CLINE_DIR: '/other' }, ['/other/data/sessions']],
  ['cline-cli', { CLINE_DIR: '/a', CLINE_DATA_DIR: '/other' }, ['/other/sessions']],
  ['cline-cli', { CLINE_DATA_DIR: '/a', CLINE_SESSION_DATA_DIR: '/other' }, ['/other']],
  ['kimi-cli', { KIMI_SHARE_DIR: '~/other' }, ['~/other/sessions']],
  ['kimi-code', { KIMI_CODE_HOME: '/other' }, ['/other/sessions']],
  ['amp', { XDG_DATA_HOME: '/data' }, ['/data/amp/threads']],
  ['droid', { FACTORY_DIR: '/other' }, ['/other/sessions']],
  ['crush', { CRUSH_GLOBAL_DATA: '/other' }, ['/other']],
  ['crush', { XDG_DATA_HOME: '/data' }, ['/data/crush']],
  ['opencode', { XDG_DATA_HOME: '/data' }, ['/data/opencode', '/data/opencode/storage/message']],
  ['copilot-cli', { COPILOT_HOME: '/other' }, ['/other', '/other/session-state']],
  ['goose', { XDG_DATA_HOME: '/data' }, ['/data/goose/sessions']],
  ['goose', { GOOSE_PATH_ROOT: '/other' }, ['/other/data/sessions']],
  ['kilo-cli', { XDG_DATA_HOME: '/data' }, ['/data/kilo', '/data/kilo/storage/message']],
] as const satisfies readonly (readonly [AgentName, object, readonly string[]])[])(
  '%s with %j writes to %j',
  (name, env, roots) => {
    expect(rootsOf(name, 'linux', env)).toEqual(roots);
  },
);

test.each([
  ['linux', {}, '~/.config'],
  ['linux', { XDG_CONFIG_HOME: '/config' }, '/config'],
  ['darwin', {}, '~/Library/Application Support'],
  ['win32', {}, '~/AppData/Roaming'],
  ['win32', { APPDATA: '/roaming' }, '/roaming'],
] as const)('extensions on %s with %j write below %s', (platform, env, dataDir) => {
  const editors = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor'].map(
    (dir) => `${dataDir}/${dir}`,
  );
  const servers = ['vscode', 'vscode-insiders', 'vscodium', 'cursor'].map(
    (dir) => `~/.${dir.replace(/^([a-z]+)(-insiders)?$/, '$1-server$2')}/data`,
  );
  const rootsIn = (extension: string): readonly string[] =>
    [...editors, ...servers].map((dir) => `${dir}/User/globalStorage/${extension}/tasks`);
  const shared = '~/.cline/data/tasks';
  expect(rootsOf('cline', platform, env)).toEqual([...rootsIn('saoudrizwan.claude-dev'), shared]);
  expect(rootsOf('roo-code', platform, env)).toEqual(rootsIn('rooveterinaryinc.roo-cline'));
  expect(rootsOf('kilo-code', platform, env)).toEqual(rootsIn('kilocode.kilo-code'));
});

test.each([
  ['linux', {}, ['~/.local/share/goose/sessions']],
  ['darwin', {}, ['~/.local/share/goose/sessions']],
  ['win32', {}, ['~/AppData/Roaming/Block/goose/data/sessions']],
  ['win32', { APPDATA: '/roaming' }, ['/roaming/Block/goose/data/sessions']],
] as const)('goose on %s with %j writes to %j', (platform, env, roots) => {
  expect(rootsOf('goose', platform, env)).toEqual(roots);
});

test.each([
  ['linux', {}, '~/.local/share/crush'],
  ['darwin', {}, '~/.local/share/crush'],
  ['win32', {}, '~/AppData/Local/crush'],
  ['win32', { LOCALAPPDATA: '/local' }, '/local/crush'],
] as const)('crush on %s with %j has its list of projects in %s', (platform, env, dir) => {
  expect(rootsOf('crush', platform, env)).toEqual([dir]);
});

test.each([
  ['linux', {}, ['~/.local/share/zed/threads', '~/.var/app/dev.zed.Zed/data/zed/threads']],
  [
    'linux',
    { XDG_DATA_HOME: '/data', FLATPAK_XDG_DATA_HOME: '/flatpak' },
    ['/data/zed/threads', '/flatpak/zed/threads'],
  ],
  ['darwin', {}, ['~/Library/Application Support/Zed/threads']],
  ['win32', {}, ['~/AppData/Local/Zed/threads']],
  ['win32', { LOCALAPPDATA: '/local' }, ['/local/Zed/threads']],
] as const)('zed on %s with %j writes to %j', (platform, env, roots) => {
  expect(rootsOf('zed', platform, env)).toEqual(roots);
});

test('every name of an agent is registered', () => {
  expect(agents.map(({ name }) => name)).toEqual(agentNames);
});
