from django.urls import path

from sales import views, views_advice

app_name = "sales"

urlpatterns = [
    path("dealers/<int:pk>/history/", views.history_panel, name="history"),
    path("dealers/<int:pk>/groups/", views.groups_panel, name="groups"),
    path("dealers/<int:pk>/receivables/", views.receivables_panel, name="receivables"),
    path("dealers/<int:pk>/stock/", views.stock_panel, name="stock"),
    path("dealers/<int:pk>/targets/", views.targets_panel, name="targets"),
    path("dealers/<int:pk>/cells/credit/", views.credit_cell, name="credit_cell"),
    path("dealers/<int:pk>/cells/credit-used/", views.credit_used, name="credit_used"),
    path("dealers/<int:pk>/cells/stock/", views.stock_cell, name="stock_cell"),
    path("dealers/<int:pk>/records/", views.records, name="records"),
    path("dealers/<int:pk>/order/", views_advice.order_check, name="order_check"),
    path("dealers/<int:pk>/income/", views_advice.income, name="income"),
    path("dealers/<int:pk>/income/panel/", views_advice.income_panel, name="income_panel"),
]
