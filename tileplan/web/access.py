"""Who may open a route: each names its permission, and the row-level scope is set once a request."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask
from flask_login import current_user, login_required

from tileplan.kernel import scope
from tileplan.kernel.errors import NotAllowed
from tileplan.kernel.words import say

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"


def needs(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open a route to those who hold a permission."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user.may(permission):
                raise NotAllowed(
                    say("Your role is not allowed to see this page. Ask your administrator.")
                )
            return view(*args, **kwargs)

        guarded.needs = permission  # type: ignore[attr-defined]
        return cast("Callable[P, R]", _keeping_needs(login_required(guarded), permission))

    return guard


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open a route to everybody, signed in or not."""
    view.needs = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Open a route to everybody who is signed in."""
    return cast("Callable[P, R]", _keeping_needs(login_required(view), "signed in"))


def refuse_open_routes(app: Flask) -> None:
    """Refuse to start with a route that names no permission."""
    bare = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "needs")
    ]
    if bare:
        raise RuntimeError(f"routes without a permission: {', '.join(sorted(set(bare)))}")


def limit_scope() -> None:
    """Let this request's statements see what the signed-in person may see."""
    if current_user.is_authenticated:
        scope.limit_to(current_user.scope_owner)


def _keeping_needs(view: Callable[..., object], permission: str) -> Callable[..., object]:
    view.needs = permission  # type: ignore[attr-defined]
    return view
