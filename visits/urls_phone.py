from django.urls import path

from visits import views_phone

app_name = "phone"

urlpatterns = [
    path("", views_phone.shell, name="shell"),
    path("data/", views_phone.data, name="data"),
    path("dealers/", views_phone.dealers, name="dealers"),
    path("briefs/", views_phone.briefs, name="briefs"),
    path("outbox/", views_phone.outbox, name="outbox"),
    path("photo/", views_phone.photo, name="photo"),
    path("ping/", views_phone.ping, name="ping"),
    path("leave/", views_phone.leave, name="leave"),
    path("sw.js", views_phone.worker_script, name="worker"),
    path("manifest.webmanifest", views_phone.manifest, name="manifest"),
]
