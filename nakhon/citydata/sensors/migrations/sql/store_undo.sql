DROP FUNCTION citydata_store(uuid, timestamptz, bigint[], bigint[], double precision[], smallint[], jsonb[], bigint[], bigint[], jsonb[], boolean);
DROP FUNCTION citydata_recount(uuid, bigint[], timestamptz[]);
DROP FUNCTION citydata_bucket(timestamptz, smallint);
