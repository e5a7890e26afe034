"""What managers read of visits: results and the rows behind them, executive visits, sheets for paper."""

from django.urls import path

from visits.views import behind, closeness, leaders, paper, results, survey, team_calendar

urlpatterns = [
    path("results/", results.results, name="results"),
    path("results/visits/", behind.behind, name="behind"),
    path("results/dealers/", behind.covered, name="covered"),
    path("results/issues/", behind.issues, name="issues"),
    path("results/time/", behind.time, name="time"),
    path("results/tenure/", closeness.closeness, name="closeness"),
    path("results/survey/", survey.survey, name="survey"),
    path("results/days/", team_calendar.days, name="days"),
    path("results/map/", team_calendar.results_map, name="results_map"),
    path("results/map/points/", team_calendar.results_points, name="results_points"),
    path("leaders/", leaders.leaders, name="leaders"),
    path("leaders/dealers/", leaders.leader_coverage, name="leader_coverage"),
    path("leaders/promises/", leaders.promises, name="promises"),
    path("<int:pk>/leader/", leaders.leader_report, name="leader_report"),
    path("people/<int:pk>/days/<day:on>/sheet/", paper.day_sheet, name="day_sheet"),
    path("people/<int:pk>/days/<day:on>/collections/", paper.day_collections, name="day_collections"),
    path("people/<int:pk>/performance/", paper.performance, name="performance"),
    path("dealers/<int:pk>/collection/", paper.collection, name="collection"),
]
