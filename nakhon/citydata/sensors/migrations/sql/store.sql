-- Readings into their tables, in one call, under the caller's row security. Arrays run side by side, one place each reading;
-- times are microseconds since 1970. An array that would be empty throughout is NULL.
--
-- Exactness: the first statement locks the streams' rows of the latest readings in the order of their keys. Two callers that
-- touch a common stream therefore work one after the other, and every later statement sees what the earlier caller wrote.

CREATE FUNCTION citydata_bucket(at timestamptz, minutes smallint) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT date_bin(make_interval(mins => minutes), at, timestamptz '1969-12-31 17:00+00') $$;

-- Counts anew, from the rows that are there, the buckets in which the given readings lie.
CREATE FUNCTION citydata_recount(p_tenant uuid, p_streams bigint[], p_times timestamptz[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    WITH touched AS MATERIALIZED (
        SELECT DISTINCT k.stream, g.grain, citydata_bucket(k.at, g.grain) AS start
        FROM unnest(p_streams, p_times) AS k(stream, at), (VALUES (15::smallint), (60::smallint), (1440::smallint)) AS g(grain)
    ),
    counted AS MATERIALIZED (
        SELECT t.stream, t.grain, t.start, count(o.quality) AS count,
               count(o.result) FILTER (WHERE o.quality = 0) AS good,
               sum(o.result) FILTER (WHERE o.quality = 0) AS sum,
               min(o.result) FILTER (WHERE o.quality = 0) AS min, max(o.result) FILTER (WHERE o.quality = 0) AS max,
               array_agg(o.result ORDER BY o.phenomenon_time) FILTER (WHERE o.quality = 0 AND o.result IS NOT NULL) AS results,
               min(o.phenomenon_time) FILTER (WHERE o.quality = 0 AND o.result IS NOT NULL) AS first_at,
               max(o.phenomenon_time) FILTER (WHERE o.quality = 0 AND o.result IS NOT NULL) AS last_at
        FROM touched t LEFT JOIN citydata_sensors_observation o
          ON o.tenant_id = p_tenant AND o.datastream_id = t.stream
         AND o.phenomenon_time >= t.start AND o.phenomenon_time < t.start + make_interval(mins => t.grain)
        GROUP BY t.stream, t.grain, t.start
    ),
    gone AS (
        DELETE FROM citydata_sensors_rollup r USING counted c
        WHERE c.count = 0 AND r.tenant_id = p_tenant AND r.datastream_id = c.stream AND r.grain = c.grain AND r.start = c.start
    )
    INSERT INTO citydata_sensors_rollup AS r
        (tenant_id, datastream_id, grain, start, count, good, sum, min, max, first, first_at, last, last_at)
    SELECT p_tenant, stream, grain, start, count, good, sum, min, max, results[1], first_at, results[cardinality(results)], last_at
    FROM counted WHERE count > 0 ORDER BY stream, grain, start
    ON CONFLICT (tenant_id, datastream_id, grain, start) DO UPDATE SET
        count = excluded.count, good = excluded.good, sum = excluded.sum, min = excluded.min, max = excluded.max,
        first = excluded.first, first_at = excluded.first_at, last = excluded.last, last_at = excluded.last_at;
END $$;

CREATE FUNCTION citydata_store(
    p_tenant uuid, p_now timestamptz, p_streams bigint[], p_times bigint[], p_results double precision[], p_qualities smallint[],
    p_values jsonb[], p_ends bigint[], p_result_times bigint[], p_parameters jsonb[], p_look_for_archived boolean
) RETURNS TABLE (inserted integer, corrected integer, missing bigint[], late date[])
LANGUAGE plpgsql
AS $$
DECLARE
    wanted bigint[];
    known bigint[];
    archived date[] := '{}';
    fixed_streams bigint[];
    fixed_times timestamptz[];
BEGIN
    IF p_look_for_archived THEN
        -- Nobody moves a day away while readings may fall on it.
        PERFORM pg_advisory_xact_lock_shared(hashtextextended('citydata:archive:' || p_tenant, 0));
    END IF;
    SELECT array_agg(s ORDER BY s) INTO wanted FROM (SELECT DISTINCT unnest(p_streams) AS s) AS d;
    SELECT array_agg(l.datastream_id) INTO known FROM (
        SELECT datastream_id FROM citydata_sensors_latestobservation
        WHERE tenant_id = p_tenant AND datastream_id = ANY (wanted) ORDER BY datastream_id FOR NO KEY UPDATE
    ) AS l;
    missing := '{}';
    IF cardinality(wanted) IS DISTINCT FROM cardinality(known) THEN
        SELECT array_agg(w) INTO missing FROM unnest(wanted) AS w WHERE NOT w = ANY (coalesce(known, '{}'));
    END IF;
    IF p_look_for_archived THEN
        SELECT coalesce(array_agg(a.day), '{}') INTO archived FROM citydata_sensors_archivedday a
        WHERE a.tenant_id = p_tenant AND a.day IN (
            SELECT ((timestamptz 'epoch' + t * interval '1 microsecond') AT TIME ZONE 'Asia/Bangkok')::date FROM unnest(p_times) AS t
        );
    END IF;

    WITH arrived AS MATERIALIZED (
        SELECT DISTINCT ON (a.stream, a.at) a.stream, timestamptz 'epoch' + a.at * interval '1 microsecond' AS at,
               a.result, a.quality, a.value, a.parameters,
               timestamptz 'epoch' + a.until * interval '1 microsecond' AS until,
               timestamptz 'epoch' + a.told * interval '1 microsecond' AS told
        FROM unnest(p_streams, p_times, p_results, p_qualities, p_values, p_ends, p_result_times, p_parameters)
             WITH ORDINALITY AS a(stream, at, result, quality, value, until, told, parameters, place)
        WHERE cardinality(missing) = 0 OR NOT a.stream = ANY (missing)
        ORDER BY a.stream, a.at, a.place DESC
    ),
    written AS (
        INSERT INTO citydata_sensors_observation AS o
            (tenant_id, datastream_id, phenomenon_time, phenomenon_end, result_time, received_at, result, value, parameters, quality)
        SELECT p_tenant, stream, at, until, told, p_now, result, value, parameters, quality FROM arrived
        ON CONFLICT (tenant_id, datastream_id, phenomenon_time) DO UPDATE SET
            phenomenon_end = excluded.phenomenon_end, result_time = excluded.result_time, received_at = excluded.received_at,
            result = excluded.result, value = excluded.value, parameters = excluded.parameters, quality = excluded.quality,
            revision = least(o.revision + 1, 32767)
        WHERE (o.result, o.quality, o.value, o.phenomenon_end, o.parameters)
              IS DISTINCT FROM (excluded.result, excluded.quality, excluded.value, excluded.phenomenon_end, excluded.parameters)
        RETURNING o.datastream_id AS stream, o.phenomenon_time AS at, o.result, o.value, o.quality, o.revision
    ),
    rolled AS (
        INSERT INTO citydata_sensors_rollup AS r
            (tenant_id, datastream_id, grain, start, count, good, sum, min, max, first, first_at, last, last_at)
        SELECT p_tenant, stream, grain, start, count, good, sum, min, max, results[1], first_at, results[cardinality(results)], last_at
        FROM (
            SELECT w.stream, g.grain, citydata_bucket(w.at, g.grain) AS start, count(*) AS count,
                   count(w.result) FILTER (WHERE w.quality = 0) AS good,
                   sum(w.result) FILTER (WHERE w.quality = 0) AS sum,
                   min(w.result) FILTER (WHERE w.quality = 0) AS min, max(w.result) FILTER (WHERE w.quality = 0) AS max,
                   array_agg(w.result ORDER BY w.at) FILTER (WHERE w.quality = 0 AND w.result IS NOT NULL) AS results,
                   min(w.at) FILTER (WHERE w.quality = 0 AND w.result IS NOT NULL) AS first_at,
                   max(w.at) FILTER (WHERE w.quality = 0 AND w.result IS NOT NULL) AS last_at
            FROM written w, (VALUES (15::smallint), (60::smallint), (1440::smallint)) AS g(grain)
            WHERE w.revision = 0
              AND (cardinality(archived) = 0 OR NOT (w.at AT TIME ZONE 'Asia/Bangkok')::date = ANY (archived))
            GROUP BY w.stream, g.grain, citydata_bucket(w.at, g.grain)
        ) AS fresh
        ON CONFLICT (tenant_id, datastream_id, grain, start) DO UPDATE SET
            count = r.count + excluded.count,
            good = r.good + excluded.good,
            sum = CASE WHEN r.sum IS NULL THEN excluded.sum WHEN excluded.sum IS NULL THEN r.sum ELSE r.sum + excluded.sum END,
            min = least(r.min, excluded.min), max = greatest(r.max, excluded.max),
            first = CASE WHEN r.first_at IS NULL OR excluded.first_at < r.first_at THEN excluded.first ELSE r.first END,
            first_at = least(r.first_at, excluded.first_at),
            last = CASE WHEN r.last_at IS NULL OR excluded.last_at > r.last_at THEN excluded.last ELSE r.last END,
            last_at = greatest(r.last_at, excluded.last_at)
    ),
    newest AS (
        UPDATE citydata_sensors_latestobservation l
        SET time = w.at, received_at = p_now, result = w.result, value = w.value, quality = w.quality
        FROM (SELECT DISTINCT ON (stream) stream, at, result, value, quality FROM written ORDER BY stream, at DESC) AS w
        WHERE l.datastream_id = w.stream AND l.tenant_id = p_tenant AND (l.time IS NULL OR w.at >= l.time)
    )
    SELECT count(*) FILTER (WHERE w.revision = 0), count(*) FILTER (WHERE w.revision > 0),
           array_agg(w.stream) FILTER (WHERE w.revision > 0), array_agg(w.at) FILTER (WHERE w.revision > 0),
           array_agg(DISTINCT (w.at AT TIME ZONE 'Asia/Bangkok')::date) FILTER (WHERE cardinality(archived) > 0
               AND (w.at AT TIME ZONE 'Asia/Bangkok')::date = ANY (archived))
    INTO inserted, corrected, fixed_streams, fixed_times, late
    FROM written w;

    IF corrected > 0 THEN
        IF cardinality(archived) > 0 THEN
            SELECT array_agg(f.stream), array_agg(f.at) INTO fixed_streams, fixed_times FROM unnest(fixed_streams, fixed_times) AS f(stream, at)
            WHERE NOT (f.at AT TIME ZONE 'Asia/Bangkok')::date = ANY (archived);
        END IF;
        IF fixed_streams IS NOT NULL THEN
            PERFORM citydata_recount(p_tenant, fixed_streams, fixed_times);
        END IF;
    END IF;
    IF late IS NOT NULL THEN
        UPDATE citydata_sensors_archivedday SET stale = true WHERE tenant_id = p_tenant AND day = ANY (late);
    END IF;
    IF inserted + corrected > 0 THEN
        PERFORM pg_notify('nakhon_live', json_build_object('t', p_tenant, 'k', 'obs', 'i',
            CASE WHEN cardinality(known) <= 50 THEN to_json(known) ELSE '[]'::json END)::text);
    END IF;
    RETURN NEXT;
END $$;
