"""What the web server loads: the application with the settings of its environment."""

from __future__ import annotations

from dataclasses import replace

from werkzeug.middleware.proxy_fix import ProxyFix

from web import create_app
from workflow import db, logs
from workflow.settings import load

# Whoever breaks into the web server must not be able to sign the ledger: only workers keep its key.
settings = replace(load("database_url", "secret_key", "base_url"), ledger_key="")
logs.configure()
db.configure(settings.database_url)
app = create_app(settings)
if hops := int(settings.trusted_proxies or 0):
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
    )
