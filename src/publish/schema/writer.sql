GRANT USAGE ON SCHEMA sync_runner TO :"role";
GRANT EXECUTE ON FUNCTION sync_runner.push_1(jsonb), sync_runner.manifest_1(jsonb), sync_runner.about() TO :"role";
