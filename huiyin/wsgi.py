"""What a web server loads: `huiyin.wsgi:application`."""

import multiprocessing
import os
import signal

import django
from django.core.handlers.wsgi import WSGIHandler

from huiyin.base.process import die_with
from huiyin.web.collect import collect_when_changed

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
if main := multiprocessing.parent_process():
    # A worker process of the web server: it holds the port open and must not do so after the server was killed.
    die_with(main.pid or 0, signal.SIGKILL)
django.setup(set_prefix=False)
collect_when_changed()
application = WSGIHandler()
