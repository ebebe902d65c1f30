"""Signing in is allauth's; here is only the way home."""

from django.shortcuts import redirect

from apps.accounts.access import public


@public
def home(request):
    return redirect("account_login")
