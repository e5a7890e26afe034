from django.urls import path

from promotions.profit import views

urlpatterns = [
    path("", views.listed, name="profit"),
    path("dealer/<int:pk>/", views.dealer, name="profit_dealer"),
    path("dealer/<int:pk>/panel/", views.panel, name="profit_panel"),
]
