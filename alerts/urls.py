from django.urls import path

from alerts.churn import views as churn
from alerts.views import case, cases, course, events, kpis, losses, rules, saved, trials

app_name = "alerts"

urlpatterns = [
    path("", cases.listed, name="list"),
    path("board/", cases.board, name="board"),
    path("short/", cases.short, name="short"),
    path("owners/", cases.owners, name="owners"),
    path("assign/", cases.assign_many, name="assign_many"),
    path("merge/", cases.merge, name="merge"),
    path("<int:pk>/", case.shown, name="case"),
    path("<int:pk>/course/", course.course, name="course"),
    path("<int:pk>/<slug:what>/", case.step, name="step"),
    path("lists/save/", saved.save, name="save_list"),
    path("lists/<int:pk>/delete/", saved.delete, name="delete_list"),
    path("losses/", losses.listed, name="losses"),
    path("losses/<int:pk>/", losses.review, name="loss"),
    path("results/", kpis.results, name="kpis"),
    path("rules/", rules.listed, name="rules"),
    path("rules/new/<slug:kind>/", rules.new, name="new_rule"),
    path("rules/<int:pk>/", rules.rule, name="rule"),
    path("rules/<int:pk>/edit/", rules.edit, name="edit_rule"),
    path("rules/<int:pk>/switch/", rules.switch, name="switch_rule"),
    path("rules/<int:pk>/quiet/", rules.add_quiet, name="add_quiet"),
    path("rules/quiet/<int:pk>/drop/", rules.drop_quiet, name="drop_quiet"),
    path("rules/versions/<int:pk>/publish/", rules.publish, name="publish_version"),
    path("rules/versions/<int:pk>/drop/", rules.drop_draft, name="drop_draft"),
    path("rules/versions/<int:pk>/try/", trials.ask, name="try_version"),
    path("rules/trials/<int:pk>/", trials.shown, name="trial"),
    path("rules/trials/<int:pk>/again/", trials.again, name="try_again"),
    path("tasks/<int:pk>/end/", case.end_task, name="end_task"),
    path("dealers/<int:pk>/", events.panel, name="panel"),
    path("dealers/<int:pk>/churn/", churn.panel, name="churn"),
    path("dealers/<int:pk>/event/", events.event, name="event"),
]
