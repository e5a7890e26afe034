from django.urls import path

from accounts import views_audit

app_name = "audit"

urlpatterns = [
    path("", views_audit.log, name="list"),
    path("export/", views_audit.export, name="export"),
    path("<str:kind>/<int:pk>/", views_audit.history_of, name="object"),
]
