from django.urls import path

from apps.local import views

urlpatterns = [
    path("local/enter/<str:role>/", views.enter, name="local_enter"),
    path("local/mail/", views.mails, name="local_mails"),
    path("local/mail/<slug:name>/", views.mail, name="local_mail"),
    path("local/mail/<slug:name>/html/", views.mail_html, name="local_mail_html"),
    path("local/mail/<slug:name>/files/<int:number>/", views.mail_file, name="local_mail_file"),
]
