"""Planning and results of visits. `day` is a date in ISO 8601: dealers.urls, which is included before, registers it."""

from django.urls import path

from visits import urls_results
from visits.views import cycles, expenses, feeds, follow_up, leave, panels, person, team, team_day, visit

app_name = "visits"

urlpatterns = [
    path("", team.plan, name="plan"),
    path("year/", team.year, name="year"),
    path("today/", team_day.shown, name="team_day"),
    path("today/short/", team_day.fragment, name="team_day_short"),
    path("today/points/", team_day.points, name="team_points"),
    path("plan/", team.plan_now, name="plan_now"),
    path("runs/<int:pk>/", team.progress, name="progress"),
    path("people/<int:pk>/", person.month, name="month"),
    path("people/<int:pk>/week/", person.week, name="week"),
    path("people/<int:pk>/week/order/", person.order_week, name="order_week"),
    path("people/<int:pk>/days/<day:on>/", person.day, name="day"),
    path("people/<int:pk>/days/<day:on>/order/", person.order, name="order"),
    path("people/<int:pk>/add/", person.add, name="add"),
    path("people/<int:pk>/expenses/", expenses.expenses, name="expenses"),
    path("expenses/<int:pk>/receipt/", expenses.receipt, name="receipt"),
    path("expenses/<int:pk>/decide/", expenses.decide, name="decide_expense"),
    path("people/<int:pk>/relief/", team.relief, name="relief"),
    path("relief/undo/", team.relief_undo, name="relief_undo"),
    path("leave/", leave.leave, name="leave"),
    path("leave/<int:pk>/cover/", leave.cover_leave, name="cover_leave"),
    path("leave/<int:pk>/end/", leave.end_leave, name="end_leave"),
    *urls_results.urlpatterns,
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/new/", cycles.new_cycle, name="new_cycle"),
    path("cycles/<int:pk>/", cycles.cycle, name="cycle"),
    path("calendar/", feeds.feeds, name="feeds"),
    path("calendar/<int:pk>/revoke/", feeds.revoke, name="revoke"),
    path("calendar/<str:token>.ics", feeds.feed, name="feed"),
    path("dealers/<int:pk>/next/", panels.next_visit, name="next_visit"),
    path("dealers/<int:pk>/cycle/", cycles.dealer_cycle, name="dealer_cycle"),
    path("dealers/<int:pk>/hours/", cycles.dealer_hours, name="dealer_hours"),
    path("issues/<int:pk>/step/", follow_up.step, name="step"),
    path("promises/<int:pk>/settle/", follow_up.settle, name="settle"),
    path("photos/<int:pk>/", follow_up.photo, name="photo"),
    path("<int:pk>/", visit.visit, name="visit"),
    path("<int:pk>/move/", visit.move, name="move"),
    path("<int:pk>/lock/", visit.lock, name="lock"),
    path("<int:pk>/appointment/", visit.appointment, name="appointment"),
    path("<int:pk>/means/", visit.means, name="means"),
    path("<int:pk>/skip/", visit.skip, name="skip"),
    path("<int:pk>/resume/", visit.resume, name="resume"),
    path("<int:pk>/prepare/", visit.prepare, name="prepare"),
]
