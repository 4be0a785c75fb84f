"""The customer's pages: no log-in, phone first, whole without JavaScript. `/p/` and
`/q/` take a voice in, `/r/` follows it, `/lost/` and `/my/` find it again."""

from django.urls import URLPattern, path

from . import doors, lost, made_good, my, receipt

urlpatterns: list[URLPattern] = [
    path("p/", doors.doors, name="portal"),
    path("p/<str:code>/", doors.say, name="portal_site"),
    path("q/<str:code>/", doors.scanned, name="portal_code"),
    path("lost/", lost.lost, name="portal_lost"),
    path("my/", my.my, name="portal_my"),
    path("my/code/", my.code, name="portal_my_code"),
    path("my/end/", my.end, name="portal_my_end"),
    path("my/<slug:number>/", my.case, name="portal_my_case"),
    path("r/<str:link>/", receipt.receipt, name="receipt"),
    path("r/<str:link>/write/", receipt.write, name="receipt_write"),
    path("r/<str:link>/rate/", receipt.rate, name="receipt_rate"),
    path("r/<str:link>/chase/", receipt.chase, name="receipt_chase"),
    path("r/<str:link>/withdraw/", receipt.withdraw, name="receipt_withdraw"),
    path("r/<str:link>/another/", receipt.another, name="receipt_another"),
    path("r/<str:link>/appeal/", receipt.appeal, name="receipt_appeal"),
    path("r/<str:link>/choose/", made_good.choose, name="receipt_choose"),
    path("r/<str:link>/have/", made_good.have, name="receipt_have"),
    path("r/<str:link>/copy.zip", receipt.copy, name="receipt_copy"),
    path("r/<str:link>/files/<int:file_id>", receipt.file, name="receipt_file"),
]
