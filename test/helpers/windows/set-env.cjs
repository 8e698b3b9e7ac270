// Preloaded by the Windows tests: wine sets the directories of the user itself, whatever the environment contains.
const variables = JSON.parse(process.env.SYNC_RUNNER_TEST_ENV ?? '{}');
delete process.env.SYNC_RUNNER_TEST_ENV;
Object.assign(process.env, variables);
