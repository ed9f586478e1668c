-- The same policy, asked once a statement instead of once a row: a batch of readings touches thousands of rows of one city.
ALTER POLICY of_tenant ON citydata_sensors_observation
    USING (tenant_id = (SELECT nullif(current_setting('nakhon.tenant', true), '')::uuid))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('nakhon.tenant', true), '')::uuid));
ALTER POLICY of_tenant ON citydata_sensors_rollup
    USING (tenant_id = (SELECT nullif(current_setting('nakhon.tenant', true), '')::uuid))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('nakhon.tenant', true), '')::uuid));
ALTER POLICY of_tenant ON citydata_sensors_latestobservation
    USING (tenant_id = (SELECT nullif(current_setting('nakhon.tenant', true), '')::uuid))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('nakhon.tenant', true), '')::uuid));
