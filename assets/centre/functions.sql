-- What a desk may call. The functions have the rights of whoever installed them; a desk has none
-- but to call hello, push and pull. A refusal is error DK001: its message is the code, its detail
-- the facts as JSON.

CREATE OR REPLACE FUNCTION refuse(code text, facts jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'DK001', MESSAGE = code, DETAIL = facts::text;
END $$;

-- The desk as which the caller has logged in; it does one thing at a time.
CREATE OR REPLACE FUNCTION caller(said text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    mine text;
BEGIN
    SELECT code INTO mine FROM desk
    WHERE code = said AND (role = session_user::text AND NOT revoked
        -- Whoever owns all this takes in what is left of a desk that is gone.
        OR session_user = current_user) FOR UPDATE;
    IF mine IS NULL THEN
        PERFORM refuse('NotYours', jsonb_build_object('desk', said));
    END IF;
    RETURN mine;
END $$;

-- What a fact's digest is made of; db/facts.py has the same.
CREATE OR REPLACE FUNCTION sized(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(char_length(value) || ':' || value, '-')
$$;
CREATE OR REPLACE FUNCTION digested(fact ledger) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(
        sized(left(fact.id, 36)) || sized(fact.act) || sized(fact.desk) || sized(fact.timeline::text)
        || sized(fact.kind) || sized(fact.version::text) || sized(fact.subject)
        || sized(fact.base::text) || sized(fact.beyond) || sized(fact.at) || sized(fact.actor)
        || sized(fact.data) || sized(fact.person) || sized(fact.scope)
        || sized(encode(fact.seal, 'hex')), 'UTF8'))
$$;

CREATE OR REPLACE FUNCTION hello(
    said text, era bigint, mark_ text, cursor_ bigint, link_ bytea, faults_ bigint,
    behind bigint, key_ bytea,
    OUT form integer, OUT now timestamptz, OUT timeline bigint, OUT forks bigint[][],
    OUT epoch bigint, OUT head bigint, OUT head_chain bytea, OUT scopes text[],
    OUT handled jsonb, OUT standings jsonb, OUT top bigint, OUT link bytea, OUT fits boolean,
    OUT new boolean, OUT key bytea
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = deskapp, pg_temp AS $$
#variable_conflict use_column
DECLARE
    mine text := caller(said);
BEGIN
    IF key_ IS NOT NULL THEN
        INSERT INTO library VALUES (1, mark_, key_) ON CONFLICT DO NOTHING;
    END IF;
    new := NOT EXISTS (SELECT FROM library);
    IF new AND mark_ = '' THEN
        PERFORM refuse('CentreEmpty', '{}');
    ELSIF NOT new AND mark_ NOT IN ('', (SELECT l.mark FROM library l)) THEN
        PERFORM refuse('CentreOfAnother', '{}');
    END IF;
    IF mark_ = '' THEN
        SELECT l.key INTO key FROM library l;
    END IF;
    fits := cursor_ = 0 OR EXISTS (SELECT FROM ledger l WHERE l.pos = cursor_ AND l.link = link_);
    UPDATE desk SET seen = clock_timestamp(), pulled = CASE WHEN fits THEN cursor_ ELSE -1 END,
        faults = faults_, skew = coalesce(behind, skew)
    WHERE code = mine;
    form := 1;
    now := clock_timestamp();
    SELECT max(t.number), array_agg(ARRAY[t.number, t.fork] ORDER BY t.number)
        FILTER (WHERE t.number > 1) INTO timeline, forks FROM timeline t;
    SELECT coalesce(max(r.epoch), 0) INTO epoch FROM receipt r WHERE r.desk = mine;
    SELECT r.seq, r.chain INTO head, head_chain FROM receipt r
        WHERE r.desk = mine AND r.epoch = era ORDER BY r.seq DESC LIMIT 1;
    head := coalesce(head, 0);
    SELECT array_agg(s.department ORDER BY s.department) INTO scopes FROM scope s
        WHERE s.desk = mine;
    SELECT jsonb_object_agg(h.department, h.pulled) INTO handled FROM (
        SELECT s.department, max(d.pulled) AS pulled FROM scope s JOIN desk d ON d.code = s.desk
        WHERE d.code <> mine GROUP BY s.department) h;
    SELECT jsonb_object_agg(d.code, d.pulled) INTO standings FROM desk d WHERE d.code <> mine;
    SELECT c.pos, c.link INTO top, link FROM counter c WHERE c.one = 1;
END $$;

-- Take a stretch of the desk's chain, whole or not at all; each column is one array.
CREATE OR REPLACE FUNCTION push(
    said text, era bigint, first bigint, previous bytea, behind bigint, ids text[], acts text[],
    timelines bigint[], kinds text[], versions bigint[], subjects text[], bases bigint[],
    beyonds text[], ats text[], actors text[], datas text[], persons text[], scopes text[],
    privates text[], salts bytea[], seals bytea[], digests bytea[], claimed bytea,
    OUT positions bigint[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = deskapp, pg_temp
-- A plan that is kept is from when the tables were smaller.
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    mine text := caller(said);
    many integer := cardinality(ids);
    held integer;
    before bigint;
    top bigint;
    last bytea := decode(repeat('00', 32), 'hex');
    place bytea := convert_to(E'\x1f' || mine || E'\x1f' || era || E'\x1f', 'UTF8');
    chains bytea[] := '{}';
    links bytea[];
    there bigint[];
    taken text;
    gone text[];
BEGIN
    IF many > 5000 THEN
        PERFORM refuse('TooMany', jsonb_build_object('most', 5000));
    END IF;
    IF first > 1 THEN
        last := (SELECT chain FROM receipt
            WHERE desk = mine AND epoch = era AND seq = first - 1);
    END IF;
    IF last IS NULL THEN
        PERFORM refuse('Gap', jsonb_build_object('seq', first - 1));
    ELSIF last <> previous THEN
        PERFORM refuse('Fork', jsonb_build_object('seq', first - 1));
    END IF;
    UPDATE desk SET seen = clock_timestamp(), skew = behind WHERE code = mine;

    FOR n IN 1 .. many LOOP
        last := sha256(last || place || convert_to(first + n - 1 || E'\x1f', 'UTF8') || digests[n]);
        chains[n] := last;
    END LOOP;
    IF last <> claimed THEN
        PERFORM refuse('ChainBroken', jsonb_build_object('seq', first));
    END IF;

    -- A chain says all that is before it: where one that we hold is the same, all before it is.
    SELECT seq - first + 1, chain INTO held, last FROM receipt
    WHERE desk = mine AND epoch = era AND seq BETWEEN first AND first + many - 1
    ORDER BY seq DESC LIMIT 1;
    IF last <> chains[held] THEN
        PERFORM refuse('Fork', jsonb_build_object('seq', first + held - 1));
    END IF;
    held := coalesce(held, 0);
    SELECT coalesce(array_agg(pos ORDER BY seq), '{}') INTO positions FROM receipt
    WHERE desk = mine AND epoch = era AND seq BETWEEN first AND first + held - 1;
    IF held = many THEN
        RETURN;
    END IF;

    SELECT pos, link INTO before, last FROM counter WHERE one = 1 FOR UPDATE;
    top := before;
    links := array_fill(NULL::bytea, ARRAY[held]);
    -- Ids of a desk grow: behind its greatest there is nothing known.
    IF (SELECT min(id COLLATE "C") FROM unnest(ids) AS f (id))
            <= (SELECT id FROM receipt WHERE desk = mine ORDER BY id DESC LIMIT 1) THEN
        there := ARRAY(
            SELECT (SELECT pos FROM receipt WHERE desk = mine AND id = f.id LIMIT 1)
            FROM unnest(ids) WITH ORDINALITY AS f (id, n) ORDER BY f.n);
        taken := (
            SELECT min(f.id) FROM unnest(ids, digests, there) AS f (id, digest, pos)
            WHERE (SELECT l.digest FROM ledger l WHERE l.pos = f.pos) <> f.digest);
        IF taken IS NOT NULL THEN
            PERFORM refuse('IdTaken', jsonb_build_object('id', taken));
        END IF;
    END IF;
    FOR n IN held + 1 .. many LOOP
        positions[n] := there[n];
        IF positions[n] IS NULL THEN
            top := top + 1;
            positions[n] := top;
            last := sha256(last || convert_to(left(ids[n], 36), 'UTF8') || digests[n]);
        END IF;
        links[n] := last;
    END LOOP;

    -- Side by side in the list of what is selected, arrays are not written down before they are
    -- read, as they are in FROM.
    INSERT INTO receipt
    SELECT mine, era, generate_series(first + held, first + many - 1), unnest(ids[held + 1:]),
        unnest(positions[held + 1:]), unnest(chains[held + 1:]);
    IF top = before THEN
        RETURN;
    END IF;
    gone := ARRAY(SELECT person FROM erased WHERE person = ANY (persons));
    INSERT INTO ledger
    SELECT f.pos, f.id, f.act, mine, f.timeline, f.kind, f.version, f.subject, f.base, f.beyond,
        f.at, f.actor, f.data, f.person, f.scope,
        CASE WHEN f.person = ANY (gone) THEN NULL ELSE f.private END,
        CASE WHEN f.person = ANY (gone) THEN NULL ELSE f.salt END,
        f.seal, f.digest, era, f.seq, f.chain, behind, f.link
    FROM (
        SELECT unnest(positions) AS pos, unnest(ids) AS id, unnest(acts) AS act,
            unnest(timelines) AS timeline, unnest(kinds) AS kind, unnest(versions) AS version,
            unnest(subjects) AS subject, unnest(bases) AS base, unnest(beyonds) AS beyond,
            unnest(ats) AS at, unnest(actors) AS actor, unnest(datas) AS data,
            unnest(persons) AS person, unnest(scopes) AS scope, unnest(privates) AS private,
            unnest(salts) AS salt, unnest(seals) AS seal, unnest(digests) AS digest,
            generate_series(first, first + many - 1) AS seq, unnest(chains) AS chain,
            unnest(links) AS link) f
    WHERE f.pos > before;
    UPDATE counter SET pos = top, link = last WHERE one = 1;
    IF 'person.erased' = ANY (kinds) THEN
        INSERT INTO erased SELECT DISTINCT l.person FROM ledger l
        WHERE l.pos > before AND l.kind = 'person.erased' AND l.person IS NOT NULL
            AND digested(l) = l.digest ON CONFLICT DO NOTHING;
        WITH taken AS (
            UPDATE ledger l SET private = NULL, salt = NULL FROM erased e
            WHERE l.person = e.person AND l.private IS NOT NULL AND e.person = ANY (persons)
            RETURNING l.pos)
        INSERT INTO soiled SELECT pos, clock_timestamp() FROM taken ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- Facts behind the cursor, never splitting an act; confidences of other departments without words.
CREATE OR REPLACE FUNCTION pull(said text, cursor_ bigint, link_ bytea, many bigint)
RETURNS TABLE (
    id text, act text, desk text, timeline bigint, kind text, version bigint, subject text,
    base bigint, beyond text, at text, actor text, data text, person text, scope text,
    private text, salt bytea, seal bytea, digest bytea, epoch bigint, seq bigint, chain bytea,
    pos bigint, skew bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = deskapp, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    mine text := caller(said);
    ours text[] := (SELECT coalesce(array_agg(department), '{}') FROM scope WHERE desk = mine);
    last bigint := cursor_ + least(many, 5000);
BEGIN
    IF cursor_ > 0 AND NOT EXISTS (
            SELECT FROM ledger WHERE pos = cursor_ AND link = link_) THEN
        PERFORM refuse('OrderDiffers', jsonb_build_object('cursor', cursor_));
    END IF;
    UPDATE desk SET seen = clock_timestamp(), pulled = cursor_ WHERE code = mine;
    -- The facts of an act stand together: up to where another begins.
    last := coalesce((SELECT l.pos - 1 FROM ledger l WHERE l.pos > last
        AND l.act <> (SELECT end_.act FROM ledger end_ WHERE end_.pos = last)
        ORDER BY l.pos LIMIT 1), last + 5000);
    RETURN QUERY
    SELECT l.id, l.act, l.desk, l.timeline, l.kind, l.version, l.subject, l.base, l.beyond, l.at,
        l.actor, l.data, l.person, l.scope,
        CASE WHEN l.scope IS NULL OR l.desk = mine OR l.scope = ANY (ours) THEN l.private END,
        CASE WHEN l.scope IS NULL OR l.desk = mine OR l.scope = ANY (ours) THEN l.salt END,
        l.seal, l.digest, l.epoch, l.seq, l.chain, l.pos, l.skew
    FROM ledger l WHERE l.pos > cursor_ AND l.pos <= last ORDER BY l.pos;
END $$;
