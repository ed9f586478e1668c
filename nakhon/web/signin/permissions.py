"""The rows of the permission table for signing in and for one's own account."""

from nakhon.kernel.permissions import register
from nakhon.people.roles import EVERYONE

SIGN_IN = register("web.signin.use", "เข้าสู่ระบบ", "Sign in", EVERYONE)
OWN_ACCOUNT = register(
    "web.account.own", "ดูแลบัญชีของตนเอง", "Look after one's own account", sorted(EVERYONE - {"public"})
)
