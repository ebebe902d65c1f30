"""Every address of the site, one include per app."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [  # looked through from the top for every request: what is opened most stands first
    path("", include("apps.today.urls")),
    path("coach/", include("apps.coaching.urls")),
    path("office/", include("apps.office.urls")),
    path("", include("apps.directory.urls")),
    path("", include("apps.reminders.urls")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.organizations.urls")),  # before a person of the network
    path("", include("apps.network.urls")),
    path("", include("apps.moderation.urls")),  # before what takes any act of an answer
    path("", include("apps.interviews.urls")),
    path("", include("apps.files.urls")),
    path("", include("apps.students.urls")),
    path("", include("apps.alumni.urls")),
    path("", include("apps.finding.urls")),
    path("", include("apps.tickets.urls")),
    path("", include("apps.suggestions.urls")),
    path("", include("apps.growth.urls")),
    path("", include("apps.mail.urls")),
    path("", include("apps.privacy.urls")),
    path("", include("apps.practice.urls")),
    path("", include("apps.cohorts.urls")),
    path("", include("apps.handover.urls")),
]
handler429 = "apps.accounts.budgets.too_many"  # allauth asks for it
handler500 = "apps.web.gate.failed"
if settings.IS_LOCAL:
    urlpatterns.append(path("", include("apps.local.urls")))
