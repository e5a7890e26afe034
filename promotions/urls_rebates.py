from django.urls import path

from promotions.rebates.views import programmes, settlements, statements

urlpatterns = [
    path("", programmes.listed, name="rebates"),
    path("new/", programmes.create, name="rebate_new"),
    path("liability/", programmes.liability, name="rebate_liability"),
    path("dealer/<int:pk>/", statements.panel, name="rebate_panel"),
    path("settlements/<int:pk>/", settlements.detail, name="rebate_settlement"),
    path("settlements/<int:pk>/decide/", settlements.decided, name="rebate_settlement_decide"),
    path("settlements/<int:pk>/credited/", settlements.paid, name="rebate_settlement_paid"),
    path("settlements/<int:pk>/export/", settlements.export, name="rebate_settlement_export"),
    path("<int:pk>/", programmes.detail, name="rebate"),
    path("<int:pk>/edit/", programmes.edit, name="rebate_edit"),
    path("<int:pk>/publish/", programmes.published, name="rebate_publish"),
    path("<int:pk>/try-out/", programmes.tried, name="rebate_tryout"),
    path("<int:pk>/propose/", settlements.proposed, name="rebate_propose"),
    path("<int:pk>/dealer/<int:dealer>/", statements.page, name="rebate_statement"),
    path("<int:pk>/dealer/<int:dealer>/statement.pdf", statements.pdf, name="rebate_pdf"),
    path("<int:pk>/dealer/<int:dealer>/points/", statements.points, name="rebate_points"),
]
