from django.urls import path

from promotions.support.views import requests

urlpatterns = [
    path("", requests.queue, name="support"),
    path("calendar/", requests.calendar, name="support_calendar"),
    path("dealer/<int:dealer>/ask/", requests.ask, name="support_ask"),
    path("dealer/<int:pk>/", requests.panel, name="support_panel"),
    path("<int:pk>/", requests.detail, name="support_request"),
    path("<int:pk>/decide/", requests.decide, name="support_decide"),
    path("<int:pk>/withdraw/", requests.withdraw, name="support_withdraw"),
    path("<int:pk>/back/", requests.give_back, name="support_back"),
]
