import { redactor } from '../config/secrets.ts';
import { connect } from '../publish/database/client.ts';
import { databaseSecrets } from '../publish/database/database-url.ts';
import { publishingDatabase } from '../publish/database/fleet-database.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { UserError } from '../util/errors.ts';
import { failureOf } from '../util/failure.ts';
import { passed, type Check } from './check.ts';

/** Whether the database of the fleet can be reached, has the schema, and lets this machine publish. */
export const fleet: Check = {
  id: 'fleet',
  run: async ({ config, workspace, system }) => {
    if (config?.fleet.url === undefined) return [];
    const findings: Diagnostic[] = [];
    const database = await publishingDatabase({ workspace, system, options: config.fleet });
    const { address, subject, url } = database;
    if (address.isUnprotected) {
      const message = `the connection to ${address.host} is not encrypted`;
      const hint = 'remove sslmode=disable from the URL';
      findings.push(diagnostic('fleet-not-encrypted', { subject, message, hint }));
    }
    const redact = redactor(databaseSecrets(url));
    try {
      const connection = await connect({ ...database, signal: new AbortController().signal });
      try {
        await connection.query('SELECT sync_runner.about()');
      } finally {
        connection.close();
      }
      findings.push(passed(`published in the database ${address.database} as ${address.user}`));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const failure = failureOf(error, { subject: 'fleet' });
      findings.push({ ...failure, message: redact(failure.message) });
    }
    return findings;
  },
};
