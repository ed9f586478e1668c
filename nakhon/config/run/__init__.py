"""Running the platform on one machine: its home, its private PostgreSQL, its processes, its backups.

Chief verbs: ``environment.resolve`` (who connects where), ``up.bring_up``, ``supervisor.Supervisor``, ``status.collect``,
``doctor.examine``, ``backup.create``, ``restore.restore``, ``testing.ensure_test_cluster``. Not here: what the platform
does once it runs; no Django import happens before ``django.setup``.
"""
