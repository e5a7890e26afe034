from django.urls import path

from accounts import views_closed, views_identity_provider, views_profile, views_territories, views_users

app_name = "accounts"

urlpatterns = [
    path("profile/", views_profile.profile, name="profile"),
    path("appearance/", views_profile.appearance, name="appearance"),
    path("sessions/<int:pk>/end/", views_profile.end_session, name="session_end"),
    path("territories/", views_territories.tree, name="territories"),
    path("territories/new/", views_territories.create, name="territory_create"),
    path("territories/<int:pk>/", views_territories.territory, name="territory"),
    path("territories/<int:pk>/edit/", views_territories.edit, name="territory_edit"),
    path("territories/<int:pk>/move/", views_territories.move, name="territory_move"),
    path("territories/<int:pk>/close/", views_territories.close, name="territory_close"),
    path("territories/<int:pk>/reopen/", views_territories.reopen, name="territory_reopen"),
    path("territories/<int:pk>/assign/", views_territories.assign, name="territory_assign"),
    path("assignments/<int:pk>/end/", views_territories.end, name="assignment_end"),
    path("users/", views_users.users, name="users"),
    path("users/new/", views_users.create, name="user_create"),
    path("users/<int:pk>/", views_users.user, name="user"),
    path("users/<int:pk>/edit/", views_users.edit, name="user_edit"),
    path("users/<int:pk>/invite/", views_users.send_invitation, name="user_invite"),
    path("users/<int:pk>/deactivate/", views_users.deactivate, name="user_deactivate"),
    path("users/<int:pk>/reactivate/", views_users.reactivate, name="user_reactivate"),
    path("users/<int:pk>/handover/", views_users.handover, name="user_handover"),
    # In place of the page of allauth where users add and change addresses by themselves.
    path("email/", views_profile.address, name="email"),
    # In place of pages of allauth that nobody needs, or that would tell a signed-in user something untrue.
    path("confirm-email/", views_closed.nowhere, name="no_confirmation"),
    path("confirm-email/<str:key>/", views_closed.nowhere, name="no_confirmation_of"),
    path("login/code/confirm/", views_closed.nowhere, name="no_code"),
    path("inactive/", views_closed.closed_account, name="closed_account"),
    path("oidc/<str:provider_id>/login/", views_identity_provider.go_there, name="identity_provider"),
    path("3rdparty/login/cancelled/", views_closed.cancelled, name="cancelled"),
]
