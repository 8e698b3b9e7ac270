GRANT USAGE ON SCHEMA sync_runner TO :"role";
GRANT SELECT ON sync_runner.hosts, sync_runner.tokens, sync_runner.checkouts, sync_runner.projects,
  sync_runner.project_day, sync_runner.quality_day, sync_runner.run, sync_runner.source TO :"role";
