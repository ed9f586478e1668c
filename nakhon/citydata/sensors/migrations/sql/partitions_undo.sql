DROP FUNCTION citydata_drop_empty_partitions(date);
DROP FUNCTION citydata_make_partition(date);
DROP FUNCTION citydata_partition_name(date);
DROP TABLE citydata_sensors_observation;
