from django.urls import path

from tiering import views_dealer, views_policy, views_race, views_runs
from tiering.quadrants import views as quadrants

app_name = "tiering"

urlpatterns = [
    path("", views_runs.list_runs, name="runs"),
    path("runs/<int:pk>/", views_runs.run_detail, name="run"),
    path("policy/", views_policy.policy, name="policy"),
    path("policy/preview/", views_policy.policy_preview, name="policy_preview"),
    path("weights/", views_policy.weights, name="weights"),
    path("overrides/", views_dealer.list_overrides, name="overrides"),
    path("overrides/<int:pk>/decide/", views_dealer.decide, name="override_decide"),
    path("overrides/<int:pk>/withdraw/", views_dealer.withdraw, name="override_withdraw"),
    path("dealer/<int:pk>/reason/", views_dealer.reason, name="reason"),
    path("dealer/<int:pk>/", views_dealer.panel, name="panel"),
    path("dealer/<int:pk>/judge/", views_dealer.judge, name="judge"),
    path("dealer/<int:pk>/override/", views_dealer.override, name="override"),
    path("race/", views_race.leaderboard, name="race"),
    # Loyalty against strength.
    path("matrix/", quadrants.matrix, name="matrix"),
    path("dealer/<int:pk>/quadrant/", quadrants.panel, name="quadrant"),
    path("dealer/<int:pk>/plan/<slug:quadrant>/", quadrants.begin, name="begin_plan"),
    path("plans/<int:pk>/", quadrants.shown, name="plan"),
    path("plans/steps/<int:pk>/", quadrants.step, name="plan_step"),
    path("plans/<int:pk>/close/", quadrants.close, name="close_plan"),
]
