"""Every address of the application. What an app's pages are called stands in its own `urls.py`."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from crm.base import health, metrics

urlpatterns = [
    path("", include("crm.home.urls")),
    path("dealers/", include("dealers.urls")),
    path("sales/", include("sales.urls")),
    path("tiers/", include("tiering.urls")),
    path("visits/", include("visits.urls")),
    # For the field, on a phone, without a signal.
    path("m/", include("visits.urls_phone")),
    path("promotions/", include("promotions.urls")),
    path("warnings/", include("alerts.urls")),
    path("inbox/", include("accounts.notices.urls")),
    path("imports/", include("crm.imports.urls")),
    path("jobs/", include("crm.home.urls_jobs")),
    # Our own pages first: one of them may replace a page of allauth.
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("audit/", include("accounts.urls_audit")),
    path("admin/", admin.site.urls),
    path("language/", set_language, name="set_language"),
    # For machines: no session, no language, no layout.
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", metrics.exposition, name="metrics"),
]

handler500 = "crm.base.errors.server_error"
