from django.urls import path

from crm.home import views_jobs

app_name = "jobs"

urlpatterns = [
    path("", views_jobs.list_runs, name="list"),
    path("rerun/", views_jobs.rerun, name="rerun"),
    path("<int:pk>/", views_jobs.run_detail, name="detail"),
]
