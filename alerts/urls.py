from django.urls import path

from alerts.churn import views as churn
from alerts.views import case, cases, events

app_name = "alerts"

urlpatterns = [
    path("", cases.listed, name="list"),
    path("board/", cases.board, name="board"),
    path("short/", cases.short, name="short"),
    path("assign/", cases.assign_many, name="assign_many"),
    path("merge/", cases.merge, name="merge"),
    path("<int:pk>/", case.shown, name="case"),
    path("<int:pk>/<slug:what>/", case.step, name="step"),
    path("tasks/<int:pk>/end/", case.end_task, name="end_task"),
    path("dealers/<int:pk>/", events.panel, name="panel"),
    path("dealers/<int:pk>/churn/", churn.panel, name="churn"),
    path("dealers/<int:pk>/event/", events.event, name="event"),
]
