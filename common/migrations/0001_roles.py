"""The role that serves members: it reads and writes rows but owns nothing, so policies bind it."""

from django.db import migrations

CREATE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'flux_web') THEN
        CREATE ROLE flux_web NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'The role flux_web is missing and this account may not create it.'
            USING HINT = 'As a database administrator run: CREATE ROLE flux_web; GRANT flux_web TO ' || current_user;
END $$;
"""

MEMBERSHIP = """
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'flux_web', 'MEMBER') THEN
        EXECUTE format('GRANT flux_web TO %I', current_user);
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN NULL; -- the embedded server lets flux_web sign in by itself
END $$;
"""

GRANT = """
GRANT USAGE ON SCHEMA public TO flux_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO flux_web;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO flux_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO flux_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO flux_web;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(CREATE, migrations.RunSQL.noop),
        migrations.RunSQL(MEMBERSHIP, migrations.RunSQL.noop),
        migrations.RunSQL(GRANT, migrations.RunSQL.noop),
    ]
