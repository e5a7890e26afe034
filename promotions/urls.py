from django.urls import include, path

from promotions.views import approving, audits, benefit, budgets, claims, evaluating, plan, promotions

app_name = "promotions"

urlpatterns = [
    path("", promotions.listed, name="list"),
    path("new/", plan.new, name="new"),
    path("calendar/", promotions.calendar, name="calendar"),
    path("cases/", promotions.library, name="library"),
    path("approvals/", approving.queue, name="queue"),
    path("approvals/short/", approving.queue_short, name="queue_short"),
    path("changes/<int:pk>/", approving.decide_change, name="approve_change"),
    path("dealers/<int:pk>/", promotions.panel, name="panel"),
    path("<int:pk>/", plan.shown, name="promotion"),
    path("<int:pk>/edit/", plan.edit, name="edit"),
    path("<int:pk>/dealers/", plan.dealers, name="dealers"),
    path("<int:pk>/change/", plan.change, name="change"),
    path("<int:pk>/approve/", approving.decide, name="approve"),
    path("<int:pk>/claim/", claims.new, name="new_claim"),
    path("<int:pk>/result/", evaluating.result, name="result"),
    path("<int:pk>/result/keep/", evaluating.step, {"what": "keep"}, name="keep_result"),
    path("<int:pk>/result/decide/", evaluating.step, {"what": "decide"}, name="decide_result"),
    path("<int:pk>/do/<slug:what>/", plan.step, name="step"),
    path("<int:pk>/benefit/<int:dealer>/", benefit.sheet, name="benefit"),
    path("claims/", claims.listed, name="claims"),
    path("claims/export/", claims.export_settled, name="export"),
    path("claims/<int:pk>/", claims.shown, name="claim"),
    path("claims/<int:pk>/audit/", audits.find, name="audit"),
    path("claims/<int:pk>/<slug:what>/", claims.step, name="claim_step"),
    path("evidence/<int:pk>/", claims.evidence, name="evidence"),
    path("budgets/", budgets.listed, name="budgets"),
    path("budgets/new/", budgets.new, name="new_budget"),
    path("budgets/<int:pk>/", budgets.shown, name="budget"),
    path("budgets/<int:pk>/grant/", budgets.step, {"what": "grant"}, name="grant"),
    path("budgets/<int:pk>/transfer/", budgets.step, {"what": "transfer"}, name="transfer"),
    path("transfers/<int:pk>/", budgets.decide_transfer, name="decide_transfer"),
    # Parts of the app with addresses of their own.
    path("rebates/", include("promotions.urls_rebates")),
    path("support/", include("promotions.urls_support")),
    path("profit/", include("promotions.urls_profit")),
    path("returns/", include("promotions.urls_returns")),
]
