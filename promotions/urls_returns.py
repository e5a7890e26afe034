from django.urls import path

from promotions.returns import views

urlpatterns = [
    path("", views.listed, name="returns"),
    path("joint-activities/", views.joint_activities, name="joint_activities"),
    path("dealer/<int:pk>/", views.panel, name="returns_panel"),
]
