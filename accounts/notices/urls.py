from django.urls import path

from accounts.notices import views_inbox, views_webhooks, views_wishes

app_name = "notices"

urlpatterns = [
    path("", views_inbox.inbox, name="inbox"),
    path("count/", views_inbox.count, name="count"),
    path("read/", views_inbox.read_all, name="read_all"),
    path("<int:pk>/open/", views_inbox.open_notice, name="open"),
    path("<int:pk>/read/", views_inbox.read, name="read"),
    path("preferences/", views_wishes.preferences, name="preferences"),
    path("devices/", views_wishes.add_device, name="device_add"),
    path("devices/<int:pk>/remove/", views_wishes.remove_device, name="device_remove"),
    path("unsubscribe/<str:token>/", views_wishes.leave, name="unsubscribe"),
    path("webhooks/", views_webhooks.listed, name="webhooks"),
    path("webhooks/new/", views_webhooks.create, name="webhook_create"),
    path("webhooks/<int:pk>/", views_webhooks.shown, name="webhook"),
    path("webhooks/<int:pk>/edit/", views_webhooks.edit, name="webhook_edit"),
    path("webhooks/<int:pk>/secret/", views_webhooks.renew_secret, name="webhook_secret"),
    path("webhooks/<int:pk>/remove/", views_webhooks.remove, name="webhook_remove"),
    path("webhooks/deliveries/<int:pk>/again/", views_webhooks.send_again, name="webhook_again"),
]
