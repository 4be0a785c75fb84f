"""The customer's pages: no log-in, phone first, whole without JavaScript. `/p/` takes a voice in, `/r/` follows it."""

from django.urls import URLPattern, path

from . import doors, receipt

urlpatterns: list[URLPattern] = [
    path("p/", doors.doors, name="portal"),
    path("p/<str:code>/", doors.say, name="portal_site"),
    path("r/<str:link>/", receipt.receipt, name="receipt"),
    path("r/<str:link>/write/", receipt.write, name="receipt_write"),
    path("r/<str:link>/rate/", receipt.rate, name="receipt_rate"),
    path("r/<str:link>/chase/", receipt.chase, name="receipt_chase"),
    path("r/<str:link>/withdraw/", receipt.withdraw, name="receipt_withdraw"),
    path("r/<str:link>/files/<int:file_id>", receipt.file, name="receipt_file"),
]
