-- What a map shows of a register from afar, without reading more than it shows: points that fall into one square of a grid come
-- once, with their number; lines and areas smaller than a dot stay away. A register that holds far more than can be told apart is
-- sampled, and the numbers are scaled. Belongs to the schema's owner for the reason that finding.sql tells.

CREATE FUNCTION citydata_records_thinned(
    of_register uuid, box geometry, by_coarse boolean, kinds text, cell double precision, smallest double precision, most integer
) RETURNS TABLE (key varchar, data jsonb, place geometry, many bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    tenant uuid := nullif(current_setting('nakhon.tenant', true), '')::uuid;
    spot text := CASE WHEN by_coarse THEN 'r.coarse' ELSE 'r.geometry' END;
    inside text := format('r.tenant_id = $1 AND r.register_id = $2 AND r.status = ''ACTIVE'' AND %1$s && $3', spot);
    held integer;
    share double precision := 1;
    sample text := '';
    near bigint;
BEGIN
    IF by_coarse THEN
        inside := inside || ' AND r.coarse IS NOT NULL';
    END IF;
    SELECT r.record_count INTO held FROM public.citydata_registers_register r WHERE r.tenant_id = tenant AND r.id = of_register;
    IF held > most THEN
        EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM public.citydata_registers_record r WHERE %s LIMIT $4) AS n', inside)
            INTO near USING tenant, of_register, box, most / 10;
        IF near >= most / 10 THEN
            share := most::double precision / held;
            sample := format('TABLESAMPLE SYSTEM (%s) REPEATABLE (0)', share * 100);
        END IF;
    END IF;
    IF kinds <> 'shapes' THEN
        RETURN QUERY EXECUTE format(
            'WITH drawn AS (
                SELECT min(r.key COLLATE "C") AS key, count(*) AS many
                FROM public.citydata_registers_record r %3$s WHERE %1$s %4$s
                GROUP BY floor(public.ST_XMin(%2$s) / $4), floor(public.ST_YMin(%2$s) / $4)
             )
             SELECT r.key, r.data, %2$s, round(d.many / $5)::bigint
             FROM drawn d JOIN public.citydata_registers_record r ON r.tenant_id = $1 AND r.register_id = $2 AND r.key = d.key COLLATE "default"',
            inside, spot, sample, CASE WHEN kinds = 'both' THEN format('AND public.ST_Dimension(%s) = 0', spot) ELSE '' END
        ) USING tenant, of_register, box, cell, share;
    END IF;
    IF kinds <> 'points' THEN
        RETURN QUERY EXECUTE format(
            'SELECT r.key, r.data, %2$s, 1::bigint FROM public.citydata_registers_record r %3$s
             WHERE %1$s AND public.ST_Dimension(%2$s) > 0
             AND greatest(public.ST_XMax(%2$s) - public.ST_XMin(%2$s), public.ST_YMax(%2$s) - public.ST_YMin(%2$s)) >= $4 LIMIT $5',
            inside, spot, sample
        ) USING tenant, of_register, box, smallest, most;
    END IF;
END
$$;
