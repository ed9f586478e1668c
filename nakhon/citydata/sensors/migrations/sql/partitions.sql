-- Observations by month (UTC) of the phenomenon. The running platform's role works through the parent alone: it has no right
-- to a partition, and asks these functions, which belong to the schema's owner, to make or drop one.

CREATE TABLE citydata_sensors_observation (
    tenant_id uuid NOT NULL,
    datastream_id bigint NOT NULL,
    phenomenon_time timestamptz NOT NULL,
    phenomenon_end timestamptz,
    result_time timestamptz,
    received_at timestamptz NOT NULL,
    result double precision,
    value jsonb,
    parameters jsonb,
    quality smallint NOT NULL,
    revision smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, datastream_id, phenomenon_time)
) PARTITION BY RANGE (phenomenon_time);

CREATE FUNCTION citydata_partition_name(month date) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog
AS $$ SELECT 'citydata_sensors_observation_' || to_char(month, 'YYYYMM') $$;

-- Makes the partition of a month unless it is there. Bounded, so that a message with a wild time cannot fill the catalogue.
CREATE FUNCTION citydata_make_partition(wanted date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    month date := date_trunc('month', wanted)::date;
    name text := public.citydata_partition_name(month);
    child regclass;
    other name;
BEGIN
    IF month < date '1990-01-01' OR month > (now() + interval '95 days')::date THEN
        RAISE EXCEPTION 'no partition for %: outside 1990 and three months from now', month USING ERRCODE = '22023';
    END IF;
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('citydata:partition', 0));
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.citydata_sensors_observation INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format(
        'CREATE POLICY of_tenant ON public.%1$I USING (%2$s) WITH CHECK (%2$s)', name,
        'tenant_id = nullif(current_setting(''nakhon.tenant'', true), '''')::uuid'
    );
    child := ('public.' || quote_ident(name))::regclass;
    FOR other IN
        SELECT DISTINCT r.rolname FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.oid = child AND a.grantee <> c.relowner
    LOOP
        EXECUTE format('REVOKE ALL ON public.%I FROM %I', name, other);
    END LOOP;
    EXECUTE format(
        'ALTER TABLE public.citydata_sensors_observation ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        name, to_char(month, 'YYYY-MM-DD') || ' 00:00+00', to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00+00'
    );
    RETURN true;
END $$;

-- Drops the partitions of past months that hold no row of any city. Gives up at once when somebody is at work in one.
CREATE FUNCTION citydata_drop_empty_partitions(before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '1s'
AS $$
DECLARE
    child record;
    filled boolean;
    dropped integer := 0;
BEGIN
    IF before > (now() - interval '31 days')::date THEN
        RAISE EXCEPTION 'only months that are over for good are dropped' USING ERRCODE = '22023';
    END IF;
    FOR child IN
        SELECT c.oid, c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'public.citydata_sensors_observation'::regclass
          AND c.relname < public.citydata_partition_name(date_trunc('month', before)::date)
        ORDER BY c.relname
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', child.relname) INTO filled;
        IF NOT filled THEN
            BEGIN
                EXECUTE format('LOCK TABLE public.%I IN ACCESS EXCLUSIVE MODE', child.relname);
                EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', child.relname) INTO filled;
                IF NOT filled THEN
                    EXECUTE format('DROP TABLE public.%I', child.relname);
                    dropped := dropped + 1;
                END IF;
            EXCEPTION WHEN lock_not_available THEN
                NULL;
            END;
        END IF;
    END LOOP;
    RETURN dropped;
END $$;
