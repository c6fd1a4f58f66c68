import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings.settings")
app = Celery("site_settings", broker=os.environ.get("REDIS_URL", "redis://localhost"))
app.autodiscover_tasks(["shop"])
