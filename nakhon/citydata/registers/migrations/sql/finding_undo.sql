DROP FUNCTION citydata_records_within(uuid, geometry, boolean, integer);
DROP FUNCTION citydata_records_found(uuid, geometry, boolean, tsquery, jsonb);
