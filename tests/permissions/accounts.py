"""Who may open the pages of people, territories and changes, and those of allauth."""

from __future__ import annotations

from accounts.choices import Role
from accounts.models import Territory
from tests.factories import AssignmentFactory, TerritoryFactory, UserFactory
from tests.permissions import EVERYBODY, Id, Row

MANAGES_TERRITORIES = "dora ada"
READS_CHANGES = "bob dora ada"


def someone(place: Territory):
    """A colleague who works the place; the one in Kanto is called after it."""
    user = UserFactory(name=f"Colleague of {place.code}")
    AssignmentFactory(user=user, territory=place, role=Role.READ_ONLY)
    return user


THINGS = {
    "territory": lambda place: place,
    "patch": lambda place: TerritoryFactory(code=f"{place.code}-NEW", name=f"Patch of {place.code}", parent=place),
    "colleague": someone,
    "assignment": lambda place: AssignmentFactory(user=UserFactory(), territory=place),
    "free_user": lambda place: UserFactory(),
}

NEW_USER = {"email": "new@example.com", "name": "New", "language": "ko", "time_zone": "", "staff_code": "", "phone": ""}

ROWS = {
    "accounts:profile": Row(
        get=EVERYBODY,
        post=EVERYBODY,
        body={"name": "Renamed", "phone": "", "language": "ja", "time_zone": "Asia/Tokyo", "theme": "DARK"},
    ),
    "accounts:appearance": Row(post=EVERYBODY, body={"theme": "DARK", "next": "/dealers/"}),
    # Another's session is never found: tests/accounts/test_sign_in.py ends a real one.
    "accounts:session_end": Row(post=EVERYBODY, args=(987654321,), post_status=404),
    "accounts:email": Row(get=EVERYBODY, get_status=302),
    "accounts:no_confirmation": Row(get=EVERYBODY, get_status=404, public=True),
    "accounts:no_confirmation_of": Row(get=EVERYBODY, get_status=404, args=("nokey",), public=True),
    "accounts:no_code": Row(get=EVERYBODY, get_status=404, public=True),
    "accounts:closed_account": Row(get=EVERYBODY, get_status=(200, 302), public=True),
    # Without a provider there is none; with one: tests/accounts/test_openid_connect.py.
    "accounts:identity_provider": Row(get=EVERYBODY, args=("company",), get_status=404, public=True),
    "accounts:cancelled": Row(get=EVERYBODY, get_status=(200, 302), public=True),
    "accounts:territories": Row(get=EVERYBODY, lists=("patch", "colleague")),
    "accounts:territory": Row(get=EVERYBODY, args=("territory",)),
    "accounts:territory_create": Row(
        get=MANAGES_TERRITORIES,
        post=MANAGES_TERRITORIES,
        body={"name": "New", "code": "NEW-1", "parent": Id("territory"), "country": "CN"},
    ),
    "accounts:territory_edit": Row(
        get=MANAGES_TERRITORIES,
        post=MANAGES_TERRITORIES,
        args=("patch",),
        body={"name": "Renamed", "code": "NEW-2", "parent": Id("territory"), "country": ""},
    ),
    "accounts:territory_move": Row(post=MANAGES_TERRITORIES, args=("patch",), body={"parent": Id("territory")}),
    "accounts:territory_close": Row(post=MANAGES_TERRITORIES, args=("patch",)),
    "accounts:territory_reopen": Row(post=MANAGES_TERRITORIES, args=("patch",)),
    "accounts:territory_assign": Row(
        get=MANAGES_TERRITORIES,
        post=MANAGES_TERRITORIES,
        args=("territory",),
        body={"user": Id("free_user"), "role": "REPRESENTATIVE", "since": "2026-01-01", "until": ""},
    ),
    "accounts:assignment_end": Row(
        get=MANAGES_TERRITORIES, post=MANAGES_TERRITORIES, args=("assignment",), body={"on": "2026-01-01"}
    ),
    "accounts:users": Row(get=MANAGES_TERRITORIES),
    "accounts:user": Row(get=MANAGES_TERRITORIES, args=("colleague",)),
    "accounts:user_create": Row(get="ada", post="ada", body=NEW_USER),
    "accounts:user_edit": Row(get="ada", post="ada", args=("colleague",), body=NEW_USER),
    "accounts:user_invite": Row(post="ada", args=("colleague",)),
    "accounts:user_deactivate": Row(post="ada", args=("colleague",)),
    "accounts:user_reactivate": Row(post="ada", args=("colleague",)),
    "accounts:user_handover": Row(
        get=MANAGES_TERRITORIES,
        post=MANAGES_TERRITORIES,
        args=("colleague",),
        body={"successor": Id("free_user"), "on": "2026-01-01", "note": "", "confirm": "1"},
    ),
    "audit:list": Row(get=READS_CHANGES, lists=("patch", "colleague")),
    "audit:export": Row(get=READS_CHANGES, lists=("patch", "colleague")),
    "audit:object": Row(get=READS_CHANGES, args=("accounts.territory", "patch")),
    # --- allauth: everybody's own account, nobody else's ---
    "account_login": Row(get=EVERYBODY, get_status=(200, 302), post=EVERYBODY, public=True),
    "account_logout": Row(get=EVERYBODY, post=EVERYBODY, get_status=(200, 302), public=True),
    "account_inactive": Row(get=EVERYBODY, get_status=(200, 302), post=None, public=True),
    "account_signup": Row(get=EVERYBODY, get_status=(200, 302), post=EVERYBODY, post_status=(200, 302), public=True),
    # 403: nobody of the cast has a password or another factor to show.
    "account_reauthenticate": Row(get=EVERYBODY, get_status=403, post=EVERYBODY, post_status=403),
    "account_email": Row(get=EVERYBODY, get_status=302),
    "account_email_verification_sent": Row(get=EVERYBODY, get_status=404, public=True),
    "account_confirm_email": Row(get=EVERYBODY, get_status=404, args=("nokey",), public=True),
    "account_change_password": Row(get=EVERYBODY, get_status=302, post=EVERYBODY),
    "account_set_password": Row(get=EVERYBODY, post=EVERYBODY, post_status=200),
    "account_reset_password": Row(get=EVERYBODY, post=EVERYBODY, post_status=200, public=True),
    "account_reset_password_done": Row(get=EVERYBODY, public=True),
    "account_reset_password_from_key": Row(
        get=EVERYBODY, post=EVERYBODY, post_status=200, args=("1", "nokey"), public=True
    ),
    "account_reset_password_from_key_done": Row(get=EVERYBODY, public=True),
    "account_confirm_login_code": Row(get=EVERYBODY, get_status=404, public=True),
    "mfa_index": Row(get=EVERYBODY),
    "mfa_authenticate": Row(get=EVERYBODY, get_status=302, post=EVERYBODY, public=True),
    "mfa_reauthenticate": Row(get=EVERYBODY, get_status=403),
    "mfa_activate_totp": Row(get=EVERYBODY, post=EVERYBODY, post_status=200),
    "mfa_deactivate_totp": Row(get=EVERYBODY, get_status=(302, 404)),
    "mfa_list_webauthn": Row(get=EVERYBODY),
    "mfa_add_webauthn": Row(get=EVERYBODY, post=EVERYBODY, post_status=200),
    "mfa_reauthenticate_webauthn": Row(get=EVERYBODY, get_status=403),
    "mfa_remove_webauthn": Row(get=EVERYBODY, args=(987654321,), get_status=(302, 404)),
    "mfa_edit_webauthn": Row(get=EVERYBODY, args=(987654321,), get_status=(302, 404)),
    "mfa_login_webauthn": Row(get=EVERYBODY, get_status=(200, 302), post=EVERYBODY, public=True),
    "mfa_view_recovery_codes": Row(get=EVERYBODY, get_status=(302, 404)),
    "mfa_generate_recovery_codes": Row(get=EVERYBODY, get_status=(200, 302), post=EVERYBODY, post_status=200),
    "mfa_download_recovery_codes": Row(get=EVERYBODY, get_status=(302, 404)),
    "usersessions_list": Row(get=EVERYBODY, post=EVERYBODY),
    "socialaccount_login_cancelled": Row(get=EVERYBODY, get_status=(200, 302), public=True),
    "socialaccount_login_error": Row(get=EVERYBODY, get_status=401, public=True),
    "socialaccount_signup": Row(get=EVERYBODY, get_status=302, post=EVERYBODY, public=True),
    "socialaccount_connections": Row(get=EVERYBODY, post=EVERYBODY, post_status=200),
    "openid_connect_login": Row(get=EVERYBODY, args=("company",), get_status=404, public=True),
    "openid_connect_callback": Row(get=EVERYBODY, args=("company",), get_status=404, public=True),
    "set_language": Row(get=EVERYBODY, get_status=302, post=EVERYBODY, body={"language": "ja"}, public=True),
}

EXEMPT = {
    "admin": "Checked model by model, as every role, in tests/accounts/test_back_office.py.",
    "social/login/cancelled/": "A permanent redirect of allauth to a page that is in the matrix.",
    "social/login/error/": "A permanent redirect of allauth to a page that is in the matrix.",
    "social/signup/": "A permanent redirect of allauth to a page that is in the matrix.",
    "social/connections/": "A permanent redirect of allauth to a page that is in the matrix.",
    "health_live": "For machines, without a user: tests/platform asks it.",
    "health_ready": "For machines, without a user: tests/platform asks it.",
    "metrics": "For machines, behind a token: tests/platform asks it.",
}
