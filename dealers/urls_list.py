"""Addresses of the dealer list; dealers.urls takes them in."""

from django.urls import path

from dealers import views_list as views

urlpatterns = [
    path("", views.dealer_list, name="list"),
    path("filters/", views.filter_form, name="filters"),
    path("columns/", views.choose_columns, name="columns"),
    path("views/", views.save_view, name="save_view"),
    path("views/<int:pk>/delete/", views.delete_view, name="delete_view"),
    path("points/", views.points, name="points"),
    path("count/", views.count, name="count"),
    path("export/", views.export, name="export"),
    path("<int:pk>/neighbours/", views.neighbours, name="neighbours"),
]
