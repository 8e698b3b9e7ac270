-- Every role may create temporary tables by default, and can fill the disk with them.
DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$;
GRANT USAGE ON SCHEMA sync_runner TO :"role";
GRANT EXECUTE ON FUNCTION sync_runner.push_1(jsonb), sync_runner.manifest_1(jsonb), sync_runner.about() TO :"role";
