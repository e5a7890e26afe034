from django.urls import path

from crm.imports import views, views_rows

app_name = "imports"

urlpatterns = [
    path("", views.imports, name="list"),
    path("example/<slug:key>/", views_rows.example, name="example"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/progress/", views.busy, name="progress"),
    path("<int:pk>/read/", views.read_again, name="read_again"),
    path("<int:pk>/columns/", views.match, name="match"),
    path("<int:pk>/words/", views_rows.give_meaning, name="words"),
    path("<int:pk>/rows/", views_rows.rows, name="rows"),
    path("<int:pk>/cell/", views_rows.mend, name="mend"),
    path("<int:pk>/refused/", views_rows.refused, name="refused"),
    path("<int:pk>/load/", views.confirm, name="confirm"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/discard/", views.discard, name="discard"),
]
