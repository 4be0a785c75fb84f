"""Who a session belongs to, for Django's log-in."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.db.models import Subquery

from . import reference
from .models import Revision, User

_REVISION = Subquery(Revision.objects.order_by("pk").values("value")[:1])


class Backend(ModelBackend):
    """Names and passwords as Django checks them. Reading who is logged in brings the revision of reference data along:
    a page would ask for it next."""

    def get_user(self, user_id: int) -> User | None:
        """The member of staff, unless they have left."""
        user = User.objects.annotate(revision=_REVISION).filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        reference.seen(user.revision or "")
        return user
