from django.urls import path

from crm.home import views

app_name = "home"

urlpatterns = [
    path("", views.index, name="index"),
    path("people/", views.by_person, name="by_person"),
    path("setup/", views.setup, name="setup"),
    path("company/", views.company, name="company"),
]
