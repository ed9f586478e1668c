-- Row security lets only leakproof operators use an index, and none of &&, @@ and @> is one. These functions belong to the
-- schema's owner and ask for the open tenant themselves, so that a map or a search of a million records stays quick.

CREATE FUNCTION citydata_records_found(of_register uuid, box geometry, by_coarse boolean, words tsquery, has jsonb)
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    tenant uuid := nullif(current_setting('nakhon.tenant', true), '')::uuid;
    question text := 'SELECT id FROM public.citydata_registers_record WHERE tenant_id = $1 AND register_id = $2';
BEGIN
    IF box IS NOT NULL AND by_coarse THEN
        question := question || ' AND coarse IS NOT NULL AND coarse && $3';
    ELSIF box IS NOT NULL THEN
        question := question || ' AND geometry && $3 AND public.ST_Intersects(geometry, $3)';
    END IF;
    IF words IS NOT NULL THEN
        question := question || ' AND terms @@ $4';
    END IF;
    IF has IS NOT NULL THEN
        question := question || ' AND data @> $5';
    END IF;
    RETURN QUERY EXECUTE question USING tenant, of_register, box, words, has;
END
$$;

CREATE FUNCTION citydata_records_within(of_register uuid, box geometry, by_coarse boolean, most integer)
RETURNS TABLE (id uuid, key varchar, data jsonb, place geometry)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
DECLARE
    tenant uuid := nullif(current_setting('nakhon.tenant', true), '')::uuid;
BEGIN
    IF by_coarse THEN
        RETURN QUERY SELECT r.id, r.key, r.data, r.coarse FROM public.citydata_registers_record r
            WHERE r.tenant_id = tenant AND r.register_id = of_register AND r.status = 'ACTIVE'
            AND r.coarse IS NOT NULL AND r.coarse && box LIMIT most;
    ELSE
        RETURN QUERY SELECT r.id, r.key, r.data, r.geometry FROM public.citydata_registers_record r
            WHERE r.tenant_id = tenant AND r.register_id = of_register AND r.status = 'ACTIVE' AND r.geometry && box LIMIT most;
    END IF;
END
$$;
