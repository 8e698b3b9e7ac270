import { secretNames } from '../schema/secrets.ts';

/** A page of `sync-runner help TOPIC`, and a section of the manual page. */
export interface HelpTopic {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly (readonly [term: string, description: string])[];
  /** The page of the documentation. */
  readonly page: string;
}

export const homepage = 'https://github.com/sync-runner/sync-runner';

/** Where the agents keep their logs, see docs/agents.md. */
const agentVariables = [
  ...['CLAUDE_CONFIG_DIR', 'CODEX_HOME', 'COPILOT_HOME', 'GEMINI_CLI_HOME', 'QWEN_HOME'],
  ...['QWEN_RUNTIME_DIR', 'PI_CODING_AGENT_DIR', 'PI_CODING_AGENT_SESSION_DIR', 'PI_CONFIG_DIR'],
  ...['CLINE_DIR', 'CLINE_DATA_DIR', 'CLINE_SESSION_DATA_DIR', 'CRUSH_GLOBAL_DATA', 'FACTORY_DIR'],
  ...['GOOSE_PATH_ROOT', 'KIMI_CODE_HOME', 'KIMI_SHARE_DIR', 'OPENCLAW_STATE_DIR'],
  ...['CLAWDBOT_STATE_DIR', 'FLATPAK_XDG_DATA_HOME'],
];

/** What other programs set: directories of the user, the desktop session, the name of the user. */
const systemVariables = [
  ...['HOME', 'USER', 'LOGNAME', 'LANG', 'TZ', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_DATA_DIRS'],
  ...[
    'XDG_RUNTIME_DIR',
    'XDG_CURRENT_DESKTOP',
    'XDG_SESSION_TYPE',
    'DBUS_SESSION_BUS_ADDRESS',
    'DISPLAY',
  ],
  ...['WAYLAND_DISPLAY', 'XAUTHORITY', 'NODE_EXTRA_CA_CERTS', 'WSL_DISTRO_NAME', 'SystemRoot'],
  ...['APPDATA', 'LOCALAPPDATA', 'USERNAME', 'USERDOMAIN'],
];

export const helpTopics: readonly HelpTopic[] = [
  {
    name: 'environment',
    title: 'Environment variables',
    rows: [
      ['SYNC_RUNNER_WORKSPACE', 'the workspace, unless --workspace is given'],
      ['SYNC_RUNNER_FLEET_READER_URL', 'the database of the fleet, for fleet'],
      ['SYNC_RUNNER_FLEET_ADMIN_URL', 'the same, for the commands that change it'],
      ...secretNames.map((name): [string, string] => [name, secretText(name)]),
      ['NO_COLOR, FORCE_COLOR', 'switch colors off or on; --color and --no-color override them'],
      ['$NAME in sync.json', 'the secret of a webhook or heartbeat'],
      ['PATH', 'where git and other programs are; relative entries are ignored'],
      ['of git', 'GIT_CONFIG_GLOBAL, GIT_CONFIG_SYSTEM, GIT_CONFIG_NOSYSTEM, DEVELOPER_DIR'],
      ['of coding agents', agentVariables.join(', ')],
      ['of the system', systemVariables.join(', ')],
    ],
    page: 'README.md#bills',
  },
  {
    name: 'exit-codes',
    title: 'Exit codes',
    rows: [
      ['0', 'success, or skipped because of the lock or because no run is due'],
      ['1', 'a sync failed, or a check found an error'],
      ['2', 'invalid command line or configuration'],
      ['3', 'no usable scheduler'],
      ['4', "the scheduler's own command failed"],
      ['70', 'a bug in sync-runner'],
      ['75', 'another run holds the lock (--fail-if-locked), or the lock was lost'],
      ['129, 130, 143', 'stopped by SIGHUP, SIGINT or SIGTERM'],
    ],
    page: 'README.md#exit-codes',
  },
  {
    name: 'files',
    title: 'Files in the workspace',
    rows: [
      ['data/config/sync.json', 'the configuration; yours'],
      ['data/config/.env', 'secrets for scheduled runs; yours, readable only by you'],
      ['data/schema/', 'JSON Schemas of all files, for editors and programs'],
      ['data/projects.json', 'the projects'],
      ['data/quality.json', 'coverage, Lighthouse, TODOs and debt of each project'],
      ['data/tokens.json', 'the usage and cost of each day, model and project'],
      ['data/analytics.json', 'totals, trends and joins'],
      ['data/report.html', 'the page of report'],
      ['data/sync-status.json', 'the result of the last run'],
      ['data/notifications.json', 'the messages that were sent'],
      ['data/fleet.json', 'the identity in the database of the fleet; keep it secret'],
      ['data/schedule/', 'the installed schedule, and the crontab before it'],
      ['data/history/', 'changes and runs, one JSON document per line'],
      ['data/logs/', 'the log of scheduled runs'],
      ['data/cache/', 'may be deleted at any time'],
      ['data/.sync-lock', 'exists while a run uses the data'],
      ['data/.publish-lock', 'exists while publish runs'],
    ],
    page: 'docs/data-contract.md',
  },
  {
    name: 'json',
    title: 'Output for programs',
    rows: [
      ['--json', 'exactly one document on stdout, also for an error'],
      ['--plain', 'one record per line, separated by tabs, never shortened'],
      ['schemaVersion', 'raised only when a field is renamed, removed or redefined'],
      ['null', 'an unknown value, which is never 0'],
      ['costUsd', 'text with six decimals: "12.340000"'],
      ['costMicroUsd', 'the same amount as an integer: 12340000'],
      ['error', '{ code, message, hint } of a command that failed'],
      ['code', 'stable, to compare; messages may change'],
    ],
    page: 'docs/data-contract.md',
  },
];

function secretText(name: string): string {
  if (name.endsWith('_BASE_URL')) return `the URL of a proxy for that API`;
  return name.endsWith('_ORG_ID')
    ? 'the organisation that the key must belong to'
    : 'the key with which a bill is read';
}

export const findTopic = (name: string): HelpTopic | undefined =>
  helpTopics.find((topic) => topic.name === name);
