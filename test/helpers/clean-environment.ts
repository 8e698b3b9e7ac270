// Removes the configuration of the user from the environment of the tests: variables that git or the program read, and
// settings of git such as signatures and hooks.
const names =
  /^(?:GIT_|XDG_|CLAUDE_|CODEX_|CLINE_|COPILOT_|GEMINI_|GOOSE_|FACTORY_|PI_|OPENCLAW_|CLAWDBOT_|FLATPAK_|ANTHROPIC_|OPENAI_|SYNC_RUNNER_(?!TEST_))/;
for (const name of Object.keys(process.env)) {
  if (names.test(name)) Reflect.deleteProperty(process.env, name);
}
Object.assign(process.env, { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' });
// Node.js 20 reads the file of this variable at every start, which takes a tenth of a second.
Reflect.deleteProperty(process.env, 'NODE_EXTRA_CA_CERTS');
